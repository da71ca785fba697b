"""A stable id of this machine, which keeps hosts with one home directory apart."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MACHINE_ID_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")
"""Where machine-id(5) and D-Bus keep the id: 32 hexadecimal digits, or nothing yet."""

_APPLICATION = b"kernelsync kernelspec host 1\0"
_FNV_OFFSET = 0xCBF29CE484222325
_FNV_PRIME = 0x100000001B3
_MASK = 0xFFFFFFFFFFFFFFFF
_ID_LENGTH = 32


def host_id(machine_id_files: Sequence[str] = MACHINE_ID_FILES, name: str | None = None) -> str:
    """Return 16 hexadecimal digits that are the same for as long as this machine is.

    Without a machine id (many containers, macOS) it comes from the host's `name`, None for
    the system's own answer. The name is not mixed in where there is an id: a container gets a
    new name each time it starts, and its kernelspecs would become another host's.
    """
    for path in machine_id_files:
        found = _machine_id(path)
        if found is not None:
            return _digest(found)
    return _digest((os.uname().nodename if name is None else name).encode("utf-8", "replace"))


def _machine_id(path: str) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        text = os.read(descriptor, 2 * _ID_LENGTH).strip()
    except OSError:
        return None
    finally:
        os.close(descriptor)
    is_id = len(text) == _ID_LENGTH and not text.lower().strip(b"0123456789abcdef")
    return text.lower() if is_id else None


def _digest(text: bytes) -> str:
    """Return the FNV-1a hash (64 bits) of the text, salted for this application.

    machine-id(5) wants the id hashed before it is shown to others; a kernelspec is shown to
    every page of a Jupyter server. The id has 128 bits, so 64 do not give it back. A SHA would
    do it better, but hashlib costs as much as half a start of Python in every pass.
    """
    state = _FNV_OFFSET
    for byte in _APPLICATION + text:
        state = ((state ^ byte) * _FNV_PRIME) & _MASK
    return f"{state:016x}"
