"""`kernelsync runtime`: show, install or remove runtimes."""

from __future__ import annotations

import os
import sys

from kernelsync.cli.commands.equipping import equip
from kernelsync.cli.commands.runtime_needs import needs_of
from kernelsync.cli.progress import Progress
from kernelsync.errors import UsageError
from kernelsync.machine import runtimes_here
from kernelsync.model.natural import in_natural_order, natural
from kernelsync.model.runtime import spelled
from kernelsync.model.value import Value, replace
from kernelsync.places import cache_directory
from kernelsync.planning.lack import problem_of
from kernelsync.probe.lenders import judge_for
from kernelsync.runtimes.failure import BuildFailure
from kernelsync.runtimes.install import Installer
from kernelsync.runtimes.pins import pins_for
from kernelsync.runtimes.removal import remove_replaced, remove_runtimes
from kernelsync.runtimes.request import take_request
from kernelsync.runtimes.verifying import examined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kernelsync.cli.arguments import Arguments
    from kernelsync.cli.commands.runtime_needs import Needs
    from kernelsync.cli.session import Session
    from kernelsync.model.problem import Problem
    from kernelsync.model.runtime import Ailing, Runtime, Runtimes
    from kernelsync.model.surroundings import Surroundings


_WAITING = "waiting for another kernelsync, which builds runtimes"


class RuntimeWish(Value):
    """What the command line asks for; `keys` are those that the service asked for."""

    topic: str
    pythons: tuple[str, ...] = ()
    missing: bool = False
    requested: bool = False
    upgrade: bool = False
    quiet: bool = False
    keys: tuple[str, ...] = ()


class RuntimeResult(Value):
    """What is there now, and what was done; older Pythons come first.

    `runtimes` are whole, `ailing` are the others that are there. `used_by` are the environments
    that borrow from each runtime, or would, by its key; `kernels` are the kernels that borrow.
    `outdated` are the keys of those of which there is a newer version.
    """

    topic: str
    directory: str
    runtimes: tuple[Runtime, ...]
    used_by: Mapping[str, tuple[str, ...]]
    ailing: tuple[Ailing, ...] = ()
    kernels: Mapping[str, tuple[str, ...]] = {}
    outdated: tuple[str, ...] = ()
    installed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 if something could not be done."""
        return 1 if self.problems else 0

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys of the runtimes that environments need, and that are not there."""
        there = {each.key for each in self.runtimes} | {each.key for each in self.ailing}
        return tuple(key for key in in_natural_order(self.used_by) if key not in there)


def asked_for(parsed: Arguments) -> RuntimeWish:
    """Return what the command line asks for.

    Raises:
        UsageError: it does not fit together.
    """
    wish = RuntimeWish(
        topic=parsed.topic,
        pythons=tuple(parsed.pythons),
        missing=parsed.missing,
        requested=parsed.requested,
        upgrade=parsed.upgrade,
        quiet=parsed.quiet,
    )
    some = wish.pythons or wish.missing or wish.requested
    if wish.topic == "install" and not (some or wish.upgrade):
        message = "'runtime install' needs to know which"
        raise UsageError(message, hint="name Pythons (3.12), or say --missing or --upgrade")
    if wish.topic != "install" and (wish.missing or wish.requested or wish.upgrade):
        message = "--missing, --requested and --upgrade are for 'runtime install'"
        raise UsageError(message)
    if wish.topic == "list" and wish.pythons:
        message = "'runtime list' takes no Pythons"
        raise UsageError(message, hint="it shows all runtimes")
    return wish


