"""Lost events and dead threads: plain watchdog says nothing, the service finds out by itself.

The numbers are those of the rows in the design's table of watching faults.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from kernelsync.watch.choice import watcher_for
from support.service import Household
from support.waiting import wait_until
from support.watching_faults import (
    Child,
    Plain,
    Service,
    happens,
    in_child,
    make_directory,
    make_file,
    waits_for_parent,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kernelsync.watch.protocol import Wake, Watcher

_QUEUE = "/proc/sys/fs/inotify/max_queued_events"

# Watchdog warns of races within its recursive watching, and is to live on as it does elsewhere.
pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")

dies = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


def _while_stopped(plain_root: str, root: str) -> dict[str, object]:
    with Plain(plain_root) as plain, Service(root) as service:
        waits_for_parent()
        last = os.path.join(root, "last")
        found = service.finds(last) and "last" in os.listdir(root)
        complete = happens(lambda: len(service.known[root] or ()) == len(os.listdir(root)), 10)
        plain.hears(os.path.join(plain_root, "last"))
        return {
            "plain": len({os.path.basename(path) for path in plain.told if path}),
            "found": found and complete,
            "everything": happens(lambda: any(due.everything for due in service.dues), 10),
            "problems": sorted(service.problems),
        }


def test_w01_queue_overflow(tmp_path: Path) -> None:
    """After an overflow everything is looked at again, and the health says so."""
    plain_root = make_directory(str(tmp_path), "plain")
    root = make_directory(str(tmp_path), "ours")
    with open(_QUEUE, encoding="ascii") as file:
        count = int(file.read()) // 2 + 500
    with Child(_while_stopped, (), plain_root, root) as child:
        assert child.hear() == "ready"
        with child.stopped():
            for place in (plain_root, root):
                for number in range(count):
                    make_file(os.path.join(place, str(number)))
                make_file(os.path.join(place, "last"))
        child.go_on()
        result = child.result()
    assert result["plain"] < count
    assert result["found"]
    assert result["everything"]
    assert "watch-overflow" in result["problems"]


def test_the_running_service_says_that_events_were_lost(tmp_path: Path) -> None:
    """Once in its log, and in `status`, although everything was looked at again long since."""
    household = Household(make_directory(str(tmp_path), "home"))
    with open(_QUEUE, encoding="ascii") as file:
        count = int(file.read()) // 2 + 500
    with household.service() as service:
        service.wait_still()
        assert not _problems(household, 0)
        service.process.send_signal(signal.SIGSTOP)
        for number in range(count):
            passing = make_file(household.path(".venvs", str(number)))
            os.remove(passing)
        household.environment("late")
        service.process.send_signal(signal.SIGCONT)
        wait_until(lambda: household.kernels() == {"late"}, timeout=30, what=service.told)
        service.wait_still()
        assert _problems(household, 1) == ["watch-overflow"]
        assert "watching is degraded" in service.status
        assert service.log.count("too many changes at once") == 1, service.told()


def _problems(household: Household, code: int) -> list[str]:
    answer = household.kernelsync("status", "--json").expect(code).json
    assert len(answer["data"]["watching"]["degraded"]) == code
    return [each["code"] for each in answer["problems"]]


@dies
def test_w13_handler_raises(tmp_path: Path) -> None:
    """A wake that raises ends a thread; the watcher is replaced, and everything looked at."""
    raised: list[str | None] = []

    class Clumsy(Plain):
        def dispatch(self, event: object) -> None:
            raise ValueError(event)

    def clumsy(wake: Wake) -> Watcher:
        def once(path: str | None) -> None:
            if path in {root, os.path.join(root, "first")} and len(raised) < 2:
                raised.append(path)
                if len(raised) == 2:  # the first was the beginning of the watch
                    raise ValueError(path)
            wake(path)

        return watcher_for("linux", once)

    root = str(tmp_path)
    with Clumsy(root) as plain, Service(root, make=clumsy) as service:
        first = make_file(os.path.join(root, "first"))
        assert happens(lambda: not plain.observer.is_alive(), 10)
        assert service.finds(first)
        service.rests()
        assert len(raised) == 2
        assert service.finds(make_file(os.path.join(root, "second")))
        assert service.health.alive


@pytest.fixture
def sitting(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Return a root with an environment in whose bin another process sits."""
    inner = make_directory(str(tmp_path), "env", "bin")
    process = subprocess.Popen(["sleep", "600"], cwd=inner)
    yield str(tmp_path), process
    process.kill()
    process.wait()


