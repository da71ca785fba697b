"""Mounts: what comes, goes or changes behind the kernel's back is found, without any event.

The numbers are those of the rows in the design's table of watching faults. Everything happens
in a mount namespace of its own.
"""

from __future__ import annotations

import os
import shutil

from kernelsync.watch.inotify import InotifyNotifier
from kernelsync.watch.mounts import eventless_devices
from kernelsync.watch.watcher import DirectoryWatcher
from support.watching_faults import (
    MOUNTS,
    POLL,
    Plain,
    Service,
    in_child,
    make_directory,
    make_file,
    run,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.watch.protocol import Wake, Watcher


def _tmpfs(path: str) -> None:
    run("mount", "-t", "tmpfs", "none", path)


def _overlay(place: str, *, lower: str = "") -> tuple[str, str]:
    """Mount an overlay at `place`/merged; return the merged and the upper directory."""
    _tmpfs(place)
    low, upper, work, merged = (make_directory(place, name) for name in "luwm")
    if lower:
        make_directory(low, lower)
    options = f"lowerdir={low},upperdir={upper},workdir={work}"
    run("mount", "-t", "overlay", "overlay", "-o", options, merged)
    return merged, upper


def _unmounted(root: str) -> dict[str, bool]:
    _tmpfs(root)
    make_file(os.path.join(root, "old"))
    with Plain(root) as plain, Service(root) as service:
        before = os.stat(root).st_dev, os.stat(root).st_ino
        run("umount", root)
        lost = service.loses(os.path.join(root, "old"))
        service.rests()
        _tmpfs(root)
        service.rests()
        same = before == (os.stat(root).st_dev, os.stat(root).st_ino)
        new = make_file(os.path.join(root, "new"))
        return {"plain": plain.hears(new), "lost": lost, "found": service.finds(new), "same": same}


def test_w15_unmounted_and_mounted_again(tmp_path: Path) -> None:
    """An unmount is noticed; so is the next mount, even with the same device and inode."""
    result = in_child(_unmounted, MOUNTS, str(tmp_path))
    assert not result["plain"]
    assert result["lost"]
    assert result["found"]


def _remounted_at_once(root: str) -> bool:
    _tmpfs(root)
    with Service(root) as service:
        run("sh", "-c", f"umount '{root}' && mount -t tmpfs none '{root}'")
        service.rests()
        return service.finds(make_file(os.path.join(root, "new")))


def test_w15_mounted_again_at_once(tmp_path: Path) -> None:
    """A root that was unmounted for an instant only is watched again."""
    assert in_child(_remounted_at_once, MOUNTS, str(tmp_path))


def _lazily_unmounted(root: str) -> dict[str, bool]:
    _tmpfs(root)
    make_file(os.path.join(root, "old"))
    held = os.open(root, os.O_RDONLY)
    with Plain(root) as plain, Service(root) as service:
        run("umount", "-l", root)
        lost = service.loses(os.path.join(root, "old"))
        service.rests()
        new = make_file(os.path.join(root, "new"))
        result = {"plain": plain.hears(new), "lost": lost, "found": service.finds(new)}
    os.close(held)
    return result


def test_w16_lazily_unmounted(tmp_path: Path) -> None:
    """A file system that lives on unseen is let go: the directory at the path counts."""
    result = in_child(_lazily_unmounted, MOUNTS, str(tmp_path))
    assert result == {"plain": False, "lost": True, "found": True}


def _mounted_over(root: str) -> dict[str, bool]:
    with Plain(root) as plain, Service(root) as service:
        _tmpfs(root)
        service.rests()
        new = make_file(os.path.join(root, "new"))
        return {"plain": plain.hears(new), "found": service.finds(new)}


def test_w16_mounted_over(tmp_path: Path) -> None:
    """A mount over a root covers it: from then on the mounted directory counts."""
    assert in_child(_mounted_over, MOUNTS, str(tmp_path)) == {"plain": False, "found": True}


def _changed_behind(place: str) -> dict[str, object]:
    """Change a directory behind its mount: with bindfs, or else the upper one of an overlay.

    The overlay stands in where there is no FUSE: its changes are unseen in the same way, and
    an injected mount table says so, as the real one does for FUSE.
    """
    make = None
    if shutil.which("bindfs") and os.path.exists("/dev/fuse"):
        behind, root = make_directory(place, "behind"), make_directory(place, "root")
        run("bindfs", behind, root)
    else:
        root, behind = _overlay(place)
        device = os.stat(root).st_dev

        def make(wake: Wake) -> Watcher:
            return DirectoryWatcher(
                wake, InotifyNotifier, poll_every=POLL, mounts=lambda: {device: "fuse on here"}
            )

    with Plain(root) as plain, Service(root, make=make) as service:
        make_file(os.path.join(behind, "behind"))
        unheard = not plain.hears(os.path.join(root, "behind"))
        found = service.finds(os.path.join(root, "behind"))
        through = make_file(os.path.join(root, "through"))
        return {
            "unheard": unheard,
            "found": found,
            "through": plain.hears(through, 10) and service.finds(through),
            "problems": sorted(service.problems),
            "alive": service.health.alive,
        }


def test_w17_changed_behind_the_mount(tmp_path: Path) -> None:
    """Changes made elsewhere on a network disk are found by polling, and the health says so."""
    assert in_child(_changed_behind, MOUNTS, str(tmp_path)) == {
        "unheard": True,
        "found": True,
        "through": True,
        "problems": ["watch-eventless"],
        "alive": True,
    }


def _device_without_events(place: str) -> dict[str, bool]:
    device = os.stat(place).st_dev
    return {"own": device in eventless_devices()}


def test_local_disks_have_events(tmp_path: Path) -> None:
    """A local file system is not taken for one without events."""
    assert in_child(_device_without_events, MOUNTS, str(tmp_path)) == {"own": False}


def _overlay_merged(place: str) -> dict[str, bool]:
    merged, _ = _overlay(place, lower="from-below")
    inner = os.path.join(merged, "from-below")
    with Plain(inner) as plain, Service(merged, inner) as service:
        new = make_file(os.path.join(inner, "new"))
        result = {"plain": plain.hears(new, 10), "found": service.finds(new)}
        again = make_file(os.path.join(inner, "again"))
        return {**result, "again": service.finds(again)}


def test_w18_overlay_changed_through_the_merged_view(tmp_path: Path) -> None:
    """Changes through an overlay are seen, although the directory is copied up by the first."""
    result = in_child(_overlay_merged, MOUNTS, str(tmp_path))
    assert result == {"plain": True, "found": True, "again": True}


def _overlay_upper(place: str) -> dict[str, bool]:
    merged, upper = _overlay(place)
    with Plain(merged) as plain, Service(merged, rescan=1.5) as service:
        make_file(os.path.join(upper, "new"))
        new = os.path.join(merged, "new")
        return {"plain": plain.hears(new), "found": service.finds(new)}


def test_w18b_overlay_changed_in_the_upper_directory(tmp_path: Path) -> None:
    """What raises no event and is not known to is found by the rescan."""
    assert in_child(_overlay_upper, MOUNTS, str(tmp_path)) == {"plain": False, "found": True}


def _bound(place: str) -> dict[str, bool]:
    source, root = make_directory(place, "source"), make_directory(place, "root")
    run("mount", "--bind", source, root)
    with Plain(root) as plain, Service(root) as service:
        make_file(os.path.join(source, "new"))
        new = os.path.join(root, "new")
        return {"plain": plain.hears(new, 10), "found": service.finds(new)}


def test_w19_bind_mount_changed_through_its_source(tmp_path: Path) -> None:
    """Both names of a directory are one directory to the kernel."""
    assert in_child(_bound, MOUNTS, str(tmp_path)) == {"plain": True, "found": True}
