"""Unpacks a distribution into a runtime: files alone, of which nothing is run."""

from __future__ import annotations

import os
import tarfile
import zipfile
import zlib

from kernelsync.model.value import Value
from kernelsync.runtimes.failure import DO_NOT_USE, BuildFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kernelsync.runtimes.pins import Pin

_LARGEST = 64 * 1024 * 1024
"""The most bytes of one file in an archive; far more than any of ours has."""
_PURE = (".py",)
_EXTENSIONS = (".so", ".pyd")
_IN_WHEEL = ("purelib", "platlib")


class Member(Value):
    """One file of a distribution: its path below `site`, and its contents."""

    path: str
    content: bytes


class Unpacked(Value):
    """A distribution in a runtime. `modules` are the names by which it is imported."""

    files: int
    modules: tuple[str, ...]


def unpack(pin: Pin, path: str, place: Callable[[Member], None]) -> Unpacked:
    """Hand every file of a distribution to `place`.

    Raises:
        BuildFailure: the file is no such archive, or wants to write elsewhere.
    """
    count = 0
    modules: set[str] = set()
    try:
        members = _of_wheel(path) if pin.source is None else _of_source(pin, path)
        for member in members:
            place(member)
            count += 1
            modules.update(_module_of(member.path))
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, KeyError) as error:
        message = f"{path} cannot be unpacked: {error}"
        raise BuildFailure(message, code="bad-archive", path=path, hint=DO_NOT_USE) from error
    return Unpacked(files=count, modules=tuple(sorted(modules)))


def _of_wheel(path: str) -> Iterator[Member]:
    """Yield what an installer would put beside the modules: no scripts, headers or data."""
    with zipfile.ZipFile(path) as wheel:
        for entry in wheel.infolist():
            name = _inside(entry.filename, path)
            if entry.is_dir():
                continue
            head, _, rest = name.partition("/")
            if head.endswith(".data"):
                kind, _, name = rest.partition("/")
                if kind not in _IN_WHEEL:
                    continue
            if entry.file_size > _LARGEST:
                raise _refused(path, f"{name} is larger than {_LARGEST} bytes")
            yield Member(path=name, content=wheel.read(entry))


def _of_source(pin: Pin, path: str) -> Iterator[Member]:
    """Yield the modules in Python, and the metadata, of a source that is laid out plainly."""
    for name, content in _archive(path):
        _, _, inner = _inside(name, path).partition("/")
        if inner == "PKG-INFO":
            info = f"{pin.name.replace('-', '_')}-{pin.version}.dist-info"
            yield Member(path=f"{info}/METADATA", content=content)
        elif inner.endswith(_PURE) and _is_wanted(inner, pin.name):
            yield Member(path=inner, content=content)


def _archive(path: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a source; links and devices have no place in a module."""
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if not entry.is_dir() and entry.file_size <= _LARGEST:
                    yield entry.filename, archive.read(entry)
        return
    with tarfile.open(path) as tar:
        for member in tar:
            opened = tar.extractfile(member) if member.isreg() else None
            if opened is not None and member.size <= _LARGEST:
                yield member.name, opened.read()


def _is_wanted(inner: str, name: str) -> bool:
    """Tell whether a file of a source is the module or in the package of that name."""
    head, slash, rest = inner.partition("/")
    if not slash:
        return head == f"{name}.py"
    return head == name and "test" not in rest.split("/")


def _module_of(path: str) -> Iterable[str]:
    """Return the importable name that a file stands for, if it does."""
    head, slash, rest = path.partition("/")
    if slash:
        is_code = rest.endswith((*_PURE, *_EXTENSIONS)) and head.isidentifier()
        return (head,) if is_code else ()
    if head.endswith((*_PURE, *_EXTENSIONS)):
        return (head.partition(".")[0],)
    return ()


def _inside(name: str, path: str) -> str:
    """Return the name of a member, if it leads to nowhere else.

    Wheels have "/" alone (PEP 427); a drive or a backslash would lead out on Windows.
    """
    parts = name.rstrip("/").split("/")
    if name.startswith("/") or "\\" in name or ":" in name or "\0" in name:
        raise _refused(path, f"{name!r} leads out of it")
    if any(part in {"", ".", ".."} for part in parts):
        raise _refused(path, f"{name!r} leads out of it")
    return name


def _refused(path: str, why: str) -> BuildFailure:
    message = f"{os.path.basename(path)} is refused: {why}"
    return BuildFailure(message, code="bad-archive", path=path, hint=DO_NOT_USE)