@dies
def test_w14_removed_twice_under_a_sitting_process(
    sitting: tuple[str, subprocess.Popen[bytes]],
) -> None:
    """`rm -rf venv; python -m venv venv`, twice, with a shell in it, kills no thread of ours."""
    root, process = sitting
    inner = os.path.join(root, "env", "bin")
    with Plain(root, recursive=True) as plain, Service(root, inner) as service:
        for _ in range(2):
            shutil.rmtree(os.path.dirname(inner))
            assert happens(lambda: service.known[inner] is None, 10)
            plain.told.clear()
            os.makedirs(inner)
            assert plain.hears(inner)
            service.rests()
        shutil.rmtree(os.path.dirname(inner))
        service.rests()
        process.kill()
        process.wait()
        os.makedirs(inner)
        service.rests()
        assert not plain.hears(make_file(os.path.join(root, "heard")))
        assert plain.observer.is_alive()
        assert service.finds(os.path.join(root, "heard"))
        assert service.finds(make_file(os.path.join(inner, "python")))
        assert service.supervisor.replaced == 0


@dies
def test_any_dead_thread_is_replaced(tmp_path: Path) -> None:
    """Whatever ends the reading thread, another one takes over, and misses nothing."""
    root = str(tmp_path)

    def fragile(wake: Wake) -> Watcher:
        def deadly(path: str | None) -> None:
            if path == os.path.join(root, "die") and os.path.exists(path):
                os.remove(os.path.join(root, "die"))
                raise SystemExit
            wake(path)

        return watcher_for("linux", deadly)

    with Service(root, make=fragile) as service:
        for number in range(3):
            make_file(os.path.join(root, "die"))
            assert service.finds(make_file(os.path.join(root, f"after-{number}")))
            service.rests()
        assert service.health.alive
        assert service.supervisor.replaced == 3
        assert service.supervisor.last_fault is not None
        assert "SystemExit" in service.supervisor.last_fault.message


def _forked(root: str) -> dict[str, bool]:
    with Plain(root) as plain, Service(root) as service:
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        new = make_file(os.path.join(root, "new"))
        return {"plain": plain.hears(new, 10), "service": service.finds(new)}


def test_w20_fork(tmp_path: Path) -> None:
    """Forking leaves the parent's threads alone (and the child has none, so: do not fork)."""
    assert in_child(_forked, (), str(tmp_path)) == {"plain": True, "service": True}


def test_w21_deep_trees_at_full_speed(tmp_path: Path) -> None:
    """However fast a missing root comes to exist, it is found, every time."""
    plain_root = make_directory(str(tmp_path), "plain")
    leaves = [os.path.join(plain_root, str(number), "a", "b", "leaf") for number in range(100)]
    with Plain(plain_root, recursive=True) as plain:
        for leaf in leaves:
            os.makedirs(leaf)
        assert happens(lambda: set(leaves) <= set(plain.told), 10)
    roots = [str(tmp_path / "ours" / str(number) / "a" / "b") for number in range(100)]
    with Service(*roots) as service:
        for root in roots:
            os.makedirs(os.path.join(root, "leaf"))
        assert happens(lambda: all(service.knows(f"{root}/leaf") for root in roots), 10)
        service.rests()
        for root in roots:
            os.mkdir(os.path.join(root, "later"))
        assert happens(lambda: all(service.knows(f"{root}/later") for root in roots), 10)


def test_w22_tree_moved_out_of_the_root(tmp_path: Path) -> None:
    """What happens in a tree after it was moved away wakes nobody."""
    root = make_directory(str(tmp_path), "root")
    inner = make_directory(root, "env")
    away = str(tmp_path / "away")
    with Plain(root, recursive=True) as plain, Service(root, inner) as service:
        os.rename(inner, away)
        assert plain.hears(inner)
        assert service.loses(inner)
        passes = service.rests()
        make_file(os.path.join(away, "ghost"))
        assert plain.hears(os.path.join(inner, "ghost"))
        assert service.rests() == passes


def test_w23_latency(tmp_path: Path) -> None:
    """A wake comes within milliseconds; even after something was moved out of the root."""
    root = make_directory(str(tmp_path), "root")
    woken: list[float] = []

    def wake(_path: str | None) -> None:
        woken.append(time.monotonic())

    watcher = watcher_for(sys.platform, wake)
    watcher.update([root])
    times = []
    with Plain(root) as plain:
        for number in range(10):
            new = make_file(os.path.join(root, f"new-{number}"))
            assert plain.hears(new, 10)
            woken.clear()
            os.rename(new, str(tmp_path / f"moved-{number}"))
            start = time.monotonic()
            make_file(os.path.join(root, f"after-{number}"))
            assert happens(lambda: woken, 10)
            times.append(woken[0] - start)
            assert plain.hears(os.path.join(root, f"after-{number}"), 10)
            assert time.monotonic() - start > 0.4
    watcher.close()
    assert sorted(times)[5] < 0.1
