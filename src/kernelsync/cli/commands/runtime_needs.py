"""Which runtimes the environments of this machine need."""

from __future__ import annotations

from kernelsync.errors import UsageError
from kernelsync.model.environment import Condition
from kernelsync.model.outcome import State
from kernelsync.model.runtime import key_of, spelled
from kernelsync.model.settings import MissingIpykernel
from kernelsync.model.value import Value
from kernelsync.pass_options import PassOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kernelsync.cli.session import Session
    from kernelsync.model.environment import Interpreter
    from kernelsync.model.outcome import Standing
    from kernelsync.model.runtime import Runtimes

_BORROWS = frozenset({State.NO_IPYKERNEL, State.KERNEL})
_WIDE = {"2.7": "mu"}
_NARROW = {"2.7": "m"}
_FLAGS = "td"
_PYPY = "pypy"


class Needs(Value):
    """The environments that borrow, or would, by the key of their runtime; and all keys.

    `kernels` are those that borrow already, by their names.
    """

    used_by: Mapping[str, tuple[str, ...]]
    kernels: Mapping[str, tuple[str, ...]]
    seen: tuple[str, ...]

    def keys_of(self, python: str, runtimes: Runtimes) -> list[str]:
        """Return the keys that "3.12", "3.14t" or "pypy3.9" stands for, environments' first.

        Raises:
            UsageError: it is not a Python's version.
        """
        bare = python.removeprefix(_PYPY)
        minor = bare.rstrip(_FLAGS)
        numbers = minor.split(".")
        if len(numbers) != 2 or not all(each.isdecimal() for each in numbers):  # noqa: PLR2004 - X.Y
            message = f"{python!r} is not a version like 3.12"
            raise UsageError(message, hint="free-threaded Pythons have a 't': 3.14t; and pypy3.9")
        widths = _NARROW if runtimes.system == "darwin" else _WIDE
        abi = f"{minor.replace('.', '')}{bare[len(minor) :]}"
        abi = f"cp{abi}{widths.get(minor, '')}" if bare == python else f"pp{abi}"
        default = key_of(abi, runtimes.system, runtimes.machine)
        found = [key for key in self.seen if spelled(key) == python]
        return found or [default]


def needs_of(session: Session, runtimes: Runtimes) -> Needs:
    """Look at all environments, and say which runtimes they need."""
    view = session.reconciler.look(PassOptions())
    is_wanted = session.settings.kernels.missing_ipykernel is MissingIpykernel.RUNTIME
    found: dict[str, list[str]] = {}
    kernels: dict[str, list[str]] = {}
    seen: set[str] = set()
    for interpreter, standing in _with_interpreter(view.standings):
        key = runtimes.key_for(interpreter)
        seen.add(key)
        if is_wanted and _borrows(standing) and runtimes.is_offered(key):
            found.setdefault(key, []).append(standing.environment.candidate.prefix)
            if standing.kernel is not None:
                kernels.setdefault(key, []).append(standing.kernel)
    return Needs(used_by=_sorted(found), kernels=_sorted(kernels), seen=tuple(sorted(seen)))


def _sorted(found: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sorted(found[key])) for key in sorted(found)}


def _with_interpreter(
    standings: tuple[Standing, ...],
) -> Iterator[tuple[Interpreter, Standing]]:
    for standing in standings:
        interpreter = standing.environment.interpreter
        if interpreter is not None:
            yield interpreter, standing


def _borrows(standing: Standing) -> bool:
    """Tell whether an environment is, or would be, a kernel with a runtime's help."""
    lacks = standing.environment.condition is Condition.NO_IPYKERNEL
    return lacks and standing.state in _BORROWS
