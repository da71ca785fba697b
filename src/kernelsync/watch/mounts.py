"""Knows the mounted file systems on which changes made elsewhere raise no event here."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MOUNT_TABLE = "/proc/self/mountinfo"

# Whoever else mounts the same tree (a server, a host, another machine) changes it unseen. FUSE file
# systems are all of one kind: "fuse.sshfs", "fuse.bindfs"; "fuseblk" is a local disk (NTFS).
# fmt: off
_REMOTE = frozenset({
    "9p", "acfs", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "fuse",
    "gpfs", "lustre", "macfuse", "ncpfs", "ocfs2", "orangefs", "osxfuse", "prl_fs", "smb2",
    "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs", "webdav",
})
# fmt: on


def is_eventless(kind: str) -> bool:
    """Whether changes on a file system of this type can be made behind the kernel's back."""
    return kind in _REMOTE or kind.startswith(("fuse.", "nfs"))


def eventless_devices() -> dict[int, str]:
    """Return the devices (`st_dev`) without events that are mounted now: "nfs4 on /home".

    OSError when that cannot be read now (no file descriptor left, say).
    """
    try:
        with open(MOUNT_TABLE, encoding="utf-8", errors="surrogateescape") as table:
            return dict(parse(table.read()))
    except FileNotFoundError:
        return dict(_by_psutil())


def parse(table: str) -> Iterator[tuple[int, str]]:
    """Yield device and description of each mount without events in a `mountinfo` table.

    The fields are described in proc(5): the device is the third, the mount point the fifth, and
    the type follows the first lone dash.
    """
    for line in table.splitlines():
        fields = line.split(" ")
        kind = fields[fields.index("-") + 1] if "-" in fields[:-1] else ""
        major, colon, minor = fields[2].partition(":") if len(fields) > 4 else ("", "", "")  # noqa: PLR2004 - see above
        if colon and is_eventless(kind):
            yield os.makedev(int(major), int(minor)), f"{kind} on {_unescaped(fields[4])}"


def _unescaped(field: str) -> str:
    for escape, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(escape, character)
    return field


def _by_psutil() -> Iterator[tuple[int, str]]:
    import psutil  # noqa: PLC0415 - needed only where there is no /proc

    for mount in psutil.disk_partitions(all=True):
        kind = mount.fstype.lower()
        if not (is_eventless(kind) or "remote" in mount.opts.split(",")):
            continue
        try:
            yield os.stat(mount.mountpoint).st_dev, f"{kind or 'remote'} on {mount.mountpoint}"
        except OSError:
            continue
