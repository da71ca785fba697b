"""Small wheels, and pin lists of them, in place of a package index."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile

from kernelsync.runtimes.pins import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kernelsync.runtimes.pins import Pin, PinList

KEY = "cp312-linux-x86_64"
TAG = "py3-none-any"


def wheel(
    folder: str, name: str, version: str = "1.0", *, tag: str = TAG, files: Mapping[str, str] = {}
) -> str:
    """Write a wheel, and return its path; `files` come on top of a package of its name."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    contents = {
        f"{module}/__init__.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        **files,
    }
    contents[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in contents)
    path = os.path.join(folder, f"{module}-{version}-{tag}.whl")
    os.makedirs(folder, exist_ok=True)
    with open(path, "wb") as file:
        file.write(zipped(contents))
    return path


def zipped(contents: Mapping[str, str]) -> bytes:
    """Return an archive, the same one each time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in contents.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return stream.getvalue()


def sha256(path: str) -> str:
    """Return the hash of a file."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def entry(path: str, **facts: object) -> dict[str, object]:
    """Return the entry of a wheel in a pin list."""
    module, version = os.path.basename(path).split("-")[:2]
    name = module.replace("_", "-")
    return {"name": name, "version": version, "requires": {}, "sha256": [sha256(path)], **facts}


def pins_of(entries: Sequence[Mapping[str, object]], python: str = "3.12") -> PinList:
    """Return a pin list of these entries, as if it were one of the shipped ones."""
    contents = json.dumps({"python": python, "distributions": list(entries)})
    return parse(contents.encode(), "linux")


def pin_of(path: str, **facts: object) -> Pin:
    """Return the pin of one wheel."""
    [pin] = pins_of([entry(path, **facts)]).pins
    return pin


def some(folder: str, *, version: str = "1.0") -> PinList:
    """Return a pin list of three wheels, written into a folder; the last one is as it was."""
    paths = [
        wheel(folder, "ipykernel", version, files={"ipykernel_launcher.py": "launch = 1\n"}),
        wheel(folder, "two-words", version),
        wheel(folder, "same"),
    ]
    return pins_of([entry(path) for path in paths])


def offline(folder: str) -> dict[str, str]:
    """Return an environment in which pip knows this folder, and no index."""
    return {
        "HOME": "/nonexistent",
        "PATH": os.environ.get("PATH", ""),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": folder,
    }
