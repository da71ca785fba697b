"""The simulated directory of kernelspecs, and a store that holds plans to the promises."""

from __future__ import annotations

import errno
import os

from kernelsync.kernelspecs.problems import left_alone, not_written
from kernelsync.model.kernelspec import InstalledKernel, KernelName, Ownership
from kernelsync.model.mark_format import mark_from_json
from kernelsync.model.outcome import Outcome
from kernelsync.model.plan import Cause, Create, Remove, Update
from kernelsync.model.value import Value, replace
from support.simulated.world import Violation
from support.values import STORE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kernelsync.model.kernelspec import KernelSpec, Mark
    from kernelsync.model.plan import Action
    from kernelsync.model.problem import Problem
    from support.simulated.world import World

_MANY = 10


class Entry(Value):
    """One kernelspec: `sacred` is what is not, or no longer, ours; `host` wrote the mark."""

    document: Mapping[str, object]
    files: Mapping[str, int] = {}
    mark: Mark | None = None
    sacred: bool = False

    @property
    def host(self) -> str | None:
        """Whose mark it has."""
        return None if self.mark is None else self.mark.host


class Store:
    """What the store is to a reconciler of one host."""

    directory = STORE

    def __init__(self, world: World, host: str, who: str, check: Callable[[Remove], None]) -> None:
        self.world = world
        self.host = host
        self.who = who
        self.check = check
        self.not_ours: set[str] = set()
        self.owned = 0
        self.confirmed = False

    def read(self, *_: object) -> tuple[tuple[InstalledKernel, ...], tuple[Problem, ...]]:
        """Return all kernelspecs; nobody looks at digests yet."""
        entries = self.world.entries
        found = tuple(self._installed(name, entries[name]) for name in sorted(entries))
        self.not_ours = {each.name for each in found if each.ownership is not Ownership.CLAIMED}
        self.owned = len(found) - len(self.not_ours)
        return found, ()

    def verify(self, kernel: InstalledKernel) -> InstalledKernel:
        """Compare the digest."""
        if kernel.ownership is not Ownership.CLAIMED:
            return kernel
        entry = self.world.entries.get(kernel.name)
        if entry is None or entry.sacred:
            self.not_ours.add(kernel.name)
            return replace(kernel, ownership=Ownership.EDITED)
        return replace(kernel, ownership=Ownership.OURS)

    def is_untidy(self, _now: float) -> bool:
        """Nothing is ever left: every change here is one step."""
        return False

    def sweep(self, _now: float) -> tuple[Problem, ...]:
        """Find nothing."""
        return ()

    def prepare(self, _now: float) -> Writer:
        """Return a writer for one batch."""
        return Writer(self)

    def _installed(self, name: str, entry: Entry) -> InstalledKernel:
        ownership = Ownership.FOREIGN
        if entry.mark is not None:
            mine = entry.host == self.host
            ownership = Ownership.CLAIMED if mine else Ownership.OTHER_HOST
        return InstalledKernel(
            name=KernelName(name),
            directory=f"{STORE}/{name}",
            in_store=True,
            ownership=ownership,
            document=entry.document,
            files=entry.files,
            mark=entry.mark,
        )


class Writer:
    """Carries out actions as the real one does, and judges each by what is really so."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._world = store.world
        self._removed = 0

    def __enter__(self) -> Writer:  # noqa: PYI034 - nothing inherits from this
        return self

    def __exit__(self, *_: object) -> None:
        """Hold nothing."""

    def apply(self, action: Action) -> Outcome:
        """Carry out one action."""
        self._world.interleave(self._store.who)
        problem = None
        match action:
            case Create(spec=spec):
                problem = self._create(spec)
            case Update(spec=spec, installed=old):
                problem = self._change(old, spec)
            case Remove(installed=old):
                self._world.say(f"{self._store.who} would remove {old.name}: {action.reason}")
                problem = self._change(old, None)
                if problem is None:
                    self._store.check(action)
                    self._count(action)
            case _:
                pass
        return Outcome(action=action, problem=problem)

    def create(self, creations: Sequence[Create], *, more: bool = False) -> list[Outcome]:  # noqa: ARG002 - as the real one
        """Carry out creations, one by one."""
        return [self.apply(each) for each in creations]

    def _create(self, spec: KernelSpec) -> Problem | None:
        if spec.name in self._store.not_ours:
            message = f"never yours: creates '{spec.name}' where somebody else has that name"
            raise Violation(message)
        if self._world.is_full:
            return not_written(STORE, spec.name, _error(errno.ENOSPC))
        if spec.name in self._world.entries:
            return not_written(STORE, spec.name, _error(errno.EEXIST))
        self._write(spec, "creates")
        return None

    def _change(self, old: InstalledKernel, spec: KernelSpec | None) -> Problem | None:
        if old.name in self._store.not_ours:
            message = f"never yours: changes '{old.name}', which was seen to be somebody else's"
            raise Violation(message)
        entry = self._world.entries.get(old.name)
        if spec is None and entry is None:
            return None
        if spec is not None and self._world.is_full:
            return not_written(STORE, old.name, _error(errno.ENOSPC))
        if entry is None:
            return not_written(STORE, old.name, _error(errno.ENOENT))
        if entry.sacred or entry.host != self._store.host:
            return left_alone(STORE, old.name, Ownership.EDITED)
        if spec is None:
            del self._world.entries[old.name]
            self._world.say(f"{self._store.who} removes {old.name}")
            self._world.changed(STORE)
        else:
            self._write(spec, "updates")
        return None

    def _write(self, spec: KernelSpec, deed: str) -> None:
        metadata = spec.document["metadata"]
        assert isinstance(metadata, dict)
        files = {logo.name: logo.size for logo in spec.logos}
        mark = mark_from_json(metadata["kernelsync"])
        self._world.entries[spec.name] = Entry(document=spec.document, files=files, mark=mark)
        self._world.say(f"{self._store.who} {deed} {spec.name} for {spec.mark.prefix}")
        self._world.changed(STORE)

    def _count(self, remove: Remove) -> None:
        self._removed += remove.cause is not Cause.RENAMED
        is_much = 2 * self._removed > self._store.owned
        if self._removed > _MANY and is_much and not self._store.confirmed:
            message = f"never en masse: {self._removed} of {self._store.owned} in one pass"
            raise Violation(message)


def _error(code: int) -> OSError:
    return OSError(code, os.strerror(code))
