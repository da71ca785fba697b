"""A build's manifest: what the launcher decides by, and the proof that the build is whole."""

from __future__ import annotations

import json
import os

from kernelsync.model.runtime import parts_of
from kernelsync.model.value import Value
from kernelsync.runtimes.layout import MANIFEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kernelsync.runtimes.pins import Pin, PinList
    from kernelsync.runtimes.unpack import Unpacked

SCHEMA = 1
_LARGEST = 1024 * 1024
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class Manifest(Value):
    """What a build says of itself; `sha256` are its distributions' files, by name."""

    key: str
    id: str
    python: str
    ipykernel: str
    versions: Mapping[str, str]
    sha256: Mapping[str, str]


class Part(Value):
    """One distribution of a build: its pin, its file's hash, and what became of it."""

    pin: Pin
    sha256: str
    unpacked: Unpacked


def manifest_text(key: str, pins: PinList, parts: Sequence[Part]) -> str:
    """Return the manifest of a build."""
    implementation, python, _, _ = parts_of(key)
    document = {
        "schema": SCHEMA,
        "key": key,
        "id": pins.id,
        "python": python,
        "implementation": implementation,
        "ipykernel": next(
            (part.pin.version for part in parts if part.pin.name == "ipykernel"), None
        ),
        "distributions": [_described(part) for part in parts],
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def read_manifest(build: str) -> Manifest | None:
    """Return what a build's manifest says, None where there is none that we understand."""
    try:
        descriptor = os.open(os.path.join(build, MANIFEST), _FLAGS)
        with open(descriptor, "rb") as file:
            document = json.loads(file.read(_LARGEST))
        if document["schema"] != SCHEMA:
            return None
        parts = document["distributions"]
        return Manifest(
            key=str(document["key"]),
            id=str(document["id"]),
            python=str(document["python"]),
            ipykernel=str(document["ipykernel"]),
            versions={str(part["name"]): str(part["version"]) for part in parts},
            sha256={str(part["name"]): str(part["sha256"]) for part in parts},
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _described(part: Part) -> dict[str, object]:
    return {
        "name": part.pin.name,
        "version": part.pin.version,
        "modules": list(part.unpacked.modules),
        "requires": {name: list(pairs) for name, pairs in part.pin.requires.items()},
        "files": part.unpacked.files,
        "sha256": part.sha256,
    }
