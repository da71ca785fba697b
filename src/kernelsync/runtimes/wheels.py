"""The downloaded files: a cache, in which a file counts only by its hash."""

from __future__ import annotations

import hashlib
import os

from kernelsync.model.runtime import parts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kernelsync.runtimes.pins import Pin

_FOR_ANY = "-none-any.whl"
_SHARED = "any"
_STABLE = "-abi3-"
_CHUNK = 1024 * 1024


class Wheels:
    """The files for one runtime: those for any machine are shared with the other runtimes."""

    def __init__(self, directory: str, key: str) -> None:
        _, python, flags, _ = parts_of(key)
        self.own = os.path.join(directory, key)
        self._shared = os.path.join(directory, _SHARED)
        self._tag = f"py{python[:1]}"
        # Free-threaded Pythons have no stable ABI; pip before 25 does not know.
        self._refused = _STABLE if "t" in flags else None
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
                shared = os.path.join(self._shared, name)
                os.replace(os.path.join(self.own, name), shared)
                self._known.pop(shared, None)

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
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _names(directory: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(directory) if "." in name[1:])
    except FileNotFoundError:
        return []
