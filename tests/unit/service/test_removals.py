"""When removals that are certain are made."""

from __future__ import annotations

from kernelsync.model.kernelspec import InstalledKernel, KernelName, Ownership
from kernelsync.model.outcome import Outcome
from kernelsync.model.plan import Cause, Hold, Plan, Remove
from kernelsync.model.problem import Problem
from kernelsync.service.removals import Removals, let_go
from kernelsync.watch.debounce import Debounce, Patience
from support.values import HOME, STORE, mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.model.plan import Create

_GRACE = 5.0


class _Service:
    """The part of a service that lets removals wait, with a clock to be set."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.users: dict[str, int] = {}
        self.asked: list[str] = []
        self.debounce = Debounce(Patience(grace=_GRACE))
        self._removals = Removals(self.debounce, self._in_use, clock=lambda: self.now)

    def done(self, *actions: Remove | Create, after: float = 0.0) -> list[str]:
        """Return the names of what goes in a pass after so many seconds."""
        plan = self.plan(*actions, after=after)
        return [each.installed.name for each in plan.actions if isinstance(each, Remove)]

    def plan(self, *actions: Remove | Create, after: float = 0.0) -> Plan:
        """Return what is left of the plan of a pass after so many seconds."""
        self.now += after
        return self._removals.review(Plan(actions=actions, unchanged=(KernelName("other"),)))

    def _in_use(self, kernels: Sequence[InstalledKernel]) -> list[int | None]:
        self.asked += [kernel.name for kernel in kernels]
        return [self.users.get(kernel.name) for kernel in kernels]


def _removal(name: str = "thesis", cause: Cause = Cause.GONE) -> Remove:
    kernel = InstalledKernel(
        name=KernelName(name),
        directory=f"{STORE}/{name}",
        in_store=True,
        ownership=Ownership.OURS,
        document={},
        files={},
        mark=mark(f"{HOME}/.venvs/{name}"),
    )
    return Remove(installed=kernel, reason="it is gone", cause=cause)


def test_a_removal_waits_for_the_grace() -> None:
    """It counts from the first pass that missed the environment."""
    service = _Service()
    assert service.done(_removal()) == []
    assert service.done(_removal(), after=4.9) == []
    assert service.done(_removal(), after=0.2) == ["thesis"]


def test_what_waits_counts_as_unchanged() -> None:
    """Nobody is told of a removal that may not come."""
    plan = _Service().plan(_removal())
    assert plan == Plan(actions=(), unchanged=(KernelName("other"), KernelName("thesis")))


def test_the_loop_is_woken_when_the_grace_is_over() -> None:
    """No event would come."""
    service = _Service()
    service.plan(_removal())
    assert service.debounce.next_deadline() == service.now + _GRACE


def test_what_came_back_waits_anew() -> None:
    """`uv venv --clear` twice in five seconds is no removal."""
    service = _Service()
    service.plan(_removal())
    service.plan(after=4.0)
    assert service.done(_removal(), after=2.0) == []
    assert service.done(_removal(), after=5.0) == ["thesis"]


def test_each_environment_waits_by_itself() -> None:
    """One that has waited does not take another along."""
    service = _Service()
    service.plan(_removal("first"))
    assert service.done(_removal("first"), _removal("second"), after=5.0) == ["first"]


def test_an_excluded_environment_waits_too() -> None:
    """Settings may be saved half done."""
    service = _Service()
    assert service.done(_removal(cause=Cause.EXCLUDED)) == []
    assert service.done(_removal(cause=Cause.SETTINGS), after=5.0) == ["thesis"]


def test_another_name_for_the_same_kernel_does_not_wait() -> None:
    """Its successor is there in the same pass."""
    service = _Service()
    assert service.done(_removal(cause=Cause.RENAMED)) == ["thesis"]
    assert service.asked == []


def test_a_kernel_in_use_is_held_until_its_process_has_ended() -> None:
    """It is said which process that is; without it, the removal does not wait again."""
    service = _Service()
    service.users["thesis"] = 4711
    service.plan(_removal())
    (hold,) = service.plan(_removal(), after=5.0).actions
    assert isinstance(hold, Hold)
    assert "process 4711" in hold.reason
    service.users.clear()
    assert service.done(_removal(), after=60.0) == ["thesis"]


def test_processes_are_looked_at_only_when_a_removal_is_due() -> None:
    """Looking at all processes is dear."""
    service = _Service()
    service.plan()
    service.plan(_removal())
    assert service.asked == []
    service.plan(_removal(), after=5.0)
    assert service.asked == ["thesis"]


def test_a_kernel_that_came_back_waits_for_the_grace_again() -> None:
    """Its first removal was carried out; `undo` and backups bring kernels back."""
    service, removal = _Service(), _removal()
    assert service.done(removal) == []
    assert service.done(removal, after=_GRACE) == ["thesis"]
    let_go(service.debounce, [Outcome(action=removal)])
    assert service.done(removal, after=1.0) == []
    assert service.done(removal, after=_GRACE) == ["thesis"]


def test_a_removal_that_failed_waits_no_more() -> None:
    """Somebody has to try again."""
    service, removal = _Service(), _removal()
    service.done(removal)
    assert service.done(removal, after=_GRACE) == ["thesis"]
    problem = Problem(code="not-written", message="the disk does not answer")
    let_go(service.debounce, [Outcome(action=removal, problem=problem)])
    assert service.done(removal, after=1.0) == ["thesis"]
