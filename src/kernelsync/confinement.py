"""Confines this process to what it has to write; the kernel enforces it from then on.

The promise is "runs nothing that it finds, writes nowhere else". Where the kernel can hold it
(Landlock, Linux 5.19 and newer), a bug of ours, or of a library, cannot break it.
"""

from __future__ import annotations

import errno
import os

from kernelsync import landlock
from kernelsync.model.value import Value, replace
from kernelsync.places import cache_directory, runtime_directory, state_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.surroundings import Surroundings

    Identity = tuple[int, int]

CONFINED = "confined"
"""The code of the problem that kernelspecs go where a confined service cannot write."""
_BESIDE = ".kernelsync"
"""What stands beside `kernels`; see `kernelsync.kernelspecs.layout`."""
_LIKE_JUPYTER = "kernels"
_OLDEST = 2
_TOO_OLD = "this kernel's Landlock would forbid publishing in one step; Linux 5.19 and newer do not"
_DIRECTORY_MODE = 0o700
_FLAGS = os.O_DIRECTORY | os.O_CLOEXEC | getattr(os, "O_PATH", 0)
_REASONS = {
    errno.ENOSYS: "this kernel has no Landlock",
    errno.EOPNOTSUPP: "Landlock is switched off in this kernel",
    errno.EPERM: "the Landlock calls are forbidden here (by a filter of system calls)",
}


class Territory(Value):
    """Where kernelspecs are written: Jupyter's data directory; and what else is ours.

    `kernels` must be there for anything to be written; of `own`, what cannot be made is left out.
    """

    kernels: tuple[str, ...]
    own: tuple[str, ...]


class Confinement(Value):
    """Whether this process is confined: by which version of Landlock, or why not.

    `places` are the directories that it can write to, as they were then: a directory that was
    removed and made again is another one.
    """

    version: int | None = None
    reason: str | None = None
    places: tuple[tuple[str, Identity], ...] = ()

    def lost(self, kernels_directory: str) -> str | None:
        """Return a directory that the settings want written and that cannot be, None if all can."""
        if self.version is None:
            return None
        known = dict(self.places)
        for path in _kernel_places(kernels_directory, known):
            if path not in known or _identity(path) != known[path]:
                return path
        return None


UNCONFINED = Confinement(reason="it was not asked for")


def sentence(confinement: Confinement) -> str:
    """Return in words whether the process is confined."""
    if confinement.version is None:
        return f"not confined by the kernel: {confinement.reason}"
    return f"confined by the kernel (Landlock ABI {confinement.version})"


def territory(kernels_directory: str, surroundings: Surroundings) -> Territory:
    """Return the directories that kernelsync has to write to."""
    parent = os.path.dirname(kernels_directory)
    home = f"{surroundings.home.rstrip('/')}/"
    # Where kernelspecs do not lie as Jupyter's do, all that is beside them is not given.
    is_wide = home.startswith(f"{parent.rstrip('/')}/")
    is_wide = is_wide or os.path.basename(kernels_directory) != _LIKE_JUPYTER
    return Territory(
        kernels=(kernels_directory, os.path.join(parent, _BESIDE) if is_wide else parent),
        own=(
            runtime_directory(surroundings),
            cache_directory(surroundings),
            state_directory(surroundings),
        ),
    )


def confine(
    kernels_directory: str, surroundings: Surroundings, besides: tuple[str, ...] = ()
) -> Confinement:
    """Confine this thread and all that it starts, if that is possible, and say whether it is.

    `besides` are directories that it has to write to, as well as to its territory.
    Directories that do not exist yet are made first: what is not there cannot be named to the
    kernel. It has to happen before there are other threads, which would stay as they are.
    """
    able = ability(surroundings.platform)
    if able.version is None:
        return able
    try:
        wanted = territory(kernels_directory, surroundings)
        wanted = replace(wanted, own=(*wanted.own, *besides))
        return _confine(wanted, able.version, surroundings)
    except OSError as error:
        return _off(error)


def ability(platform: str) -> Confinement:
    """Return whether this machine could confine a process; nothing is changed."""
    if platform != "linux":
        return Confinement(reason="there is no Landlock on this system")
    try:
        version = landlock.version()
    except OSError as error:
        return _off(error)
    if version < _OLDEST:
        return Confinement(reason=_TOO_OLD)
    return Confinement(version=version)


def _off(error: OSError) -> Confinement:
    # With a name it is a directory that could not be made, and no answer of Landlock.
    known = None if error.filename else _REASONS.get(error.errno or 0)
    return Confinement(reason=known or str(error))


def _confine(wanted: Territory, version: int, surroundings: Surroundings) -> Confinement:
    descriptors: dict[str, int] = {}
    try:
        for path in (*wanted.kernels, *wanted.own):
            try:
                descriptors[path] = _made(path)
            except OSError:
                if path in wanted.kernels:
                    raise
        address = surroundings.environ.get("NOTIFY_SOCKET", "")
        landlock.restrict(version, descriptors.values(), abstract_sockets=address.startswith("@"))
        places = tuple(
            (path, (status.st_dev, status.st_ino))
            for path, descriptor in descriptors.items()
            for status in (os.fstat(descriptor),)
        )
    finally:
        for descriptor in descriptors.values():
            os.close(descriptor)
    return Confinement(version=version, places=places)


def _made(path: str) -> int:
    """Return a descriptor of a directory, which is made if it is not there."""
    os.makedirs(path, _DIRECTORY_MODE, exist_ok=True)
    return os.open(path, _FLAGS)


def _kernel_places(kernels_directory: str, known: dict[str, Identity]) -> tuple[str, ...]:
    """Return what has to be writable for this directory to be: by itself, or by what is above."""
    parent = os.path.dirname(kernels_directory)
    if parent in known:
        # A rule for a directory holds for all that is made in it later.
        is_link = os.path.islink(kernels_directory)
        return (parent, kernels_directory) if is_link else (parent,)
    return (kernels_directory, os.path.join(parent, _BESIDE))


def _identity(path: str) -> Identity | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
