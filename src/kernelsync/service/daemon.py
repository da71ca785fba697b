"""The service's loop: wait, a pass, say what it brought; one thread does all of it."""

from __future__ import annotations

import logging
import os
import time

from kernelsync.confinement import CONFINED, confine, sentence
from kernelsync.model.problem import Problem
from kernelsync.model.value import replace
from kernelsync.pass_options import PassOptions
from kernelsync.runtimes.layout import runtimes_directory
from kernelsync.service.attendant import Attendant, Stopped
from kernelsync.service.brief import (
    Brief,
    awaited,
    environments_of,
    kernels_to_watch,
    packed,
    unpacked,
    unready,
)
from kernelsync.service.notify import Notify
from kernelsync.service.parts import parts_of, requests_of
from kernelsync.service.passes import carry_out
from kernelsync.service.removals import Removals, let_go
from kernelsync.service.report import Report, summary
from kernelsync.service.runtime_requests import lacking
from kernelsync.service.single_instance import lock_path, single_instance
from kernelsync.watch.debounce import Due
from kernelsync.watch.supervisor import Backoff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.service.parts import Parts
    from kernelsync.service.settings_file import SettingsFile
    from kernelsync.service.state import State

_FIRST_RETRY = 1.0
_LONGEST_RETRY = 60.0
_REST = 1.5
"""Seconds without a pass after which it rests: an installer causes one pass after another."""
_MOST_BETWEEN_RESTS = 25
"""Passes after which it rests come what may: nothing collects garbage meanwhile."""
_START_ANEW = 1
"""The exit code after which a service manager starts it again."""
_EVERYTHING = Due(everything=True)
_logger = logging.getLogger(__name__)


def serve(file: SettingsFile, builder: Sequence[str] | None = None) -> int:
    """Run the service until it is told to stop; return its exit code.

    `builder` is the command that builds the runtimes it asks for, None where a unit does.

    Raises:
        KernelsDirectoryError: another service runs on this host.
    """
    surroundings = file.basis.surroundings
    with single_instance(lock_path(surroundings)):
        notify = Notify(surroundings.environ, os.getpid())
        # In this order: who is confined starts nothing, and threads have to begin confined.
        requests = requests_of(builder, surroundings.environ, clock=time.monotonic)
        confinement = confine(file.basis.kernels_directory, surroundings)
        _logger.info("%s", sentence(confinement))
        parts = parts_of(file, clock=time.monotonic, requests=requests, confinement=confinement)
        return Daemon(file, notify, parts).run()


