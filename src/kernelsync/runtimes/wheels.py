"""The downloaded files: a cache, in which a file counts only by its hash."""

from __future__ import annotations

import hashlib
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kernelsync.runtimes.pins import Pin

_FOR_ANY = "-none-any.whl"
_SHARED = "any"
_CHUNK = 1024 * 1024


class Wheels:
    """The files for one runtime: those for any machine are shared with the other runtimes.

    `python` is "2" or "3": a file may be for one of these alone.
    """

    def __init__(self, directory: str, key: str, python: str) -> None:
        self.own = os.path.join(directory, key)
        self._shared = os.path.join(directory, _SHARED)
        self._tag = f"py{python}"
        self._known: dict[str, str] = {}

    def find(self, pins: Iterable[Pin]) -> dict[str, str]:
        """Return the paths of the files that are there, by the names of their pins."""
        for path in self._candidates():
            if path not in self._known:
                self._known[path] = sha256_of(path)
        by_hash = {digest: path for path, digest in self._known.items()}
        return {
            pin.name: by_hash[digest] for pin in pins for digest in pin.sha256 if digest in by_hash
        }

    def settle(self) -> None:
        """Move what fits any machine to where the other runtimes find it."""
        os.makedirs(self._shared, exist_ok=True)
        for name in _names(self.own):
            if name.endswith(_FOR_ANY):
                os.replace(os.path.join(self.own, name), os.path.join(self._shared, name))

    def forget(self, path: str) -> None:
        """Remove a file that is not what it should be."""
        self._known.pop(path, None)
        os.unlink(path)

    def _candidates(self) -> Iterator[str]:
        for name in _names(self.own):
            yield os.path.join(self.own, name)
        for name in _names(self._shared):
            if self._tag in name.split("-")[-3].split("."):
                yield os.path.join(self._shared, name)


def sha256_of(path: str) -> str:
    """Return the hash of a file's contents in hex."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _names(directory: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(directory) if "." in name[1:])
    except FileNotFoundError:
        return []
