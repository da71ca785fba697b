"""What must hold whatever happened: one checker for all faults.

It is independent of the program: it knows kernelspecs by their files, and environments by their
directories. Only the digest is computed by the code under test, which has tests of its own.
"""

from __future__ import annotations

import json
import os

from kernelsync.kernelspecs.codec import is_unchanged
from kernelsync.kernelspecs.files import File
from support.snapshots import contents, identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.snapshots import Identity

Files = dict[str, bytes]
_DOCUMENT = "kernel.json"
_TEMPORARY = ".kernelsync-"


class Invariants:
    """What must hold for a directory of kernelspecs and one container of environments."""

    def __init__(self, kernels: str, envs: str) -> None:
        self._kernels = kernels
        self._envs = envs
        self._trash = f"{os.path.dirname(kernels)}/.kernelsync/trash"
        self._staging = f"{os.path.dirname(kernels)}/.kernelsync/staging"
        self._theirs = [name for name, files in self._read().items() if not _mark(files)]
        self._whole: dict[str, list[Files]] = {}
        self.remember()

    def remember(self) -> None:
        """Take what is there now for what must not be lost or touched."""
        self._before = {
            name: files for name, files in self._read().items() if _is_unchanged(name, files)
        }
        self._foreign = self._strangers()
        self.learn()

    def learn(self) -> None:
        """Take what is whole now for what a kernelspec may be, or be on its way to."""
        for name, files in self._read().items():
            if _is_unchanged(name, files) and files not in self._whole.setdefault(name, []):
                self._whole[name].append(files)

    def ours(self) -> dict[str, str]:
        """Return the names of our kernelspecs by the environment that each starts."""
        found = {}
        for name, files in self._read().items():
            if _mark(files):
                python = json.loads(files[_DOCUMENT])["argv"][0]
                found[os.path.dirname(os.path.dirname(python))] = name
        return found

    def violations(self, *, in_place: bool = False, cleaned: bool = False) -> list[str]:
        """Return which promises are broken at this moment, also in the middle of a pass.

        `in_place`: the file system cannot exchange directories, so a kernelspec may be on its
        way, file by file; what Jupyter lists is whole nevertheless. `cleaned`: somebody asked for
        every kernelspec of ours to go.
        """
        found = self._read()
        wrong = [f"{name}: its digest does not match" for name in self._damaged(found, in_place)]
        if self._strangers() != self._foreign:
            wrong.append("a foreign kernelspec was touched")
        wrong += [f"{name} is nobody's" for name in self._unclaimed(found, in_place)]
        wrong += [f"{name} has no trace" for name in self._lost(found)]
        if not cleaned:
            wrong += self._taken_from_the_living()
        return wrong

    def unsettled(self) -> list[str]:
        """Return what is wrong after a pass without faults: all of the above, and what is left."""
        wrong = self.violations()
        expected = {f"{self._envs}/{name}" for name in os.listdir(self._envs)}
        if set(self.ours()) != expected:
            differing = sorted(set(self.ours()) ^ expected)
            wrong.append(f"kernelspecs and environments differ by {differing}")
        staging = os.listdir(self._staging) if os.path.isdir(self._staging) else []
        wrong += [f"{name} is left in staging" for name in staging]
        return wrong

    def _damaged(self, found: dict[str, Files], in_place: bool) -> list[str]:  # noqa: FBT001 - as violations has it
        return [
            name
            for name, files in found.items()
            if _is_claimed(files)
            and not _is_unchanged(name, files)
            and not (in_place and self._is_on_its_way(name, files))
        ]

    def _unclaimed(self, found: dict[str, Files], in_place: bool) -> list[str]:  # noqa: FBT001 - as above
        return [
            name
            for name, files in found.items()
            if not _is_claimed(files)
            and name not in self._theirs
            and not (in_place and self._is_on_its_way(name, files))
        ]

    def _is_on_its_way(self, name: str, files: Files) -> bool:
        """Return whether a kernelspec that is changed file by file is one that readers can use.

        Each file is one of a whole kernelspec's, or one that readers do not look at. What Jupyter
        lists has a document, and with it all files of one whole kernelspec, in any version.
        """
        states = self._whole.get(name, [])
        seen = {each: content for each, content in files.items() if not each.startswith(_TEMPORARY)}
        if not all(
            any(state.get(each) == content for state in states) for each, content in seen.items()
        ):
            return False
        complete = [state for state in states if state[_DOCUMENT] == files.get(_DOCUMENT)]
        return _DOCUMENT not in files or any(set(state) <= set(seen) for state in complete)

    def _lost(self, found: dict[str, Files]) -> list[str]:
        """Return what was ours, is not there any more, and is neither in the trash."""
        kept = [*_kernelspecs_below(self._trash), *_kernelspecs_below(self._staging)]
        return [
            name
            for name, files in self._before.items()
            if found.get(name) != files and files not in kept
        ]

    def _taken_from_the_living(self) -> list[str]:
        """Return the kernelspecs that were there, and whose environments still are."""
        now = self._read()
        return [
            f"{name} was taken from an environment that is there"
            for name, files in self._before.items()
            if name not in now and os.path.isdir(_prefix(files))
        ]

    def _read(self) -> dict[str, Files]:
        if not os.path.isdir(self._kernels):
            return {}
        return {name: contents(f"{self._kernels}/{name}") for name in os.listdir(self._kernels)}

    def _strangers(self) -> dict[str, Identity]:
        return identities(*(f"{self._kernels}/{name}" for name in self._theirs))


def _prefix(files: Files) -> str:
    python: str = json.loads(files[_DOCUMENT])["argv"][0]
    return os.path.dirname(os.path.dirname(python))


def _mark(files: Files) -> bool:
    try:
        document = json.loads(files.get(_DOCUMENT, b""))
        return "kernelsync" in document["metadata"]
    except (ValueError, KeyError, TypeError):
        return False


def _is_claimed(files: Files) -> bool:
    """Return whether this is ours by its looks, even if it does not parse."""
    return b"kernelsync" in files.get(_DOCUMENT, b"")


def _is_unchanged(name: str, files: Files) -> bool:
    """Return whether this is ours, with every byte that it was written with."""
    if not _mark(files):
        return False
    return is_unchanged(name, [File(name=each, content=files[each]) for each in files])


def _kernelspecs_below(directory: str) -> list[Files]:
    found: list[Files] = []
    for where, _, files in os.walk(directory):
        if _DOCUMENT in files:
            found.append(contents(where))
    return found
