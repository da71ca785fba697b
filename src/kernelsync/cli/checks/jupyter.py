"""Whether Jupyter will find what kernelsync writes."""

from __future__ import annotations

import os

from kernelsync.cli.checks.check import note, ok, wrong
from kernelsync.model.outcome import State
from kernelsync.watch.mounts import eventless_devices

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kernelsync.cli.checks.check import Check
    from kernelsync.model.outcome import Standing

_LEADING = {
    "JUPYTER_CONFIG_DIR": "another place for Jupyter's settings, which may restrict kernels",
    "JUPYTER_DATA_DIR": "another data directory than the usual one",
    "JUPYTER_NO_CONFIG": "Jupyter's settings are ignored",
    "JUPYTER_PATH": "these directories come first",
    "JUPYTER_PLATFORM_DIRS": "the system's own places for data",
    "JUPYTER_PREFER_ENV_PATH": "what the environment of Jupyter has comes first",
}


def directory(kernels: str, jupyter_path: Sequence[str]) -> Iterator[Check]:
    """Yield whether kernelspecs can be written, whether Jupyter looks there, and how it works."""
    nearest = _nearest(kernels)
    if not os.access(nearest, os.W_OK | os.X_OK):
        message = f"kernelspecs cannot be written: {nearest} is not writable for you"
        hint = "make it writable, or choose another place with kernels.directory"
        yield wrong("kernels-directory", message, hint, nearest)
    else:
        yield ok("kernels-directory", f"kernelspecs can be written to {kernels}", kernels)
    if os.path.realpath(kernels) in map(os.path.realpath, jupyter_path):
        yield ok("jupyter-path", "Jupyter looks there")
    else:
        message = f"Jupyter does not look in {kernels}"
        parent = os.path.dirname(kernels)
        hint = f"let JUPYTER_PATH contain {parent} where Jupyter starts, or take kernels.directory "
        yield wrong("jupyter-path", message, f"{hint}(or --kernels-dir) away", kernels)
    yield from _file_system(nearest)


def variables(environ: Mapping[str, str]) -> Iterator[Check]:
    """Yield the variables that lead Jupyter elsewhere: it may not have them itself."""
    for name, meaning in _LEADING.items():
        if environ.get(name):
            message = f"{name} is set here ({environ[name]}): {meaning}"
            hint = "it has to be set alike where Jupyter starts"
            yield note("jupyter-variable", message, hint)


def hidden(
    standings: Sequence[Standing], kernels: str, jupyter_path: Sequence[str]
) -> Iterator[Check]:
    """Yield kernels of ours that somebody else's of the same name hides."""
    ours = {each.kernel for each in standings if each.state is State.KERNEL and each.kernel}
    for place in jupyter_path:
        if os.path.realpath(place) == os.path.realpath(kernels):
            return
        for name in _kernels_in(place):
            if name.lower() in ours:
                path = os.path.join(place, name)
                message = f"the kernel '{name.lower()}' is hidden by {path}, which comes first"
                hint = f"remove it ('jupyter kernelspec remove {name}') or rename it"
                yield wrong("hidden", message, hint, path)


def front_ends() -> Iterator[Check]:
    """Yield what makes a kernel that is there show late."""
    yield note(
        "front-ends",
        "an open JupyterLab or Notebook asks for kernels once a minute; VS Code when its window"
        " is reloaded",
        "reload the page; in VS Code: 'Developer: Reload Window'",
    )


def _file_system(path: str) -> Iterator[Check]:
    """Yield that this file system has no exchange in one step, by its type."""
    try:
        kind = eventless_devices().get(os.stat(path).st_dev)
    except OSError:
        return
    if kind is not None:
        message = f"kernelspecs are on {kind}: they are replaced file by file, not in one step"
        yield note("kernels-file-system", message, path=path)


def _kernels_in(place: str) -> list[str]:
    try:
        names = sorted(os.listdir(place))
    except OSError:
        return []
    return [name for name in names if os.path.isfile(os.path.join(place, name, "kernel.json"))]


def _nearest(path: str) -> str:
    """Return a directory, or the nearest above it that is there."""
    while not os.path.lexists(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return path
