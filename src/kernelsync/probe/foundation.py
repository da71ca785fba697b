"""The first half of a reading: what kind of environment it is, and which Python it runs."""

from __future__ import annotations

from kernelsync.probe import pyvenv_cfg
from kernelsync.probe.files import is_directory, read, status_of
from kernelsync.probe.interpreter import Interpreters, describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment
    from kernelsync.probe.draft import Draft
    from kernelsync.probe.permissions import Trust

_YOUNG = 60.0


class Foundation:
    """Fills in what a draft needs before its packages can be looked for.

    Each step ends the reading with an answer, or returns None for the next one. `now` is
    the wall clock in seconds.
    """

    def __init__(self, trust: Trust, platform: str, now: float) -> None:
        self._trust = trust
        self._now = now
        self._interpreters = Interpreters(trust, platform)
        self._homes: dict[str, bool] = {}

    def configure(self, draft: Draft) -> Environment | None:
        """Judge the prefix, and read pyvenv.cfg or what stands in for it."""
        prefix, real = draft.candidate.prefix, draft.candidate.real
        draft.watch_points.append(prefix)
        draft.fault = self._trust.fault_above(real) or self._trust.fault(real)
        if prefix != real:
            draft.fault = draft.fault or self._trust.fault_all(prefix)
            # Removing a link raises no event in the directory that it leads to.
            draft.watch_points[0] = prefix.rpartition("/")[0] or "/"
        if draft.bare:
            return None
        path = f"{prefix}/pyvenv.cfg"
        try:
            contents, status = read(path)
        except (FileNotFoundError, NotADirectoryError):
            return _configure_without_file(draft)
        draft.fault = draft.fault or self._trust.fault_of(path, status)
        draft.configuration = pyvenv_cfg.parse(contents)
        if not draft.configuration.home:
            draft.awaits(prefix)
            return self.unfinished(draft, "its pyvenv.cfg does not say where its base is")
        return None

    def interpret(self, draft: Draft) -> Environment | None:
        """Find the interpreter, and the base install at the end of its links."""
        found = self._interpreters.find(draft.candidate.prefix)
        if found is None:
            draft.awaits(self._interpreters.place_in(draft.candidate.prefix))
            return self.unfinished(draft, "it has no bin/python")
        path, status = found
        directory = path.rpartition("/")[0]
        draft.watch_points.append(directory)
        program = self._interpreters.behind(path, status, draft.configuration)
        draft.interpreter = describe(path, program, draft.configuration.version)
        draft.install = program.install
        draft.fault = draft.fault or self._trust.fault(directory) or program.fault
        if draft.fault is not None:
            return draft.unsafe(draft.fault)
        if program.install is None:
            draft.awaits(*program.awaited)
            return draft.broken(program.broken or "its base Python is not complete")
        if draft.bare and not path.endswith("/python") and self._is_young(status.st_mtime):
            # python-build adds bin/python at the very end.
            return draft.not_ready("it is being installed: it has no bin/python yet")
        if not draft.bare:
            self._note_contradictions(draft, program.install.minor)
        return None

    def unfinished(self, draft: Draft, reason: str) -> Environment:
        """Answer that something is missing which whoever makes it may be about to add."""
        status = status_of(f"{draft.candidate.prefix}/pyvenv.cfg")
        if draft.bare or (status is not None and self._is_young(status.st_mtime)):
            return draft.not_ready(f"{reason} yet")
        return draft.broken(reason)

    def _note_contradictions(self, draft: Draft, runs: str) -> None:
        """Note where pyvenv.cfg contradicts what is there; Python itself manages."""
        home, version = draft.configuration.home, draft.configuration.version
        if home not in self._homes:
            self._homes[home] = is_directory(home)
        if not self._homes[home]:
            draft.degraded(f"its pyvenv.cfg names a base that is gone: {home}")
        says = pyvenv_cfg.minor_of(version)
        if says and says != runs:
            draft.degraded(f"its pyvenv.cfg says Python {says}, while it runs {runs}")

    def _is_young(self, changed: float) -> bool:
        # A clock that was set back makes files of the future; those are not young.
        return abs(self._now - changed) < _YOUNG


def _configure_without_file(draft: Draft) -> Environment | None:
    from kernelsync.probe.configuration import (  # noqa: PLC0415 - few environments are such
        is_conda,
        legacy_configuration,
    )

    prefix = draft.candidate.prefix
    if is_conda(prefix):
        draft.bare = True
        return None
    configuration = legacy_configuration(prefix)
    if configuration is None:
        draft.awaits(prefix)
        return draft.not_ready("it has no pyvenv.cfg: it is being made, or removed")
    draft.configuration = configuration
    return None
