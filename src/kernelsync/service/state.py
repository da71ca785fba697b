"""What the service leaves for `status` to read: a small file, written only when it changes."""

from __future__ import annotations

import contextlib
import json
import os

from kernelsync.model.problem import Problem
from kernelsync.model.value import Value, as_dict
from kernelsync.places import state_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kernelsync.model.surroundings import Surroundings

_VERSION = 1
_LARGEST = 4 * 1024 * 1024
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Held(Value):
    """A removal that is held: the kernel's name, why, and the way out."""

    name: str
    reason: str
    way_out: str


class Watching(Value):
    """How the service watches; see `kernelsync.watch.protocol.Health`.

    `replaced` counts the watchers that have died. `problems` say what is degraded.
    """

    watches: int = 0
    polled: int = 0
    limit: int | None = None
    replaced: int = 0
    problems: tuple[Problem, ...] = ()


class State(Value):
    """What a service last knew.

    `release` is kernelsync's version. Times are seconds since 1970: `started`, and `changed`
    for the last pass that did something (None before the first). `kernels` counts by
    manager. `mistakes` are those of a settings file that is not in force because of them;
    `failure` is the last line of the traceback if passes end in a bug of ours. `landlock` is the
    version by which the service is confined, else `unconfined` says why it is not. `builds` says
    that it has the runtimes built that it asks for, with no unit for that.
    """

    pid: int
    started: float
    release: str
    settings: str | None
    kernels_directory: str
    changed: float | None = None
    environments: int = 0
    kernels: Mapping[str, int] = {}
    problems: tuple[Problem, ...] = ()
    held: tuple[Held, ...] = ()
    mistakes: tuple[Problem, ...] = ()
    watching: Watching = Watching()
    failure: str | None = None
    landlock: int | None = None
    unconfined: str | None = None
    builds: bool = False


def state_path(surroundings: Surroundings) -> str:
    """Return the file of this host's service: several hosts may share a home directory."""
    return os.path.join(state_directory(surroundings), f"service-{surroundings.host}.json")


class StateFile:
    """The file, for the one service that writes it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._written: State | None = None

    def write(self, state: State) -> None:
        """Write the state in one step, if it is another than the last."""
        if state == self._written:
            return
        with contextlib.suppress(OSError):  # nothing depends on it, and the next pass tries again
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            _replace(self._path, json.dumps(_plain(state), indent=1) + "\n")
            self._written = state


def read_state(path: str) -> State | None:
    """Return what the last service wrote; None if there is nothing that makes sense."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError:
        return None
    try:
        written = json.loads(os.read(descriptor, _LARGEST))
        return _state(written) if written.get("version") == _VERSION else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    finally:
        os.close(descriptor)


def _plain(state: State) -> dict[str, object]:
    return {
        "version": _VERSION,
        **as_dict(state),
        "kernels": dict(state.kernels),
        "problems": [as_dict(each) for each in state.problems],
        "held": [as_dict(each) for each in state.held],
        "mistakes": [as_dict(each) for each in state.mistakes],
        "watching": {
            **as_dict(state.watching),
            "problems": [as_dict(each) for each in state.watching.problems],
        },
    }


def _state(written: dict[str, Any]) -> State:
    del written["version"]
    watching = written["watching"]
    return State(
        **{
            **written,
            "problems": _problems(written["problems"]),
            "held": tuple(Held(**each) for each in written["held"]),
            "mistakes": _problems(written["mistakes"]),
            "watching": Watching(**{**watching, "problems": _problems(watching["problems"])}),
        }
    )


def _problems(written: list[dict[str, Any]]) -> tuple[Problem, ...]:
    return tuple(Problem(**each) for each in written)


def _replace(path: str, text: str) -> None:
    temporary = f"{path}.{os.getpid()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(temporary, flags, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
