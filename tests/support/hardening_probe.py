"""Tries one thing that the shipped unit forbids, and prints what came of it.

Run inside a unit, as `python hardening_probe.py NAME`: prints "done", the name of an errno,
or a value. Only what needs no privilege is tried, so that the unit alone can forbid it.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import resource
import signal
import socket
import sys
import tempfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_CLONE_NEWUSER = 0x10000000
_PER_LINUX32 = 0x0008
_PTRACE_TRACEME = 0
_CAP_SYS_MODULE = 16
# mov eax, 20 (getpid for 32 bits); int 0x80; ret
_I386_GETPID = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"
_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: int) -> str:
    """Call a function of the C library; it shows its failure by -1 and errno."""
    if getattr(_libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)
    return "done"


def umask() -> str:
    """Return the mode that new files lose."""
    return oct(os.umask(0o077))


def privileges() -> str:
    """Return whether programs that it starts could gain rights: 1 if not."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(line.split()[1] for line in file if line.startswith("NoNewPrivs:"))


def set_user_id() -> str:
    """Make a file that lends its owner's rights."""
    with tempfile.NamedTemporaryFile(dir=os.path.expanduser("~")) as file:
        os.chmod(file.name, 0o4700)
    return "done"


def realtime() -> str:
    """Ask for realtime with an impossible priority: without the directive that is EINVAL."""
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(0))
    return "done"


def namespace() -> str:
    """Enter a new user namespace."""
    return _call("unshare", _CLONE_NEWUSER)


def network() -> str:
    """Open a socket for the internet."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM):
        return "done"


def local_socket() -> str:
    """Open a local socket, which stays possible."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM):
        return "done"


def execution_domain() -> str:
    """Change the execution domain."""
    return _call("personality", _PER_LINUX32)


def written_program() -> str:
    """Get memory that can be written and run."""
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()
    return "done"


def foreign_call() -> str:
    """Make a system call for 32 bits on a machine with 64."""
    child = os.fork()
    if child == 0:
        code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(_I386_GETPID)
        address = ctypes.addressof(ctypes.c_char.from_buffer(code))
        found = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
        os._exit(0 if found == os.getpid() else 1)
    _, status = os.waitpid(child, 0)
    return "done" if status == 0 else signal.Signals(os.WTERMSIG(status)).name


def debugging() -> str:
    """Let itself be traced."""
    return _call("ptrace", _PTRACE_TRACEME, 0, 0, 0)


def priority() -> str:
    """Step back behind other programs."""
    os.nice(1)
    return "done"


def owner() -> str:
    """Give a file of its own to itself, by a call for administrators."""
    with tempfile.NamedTemporaryFile(dir=os.path.expanduser("~")) as file:
        os.chown(file.name, os.getuid(), os.getgid())
    return "done"


def confinement() -> str:
    """Ask for the version of Landlock, by the first of its calls."""
    if _libc.syscall(*(ctypes.c_long(word) for word in (444, 0, 0, 1))) == -1:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    return "done"


def core() -> str:
    """Return the largest core dump that it may ask for."""
    return str(resource.getrlimit(resource.RLIMIT_CORE)[1])


def niceness() -> str:
    """Return its niceness."""
    return str(os.nice(0))


def expendable() -> str:
    """Return by how much it is preferred when memory runs out."""
    with open("/proc/self/oom_score_adj", encoding="ascii") as file:
        return file.read().strip()


def root_owner() -> str:
    """Return who owns the root of all files."""
    return str(os.stat("/").st_uid)


def write_home() -> str:
    """Make a file in the home directory."""
    return _write(os.path.expanduser("~"))


def write_data() -> str:
    """Make a file in Jupyter's data directory."""
    return _write(os.path.expanduser("~/.local/share/jupyter"))


def write_state() -> str:
    """Make a file in our state directory."""
    return _write(os.path.expanduser("~/.local/state/kernelsync"))


def write_cache() -> str:
    """Make a file in our cache directory."""
    return _write(os.path.expanduser("~/.cache/kernelsync"))


def write_runtime() -> str:
    """Make a file in the directory of this login."""
    return _write(os.environ["XDG_RUNTIME_DIR"])


def write_locks() -> str:
    """Make a file in our directory of locks."""
    return _write(os.path.join(os.environ["XDG_RUNTIME_DIR"], "kernelsync"))


def list_ssh() -> str:
    """Look at keys."""
    return _list("~/.ssh")


def list_gnupg() -> str:
    """Look at keys."""
    return _list("~/.gnupg")


def list_aws() -> str:
    """Look at keys."""
    return _list("~/.aws")


def capabilities() -> str:
    """Return what capabilities it could get at most, as a hexadecimal mask."""
    return f"{_bounding_set():x}"


def module_capability() -> str:
    """Return whether it could get the right to load modules."""
    return str(_bounding_set() >> _CAP_SYS_MODULE & 1)


def devices() -> str:
    """Look at a device that is no harmless one."""
    os.stat("/dev/kmsg")
    return "done"


def kernel_log() -> str:
    """Return who may do what with the kernel's log."""
    return oct(os.stat("/dev/kmsg").st_mode & 0o777)


def network_namespace() -> str:
    """Return which network interfaces it has."""
    return os.readlink("/proc/self/ns/net")


def host_namespace() -> str:
    """Return whose host name it would change."""
    return os.readlink("/proc/self/ns/uts")


def clock() -> str:
    """Ask how the clock is kept, by the call that also adjusts it."""
    # A timex with modes = 0 only asks; it has about 200 bytes.
    timex = ctypes.create_string_buffer(512)
    if _libc.adjtimex(timex) == -1:
        raise OSError(ctypes.get_errno(), "adjtimex")
    return "done"


def tunables() -> str:
    """Return whether the kernel's settings are mounted read-only."""
    return _mount_of("/proc/sys")


def control_groups() -> str:
    """Return whether the tree of control groups is mounted read-only."""
    return _mount_of("/sys/fs/cgroup")


def processes() -> str:
    """Return whether it sees a process of the user outside of the unit: the manager."""
    with open(f"/proc/{os.getppid()}/cmdline", "rb") as file:
        return "done" if b"systemd" in file.read() else "nothing"


def _write(directory: str) -> str:
    with tempfile.NamedTemporaryFile(dir=directory):
        return "done"


def _list(directory: str) -> str:
    os.listdir(os.path.expanduser(directory))
    return "done"


def _bounding_set() -> int:
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1], 16) for line in file if line.startswith("CapBnd:"))


def _mount_of(path: str) -> str:
    is_read_only = os.statvfs(path).f_flag & os.ST_RDONLY
    return "read-only" if is_read_only else "writable"


def main(name: str) -> str:
    """Return what came of the attempt of that name."""
    attempt: Callable[[], str] = globals()[name]
    try:
        return attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1]) + "\n")
