"""Whether ipykernel can be started, by the names in the directories of sys.path.

`-m ipykernel_launcher` needs a file of that name; all else about it is only a version.
"""

from __future__ import annotations

from kernelsync.model.value import Value
from kernelsync.probe.files import exists, is_file, read_text, status_of
from kernelsync.probe.installing import RECENT, work_in_progress
from kernelsync.probe.site_path import follow, mapped_file, names_between

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.probe.site_path import Listing

UNKNOWN = "unknown"
"""The version of an ipykernel that left no metadata."""

_LAUNCHER = "ipykernel_launcher"
LAUNCHER_NAME = f"/{_LAUNCHER}.py/"
"""The file that is started, as it stands in a listing."""

NEEDED = (
    # Package, its directory in a listing, and the start of its metadata's name.
    ("zmq", "/zmq/", "/pyzmq-"),
    ("traitlets", "/traitlets/", "/traitlets-"),
    ("tornado", "/tornado/", "/tornado-"),
    ("jupyter_client", "/jupyter_client/", "/jupyter_client-"),
    ("IPython", "/IPython/", "/ipython-"),
)
_SETTLING = 2.0
_SKEW = 60.0


class Ipykernel(Value):
    """An ipykernel that was found.

    `launcher` is the file, `directory` the place in sys.path that it came from (empty for
    one that a finder maps). `missing` names a package that it needs and that is nowhere.
    `unfinished` is the directory in which an installer is still at work: its metadata, or
    what it needs.
    `searched` is everything that was looked through; `followed` says that `.pth` files
    and finders had to be read for it.
    """

    launcher: str
    directory: str
    version: str
    missing: str | None
    unfinished: str | None
    searched: tuple[Listing, ...]
    followed: bool


def find(listings: Sequence[Listing], now: float) -> Ipykernel | None:
    """Look for ipykernel; `now` is the wall clock in seconds."""
    if not listings:
        return None
    mapping: dict[str, str] = {}
    directory, missing = _holder(listings), _missing(listings, mapping)
    followed = directory is None or missing is not None
    if followed:
        listings, mapping = follow(listings)
        directory, missing = _holder(listings), _missing(listings, mapping)
    launcher = f"{directory}/{_LAUNCHER}.py" if directory else mapped_file(mapping, _LAUNCHER)
    if launcher is None:
        return None
    version, unfinished = _version(listings, directory, now)
    return Ipykernel(
        launcher=launcher,
        directory=directory or "",
        version=version,
        missing=missing,
        unfinished=unfinished,
        searched=tuple(listings),
        followed=followed,
    )


def _holder(listings: Sequence[Listing]) -> str | None:
    for directory, names in listings:
        if LAUNCHER_NAME in names and is_file(f"{directory}/{_LAUNCHER}.py"):
            return directory
    return None


def _missing(listings: Sequence[Listing], mapping: dict[str, str]) -> str | None:
    for package, marker, distribution in NEEDED:
        if marker in listings[0][1]:
            continue
        # One that only its metadata shows is installed in a way that we cannot read.
        found = any(marker in names or distribution in names.lower() for _, names in listings)
        if not found and package not in mapping:
            return package
    return None


def _version(
    listings: Sequence[Listing], directory: str | None, now: float
) -> tuple[str, str | None]:
    """Return the version, and its dist-info directory if that is still being written."""
    if directory != listings[0][0]:
        listings = sorted(listings, key=lambda listing: listing[0] != directory)
    for path, names in listings:
        found = [*names_between(names, "/ipykernel-", ".dist-info")]
        for name in found:
            version = name[len("ipykernel-") : -len(".dist-info")]
            # pip and uv write INSTALLER at the very end. Of several, all but one are what
            # an interrupted removal left.
            installer = status_of(f"{path}/{name}/INSTALLER") if len(found) == 1 else None
            if installer is not None:
                recent = -_SKEW < now - installer.st_mtime < RECENT
                return version, work_in_progress(listings, now) if recent else None
            if exists(f"{path}/{name}/METADATA"):
                return version, _unfinished(f"{path}/{name}", now)
        for ending in (".egg-info", ".egg"):
            for name in names_between(names, "/ipykernel-", ending):
                return name.removesuffix(ending).split("-")[1], None
        if "/ipykernel.egg-info/" in names:
            return _developed_version(f"{path}/ipykernel.egg-info/PKG-INFO"), None
    return UNKNOWN, None


def _developed_version(path: str) -> str:
    for line in (read_text(path) or "").split("\n"):
        if line.startswith("Version:"):
            return line.removeprefix("Version:").strip() or UNKNOWN
    return UNKNOWN


def _unfinished(metadata: str, now: float) -> str | None:
    if exists(f"{metadata}/INSTALLER"):
        return None
    # What never gets one is old, soon.
    status = status_of(metadata)
    young = status is not None and -_SKEW < now - status.st_mtime < _SETTLING
    return metadata if young else None
