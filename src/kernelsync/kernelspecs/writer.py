"""One batch of changes to the kernelspecs, action by action."""

from __future__ import annotations

import errno
from contextlib import suppress
from functools import partial

from kernelsync.kernelspecs.codec import DOCUMENT, encode
from kernelsync.kernelspecs.documents import DOCUMENT_LIMIT
from kernelsync.kernelspecs.files import File, inode_of, read_source, sync
from kernelsync.kernelspecs.problems import left_alone, not_removed, not_written
from kernelsync.kernelspecs.publish import create_all, remove, update
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.outcome import Outcome
from kernelsync.model.plan import Create, Forget, Hold, Remove, Update
from kernelsync.typed import assert_never

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from kernelsync.kernelspecs.workplace import Workplace
    from kernelsync.model.kernelspec import InstalledKernel, KernelSpec
    from kernelsync.model.plan import Action
    from kernelsync.model.problem import Problem


class Writer:
    """Carries out actions in the store's directory; a context manager that closes it again.

    Made by `KernelStore.prepare`, and used while the lock is held. All that one writer puts in
    the trash is one batch for undo.
    """

    def __init__(self, work: Workplace) -> None:
        self._work = work
        self._owes_sync = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the directories.

        What was to be made durable by a creation that failed, or never came, is so now if that
        is possible: somebody was told of the failure, or the pass had to end.
        """
        if self._owes_sync:
            with suppress(OSError):
                sync(self._work.kernels)
        self._work.close()

    def apply(self, action: Action) -> Outcome:
        """Carry out one action; what fails is in the outcome, and the next one can go on."""
        match action:
            case Create():
                return self.create([action])[0]
            case Update():
                problem = self._update(action)
            case Remove():
                problem = self._remove(action.installed)
            case Hold() | Forget():
                problem = None
            case _:
                assert_never(action)
        return Outcome(action=action, problem=problem)

    def create(self, creations: Sequence[Create], *, more: bool = False) -> list[Outcome]:
        """Carry out creations together, which takes much less time than one after the other.

        `more` says that others follow, which make these durable as well.
        """
        specs = [creation.spec for creation in creations]
        newcomers = [(spec.name, partial(files_of, spec, spec.name)) for spec in specs]
        errors = create_all(self._work, newcomers, more=more)
        if None in errors:
            self._owes_sync = more
        return [
            Outcome(action=creation, problem=self._not_created(creation, error))
            for creation, error in zip(creations, errors, strict=True)
        ]

    def _not_created(self, creation: Create, error: OSError | None) -> Problem | None:
        return None if error is None else not_written(self._work.path, creation.spec.name, error)

    def _update(self, action: Update) -> Problem | None:
        name = directory_name(action.installed)
        try:
            found = update(self._work, name, files_of(action.spec, name))
        except OSError as error:
            return not_written(self._work.path, name, error)
        return None if found is Ownership.OURS else left_alone(self._work.path, name, found)

    def _remove(self, installed: InstalledKernel) -> Problem | None:
        name = directory_name(installed)
        try:
            if inode_of(self._work.kernels, name) is None:
                # Somebody was faster, and it is as it should be.
                return None
            found = remove(self._work, name)
        except OSError as error:
            return not_removed(self._work.path, name, error)
        return None if found is Ownership.OURS else left_alone(self._work.path, name, found)


def directory_name(installed: InstalledKernel) -> str:
    """Return the name of the directory itself, which may have capitals where the name has not."""
    return installed.directory.rpartition("/")[2]


def files_of(spec: KernelSpec, name: str) -> tuple[File, ...]:
    """Return the files of a kernelspec that is to stand in the directory `name`.

    Raises:
        OSError: a logo cannot be read where the environment has it, or this is too large.
    """
    logos = []
    for logo in spec.logos:
        content = read_source(logo.source or "") if logo.content is None else logo.content
        logos.append(File(name=logo.name, content=content))
    document = encode(name, spec.document, logos)
    if len(document) > DOCUMENT_LIMIT:
        # It could be written, but not be read again.
        raise OSError(errno.EFBIG, f"{DOCUMENT} is larger than {DOCUMENT_LIMIT} bytes")
    return (*logos, File(name=DOCUMENT, content=document))
