"""The second half of a reading: what the Python of an environment can import and start."""

from __future__ import annotations

import os

from kernelsync.probe import ipykernel
from kernelsync.probe.files import is_directory, names_in
from kernelsync.probe.provided import ProvidedKernels
from kernelsync.probe.site_dirs import SharedSites
from kernelsync.probe.site_path import listing_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment, ProvidedKernel
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.probe.base_install import BaseInstall
    from kernelsync.probe.draft import Draft
    from kernelsync.probe.ipykernel import Ipykernel
    from kernelsync.probe.permissions import Fault, Trust


class Packages:
    """Finds packages, ipykernel and kernelspecs of a draft whose interpreter is known."""

    def __init__(self, surroundings: Surroundings, trust: Trust, now: float) -> None:
        self._trust = trust
        self._now = now
        self._shared = SharedSites(surroundings, trust)
        self._kernels = ProvidedKernels(trust)

    def list_site(self, draft: Draft, install: BaseInstall) -> bool:
        """List the directories of packages in the order of sys.path; False without any."""
        if draft.bare:
            self._add_shared(draft, install)
            draft.watch_points += [path for path, _ in draft.listings[-2:]]
            return True
        try:
            self._list_own(draft, install)
        except (FileNotFoundError, NotADirectoryError):
            own = f"{draft.candidate.prefix}/{install.site[-1]}"
            draft.awaits(own, f"{install.prefix}/bin")
            return False
        draft.watch_points.append(draft.listings[0][0])
        if draft.configuration.system_site:
            self._add_shared(draft, install)
            draft.watch_points.append(draft.listings[-1][0])
        else:
            draft.watch_points.append(f"{install.prefix}/bin")
        return True

    def find_ipykernel(self, draft: Draft, install: BaseInstall) -> Environment:
        """End the reading: with everything there, or with what is missing."""
        candidate = draft.candidate
        if draft.project is None and candidate.distribution:
            from kernelsync.probe.project import find_project  # noqa: PLC0415 - poetry's alone

            draft.project = find_project(draft.listings, candidate.distribution)
        found = draft.found = ipykernel.find(draft.listings, self._now)
        if found is not None:
            draft.ipykernel = found.version
            fault = self._fault_of(found, draft)
            if fault is not None:
                return draft.unsafe(fault)
        draft.provided = self._provided(draft, install, found)
        if found is None:
            return draft.without_ipykernel("ipykernel is not installed")
        if found.unfinished is not None:
            # Its last file raises no event in site-packages itself.
            draft.watch_points[3:] = [found.unfinished]
            return draft.not_ready("ipykernel is being installed")
        if found.missing is not None:
            return draft.without_ipykernel(f"ipykernel is installed, but '{found.missing}' is not")
        return draft.ready()

    def _list_own(self, draft: Draft, install: BaseInstall) -> None:
        prefix = draft.candidate.prefix
        for part in install.site:
            draft.fault = draft.fault or self._trust.fault(f"{prefix}/{part}")
        draft.listings = (listing_of(f"{prefix}/{install.site[-1]}"),)
        if "/lib64/" in install.stdlib and not os.path.islink(f"{prefix}/lib64"):
            # Fedora keeps compiled packages apart where lib64 is a directory of its own.
            apart = f"{prefix}/lib64/{os.path.basename(install.stdlib)}/site-packages"
            if is_directory(apart):
                draft.fault = draft.fault or self._trust.fault_all(apart)
                draft.listings += (listing_of(apart),)

    def _add_shared(self, draft: Draft, install: BaseInstall) -> None:
        shared = self._shared.of(install)
        draft.listings += shared.listings
        draft.fault = draft.fault or shared.fault

    def _fault_of(self, found: Ipykernel, draft: Draft) -> Fault | None:
        if any(found.directory == path for path, _ in draft.listings):
            # The directory is judged; a file of somebody else may have been moved there.
            return self._trust.fault(found.launcher)
        # An editable install's sources, which nothing has judged yet.
        return self._trust.fault_all(found.launcher)

    def _provided(
        self, draft: Draft, install: BaseInstall, found: Ipykernel | None
    ) -> tuple[ProvidedKernel, ...]:
        prefix = draft.candidate.prefix
        own = self._kernels.read(prefix, draft.problems)
        at_home = not draft.listings or found is None or found.directory == draft.listings[0][0]
        if draft.bare or at_home:
            return own
        # Its ipykernel is the base's, and so is the kernelspec that came with it.
        names = {kernel.name for kernel in own}
        lent = self._kernels.read(install.prefix, draft.problems)
        fit = (kernel for kernel in lent if kernel.name not in names and _is_python(kernel))
        return tuple(sorted((*own, *fit), key=lambda kernel: kernel.name))


def other_minors(prefix: str, install: BaseInstall) -> list[str]:
    """Return the libraries of other Pythons in an environment ("python3.11")."""
    name = os.path.basename(install.stdlib)
    return [
        other
        for other in sorted(names_in(f"{prefix}/lib"))
        if other != name and is_directory(f"{prefix}/lib/{other}/site-packages")
    ]


def _is_python(kernel: ProvidedKernel) -> bool:
    argv = kernel.document.get("argv")
    return isinstance(argv, list) and "ipykernel_launcher" in argv
