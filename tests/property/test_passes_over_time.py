"""Whatever happens to environments between passes, the promises about kernels hold."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kernelsync.config.load import load
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.locators import MANAGERS
from kernelsync.model.plan import Create, Hold, Remove, Update
from kernelsync.model.surroundings import Surroundings
from kernelsync.pass_options import PassOptions
from kernelsync.reconcile import Reconciler
from support.snapshots import contents, identities
from support.trees import make_base, make_venv, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.kernelspecs.writer import Writer
    from kernelsync.model.outcome import Outcome, PassResult
    from kernelsync.model.plan import Action

_NAMES = st.sampled_from(["app", "App", "data", "data-py3.12", "python3", "プロジェクト"])
_ROOTS = st.sampled_from([".virtualenvs", ".venvs"])


class Crash(BaseException):
    """The process ends here; nothing may catch it."""


class CrashingWriter:
    """Carries out some actions, and then dies."""

    def __init__(self, writer: Writer, left: int) -> None:
        self._writer = writer
        self._left = left

    def __enter__(self) -> CrashingWriter:  # noqa: PYI034 - nothing inherits from this
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def apply(self, action: Action) -> Outcome:
        """Carry out an action, unless it is time to die."""
        if self._left == 0:
            raise Crash
        self._left -= 1
        return self._writer.apply(action)

    def create(self, creations: Sequence[Create], *, more: bool = False) -> list[Outcome]:
        """Carry out as many of them as are left before it dies."""
        left = self._left
        self._left -= len(creations)
        if self._left < 0:
            self._left = 0
            self._writer.create(creations[:left], more=True)
            raise Crash
        return self._writer.create(creations, more=more)


class CrashingStore(KernelStore):
    """A store whose process dies after some actions."""

    def __init__(self, directory: str, host: str, after: int) -> None:
        super().__init__(directory, host)
        self._after = after

    def prepare(self, now: float) -> CrashingWriter:  # type: ignore[override] # what a pass uses of it
        """Return a writer that will not come to its end."""
        return CrashingWriter(super().prepare(now), self._after)


class Passes(RuleBasedStateMachine):
    """A home directory in which environments come and go, and kernelsync runs now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.home = tempfile.mkdtemp(prefix="kernelsync-passes-")
        self.base = make_base(f"{self.home}/opt/python")
        write(f"{self.home}/.virtualenvs/postactivate", "# a hook file\n")
        os.makedirs(f"{self.home}/.venvs")
        self.kernels = f"{self.home}/.local/share/jupyter/kernels"
        self.untouchable: dict[str, dict[str, bytes]] = {}
        self.names: dict[str, str] = {}

    def teardown(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.home)

    # What happens between passes.

    @rule(root=_ROOTS, name=_NAMES, ipykernel=st.sampled_from(["6.29.5", "7.0.0", None]))
    def make(self, root: str, name: str, ipykernel: str | None) -> None:
        """Somebody makes an environment."""
        prefix = f"{self.home}/{root}/{name}"
        if os.path.isdir(f"{self.home}/{root}") and not os.path.exists(prefix):
            make_venv(prefix, base=self.base, ipykernel=ipykernel)

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """Somebody removes an environment."""
        if prefixes := self.environments():
            shutil.rmtree(data.draw(st.sampled_from(prefixes)))

    @rule(data=st.data(), name=_NAMES)
    def rename(self, data: st.DataObject, name: str) -> None:
        """Somebody renames an environment."""
        if prefixes := self.environments():
            old = data.draw(st.sampled_from(prefixes))
            new = f"{os.path.dirname(old)}/{name}"
            if not os.path.exists(new):
                os.rename(old, new)

    @rule(data=st.data())
    def break_interpreter(self, data: st.DataObject) -> None:
        """The Python below an environment goes away."""
        if prefixes := self.environments():
            link = f"{data.draw(st.sampled_from(prefixes))}/bin/python"
            os.unlink(link)
            os.symlink("/nowhere/python", link)

    @rule(root=_ROOTS)
    def root_goes_or_returns(self, root: str) -> None:
        """A disk is unmounted, or mounted again."""
        place, aside = f"{self.home}/{root}", f"{self.home}/aside{root}"
        os.rename(*((place, aside) if os.path.isdir(place) else (aside, place)))

    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        """Somebody edits a kernelspec of ours, which then is theirs."""
        ours = sorted(set(self.installed()) - set(self.untouchable))
        if not ours:
            return
        name = data.draw(st.sampled_from(ours))
        path = f"{self.kernels}/{name}/kernel.json"
        with open(path, encoding="utf-8") as stream:
            document = json.load(stream)
        document["display_name"] = "mine"
        write(path, json.dumps(document))
        self.untouchable[name] = contents(f"{self.kernels}/{name}")

    @rule(name=_NAMES)
    def write_by_hand(self, name: str) -> None:
        """Somebody writes a kernelspec of their own."""
        name = name.lower()
        if name.isascii() and not os.path.exists(f"{self.kernels}/{name}"):
            document = {"argv": ["/usr/bin/R"], "display_name": "R", "language": "R"}
            write(f"{self.kernels}/{name}/kernel.json", json.dumps(document))
            self.untouchable[name] = contents(f"{self.kernels}/{name}")

    # Passes.

    @rule()
    def run(self) -> None:
        """A pass: it does what it should, and another one right after it is silent."""
        result = self.pass_over(KernelStore(self.kernels, "this-host"))
        assert not any(outcome.problem for outcome in result.outcomes), result.outcomes
        self.check_kernels(result)
        before = identities(self.home)
        again = self.pass_over(KernelStore(self.kernels, "this-host"))
        changes = [each for each in again.plan.actions if _changes(each)]
        assert not changes, changes
        assert identities(self.home) == before

    @rule(after=st.integers(0, 3))
    def die(self, after: int) -> None:
        """A pass that is killed; the invariants hold all the same."""
        with contextlib.suppress(Crash):
            self.pass_over(CrashingStore(self.kernels, "this-host", after))
        # What it removed before it died was to go; the next pass cannot know of it.
        left = self.installed()
        self.names = {prefix: name for prefix, name in self.names.items() if name in left}

    @precondition(lambda self: self.installed())
    @rule()
    def look(self) -> None:
        """A dry run writes nothing."""
        before = identities(self.home)
        self.reconciler(KernelStore(self.kernels, "this-host")).look(PassOptions())
        assert identities(self.home) == before

    @invariant()
    def others_are_untouched(self) -> None:
        """What is not ours, or not ours any more, stays to the byte."""
        for name, files in self.untouchable.items():
            assert contents(f"{self.kernels}/{name}") == files, name

    @invariant()
    def every_kernelspec_is_whole(self) -> None:
        """Jupyter can read whatever is in the directory, and nothing else is there."""
        for name in self.installed():
            with open(f"{self.kernels}/{name}/kernel.json", encoding="utf-8") as stream:
                assert json.load(stream)["argv"], name

    # Helpers.

    def environments(self) -> list[str]:
        """Return the prefixes that exist."""
        return sorted(
            entry.path
            for root in (".virtualenvs", ".venvs")
            if os.path.isdir(f"{self.home}/{root}")
            for entry in os.scandir(f"{self.home}/{root}")
            if entry.is_dir()
        )

    def installed(self) -> list[str]:
        """Return the names of all kernelspecs."""
        return sorted(os.listdir(self.kernels)) if os.path.isdir(self.kernels) else []

    def reconciler(self, store: KernelStore) -> Reconciler:
        """Return what runs passes in this home."""
        outside = Surroundings(
            environ={},
            home=self.home,
            uid=os.geteuid(),
            host="this-host",
            platform="linux",
            prefix="/usr",
        )
        wanted = load(None, required=False, home=self.home, managers=MANAGERS)
        return Reconciler(wanted, outside, store=store, jupyter_path=(self.kernels,))

    def pass_over(self, store: KernelStore) -> PassResult:
        """Run one pass without a lock: nobody else is here."""
        return self.reconciler(store).run(PassOptions(), contextlib.nullcontext)

    def check_kernels(self, result: PassResult) -> None:
        """After a pass, each environment that can be a kernel is one, and keeps its name."""
        held = {action.installed.name for action in result.plan.actions if isinstance(action, Hold)}
        kernels: dict[str, str] = {}
        for name in set(self.installed()) - set(self.untouchable):
            with open(f"{self.kernels}/{name}/kernel.json", encoding="utf-8") as stream:
                prefix = json.load(stream)["metadata"]["kernelsync"]["prefix"]
            assert name in held or self.can_run(prefix), f"{name} outlived {prefix}"
            assert prefix not in kernels, f"{prefix} has two kernels"
            kernels[prefix] = name
        for prefix, name in self.names.items():
            unmounted = not os.path.isdir(os.path.dirname(prefix))
            assert name in self.installed() or not unmounted, f"{name} went with its disk"
        runnable = {prefix for prefix in self.environments() if self.can_run(prefix)}
        edited = {prefix for prefix in runnable if prefix not in kernels}
        assert len(edited) <= len(self.untouchable), f"{edited} have no kernels"
        for prefix, name in kernels.items():
            assert self.names.get(prefix, name) == name, f"{prefix} lost its name"
        self.names = kernels

    def can_run(self, prefix: str) -> bool:
        """Return whether an environment exists, with an interpreter and ipykernel."""
        launcher = f"{prefix}/lib/python3.12/site-packages/ipykernel_launcher.py"
        return os.path.exists(f"{prefix}/bin/python") and os.path.exists(launcher)


def _changes(action: Action) -> bool:
    return isinstance(action, Create | Update | Remove)


TestPassesOverTime = Passes.TestCase
TestPassesOverTime.settings = settings(
    max_examples=int(os.environ.get("KERNELSYNC_HISTORIES", "200")),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
