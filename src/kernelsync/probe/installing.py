"""Whether an installer is still at work on what ipykernel needs.

uv installs all packages side by side: on a slow disk ipykernel is complete seconds before the
last of those without which it cannot start. pip installs it last.
"""

from __future__ import annotations

import stat

from kernelsync.probe.files import exists, read_start, read_text, status_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kernelsync.probe.site_path import Listing

RECENT = 60.0
"""Seconds after which an ipykernel is not taken for one that is just being installed."""

_AT_WORK = 10.0
_SKEW = 60.0
_METADATA = ".dist-info"
_BESIDE = (_METADATA, ".libs", ".data")
"""Ends of names that go with a package; wheels may have them empty, and so in no RECORD."""
_HEADERS = 32 * 1024
_RECORD = 4 * 1024 * 1024


def work_in_progress(listings: Sequence[Listing], now: float) -> str | None:
    """Return the directory in which somebody is at work, None if nobody needs to be waited for.

    Two things must come together: a requirement of ipykernel, or of one of its requirements,
    is not completely installed; and there are metadata without INSTALLER, or a package
    that is in nobody's RECORD, not older than ten seconds. A requirement that was left out
    on purpose is waited for no longer than that.
    """
    complete: dict[str, str] = {}
    unfinished: list[str] = []
    for path, names in listings:
        for name in names.split("/"):
            if name.endswith(_METADATA) and not name.startswith("~"):
                metadata = f"{path}/{name}"
                if exists(f"{metadata}/INSTALLER"):
                    complete[_normal(name.partition("-")[0])] = metadata
                else:
                    unfinished.append(metadata)
    if _is_closed("ipykernel", complete):
        return None
    for metadata in unfinished:
        if _is_young(metadata, now):
            return metadata
    return _new_package(listings, complete, now)


def _is_closed(name: str, complete: Mapping[str, str]) -> bool:
    """Whether all that a distribution requires, directly or not, is completely installed."""
    seen, ahead = {name}, [name]
    while ahead:
        metadata = complete.get(ahead.pop())
        if metadata is None:
            return False
        found = [each for each in _requirements(metadata) if each not in seen]
        seen.update(found)
        ahead.extend(found)
    return True


def _requirements(metadata: str) -> Iterator[str]:
    """Yield the distributions that are always required: what has a marker may not be meant."""
    text = read_start(f"{metadata}/METADATA", _HEADERS).decode("utf-8", "replace")
    for line in text.partition("\n\n")[0].split("\n"):
        if line.startswith("Requires-Dist:") and ";" not in line:
            name = line.removeprefix("Requires-Dist:").strip()
            for end in " <>=!~([@":
                name = name.partition(end)[0]
            yield _normal(name)


def _new_package(
    listings: Sequence[Listing], complete: Mapping[str, str], now: float
) -> str | None:
    records = _Records(complete)
    for path, names in listings:
        for name in names.split("/"):
            known = not name or name == "__pycache__" or name.startswith("~")
            if known or name.endswith(_BESIDE) or not _is_young(f"{path}/{name}", now):
                continue
            if not records.have(name):
                return path
    return None


class _Records:
    """What the RECORDs of complete distributions list; together they have ten thousand lines."""

    def __init__(self, complete: Mapping[str, str]) -> None:
        self._complete = complete
        self._texts: dict[str, str] = {}

    def have(self, package: str) -> bool:
        """Whether a package is in one of them: most are in that of the same name."""
        start, name = f"\n{package}/", _normal(package)
        if name in self._complete and start in self._text(name):
            return True
        return any(start in self._text(other) for other in self._complete)

    def _text(self, distribution: str) -> str:
        if distribution not in self._texts:
            record = read_text(f"{self._complete[distribution]}/RECORD", _RECORD)
            self._texts[distribution] = f"\n{record or ''}"
        return self._texts[distribution]


def _is_young(path: str, now: float) -> bool:
    status = status_of(path)
    return (
        status is not None
        and stat.S_ISDIR(status.st_mode)
        and -_SKEW < now - status.st_mtime < _AT_WORK
    )


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
