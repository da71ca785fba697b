"""Builders of kernelspecs, and stores of them on disk and in memory with one interface."""

from __future__ import annotations

import os

from kernelsync.kernelspecs.clean import clean
from kernelsync.kernelspecs.codec import DOCUMENT, is_unchanged, mark_object, parse, take_files
from kernelsync.kernelspecs.files import File
from kernelsync.kernelspecs.layout import dated, new_identifier, out_of_time
from kernelsync.kernelspecs.note import Why
from kernelsync.kernelspecs.ownership import claim
from kernelsync.kernelspecs.problems import left_alone, not_restored_over, not_written
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.kernelspecs.trash import TrashEntry
from kernelsync.kernelspecs.undo import Restored, last_batch
from kernelsync.kernelspecs.writer import directory_name, files_of
from kernelsync.model.kernelspec import (
    InstalledKernel,
    KernelName,
    KernelSpec,
    Logo,
    Mark,
    Ownership,
)
from kernelsync.model.mark_format import MARK_VERSION, mark_to_json
from kernelsync.model.outcome import Outcome
from kernelsync.model.plan import Create, Forget, Hold, Remove, Update
from kernelsync.model.value import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kernelsync.model.plan import Action
    from kernelsync.model.problem import Problem

HOST = "host-1"
NOW = 1_700_000_000.0
LOGO = Logo(name="logo-svg.svg", size=11, content=b"<svg></svg>")

Contents = dict[str, bytes]


def make_mark(name: str = "project", host: str = HOST, version: int = MARK_VERSION) -> Mark:
    """Return the mark of an environment ~/envs/NAME."""
    prefix = f"/home/me/envs/{name}"
    return Mark(
        version=version,
        environment=prefix,
        prefix=prefix,
        manager="venv",
        root="/home/me/envs",
        root_inode=7,
        host=host,
        stem=name,
    )


def make_spec(
    name: str = "project",
    *,
    display_name: str = "project (venv 3.12)",
    logos: Sequence[Logo] = (LOGO,),
    mark: Mark | None = None,
) -> KernelSpec:
    """Return a wanted kernelspec."""
    chosen = make_mark(name) if mark is None else mark
    document = {
        "argv": [f"{chosen.prefix}/bin/python", "-m", "ipykernel_launcher", "-f"],
        "display_name": display_name,
        "language": "python",
        "metadata": {"debugger": True, "kernelsync": mark_to_json(chosen)},
    }
    return KernelSpec(name=KernelName(name), document=document, logos=tuple(logos), mark=chosen)


def contents_of(spec: KernelSpec, name: str | None = None) -> Contents:
    """Return the files that a kernelspec comes to, by name."""
    return {file.name: file.content for file in files_of(spec, name or spec.name)}


def put(directory: str, contents: Mapping[str, bytes]) -> None:
    """Write files as somebody else would who writes kernelspecs."""
    os.makedirs(directory, exist_ok=True)
    for name, content in contents.items():
        with open(os.path.join(directory, name), "wb") as file:
            file.write(content)


class DiskShelf:
    """A store on disk, with what a test needs to look at it from outside."""

    def __init__(self, data_directory: str) -> None:
        self.data = data_directory
        self.kernels = os.path.join(data_directory, "kernels")

    def store(self, host: str = HOST) -> KernelStore:
        """Return the store, as one host sees it."""
        return KernelStore(self.kernels, host=host)

    def put(self, name: str, contents: Mapping[str, bytes]) -> None:
        """Write files into a kernelspec behind the store's back."""
        put(os.path.join(self.kernels, name), contents)

    def contents(self) -> dict[str, Contents]:
        """Return the bytes of all files, by kernelspec and file name."""
        if not os.path.isdir(self.kernels):
            return {}
        found: dict[str, Contents] = {}
        for entry in os.scandir(self.kernels):
            found[entry.name] = {}
            for file in os.scandir(entry.path):
                with open(file.path, "rb") as opened:
                    found[entry.name][file.name] = opened.read()
        return found


class MemoryShelf:
    """A store in memory, with the same outside."""

    def __init__(self) -> None:
        self.directories: dict[str, Contents] = {}
        self.trash: dict[str, tuple[TrashEntry, str, Contents]] = {}

    def store(self, host: str = HOST) -> MemoryStore:
        """Return the store, as one host sees it."""
        return MemoryStore(self, host)

    def put(self, name: str, contents: Mapping[str, bytes]) -> None:
        """Put files into a kernelspec behind the store's back."""
        self.directories.setdefault(name, {}).update(contents)

    def contents(self) -> dict[str, Contents]:
        """Return the bytes of all files, by kernelspec and file name."""
        return {name: dict(contents) for name, contents in self.directories.items()}


