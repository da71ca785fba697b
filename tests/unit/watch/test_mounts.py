"""File systems that raise no events for changes made elsewhere."""

from __future__ import annotations

import os

import pytest

from kernelsync.watch.mounts import eventless_devices, is_eventless, parse

_TABLE = r"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:39 / /home/me/remote\040disk rw,nosuid shared:7 master:2 - fuse.sshfs host: rw
31 22 0:40 /export /home rw - nfs4 server:/export rw,vers=4.2
32 22 0:41 / /mnt/c rw - 9p drvfs rw
33 22 0:42 / /tmp rw - tmpfs tmpfs rw
not a mount
34 22 nonsense / /x rw - fuse.x x
"""


def test_devices_of_a_mount_table() -> None:
    """Each has its type and place, spaces and all; damaged lines do no harm."""
    assert dict(parse(_TABLE)) == {
        os.makedev(0, 39): "fuse.sshfs on /home/me/remote disk",
        os.makedev(0, 40): "nfs4 on /home",
        os.makedev(0, 41): "9p on /mnt/c",
    }


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "9p", "fuse", "fuse.sshfs", "virtiofs"])
def test_changes_from_elsewhere_raise_no_event(kind: str) -> None:
    """Network disks, those of a virtual machine's host, and FUSE."""
    assert is_eventless(kind)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "fuseblk", "zfs"])
def test_local_disks_raise_events(kind: str) -> None:
    """Only this kernel writes there."""
    assert not is_eventless(kind)


def test_the_machine_is_asked() -> None:
    """Whatever is mounted here can be told."""
    assert all(isinstance(device, int) for device in eventless_devices())
