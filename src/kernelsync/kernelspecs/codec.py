"""kernel.json: a document with our mark to and from bytes.

Beside the mark, the object `metadata.kernelsync` holds two keys that only this module knows:

- `files`: the names and sizes of the other files that were written with this kernel.json. So
  one read tells all that a pass compares; listing each directory would cost as much again.
- `digest`: SHA-256 over the kernelspec's name, the document in canonical form (keys sorted, no
  white space, without the digest itself) and the names and bytes of all files beside it.

The form is canonical so that a tool that only lays the same JSON out anew has not edited
anything. The name is part of it so that a copy that somebody made under another name, to change
it, is theirs from the start.
"""

from __future__ import annotations

from kernelsync.typed import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from hashlib import _Hash

    from kernelsync.kernelspecs.files import File

DOCUMENT = "kernel.json"
MARK_KEY = "kernelsync"
_DIGEST = "digest"
_FILES = "files"
_WHITE_SPACE = " \t\n\r"
_SHA256_MODULES = ("_sha2", "_sha256", "hashlib")
"""The first is there from Python 3.12 on, the second before."""


@cache
def _sha256() -> Callable[[bytes], _Hash]:
    # Only writing needs it. `hashlib` would load OpenSSL: a whole start of Python, and 4 MiB that
    # a service never gives back. Some builds leave its own module out, because OpenSSL has it.
    from importlib import import_module  # noqa: PLC0415 - see above

    for name in _SHA256_MODULES:
        try:
            sha256: Callable[[bytes], _Hash] = import_module(name).sha256
        except ImportError:
            continue
        return sha256
    raise ImportError(_SHA256_MODULES[-1])


@cache
def _raw_decode() -> Callable[[str], tuple[object, int]]:
    # Costs most of a start of Python, and most passes read nothing that is new.
    from json import JSONDecoder  # noqa: PLC0415 - see above

    return JSONDecoder().raw_decode


def encode(name: str, document: Mapping[str, object], logos: Sequence[File]) -> bytes:
    """Return kernel.json with the digest over it and the logos.

    The document carries the mark in `metadata.kernelsync` already.

    Raises:
        TypeError: it does not, or holds what JSON cannot.
    """
    metadata = document.get("metadata")
    mark = metadata.get(MARK_KEY) if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(mark, dict):
        message = f"the document of {name} has no mark"
        raise TypeError(message)
    sizes = {logo.name: len(logo.content) for logo in logos}
    marked = {**mark, _FILES: sizes}
    complete = {**document, "metadata": {**metadata, MARK_KEY: marked}}
    import json  # noqa: PLC0415 - only writing needs it

    marked[_DIGEST] = _digest(name, complete, logos)
    return json.dumps(complete, indent=1, ensure_ascii=True).encode("ascii") + b"\n"


def parse(content: bytes) -> dict[str, object]:
    """Return a kernel.json as it stands; empty for what Jupyter could not read either."""
    # raw_decode takes a fifth less time than json.loads; RecursionError: JSON can be nested
    # deeper than Python's stack.
    try:
        text = content.decode("utf-8").strip(_WHITE_SPACE)
        document, end = _raw_decode()(text)
    except (ValueError, RecursionError):
        return {}
    return document if type(document) is dict and end == len(text) else {}


def mark_object(document: Mapping[str, object]) -> dict[str, object] | None:
    """Return the object that holds the mark, None in anybody else's document."""
    metadata = document.get("metadata")
    written = metadata.get(MARK_KEY) if type(metadata) is dict else None
    return written if type(written) is dict else None


def take_files(written: dict[str, object]) -> Mapping[str, int]:
    """Take our two keys out of the mark's object, and return the recorded names and sizes."""
    written.pop(_DIGEST, None)
    files = written.pop(_FILES, None)
    return files if type(files) is dict else {}


def is_unchanged(name: str, files: Sequence[File]) -> bool:
    """Return whether these are the files that we wrote under this name, all of them."""
    document = parse(next((file.content for file in files if file.name == DOCUMENT), b""))
    written = mark_object(document)
    digest = None if written is None else written.pop(_DIGEST, None)
    logos = [file for file in files if file.name != DOCUMENT]
    return digest is not None and digest == _digest(name, document, logos)


def _digest(name: str, document: Mapping[str, object], logos: Sequence[File]) -> str:
    import json  # noqa: PLC0415 - as above

    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    parts = [(name, canonical.encode("ascii"))]
    parts += [(logo.name, logo.content) for logo in sorted(logos, key=lambda logo: logo.name)]
    digest = _sha256()(b"kernelsync 1\n")
    for label, content in parts:
        # The lengths keep a name and its bytes from running into each other.
        encoded = label.encode("utf-8", "surrogateescape")
        digest.update(f"{len(encoded)} {len(content)}\n".encode("ascii"))
        digest.update(encoded)
        digest.update(content)
    return digest.hexdigest()
