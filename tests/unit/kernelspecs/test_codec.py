"""kernel.json to and from bytes."""

from __future__ import annotations

import json
import os
import sys

import pytest

import kernelsync
from kernelsync.kernelspecs.codec import encode, is_unchanged, mark_object, parse, take_files
from kernelsync.kernelspecs.files import File
from kernelsync.model.kernelspec import KernelName, KernelSpec
from kernelsync.model.mark_format import mark_from_json, mark_to_json
from support.kernels import LOGO, contents_of, make_mark, make_spec
from support.processes import run


def _files(spec: KernelSpec) -> list[File]:
    return [File(name=name, content=content) for name, content in contents_of(spec).items()]


def test_a_document_survives_the_way_to_disk_and_back() -> None:
    """Without the two keys that only the codec knows it is the same."""
    spec = make_spec()
    document = parse(contents_of(spec)["kernel.json"])
    written = mark_object(document)
    assert written is not None
    assert take_files(written) == {LOGO.name: LOGO.size}
    assert document == spec.document
    assert mark_from_json(written) == spec.mark


def test_the_text_is_plain_ascii_that_ends_a_line() -> None:
    """Anybody can read it, with any tool."""
    content = contents_of(make_spec(display_name="größe プロジェクト"))["kernel.json"]
    assert content.isascii()
    assert content.endswith(b"\n}\n")
    assert json.loads(content)["display_name"] == "größe プロジェクト"


def test_half_a_surrogate_survives() -> None:
    """A path that is not UTF-8 has one, and must not stop a pass."""
    spec = make_spec(display_name="caf\udce9")
    files = _files(spec)
    assert is_unchanged(spec.name, files)
    document = next(file.content for file in files if file.name == "kernel.json")
    assert parse(document)["display_name"] == "caf\udce9"


def test_encoding_leaves_the_document_as_it_is() -> None:
    """The digest goes into a copy."""
    spec = make_spec()
    before = json.dumps(spec.document)
    encode("project", spec.document, [])
    assert json.dumps(spec.document) == before


def test_a_document_without_a_mark_is_refused() -> None:
    """Without one we could never change it again."""
    with pytest.raises(TypeError, match="project has no mark"):
        encode("project", {"argv": []}, [])


def test_another_digest_elsewhere_in_the_document_does_not_confuse() -> None:
    """An environment may bring any metadata along."""
    mark = make_mark()
    document = {
        "argv": ["python"],
        "metadata": {"digest": "0" * 64, "files": {}, "kernelsync": mark_to_json(mark)},
    }
    spec = KernelSpec(name=KernelName("project"), document=document, logos=(), mark=mark)
    assert is_unchanged("project", _files(spec))


def test_the_digest_covers_every_byte_of_a_logo_and_its_name() -> None:
    """Neither can be exchanged for the other."""
    spec = make_spec()
    document, logo = sorted(_files(spec), key=lambda file: file.name)
    assert is_unchanged("project", [document, logo])
    assert not is_unchanged("project", [document, File(name=logo.name, content=b"x" * 11)])
    assert not is_unchanged("project", [document, File(name="logo-x.svg", content=logo.content)])
    assert not is_unchanged("project", [document])
    assert not is_unchanged("other", [document, logo])


def test_a_missing_digest_is_no_match() -> None:
    """Taking it out does not make somebody's edit ours."""
    spec = make_spec(logos=())
    document = json.dumps(spec.document).encode()
    assert not is_unchanged("project", [File(name="kernel.json", content=document)])


def test_nothing_is_not_unchanged() -> None:
    """There is nothing of ours without a kernel.json."""
    assert not is_unchanged("project", [])


_DIGEST = """
import sys
sys.modules.update(dict.fromkeys(sys.argv[1:]))
from kernelsync.kernelspecs.codec import encode
document = {"metadata": {"kernelsync": {}}}
sys.stdout.write(encode("app", document, ()).decode())
print("hashlib" in sys.modules)
"""


def _digest_without(*modules: str) -> tuple[str, str]:
    """Return a digest by a Python without these modules, and whether it has loaded hashlib."""
    source = os.path.dirname(os.path.dirname(os.path.abspath(kernelsync.__file__)))
    environ = {"PATH": os.defpath, "PYTHONPATH": source}
    result = run((sys.executable, "-S", "-c", _DIGEST, *modules), environ=environ).expect(0)
    *document, loaded = result.stdout.splitlines()
    return json.loads("".join(document))["metadata"]["kernelsync"]["digest"], loaded


def test_the_digest_is_the_same_where_python_has_no_sha256_of_its_own() -> None:
    """Builds that leave it out have OpenSSL's by hashlib, which nobody else is to pay for."""
    own, loaded = _digest_without()
    assert loaded == "False"
    assert _digest_without("_sha2", "_sha256") == (own, "True")
    assert len(own) == 64
