"""A distribution's files get into a runtime, and nowhere else; nothing of it is run."""

from __future__ import annotations

import io
import os
import tarfile

import pytest

from kernelsync.runtimes.failure import BuildFailure
from kernelsync.runtimes.unpack import unpack
from support.fake_wheels import pin_of, wheel, zipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.runtimes.unpack import Member


def test_modules_are_what_can_be_imported(tmp_path: Path) -> None:
    """Packages, single modules and extension modules; neither metadata nor bundled libraries."""
    files = {
        "single.py": "",
        "fast.cpython-312-x86_64-linux-gnu.so": "",
        "plain.abi3.so": "",
        "space/inner/__init__.py": "",
        "pkg.libs/libz.so": "",
        "notes/README.txt": "",
        "pkg-1.0.data/purelib/moved.py": "",
    }
    path = wheel(str(tmp_path), "pkg", files=files)
    found: list[Member] = []
    unpacked = unpack(pin_of(path), path, found.append)
    assert unpacked.modules == ("fast", "moved", "pkg", "plain", "single", "space")
    assert unpacked.files == len(found) == 11


def test_scripts_headers_and_data_stay_in_the_wheel(tmp_path: Path) -> None:
    """Nothing of a runtime is a program, and no start-up file of Python is one by accident."""
    kinds = ("scripts", "headers", "data")
    path = wheel(str(tmp_path), "pkg", files={f"pkg-1.0.data/{kind}/x.py": "" for kind in kinds})
    found: list[Member] = []
    unpack(pin_of(path), path, found.append)
    assert [each.path for each in found if "x.py" in each.path] == []


@pytest.mark.parametrize(
    "name",
    ["../evil.py", "/etc/evil.py", "a/../../evil.py", "C:/evil.py", "a\\..\\evil.py", "a//b.py"],
)
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    """A wheel with a good hash from a bad maintainer must not write elsewhere."""
    path = wheel(str(tmp_path), "pkg", files={name: "evil"})
    placed: list[Member] = []
    with pytest.raises(BuildFailure, match="leads out") as failure:
        unpack(pin_of(path), path, placed.append)
    assert failure.value.problem.code == "bad-archive"
    assert name not in [member.path for member in placed]


def test_what_is_no_archive_is_a_clear_failure(tmp_path: Path) -> None:
    """The path is in the message."""
    path = wheel(str(tmp_path), "pkg")
    with open(path, "r+b") as file:
        file.truncate(20)
    with pytest.raises(BuildFailure, match="cannot be unpacked"):
        unpack(pin_of(path), path, lambda _member: None)


def make_source(tmp_path: Path, name: str) -> str:
    """Write a source with a setup.py that must not run, tests, C code and a link."""
    base = name.removesuffix(".tar.gz").removesuffix(".zip")
    contents = {
        f"{base}/setup.py": "raise SystemExit('run')",
        f"{base}/PKG-INFO": "Name: thing\n",
        f"{base}/thing/__init__.py": "",
        f"{base}/thing/sub/deep.py": "",
        f"{base}/thing/fast.c": "",
        f"{base}/thing/test/test_thing.py": "",
        f"{base}/other/__init__.py": "",
    }
    path = str(tmp_path / name)
    if name.endswith(".zip"):
        with open(path, "wb") as file:
            file.write(zipped(contents))
        return path
    with tarfile.open(path, "w:gz") as archive:
        for member, text in contents.items():
            info = tarfile.TarInfo(member)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
        link = tarfile.TarInfo(f"{base}/thing/link.py")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


@pytest.mark.parametrize("name", ["thing-2.0.tar.gz", "thing-2.0.zip"])
def test_a_source_gives_its_pure_python(tmp_path: Path, name: str) -> None:
    """Its own package and metadata: no setup.py, no C, no tests, no links."""
    path = make_source(tmp_path, name)
    facts = {"name": "thing", "version": "2.0", "source": name}
    found: list[Member] = []
    unpacked = unpack(pin_of(path, **facts), path, found.append)
    assert sorted(member.path for member in found) == [
        "thing-2.0.dist-info/METADATA",
        "thing/__init__.py",
        "thing/sub/deep.py",
    ]
    assert unpacked.modules == ("thing",)
    assert os.listdir(tmp_path) == [name]
