"""Tells by its name alone whether an event may wait: most of what installers write is no kernel.

An event that waits comes to the same pass a little later, so a wrong guess costs a second. What
an answer rests on is said in `kernelsync.probe.evidence` and `kernelsync.probe.ipykernel`.
"""

from __future__ import annotations

_PACKAGES = ("/site-packages", "/dist-packages")
_PROGRAMS = "/bin"
_TELLING_PACKAGES = (
    b"ipykernel",
    # What it cannot start without, and their metadata.
    b"zmq",
    b"pyzmq",
    b"traitlets",
    b"tornado",
    b"jupyter_client",
    b"ipython",
    # Finders of packages that are being developed elsewhere.
    b"__editable__",
)
_TELLING_ENDS = (b".pth", b".egg-link")
_TELLING_PROGRAMS = (b"python", b"pypy", b"activate")


def may_wait(directory: str, name: bytes) -> bool:
    """Whether an entry of this name that has come can hardly make or change a kernel."""
    if directory.endswith(_PACKAGES):
        lower = name.lower()
        return not (lower.startswith(_TELLING_PACKAGES) or lower.endswith(_TELLING_ENDS))
    return directory.endswith(_PROGRAMS) and not name.startswith(_TELLING_PROGRAMS)