def run(session: Session, wish: RuntimeWish) -> RuntimeResult:
    """Do what is asked for.

    Raises:
        UsageError: what is named is not a Python's version.
    """
    if wish.requested:
        wish = replace(wish, keys=tuple(take_request(session.surroundings)))
    before = runtimes_here(session.surroundings)
    if wish.topic != "remove":
        before = examined(before)
    needs = needs_of(session, before)
    installed: Sequence[str] = ()
    removed: Sequence[str] = ()
    problems: Sequence[Problem] = ()
    if wish.topic == "install":
        installed, problems = _install(session, wish, before, needs)
    elif wish.topic == "remove":
        keys = _keys_to_remove(wish, before, needs)
        removed, problems = remove_runtimes(before.directory, keys, needs.used_by)
    after = before
    if wish.topic == "list":
        problems = _problems(after, needs)
    elif installed or removed:
        after = examined(runtimes_here(session.surroundings))
    return RuntimeResult(
        topic=wish.topic,
        directory=after.directory,
        runtimes=tuple(sorted(after.installed, key=lambda runtime: natural(runtime.key))),
        used_by=needs.used_by,
        ailing=tuple(sorted(after.ailing, key=lambda ailing: natural(ailing.key))),
        kernels=needs.kernels,
        outdated=tuple(each.key for each in after.installed if _is_outdated(each)),
        installed=tuple(installed),
        removed=tuple(removed),
        problems=tuple(problems),
    )


def _install(
    session: Session, wish: RuntimeWish, before: Runtimes, needs: Needs
) -> tuple[list[str], list[Problem]]:
    there = {runtime.key for runtime in before.installed}
    keys = [
        key for key in _keys_to_install(wish, before, needs) if key not in there or wish.upgrade
    ]
    refused = judge_for(session.surroundings)(before.directory)
    if refused is not None:
        return [], [refused]
    unequipped = equip(before.directory)
    installed, problems = install(session.surroundings, before.directory, keys, quiet=wish.quiet)
    remove_replaced(before.directory, there.difference(installed))
    return installed, [*dict.fromkeys((*unequipped, *problems))]


def install(
    surroundings: Surroundings, directory: str, keys: Sequence[str], *, quiet: bool = False
) -> tuple[list[str], list[Problem]]:
    """Build runtimes, and show how far that is; return the keys of those that are new.

    Each that fails is a problem, and the others are built all the same.
    """
    done: list[str] = []
    problems: list[Problem] = []
    progress = Progress(sys.stderr, quiet=quiet)
    for key in keys:
        installer = Installer(
            directory,
            os.path.join(cache_directory(surroundings), "wheels"),
            surroundings.environ,
            tell=lambda count, total, key=key: progress.show(key, count, total),  # type: ignore[misc] # an argument is bound
            waiting=lambda: progress.say(_WAITING),
            judge=judge_for(surroundings),
        )
        try:
            if installer.install(key, pins_for(key)):
                done.append(key)
        except BuildFailure as failure:
            problems.append(failure.problem)
        finally:
            progress.end()
    return done, problems


def _keys_to_install(wish: RuntimeWish, before: Runtimes, needs: Needs) -> list[str]:
    if wish.missing:
        return in_natural_order(needs.used_by)
    if wish.requested:
        return [key for key in wish.keys if key in needs.used_by]
    if not wish.pythons:
        return _keys_of(before)
    return [key for python in wish.pythons for key in needs.keys_of(python, before)]


def _keys_to_remove(wish: RuntimeWish, before: Runtimes, needs: Needs) -> list[str]:
    if not wish.pythons:
        return [key for key in _keys_of(before) if key not in needs.used_by]
    keys = []
    for python in wish.pythons:
        found = [key for key in _keys_of(before) if spelled(key) == python]
        if not found:
            message = f"there is no runtime for Python {python}"
            raise UsageError(message, hint="'kernelsync runtime list' shows those that are there")
        keys += found
    return keys


def _keys_of(runtimes: Runtimes) -> list[str]:
    """Return the keys of all that are there, in whatever state."""
    whole = [each.key for each in runtimes.installed]
    return in_natural_order((*whole, *(each.key for each in runtimes.ailing)))


def _problems(runtimes: Runtimes, needs: Needs) -> list[Problem]:
    if runtimes.distrust is not None:
        return [problem_of(runtimes.distrust)]
    return [problem_of(each, [*needs.kernels.get(each.key, ())]) for each in runtimes.ailing]


def _is_outdated(runtime: Runtime) -> bool:
    try:
        # One that was built anew beside a damaged one has a number besides.
        return not os.path.basename(runtime.build).startswith(pins_for(runtime.key).id)
    except BuildFailure:
        return False
