"""The directory of the project that an environment was made for, by its own metadata.

Poetry, hatch and uv install the project itself in editable form, and pip's
`direct_url.json` then says from where (PEP 610).
"""

from __future__ import annotations

import json

from kernelsync.probe.files import is_directory, read_text
from kernelsync.probe.site_path import names_between

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.probe.site_path import Listing

_SCHEME = "file://"
_ORIGIN = "direct_url.json"


def find_project(listings: Sequence[Listing], distribution: str) -> str | None:
    """Return the directory that a distribution was installed from in editable form."""
    for path in sources_of(listings, distribution):
        project = _editable_source(path)
        if project is not None:
            return project
    return None


def sources_of(listings: Sequence[Listing], distribution: str) -> list[str]:
    """Return the files that `find_project` asks, whether they exist or not."""
    wanted = normalised(distribution)
    return [
        f"{directory}/{name}/{_ORIGIN}"
        for directory, names in listings
        for name in names_between(names, "/", ".dist-info")
        if normalised(name.partition("-")[0]) == wanted
    ]


def normalised(name: str) -> str:
    """Return a distribution's name by PEP 503: lower case, and runs of `-_.` as one `-`."""
    words = name.lower().replace("_", "-").replace(".", "-").split("-")
    return "-".join(word for word in words if word)


def _editable_source(path: str) -> str | None:
    text = read_text(path)
    if text is None:
        return None
    try:
        origin = json.loads(text)
        editable = origin["dir_info"]["editable"] is True
        url = str(origin["url"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not editable or not url.startswith(_SCHEME):
        return None
    source = _decoded(url.removeprefix(_SCHEME).removeprefix("localhost")).rstrip("/")
    return source if source.startswith("/") and is_directory(source) else None


def _decoded(path: str) -> str:
    if "%" not in path:
        return path
    # Costs half a start of Python, and few paths need it.
    from urllib.parse import unquote  # noqa: PLC0415 - see above

    return unquote(path, errors="surrogateescape")
