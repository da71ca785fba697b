"""Tells by its name alone whether an event may wait: most of what installers write is no kernel.

An event that waits comes to the same pass a little later, so a wrong guess costs some seconds. What
an answer rests on is said in `kernelsync.probe.evidence` and `kernelsync.probe.ipykernel`.
"""

from __future__ import annotations

_PACKAGES = ("/site-packages", "/dist-packages")
_PROGRAMS = "/bin"
_TELLING_STARTS = (
    b"ipykernel",
    # Finders of packages that are being developed elsewhere.
    b"__editable__",
)
_TELLING_ENDS = (b".pth", b".egg-link")
_TELLING_PROGRAMS = (b"python", b"pypy")
_NEEDED = frozenset((b"zmq", b"pyzmq", b"traitlets", b"tornado", b"jupyter_client", b"ipython"))
"""What ipykernel cannot start without, and the distribution that one of them is in."""


def may_wait(
    directory: str, name: bytes, *, gone: bool = False, is_directory: bool = False
) -> bool:
    """Whether an entry of this name that has come, or is `gone`, hardly makes or ends a kernel.

    A directory is no program: it may be an environment in a place that is called `bin`.

    What ipykernel needs makes none by coming: pip installs it before, and where ipykernel is
    without it already, nothing waits (`Debounce.awaited`).
    """
    if directory.endswith(_PACKAGES):
        lower = name.lower()
        if lower.startswith(_TELLING_STARTS) or lower.endswith(_TELLING_ENDS):
            return False
        return not (gone and lower.partition(b"-")[0] in _NEEDED)
    if is_directory or not directory.endswith(_PROGRAMS):
        return False
    return not name.startswith(_TELLING_PROGRAMS)