class Daemon:
    """The loop.

    A pass that fails by a bug of ours is tried again, later and later. Meanwhile the
    watchdog hears nothing: if that goes on, the service manager starts us anew.
    """

    def __init__(self, file: SettingsFile, notify: Notify, parts: Parts) -> None:
        self._file = file
        self._notify = notify
        self._parts = parts
        self._requests = parts.requests
        self._clock = parts.clock
        self._tower = parts.tower
        self._signals = parts.signals
        self._probed = parts.probed
        self._confinement = parts.confinement
        self._report = Report(pid=os.getpid(), started=time.time())
        self._state: State | None = None
        self._backoff = Backoff(_FIRST_RETRY, _LONGEST_RETRY)
        self._failure: str | None = None
        self._retry_at: float | None = None
        self._rest_at: float | None = None
        self._unrested = 0
        self._said = 0.0
        self._is_ready = False

    def run(self) -> int:
        """Turn until a signal ends it; return the exit code."""
        self._signals.install()
        self._notify.status("looking at everything for the first time")
        try:
            self._pass(_EVERYTHING)
            while not self._signals.stopping:
                self._turn()
        except Stopped:
            _logger.debug("stopped in the middle of a pass")
        self._notify.stopping()
        self._requests.close()
        self._tower.close()
        return self._signals.exit_code

    def _turn(self) -> None:
        due = self._tower.lookout.wait(self._until())
        if self._signals.stopping:
            return
        if due is not None:
            due = self._parts.echoes.without(due)
        if self._signals.take_reload():
            self._notify.reloading()
            self._file.refresh(force=True)
            self._pass(_EVERYTHING)
            self._notify.ready()
        elif due is not None or self._is_retry_due():
            self._pass(due or _EVERYTHING)
        elif not self._rested():
            self._say_alive()

    def _until(self) -> float | None:
        """Return when to wake although nothing happens: to rest, to try again, for the watchdog."""
        watchdog = self._notify.watchdog
        alive_at = None if watchdog is None else self._said + watchdog
        times = (self._rest_at, self._retry_at, alive_at)
        return min((time for time in times if time is not None), default=None)

    def _rested(self) -> bool:
        """Let go of what only the next pass needs, once none has followed the last for a while."""
        if self._rest_at is None or self._clock() < self._rest_at:
            return False
        self._rest_at, self._unrested = None, 0
        self._file.basis.reconciler.forget()
        self._parts.housekeeping.give_back(0 if self._state is None else self._state.environments)
        return True

    def _is_retry_due(self) -> bool:
        return self._retry_at is not None and self._clock() >= self._retry_at

    def _pass(self, due: Due) -> None:
        """Carry out the pass that is due, come what may."""
        try:
            if self._file.refresh() or self._failure is not None:
                due = _EVERYTHING
            self._require_room()
            self._tower.adopt(self._file.basis.settings.service)
            self._probed.begin(due)
            looked = time.time()
            self._publish(self._carried_out(due), looked)
        except Exception as error:  # the boundary of the pass: the service goes on
            failure = f"{type(error).__name__}: {error}"
            if failure != self._failure:
                _logger.exception("a pass failed by a bug of kernelsync; it will be tried again")
            self._failed(failure)
        else:
            self._failure = self._retry_at = None
            self._say_alive()
            if not self._is_ready:
                self._is_ready = True
                self._notify.ready()
        self._unrested += 1
        is_tired = self._unrested >= _MOST_BETWEEN_RESTS
        self._rest_at = self._clock() + (0.0 if is_tired else _REST)

    def _require_room(self) -> None:
        """End, to be started anew, if kernelspecs go where a confined service cannot write.

        Without a service manager nobody would start it; then it is a problem of each pass.
        """
        lost = self._confinement.lost(self._file.basis.kernels_directory)
        if lost is not None and self._notify.is_heard:
            _logger.warning("%s is new here, and out of reach; starting anew", lost)
            self._signals.end(_START_ANEW)
            raise Stopped

    def _out_of_reach(self) -> tuple[Problem, ...]:
        lost = self._confinement.lost(self._file.basis.kernels_directory)
        return () if lost is None else (_out_of_reach(lost),)

    def _options(self, due: Due) -> PassOptions:
        debounce = self._tower.lookout.debounce
        removals = Removals(debounce, self._parts.in_use, clock=self._clock)
        attendant = Attendant(due, self._probed, removals, self._signals.is_stopping)
        return PassOptions(attendance=attendant, eager=bool(due.directories))

    def _carried_out(self, due: Due) -> Brief:
        """Carry out a pass, and let go of all that it made but the little that is left to do.

        What stays for good is made afterwards: in between, it would hold on to the pages of
        everything that was made beside it.
        """
        basis, options = self._file.basis, self._options(due)
        result = carry_out(basis, options, self._parts.lock(options.attendance.interrupt))
        self._probed.end()
        self._parts.echoes.expect(basis.kernels_directory, result.outcomes)
        let_go(self._tower.lookout.debounce, result.outcomes)
        places = self._parts.places(result, basis.settings, basis.surroundings)
        return Brief(
            state=self._report.of_pass(result, self._file),
            places=packed(
                (
                    *places.all,
                    *self._parts.newcomers.points(
                        due.directories, environments_of(result), places.containers
                    ),
                    *kernels_to_watch(result, basis.kernels_directory),
                    runtimes_directory(basis.surroundings),
                )
            ),
            unready=unready(result),
            awaited=awaited(result),
            missing=lacking(result, basis.surroundings),
        )

    def _publish(self, brief: Brief, looked: float) -> None:
        self._tower.await_more(brief.unready, brief.awaited)
        places = (*unpacked(brief.places), *self._file.watch_points())
        watching = self._tower.follow(places, looked)
        state = replace(
            brief.state,
            problems=(*brief.state.problems, *self._out_of_reach()),
            landlock=self._confinement.version,
            unconfined=self._confinement.reason,
            builds=self._requests.builds,
        )
        self._tell(self._report.complete(state, watching))
        self._parts.touch()
        self._requests.ask(brief.missing, self._file.basis.surroundings)

    def _failed(self, failure: str) -> None:
        """Take note of what happened, and try again later."""
        self._failure = failure
        self._retry_at = self._backoff.next_attempt(self._clock())
        if self._state is not None:
            self._tell(replace(self._state, failure=failure))

    def _tell(self, state: State) -> None:
        self._state = state
        self._notify.status(summary(state))
        self._parts.state_file.write(state)

    def _say_alive(self) -> None:
        self._said = self._clock()
        if self._failure is None:
            self._notify.alive()


def _out_of_reach(path: str) -> Problem:
    return Problem(
        code=CONFINED,
        message=f"kernelspecs cannot be written: {path} is new, and this service has confined "
        "itself to the directories that there were when it began",
        path=path,
        hint="end the service and start it again",
    )
