"""The three system calls of Landlock, by which a process gives up rights for good (Linux 5.13).

Numbers and layouts are those of `linux/landlock.h` and landlock(7). The C library has no
wrappers, so they go through `syscall`; ctypes is imported with the first call only.
"""

from __future__ import annotations

import errno
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ctypes
    from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_NUMBERED_ALIKE = frozenset(
    {
        *("aarch64", "armv6l", "armv7l", "i386", "i586", "i686", "loongarch64"),
        *("ppc64", "ppc64le", "riscv64", "s390x", "x86_64"),
    }
)
"""Machines on which the calls have these numbers (not alpha, not MIPS)."""
_VERSION = 1
_PATH_BENEATH = 1
_SET_NO_NEW_PRIVS = 38

_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_REMOVALS = 1 << 4 | 1 << 5
_MAKE_DIR_REG_SYM = 1 << 7 | 1 << 8 | 1 << 12
_MAKE_SPECIAL = 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11  # devices, sockets, FIFOs
# What later versions know besides, by the version that began with it.
_SINCE = ((2, 1 << 13), (3, 1 << 14), (5, 1 << 15))  # refer, truncate, ioctl of devices
_NEEDED_TO_PUBLISH = _WRITE_FILE | _REMOVALS | _MAKE_DIR_REG_SYM | 1 << 13 | 1 << 14
_NETWORK_SINCE, _BIND_AND_CONNECT = 4, 0b11
_SCOPE_SINCE, _SIGNALS, _ABSTRACT_SOCKETS = 6, 0b10, 0b01


def version() -> int:
    """Return which version of Landlock this kernel has, 1 or more.

    Raises:
        OSError: it has none, or the calls are forbidden here.
    """
    return _call(_CREATE_RULESET, None, 0, _VERSION)


def restrict(known: int, writable: Iterable[int], *, abstract_sockets: bool) -> None:
    """Take from this thread, and all that it starts, what it does not need; there is no way back.

    Nothing can be executed, and nothing made, written or removed except below the `writable`
    directories (open descriptors). Where the kernel's version (`known`) can, there is no TCP
    either, no signal to a process that is there already, and no local socket with an abstract name
    unless `abstract_sockets`. Reading is left as it is, and so are open files.

    Raises:
        OSError: nothing was taken away.
    """
    import struct  # noqa: PLC0415 - only what writes needs it

    handled = _EXECUTE | _NEEDED_TO_PUBLISH | _MAKE_SPECIAL
    handled &= (1 << 13) - 1
    for since, right in _SINCE:
        handled |= right if known >= since else 0
    network = _BIND_AND_CONNECT if known >= _NETWORK_SINCE else 0
    scope = _SIGNALS | (0 if abstract_sockets else _ABSTRACT_SOCKETS)
    # Bits that an older kernel does not know are refused, and so is a longer structure with any.
    attributes = struct.pack("=QQQ", handled, network, scope if known >= _SCOPE_SINCE else 0)
    ruleset = _call(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for directory in writable:
            rule = struct.pack("=Qi", _NEEDED_TO_PUBLISH & handled, directory)
            _call(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
        _library().prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _call(number: int, *arguments: int | bytes | None) -> int:
    """Make a system call; every argument has the width of a register."""
    library = _library()
    import ctypes  # noqa: PLC0415 - as above

    words = [
        ctypes.c_char_p(each) if each is None or isinstance(each, bytes) else ctypes.c_long(each)
        for each in arguments
    ]
    answer = int(library.syscall(ctypes.c_long(number), *words))
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer


def _library() -> ctypes.CDLL:
    """Return the C library; some builds of Python have no ctypes."""
    if sys.platform != "linux" or os.uname().machine not in _NUMBERED_ALIKE:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    try:
        import ctypes  # noqa: PLC0415 - a third of Python's start, and only writing needs it
    except ImportError as error:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from error
    return ctypes.CDLL(None, use_errno=True)
