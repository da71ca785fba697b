"""Environments: where they were found, and what was read about them."""

from __future__ import annotations

from kernelsync.model.value import Value
from kernelsync.typed import StrEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelsync.model.kernelspec import Logo
    from kernelsync.model.manager import Manager
    from kernelsync.model.problem import Problem


class RootState(StrEnum):
    """What became of the attempt to list a root. Only `READ` says anything about absence."""

    READ = "read"
    ABSENT = "absent"
    UNREADABLE = "unreadable"


class Root(Value):
    """A directory that is searched for environments, as one pass found it.

    `inode` is None unless the root was read; with the path it tells whether this is the
    same directory as before. `empty` means that it was read and had no entry at all.
    """

    path: str
    manager: str
    state: RootState
    inode: int | None = None
    empty: bool = False


class Candidate(Value):
    """A directory that looks like an environment; nothing inside it was read yet.

    `prefix` is the absolute path that the kernel will use (a symlink where that is the
    name people know); `real` is its real path and the environment's identity. `name` is
    the environment's own name as its tool shows it (poetry's hash taken off, the project
    folder's name for an in-project `.venv`, the version for a bare interpreter). `root` is
    the `Root.path` under which it was found; `configured` says that the settings name that
    root. `base` says that it is a bare interpreter, not a virtual environment. `requested`
    says that a ROOT on the command line brought it in.
    `distribution` names the project's own distribution, if its `direct_url.json` may tell
    the project's directory.
    """

    prefix: str
    real: str
    name: str
    manager: Manager
    root: str
    base: bool = False
    requested: bool = False
    configured: bool = False
    project: str | None = None
    distribution: str | None = None
    aliases: tuple[str, ...] = ()


class Interpreter(Value):
    """The Python of an environment, as its files describe it.

    `path` is `<prefix>/bin/python`, absolute and unresolved: what the kernel starts.
    `resolved` is the file at the end of its symlinks. `version` is as exact as the files
    allow ("3.12.1", or "3.12"); `minor` is always "3.12". `implementation` is "cpython",
    "pypy" or "graalpy". `abi` keys what binary modules fit: "cp312", "cp313t", "pp310".
    `stdlib` is the directory that holds `os.py`. `machine` is the processor that binary
    modules are for, with "-musl" where the C library is not glibc: "x86_64", "i686"; "" where
    its program does not tell, so that it is this machine's own.
    """

    path: str
    resolved: str
    version: str
    minor: str
    implementation: str
    abi: str
    stdlib: str
    machine: str = ""


IMPLEMENTATION_NAMES = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}
"""How people write the implementations of interpreters."""


class Condition(StrEnum):
    """Whether an environment can run as a kernel, by what is on disk.

    `UNJUDGED`: whether it is safe cannot be told here, because owners of files are hidden.
    """

    READY = "ready"
    NO_IPYKERNEL = "no-ipykernel"
    NOT_READY = "not-ready"
    BROKEN = "broken"
    UNSAFE = "unsafe"
    UNJUDGED = "unjudged"


class ProvidedKernel(Value):
    """A kernelspec that an environment brings along in its own `share/jupyter/kernels`.

    `document` is its kernel.json as written there; `directory` holds it and the logos.
    """

    name: str
    directory: str
    document: Mapping[str, object]
    logos: tuple[Logo, ...] = ()


class Environment(Value):
    """A candidate with everything that its files say.

    `condition` with its `reason` (a sentence for people; nothing branches on it) says
    whether a kernel can run. `interpreter` is None only where there is none to be read.
    `ipykernel` is its version, None without one; "unknown" when only the launcher is there.
    `provided` are the environment's own kernelspecs, the Python one included. `project` is
    the directory of the project it belongs to. `problems` are what a user should know, each
    already complete. `has_pip` says that there is a pip in its directory of programs.
    `watch_points` are the directories in which a change could change
    this answer.
    """

    candidate: Candidate
    condition: Condition
    reason: str
    interpreter: Interpreter | None = None
    ipykernel: str | None = None
    provided: tuple[ProvidedKernel, ...] = ()
    project: str | None = None
    problems: tuple[Problem, ...] = ()
    has_pip: bool = True
    watch_points: tuple[str, ...] = ()


class Absence(StrEnum):
    """What a look at the place of a missing environment showed."""

    GONE = "gone"
    PRESENT = "present"
    UNREADABLE = "unreadable"


class Trace(Value):
    """What is left where an environment used to be.

    `ancestor` is the nearest directory above the prefix that still exists, and
    `ancestor_empty` whether it has no entry at all, as an unmounted mount point has;
    `ancestor_inode` tells whether it is a directory that was seen before. `missing` counts the
    parts of the path that are not there: 1 if only the last one is not.
    """

    prefix: str
    absence: Absence
    ancestor: str
    ancestor_empty: bool = False
    ancestor_inode: int | None = None
    missing: int = 0
