"""An environment while it is being read, and the words in which the reading can end."""

from __future__ import annotations

import os

from kernelsync.model.environment import Condition, Environment
from kernelsync.model.problem import Problem
from kernelsync.model.surroundings import HIDDEN, WAY_OUT_OF_HIDDEN
from kernelsync.probe.pyvenv_cfg import PyvenvCfg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Candidate, Interpreter, ProvidedKernel
    from kernelsync.probe.base_install import BaseInstall
    from kernelsync.probe.ipykernel import Ipykernel
    from kernelsync.probe.permissions import Fault
    from kernelsync.probe.site_path import Listing

_AGAIN = "Recreate the environment, or exclude it in the settings."

NOTHING_CONFIGURED = PyvenvCfg()


class Draft:
    """What is known of one environment so far.

    `configuration` is its pyvenv.cfg; `bare` says that it has its own standard library,
    as base installs and conda's environments do. `fault` says who else could change it.
    `listings` are the directories that it imports from, `found` is the ipykernel in them.
    The methods end the reading.
    """

    __slots__ = (
        "bare",
        "candidate",
        "configuration",
        "fault",
        "found",
        "has_pip",
        "install",
        "interpreter",
        "ipykernel",
        "listings",
        "problems",
        "project",
        "provided",
        "watch_points",
    )

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.bare = candidate.base
        self.configuration = NOTHING_CONFIGURED
        self.fault: Fault | None = None
        self.interpreter: Interpreter | None = None
        self.install: BaseInstall | None = None
        self.listings: tuple[Listing, ...] = ()
        self.has_pip = True
        self.found: Ipykernel | None = None
        self.ipykernel: str | None = None
        self.provided: tuple[ProvidedKernel, ...] = ()
        self.project = candidate.project
        self.problems: list[Problem] = []
        self.watch_points: list[str] = []

    def awaits(self, *places: str) -> None:
        """Have the directories watched in which what is missing would come; none needs to exist.

        What pyvenv.cfg says may be any text: what is no path from the root is left out.
        """
        for place in places:
            if place not in self.watch_points and os.path.isabs(place) and "\0" not in place:
                self.watch_points.append(place)

    def ready(self) -> Environment:
        """Answer that a kernel can run."""
        return self._answer(Condition.READY, f"ipykernel {self.ipykernel} is installed")

    def without_ipykernel(self, reason: str) -> Environment:
        """Answer that everything but ipykernel is there."""
        return self._answer(Condition.NO_IPYKERNEL, reason)

    def not_ready(self, reason: str) -> Environment:
        """Answer that somebody seems to be at work on it: a later pass will know more."""
        return self._answer(Condition.NOT_READY, reason)

    def unreadable(self, reason: str) -> Environment:
        """Answer that its files cannot be read, which says nothing about their contents."""
        prefix = self.candidate.prefix
        self._note(
            "environment-unreadable",
            f"The environment {prefix} cannot be read: {reason}",
            "Check its permissions and its disk; its kernel stays as it is.",
        )
        return self._answer(Condition.NOT_READY, f"it cannot be read: {reason}")

    def broken(self, reason: str) -> Environment:
        """Answer that it cannot run, and will not without help."""
        prefix = self.candidate.prefix
        self._note("environment-broken", f"The environment {prefix} is broken: {reason}", _AGAIN)
        return self._answer(Condition.BROKEN, reason)

    def unsafe(self, fault: Fault) -> Environment:
        """Answer that somebody else could change what would run, or that nobody can tell."""
        if not fault.certain:
            self.problems.append(_hidden(fault))
            return self._answer(Condition.UNJUDGED, fault.reason)
        prefix = self.candidate.prefix
        self._note(
            "environment-unsafe",
            f"The environment {prefix} does not become a kernel: {fault.reason}",
            "Take that right away (chmod go-w, chown), or exclude it in the settings.",
        )
        return self._answer(Condition.UNSAFE, fault.reason)

    def degraded(self, message: str) -> None:
        """Note what does not keep a kernel from running; the reading goes on."""
        text = f"The environment {self.candidate.prefix} works, but {message}"
        self._note("environment-degraded", text, "Recreate it when you can.")

    def _note(self, code: str, message: str, hint: str) -> None:
        path = self.candidate.prefix
        self.problems.append(Problem(code=code, message=message, path=path, hint=hint))

    def _answer(self, condition: Condition, reason: str) -> Environment:
        return Environment(
            candidate=self.candidate,
            condition=condition,
            reason=reason,
            interpreter=self.interpreter,
            ipykernel=self.ipykernel,
            provided=self.provided,
            project=self.project,
            problems=tuple(self.problems),
            has_pip=self.has_pip,
            watch_points=tuple(self.watch_points),
        )


def _hidden(fault: Fault) -> Problem:
    """Return a problem that many environments share: what they all lie below."""
    return Problem(
        code=HIDDEN,
        message=f"{fault.reason[:1].upper()}{fault.reason[1:]}: what depends on it "
        "does not become a kernel, and keeps the kernel that it has",
        path=fault.path,
        hint=WAY_OUT_OF_HIDDEN,
    )
