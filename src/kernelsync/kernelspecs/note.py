"""The note beside a kernelspec in staging or in the trash: what happened to it, and why."""

from __future__ import annotations

import json

from kernelsync.kernelspecs.documents import DOCUMENT_LIMIT
from kernelsync.kernelspecs.files import File, read_file, replace_file, sync
from kernelsync.model.value import Value, as_dict
from kernelsync.typed import StrEnum

NOTE = "note.json"


class Why(StrEnum):
    """Why something is in staging or in the trash; UNDONE is what `undo` replaced."""

    CREATED = "created"
    UPDATED = "updated"
    REMOVED = "removed"
    UNDONE = "undone"


class Step(StrEnum):
    """How far a change got that goes file by file; NONE for one that is made in one step."""

    NONE = "none"
    COPYING = "copying"
    RENAMING = "renaming"
    REMOVING = "removing"


class Note(Value):
    """What is written in the note.

    `name` is the kernelspec's. `when` are seconds of the epoch. `staged` is the inode of the
    new kernelspec while it may still be in staging, None if there is none. `files` are those
    being written file by file, `dropped` those that go when these are in place.
    """

    name: str
    why: Why
    when: float
    batch: str
    host: str
    staged: int | None = None
    step: Step = Step.NONE
    files: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def write_note(directory: int, note: Note) -> None:
    """Write the note, durably and in one step, over an earlier one."""
    content = json.dumps({"version": 1, **as_dict(note)}, indent=1).encode("ascii") + b"\n"
    replace_file(directory, File(name=NOTE, content=content))
    sync(directory)


def read_note(directory: int) -> Note | None:
    """Return the note, None if there is none or nothing that we wrote.

    Raises:
        OSError: there is one, but it cannot be read.
    """
    try:
        content = read_file(directory, NOTE, DOCUMENT_LIMIT).content
    except FileNotFoundError:
        return None
    try:
        written = json.loads(content)
        del written["version"]
        note = Note(
            **{
                **written,
                "why": Why(written["why"]),
                "when": float(written["when"]),
                "step": Step(written["step"]),
                "files": tuple(written["files"]),
                "dropped": tuple(written["dropped"]),
            }
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    names = (note.name, *note.files, *note.dropped)
    return note if all(_is_plain(name) for name in names) else None


def _is_plain(name: object) -> bool:
    """Return whether a name stays in its directory."""
    return isinstance(name, str) and name not in {"", ".", ".."} and "/" not in name
