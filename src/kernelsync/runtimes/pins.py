"""The pin lists: exactly which distributions a runtime is made of, as shipped in `pins/`."""

from __future__ import annotations

import hashlib
import json
import os

from kernelsync.model.runtime import described, parts_of, spelled
from kernelsync.model.value import Value
from kernelsync.runtimes.failure import BuildFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT = 2
"""Counts changes in how a runtime is laid out; part of each build's identity."""
_DIRECTORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pins")
_SUFFIX = ".json"
_ID_LENGTH = 12
_PYPY = "pypy"


class Pin(Value):
    """One distribution: nothing else than a file with one of these hashes will do.

    `name` is as PEP 503 has it. `requires` are its requirements for this Python, by name,
    each a list of operator and version. `source` is the file's name where there are no
    wheels: then its pure Python is copied.
    """

    name: str
    version: str
    sha256: tuple[str, ...]
    requires: Mapping[str, Sequence[Sequence[str]]]
    source: str | None = None


class PinList(Value):
    """What a runtime for one Python on one system is made of; `id` names such a build.

    `python` is as `spelled` calls it.
    """

    python: str
    pins: tuple[Pin, ...]
    id: str


def pinned_pythons() -> tuple[str, ...]:
    """Return every Python that there is a list for, the oldest first, PyPy's last."""
    found = (name.removesuffix(_SUFFIX) for name in os.listdir(_DIRECTORY))
    return tuple(sorted(found, key=_age))


def _age(python: str) -> tuple[bool, int, int, str]:
    major, _, minor = python.removeprefix(_PYPY).partition(".")
    return python.startswith(_PYPY), int(major), int(minor.rstrip("t")), python


def pins_for(key: str) -> PinList:
    """Return the list for a runtime.

    Raises:
        BuildFailure: there is none for its Python.
    """
    where = parts_of(key)[3]
    path = os.path.join(_DIRECTORY, spelled(key) + _SUFFIX)
    if not os.path.isfile(path):
        pythons = ", ".join(pinned_pythons())
        message = f"there are runtimes for Python {pythons}, not for {described(key)}"
        hint = f"install ipykernel into the environments of {described(key)} to use them as kernels"
        raise BuildFailure(message, code="runtime-unsupported", hint=hint)
    with open(path, "rb") as file:
        return parse(file.read(), where.partition("-")[0])


def parse(contents: bytes, system: str) -> PinList:
    """Return the list written there, with what is for this system (`sys.platform`)."""
    document = json.loads(contents)
    entries = [
        entry for entry in document["distributions"] if entry.get("system", system) == system
    ]
    names = {entry["name"] for entry in entries}
    identity = hashlib.sha256(b"%d\n" % FORMAT + contents).hexdigest()
    return PinList(
        python=document["python"],
        pins=tuple(_pin(entry, names) for entry in entries),
        id=identity[:_ID_LENGTH],
    )


def _pin(entry: dict[str, object], names: set[object]) -> Pin:
    requires = entry["requires"]
    assert isinstance(requires, dict)  # noqa: S101 - our own file
    hashes = entry["sha256"]
    assert isinstance(hashes, list)  # noqa: S101 - our own file
    source = entry.get("source")
    return Pin(
        name=str(entry["name"]),
        version=str(entry["version"]),
        sha256=tuple(hashes),
        # What another system alone needs is not there, and not missed.
        requires={name: pairs for name, pairs in requires.items() if name in names},
        source=None if source is None else str(source),
    )
