"""Limits and permissions: plain watchdog misses directories in silence, the service polls them.

The numbers are those of the rows in the design's table of watching faults. Limits are those of
a user namespace; permissions are tried without the capabilities of root.
"""

from __future__ import annotations

import os
import resource

from support.watching_faults import (
    LIMITS,
    POLL,
    POWERLESS,
    Plain,
    Service,
    happens,
    in_child,
    make_directory,
    make_file,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def _limit(name: str, number: int) -> None:
    with open(f"/proc/sys/user/{name}", "w", encoding="ascii") as file:
        file.write(str(number))


def _directories(root: str, count: int) -> list[str]:
    return [make_directory(root, f"{number:02}") for number in range(count)]


def _plain_below_limit(root: str) -> dict[str, object]:
    _limit("max_inotify_watches", 15)
    directories = _directories(root, 20)
    with Plain(root, recursive=True) as plain:
        new = [make_file(os.path.join(directory, "new")) for directory in directories]
        happens(lambda: set(new) <= set(plain.told), 1.0)
        return {"alive": plain.observer.is_alive(), "heard": len(set(new) & set(plain.told))}


def _service_below_limit(root: str) -> dict[str, object]:
    _limit("max_inotify_watches", 15)
    directories = _directories(root, 20)
    with Service(root, *directories, check=POLL) as service:
        health = service.health
        new = [make_file(os.path.join(directory, "new")) for directory in directories]
        found = happens(lambda: all(map(service.knows, new)), 10)
        _limit("max_inotify_watches", 100)
        make_file(os.path.join(root, "wake"))
        return {
            "found": found,
            "alive": health.alive,
            "watches": health.watches,
            "polled": health.polled,
            "limit": health.limit,
            "problems": {code: problem.hint for code, problem in service.problems.items()},
            "mended": happens(lambda: not service.health.problems, 10),
        }


def test_w02_watch_limit_on_some_directories(tmp_path: Path) -> None:
    """Directories beyond the limit are polled, the sysctl is named, and it ends by itself."""
    plain = in_child(_plain_below_limit, LIMITS, make_directory(str(tmp_path), "plain"))
    assert plain["alive"]
    assert plain["heard"] < 20
    ours = in_child(_service_below_limit, LIMITS, make_directory(str(tmp_path), "ours"))
    assert ours["found"]
    assert ours["alive"]
    assert (ours["watches"], ours["polled"], ours["limit"]) == (15, 6, 15)
    assert "fs.inotify.max_user_watches" in ours["problems"]["watch-limit"]
    assert ours["mended"]


def _without_watches(root: str) -> dict[str, object]:
    _limit("max_inotify_watches", 0)
    plain = Plain(root)
    try:
        plain.observer.start()
    except OSError as error:
        refused = str(error)
    else:
        refused = ""
    with Service(root, check=POLL) as service:
        found = service.finds(make_file(os.path.join(root, "new")))
        return {"refused": refused, "found": found, "problems": sorted(service.problems)}


def test_w03_watch_limit_on_the_root(tmp_path: Path) -> None:
    """Where plain watchdog refuses to start, the service polls everything."""
    result = in_child(_without_watches, LIMITS, str(tmp_path))
    assert "watch limit" in result["refused"]
    assert result["found"]
    assert result["problems"] == ["watch-limit"]


def _unreadable_child(root: str) -> dict[str, object]:
    inner = make_directory(root, "inner")
    os.chmod(inner, 0)
    with Plain(root, recursive=True) as plain, Service(root, inner, check=POLL) as service:
        problems = {code: problem.path for code, problem in service.problems.items()}
        os.chmod(inner, 0o700)
        service.rests()
        new = make_file(os.path.join(inner, "new"))
        return {
            "plain": plain.hears(new),
            "found": service.finds(new),
            "problems": problems == {"watch-refused": inner},
            "mended": happens(lambda: not service.health.problems, 10),
            "polled": service.health.polled,
        }


def test_w04_unreadable_directory_below_the_root(tmp_path: Path) -> None:
    """A directory that may not be watched is polled, and watched as soon as it may be."""
    result = in_child(_unreadable_child, POWERLESS, str(tmp_path))
    assert result == {
        "plain": False,
        "found": True,
        "problems": True,
        "mended": True,
        "polled": 0,
    }


def _unreadable_root(root: str) -> dict[str, object]:
    os.chmod(root, 0)
    with Plain(root) as plain, Service(root, check=POLL) as service:
        alive = plain.observer.is_alive()
        problems = sorted(service.problems)
        os.chmod(root, 0o700)
        service.rests()
        new = make_file(os.path.join(root, "new"))
        return {
            "plain": (alive, plain.hears(new)),
            "found": service.finds(new),
            "problems": problems,
        }


def test_w05_unreadable_root(tmp_path: Path) -> None:
    """A root that becomes readable is watched from then on."""
    root = make_directory(str(tmp_path), "root")
    result = in_child(_unreadable_root, POWERLESS, root)
    assert result == {"plain": [True, False], "found": True, "problems": ["watch-refused"]}


def _without_instances(root: str) -> dict[str, object]:
    _limit("max_inotify_instances", 0)
    with Service(root, os.path.join(root, "missing"), check=POLL) as service:
        found = service.finds(make_file(os.path.join(root, "new")))
        os.mkdir(os.path.join(root, "missing"))
        happens(lambda: service.known[os.path.join(root, "missing")] is not None, 10)
        later = service.finds(make_file(os.path.join(root, "missing", "new")))
        problems = {code: problem.hint for code, problem in service.problems.items()}
        _limit("max_inotify_instances", 10)
        mended = happens(lambda: service.health.watches > 0, 10)
        return {"found": found and later, "problems": problems, "mended": mended}


def test_no_inotify_instance_left(tmp_path: Path) -> None:
    """Without any inotify instance everything is polled, until there is one."""
    result = in_child(_without_instances, LIMITS, str(tmp_path))
    assert result["found"]
    assert "fs.inotify.max_user_instances" in result["problems"]["watch-instances"]
    assert result["mended"]


def _without_descriptors(root: str) -> dict[str, object]:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with Service(root, check=POLL) as service:
        lowest = os.dup(0)
        os.close(lowest)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
        passes = service.passes
        os.mkdir(os.path.join(root, "new"))
        woken = happens(lambda: service.passes > passes, 10)
        service.rests()
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return {"woken": woken, "found": service.finds(make_file(os.path.join(root, "newer")))}


def test_no_file_descriptor_left(tmp_path: Path) -> None:
    """A process that runs out of descriptors goes on watching."""
    result = in_child(_without_descriptors, (), str(tmp_path))
    assert result == {"woken": True, "found": True}
