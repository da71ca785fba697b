"""What an answer that may be remembered rests on: every path whose change could change the answer.

That something is not there is evidence too, and stands for itself or is in the times of the
directory that would hold it. What would be difficult to tell is not told: environments of
conda, copied interpreters and other rare forms are simply probed in every pass.
"""

from __future__ import annotations

import os

from kernelsync.model.value import Value
from kernelsync.probe.base_evidence import MOST_LINKS, ground_of
from kernelsync.probe.files import names_in
from kernelsync.probe.ipykernel import LAUNCHER_NAME
from kernelsync.probe.project import sources_of
from kernelsync.probe.provided import LOGOS
from kernelsync.probe.pth import paths_in
from kernelsync.probe.site_path import FINDER, follow, names_between

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kernelsync.model.environment import Environment
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.probe.base_install import BaseInstall
    from kernelsync.probe.draft import Draft
    from kernelsync.probe.site_path import Listing


class Evidence(Value):
    """What an answer rests on.

    `paths` are to be compared, `judged` are paths that nobody else may be able to change.
    `ground` is the part that all environments of the same base share, as the memory has it
    but for its seal.
    """

    paths: tuple[str, ...]
    judged: tuple[str, ...]
    ground: dict[str, object]


def evidence_of(
    draft: Draft, environment: Environment, surroundings: Surroundings
) -> Evidence | None:
    """Return what an answer about ipykernel rests on; None if it is not to be remembered.

    Raises:
        OSError: something is gone already.
    """
    install, interpreter = draft.install, environment.interpreter
    if environment.problems:
        return None
    if install is None or interpreter is None or not _is_ordinary(draft, install):
        return None
    start = _start(interpreter.path)
    if not draft.bare and start.startswith(f"{draft.candidate.prefix}/"):
        # A copied interpreter: its base is only in pyvenv.cfg.
        return None
    packages = _packages(draft)
    if packages is None:
        return None
    sources = _project_sources(draft)
    if sources is None:
        return None
    paths = [*_layout(draft, install), *packages, *sources, *_kernels(draft.candidate.prefix)]
    found = draft.found
    judged: tuple[str, ...] = ()
    if found is not None:
        if not draft.bare and found.directory != draft.listings[0][0]:
            paths += _kernels(install.prefix)
        if all(found.directory != path for path, _ in draft.listings):
            judged = (found.launcher,)
    return Evidence(
        paths=tuple(dict.fromkeys(paths)),
        judged=judged,
        ground=ground_of(draft, install, start, surroundings),
    )


def _is_ordinary(draft: Draft, install: BaseInstall) -> bool:
    """Whether an environment is of a form whose evidence is all known here."""
    prefix = draft.candidate.prefix
    if draft.bare:
        # Others are conda's, or in the making.
        return draft.candidate.base and os.path.lexists(f"{prefix}/bin/python")
    if not os.path.lexists(f"{prefix}/pyvenv.cfg"):
        return False
    return "/lib64/" not in install.stdlib or os.path.islink(f"{prefix}/lib64")


def _layout(draft: Draft, install: BaseInstall) -> Iterator[str]:
    prefix = draft.candidate.prefix
    yield prefix
    yield f"{prefix}/bin"
    if not draft.bare:
        yield f"{prefix}/pyvenv.cfg"
        yield from (f"{prefix}/{part}" for part in install.site)


def _start(path: str) -> str:
    """Return what the interpreter's links in its own directory lead to.

    The links themselves are in the times of that directory.
    """
    at = path
    for _ in range(MOST_LINKS):
        if not os.path.islink(at):
            return at
        target = os.readlink(at)
        if target.startswith("/"):
            return target
        at = f"{at.rpartition('/')[0]}/{target}"
        if "/" in target:
            return at
    return at


def _packages(draft: Draft) -> list[str] | None:
    """Return what the search for ipykernel has read; None where that was a program's text."""
    paths: list[str] = []
    searched, followed = _search(draft)
    for directory, names in searched:
        paths.append(directory)
        if LAUNCHER_NAME in names:
            launcher = f"{directory}{LAUNCHER_NAME[:-1]}"
            if os.path.islink(launcher):
                # What a link leads to comes and goes without a trace in its directory.
                return None
            # Who may write to it is not in the times of the directory.
            paths.append(launcher)
        paths += [
            f"{directory}/{name}" for name in names_between(names, "/ipykernel-", ".dist-info")
        ]
        if "/ipykernel.egg-info/" in names:
            paths.append(f"{directory}/ipykernel.egg-info/PKG-INFO")
        if not followed:
            continue
        if any(names_between(names, *FINDER)):
            return None
        paths += _followed(directory, names)
    return paths


def _search(draft: Draft) -> tuple[Sequence[Listing], bool]:
    """Return what was looked through for ipykernel, and whether `.pth` files were followed."""
    found = draft.found
    if found is None:
        # Everything was. Should one of them have changed since, it is too young to count.
        return follow(draft.listings)[0], True
    return found.searched, found.followed


def _followed(directory: str, names: str) -> Iterator[str]:
    for name in names_between(names, "/", ".pth"):
        yield f"{directory}/{name}"
        yield from paths_in(directory, name)


def _project_sources(draft: Draft) -> list[str] | None:
    """Return what tells the project; None where a directory that is missing decided it."""
    candidate = draft.candidate
    if candidate.project is not None or not candidate.distribution:
        return []
    sources = sources_of(draft.listings, candidate.distribution)
    return None if len(sources) > 1 or (sources and draft.project is None) else sources


def _kernels(prefix: str) -> Iterator[str]:
    kernels = f"{prefix}/share/jupyter/kernels"
    yield kernels
    for name in names_in(kernels):
        if not name.startswith("."):
            yield f"{kernels}/{name}/kernel.json"
            yield from (f"{kernels}/{name}/{logo}" for logo in LOGOS)