class MemoryStore:
    """What `KernelStore` does, without a disk; other directories of Jupyter's path are empty."""

    def __init__(self, shelf: MemoryShelf, host: str) -> None:
        self._shelf = shelf
        self._host = host

    def read(
        self, path_directories: Sequence[str] = ()
    ) -> tuple[tuple[InstalledKernel, ...], tuple[Problem, ...]]:
        """Return the installed kernels."""
        del path_directories
        return tuple(self._kernel(name) for name in sorted(self._shelf.directories)), ()

    def verify(self, kernel: InstalledKernel) -> InstalledKernel:
        """Return a CLAIMED kernel as OURS or EDITED."""
        if kernel.ownership is not Ownership.CLAIMED:
            return kernel
        found = self.ownership(directory_name(kernel))
        return replace(kernel, ownership=found or Ownership.EDITED)

    def is_untidy(self, now: float) -> bool:
        """Return whether there is trash that is due."""
        return any(out_of_time(list(self._shelf.trash), now))

    def sweep(self, now: float) -> tuple[Problem, ...]:
        """Purge what is due in the trash."""
        trash = self._shelf.trash
        due, undated = out_of_time(list(trash), now)
        for identifier in undated:
            entry, host, contents = trash.pop(identifier)
            new = dated(identifier, now)
            trash[new] = replace(entry, identifier=new), host, contents
        for identifier in due:
            del trash[identifier]
        return ()

    def prepare(self, now: float) -> MemoryWriter:
        """Return a writer for one batch of changes."""
        self.sweep(now)
        return MemoryWriter(self, self._shelf, self._host, now)

    def clean(self, now: float) -> tuple[Outcome, ...]:
        """Remove every kernelspec that is OURS."""
        kernels = [self.verify(kernel) for kernel in self.read()[0]]
        return clean(kernels, lambda: self.prepare(now))  # type: ignore[arg-type,return-value] # the same interface, without a common base

    def trash(self) -> tuple[TrashEntry, ...]:
        """Return what is in the trash, the last first."""
        entries = [entry for entry, host, _ in self._shelf.trash.values() if host == self._host]
        return tuple(sorted(entries, key=lambda entry: (-entry.when, entry.batch, entry.name)))

    def undo(self, now: float) -> tuple[Restored, ...]:
        """Bring back what the last pass took away."""
        with self.prepare(now) as writer:
            return tuple(writer.restore(entry) for entry in last_batch(self.trash()))

    def ownership(self, name: str) -> Ownership | None:
        """Return whose a kernelspec is, by its digest; None if there is none."""
        if name not in self._shelf.directories:
            return None
        contents = self._shelf.directories[name]
        found, _ = claim(mark_object(parse(contents.get(DOCUMENT, b""))), self._host)
        if found is not Ownership.CLAIMED:
            return found
        files = [File(name=file, content=content) for file, content in contents.items()]
        return Ownership.OURS if is_unchanged(name, files) else Ownership.EDITED

    def _kernel(self, name: str) -> InstalledKernel:
        document = parse(self._shelf.directories[name].get(DOCUMENT, b""))
        written = mark_object(document)
        ownership, mark = claim(written, self._host)
        return InstalledKernel(
            name=KernelName(name.lower()),
            directory=f"/memory/kernels/{name}",
            in_store=True,
            ownership=ownership,
            document=document,
            files={} if written is None or mark is None else take_files(written),
            mark=mark,
        )


class MemoryWriter:
    """What `Writer` does, without a disk."""

    def __init__(self, store: MemoryStore, shelf: MemoryShelf, host: str, now: float) -> None:
        self._store = store
        self._shelf = shelf
        self._host = host
        self._now = now
        self._batch = new_identifier(now, host)

    def __enter__(self) -> MemoryWriter:  # noqa: PYI034 - nothing inherits from this
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def apply(self, action: Action) -> Outcome:
        """Carry out one action."""
        problem = None
        match action:
            case Create():
                problem = self._create(action.spec.name, contents_of(action.spec))
            case Update():
                name = directory_name(action.installed)
                problem = self._replace(name, contents_of(action.spec, name), Why.UPDATED)
            case Remove():
                problem = self._replace(directory_name(action.installed), None, Why.REMOVED)
            case Hold() | Forget():
                pass
        return Outcome(action=action, problem=problem)

    def create(self, creations: Sequence[Create], *, more: bool = False) -> list[Outcome]:  # noqa: ARG002 - as the real one
        """Carry out creations, one by one."""
        return [self.apply(each) for each in creations]

    def restore(self, entry: TrashEntry) -> Restored:
        """Bring one entry of the trash back."""
        contents = self._shelf.trash[entry.identifier][2]
        found = self._store.ownership(entry.name)
        if found is None:
            self._create(entry.name, contents)
        elif found is Ownership.OURS:
            self._replace(entry.name, contents, Why.UNDONE)
        else:
            return Restored(entry=entry, problem=not_restored_over("/memory", entry.name, found))
        del self._shelf.trash[entry.identifier]
        return Restored(entry=entry)

    def _create(self, name: str, contents: Contents) -> Problem | None:
        if name in self._shelf.directories:
            return not_written("/memory", name, FileExistsError())
        self._shelf.directories[name] = contents
        return None

    def _replace(self, name: str, contents: Contents | None, why: Why) -> Problem | None:
        found = self._store.ownership(name)
        if found is None:
            return None if contents is None else not_written("/memory", name, FileNotFoundError())
        if found is not Ownership.OURS:
            return left_alone("/memory", name, found)
        entry = TrashEntry(
            identifier=new_identifier(self._now, self._host),
            name=name,
            why=why,
            when=self._now,
            batch=self._batch,
        )
        self._shelf.trash[entry.identifier] = (entry, self._host, self._shelf.directories.pop(name))
        if contents is not None:
            self._shelf.directories[name] = contents
        return None
