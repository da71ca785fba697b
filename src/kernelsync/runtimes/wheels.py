"""The downloaded files: a cache, in which a file counts only by its hash."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat

from kernelsync.model.runtime import parts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kernelsync.runtimes.pins import Pin

_FOR_ANY = "-none-any.whl"
_SHARED = "any"
_STABLE = "-abi3-"
_CHUNK = 1024 * 1024
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class Wheels:
    """The files for one runtime: those for any machine are shared with the other runtimes."""

    def __init__(self, directory: str, key: str) -> None:
        _, python, flags, _ = parts_of(key)
        self.own = os.path.join(directory, key)
        self._shared = os.path.join(directory, _SHARED)
        self._tag = f"py{python[:1]}"
        # Free-threaded Pythons have no stable ABI; pip before 25 does not know.
        self._refused = _STABLE if "t" in flags else None
        self._known: dict[str, tuple[object, str]] = {}

    def find(self, pins: Iterable[Pin]) -> dict[str, str]:
        """Return the paths of the files that are there, by the names of their pins."""
        by_hash = {self._digest(path): path for path in self._candidates()}
        return {
            pin.name: by_hash[digest] for pin in pins for digest in pin.sha256 if digest in by_hash
        }

    def drop_junk(self, pins: Iterable[Pin]) -> None:
        """Remove what has the name of a pinned file, and is another one: half of it, say.

        It would be in the way of the download.
        """
        wanted = {(_plain(pin.name), pin.version): pin.sha256 for pin in pins}
        sources = {pin.source: pin.sha256 for pin in pins if pin.source is not None}
        for path in [*self._candidates()]:
            name = os.path.basename(path)
            hashes = sources.get(name) or wanted.get(_distribution(name))
            if hashes is not None and self._digest(path) not in hashes:
                _remove(path)

    def settle(self) -> None:
        """Move what fits any machine to where the other runtimes find it."""
        os.makedirs(self._shared, exist_ok=True)
        for name in _names(self.own):
            if name.endswith(_FOR_ANY):
                os.replace(os.path.join(self.own, name), os.path.join(self._shared, name))

    def _digest(self, path: str) -> str:
        """Return the hash of a file; "" for what is no file, or cannot be read."""
        try:
            status = os.lstat(path)
            seal = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            if path not in self._known or self._known[path][0] != seal:
                digest = sha256_of(path) if stat.S_ISREG(status.st_mode) else ""
                self._known[path] = (seal, digest)
        except OSError:
            return ""
        return self._known[path][1]

    def _candidates(self) -> Iterator[str]:
        for name in _names(self.own):
            if self._refused is None or self._refused not in name:
                yield os.path.join(self.own, name)
        for name in _names(self._shared):
            if name.endswith(_FOR_ANY) and self._tag in name.split("-")[-3].split("."):
                yield os.path.join(self._shared, name)


def sha256_of(path: str) -> str:
    """Return the hash of a file's contents in hex."""
    digest = hashlib.sha256()
    with open(os.open(path, _FLAGS), "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _distribution(name: str) -> tuple[str, str]:
    """Return the distribution and its version that a wheel's name tells."""
    distribution, _, rest = name.partition("-")
    return _plain(distribution), rest.partition("-")[0]


def _plain(distribution: str) -> str:
    return distribution.replace("-", "_").replace(".", "_").lower()


def _remove(path: str) -> None:
    # What cannot be removed is told by whoever wants to write there.
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            os.unlink(path)


def _names(directory: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(directory) if "." in name[1:])
    except FileNotFoundError:
        return []
