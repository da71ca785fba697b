"""The probe: says of a candidate what its files say, and whether a kernel could run."""

from __future__ import annotations

import errno
import os

from kernelsync.errors import NO_ANSWER
from kernelsync.probe.draft import Draft
from kernelsync.probe.foundation import Foundation
from kernelsync.probe.packages import Packages, other_minors
from kernelsync.probe.permissions import HiddenOwnerError, Trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Candidate, Environment
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.probe.base_install import BaseInstall

_UNREADABLE = NO_ANSWER | {errno.EACCES, errno.EPERM}


class Prober:
    """Reads environments, never running or changing anything; made anew for each pass.

    What many environments share (base installs, directories above them, groups, equal
    kernelspecs) is read once and remembered. `now` is the wall clock, in seconds since
    1970, by which something is young enough to be still in the making. `trust` is the
    pass's own, where it has judged something before.
    """

    def __init__(
        self, surroundings: Surroundings, *, now: float, trust: Trust | None = None
    ) -> None:
        trust = trust or Trust(surroundings.uid, surroundings.owners)
        self._foundation = Foundation(trust, surroundings.platform, now)
        self._packages = Packages(surroundings, trust, now)

    def probe(self, candidate: Candidate) -> Environment:
        """Return what is known of a candidate; whatever is wrong with it is in the answer."""
        return self.read(Draft(candidate))

    def read(self, draft: Draft) -> Environment:
        """Return the same, and leave in the draft what the answer was made from."""
        try:
            return self._read(draft)
        except HiddenOwnerError as error:
            return draft.unsafe(error.fault)
        except (FileNotFoundError, NotADirectoryError) as error:
            return draft.not_ready(f"{error.filename} went away while it was being read")
        except OSError as error:
            if error.errno in _UNREADABLE:
                return draft.unreadable(f"{error.filename}: {error.strerror}")
            return draft.broken(f"{error.filename}: {error.strerror}")
        except (ValueError, RecursionError) as error:
            return draft.broken(f"its files make no sense ({error})")

    def _read(self, draft: Draft) -> Environment:
        answer = self._foundation.configure(draft) or self._foundation.interpret(draft)
        if answer is not None:
            return answer
        install = draft.install
        if install is None:
            return draft.broken("its base Python is not complete")
        if not self._packages.list_site(draft, install):
            return self._without_site(draft, install)
        if draft.fault is not None:
            return draft.unsafe(draft.fault)
        draft.has_pip = _has_pip(draft.candidate.prefix)
        return self._packages.find_ipykernel(draft, install)

    def _without_site(self, draft: Draft, install: BaseInstall) -> Environment:
        others = other_minors(draft.candidate.prefix, install)
        if not others:
            return self._foundation.unfinished(draft, "it has no site-packages")
        made_for = ", ".join(others)
        return draft.broken(
            f"its packages are for {made_for}, while its base is now Python {install.minor}: "
            "it needs to be created again"
        )


def _has_pip(prefix: str) -> bool:
    """Return whether a pip is among the environment's own programs."""
    directories = ("bin", "Scripts")
    return any(
        os.path.lexists(os.path.join(prefix, directory, name))
        for directory in directories
        for name in ("pip", "pip3", "pip.exe")
    )
