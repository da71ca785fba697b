"""What one pass is asked for, and who has a say in it."""

from __future__ import annotations

from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Candidate, Environment
    from kernelsync.model.plan import Plan


class Attendance:
    """What a service has a say in while a pass is carried out; by default, in nothing."""

    def review(self, plan: Plan) -> Plan:
        """Return what of a guarded plan is to be done now."""
        return plan

    def hints(self) -> frozenset[str] | None:
        """Return where something may have changed since the last look, None if anywhere."""
        return None

    def recall(self, _candidate: Candidate) -> Environment | None:
        """Return what needs no look; may raise to end the pass."""
        return None

    def is_quiet(self, _environment: Environment) -> bool:
        """Whether nothing has changed in an environment since the last pass, for certain."""
        return False

    def learn(self, environment: Environment) -> None:
        """Take note of what was just probed, if the memory of all passes does not have it."""

    def interrupt(self) -> None:
        """Raise to end the pass between two actions: nothing is half done."""


_NOBODY = Attendance()


class PassOptions(Value):
    """What one pass is asked for.

    `roots` are absolute paths to search besides those of the settings; `confirmed` carries
    out removals that would be held. `eager` takes the lock without a look before:
    something has most likely changed. `attendance` takes part in it.
    """

    roots: tuple[str, ...] = ()
    confirmed: bool = False
    eager: bool = False
    attendance: Attendance = _NOBODY
