"""Installing takes what pip's configuration gives, whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import sysconfig

import pytest

from kernelsync.runtimes.equipment import is_current, put_equipment
from kernelsync.runtimes.failure import BuildFailure
from kernelsync.runtimes.install import Installer
from kernelsync.runtimes.installed import current_build
from kernelsync.runtimes.manifest import read_manifest
from kernelsync.runtimes.removal import remove_runtimes
from support.fake_wheels import KEY, entry, offline, pins_of, some, wheel
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.runtimes.pins import PinList

OWN = "cp{}{}{}-linux-x86_64".format(
    *sys.version_info[:2], "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
)


class Place:
    """Directories for runtimes, downloads and an index."""

    def __init__(self, tmp_path: Path) -> None:
        self.directory = str(tmp_path / "runtimes")
        self.cache = str(tmp_path / "cache")
        self.index = str(tmp_path / "index")
        self.told: list[tuple[int, int]] = []

    def install(self, pins: PinList, key: str = KEY) -> bool:
        """Install from the index alone."""
        return Installer(
            self.directory,
            self.cache,
            offline(self.index),
            tell=lambda done, total: self.told.append((done, total)),
        ).install(key, pins)

    def failure(self, pins: PinList) -> str:
        """Return the code of what goes wrong."""
        with pytest.raises(BuildFailure) as failure:
            self.install(pins)
        assert failure.value.problem.hint
        return failure.value.problem.code

    def build(self, key: str = KEY) -> str:
        """Return the build in force."""
        found = current_build(os.path.join(self.directory, key))
        assert found is not None
        return found

    def have(self, *, version: str = "1.0") -> PinList:
        """Return a list of which all files were downloaded before."""
        return some(os.path.join(self.cache, "any"), version=version)

    def have_wheel(self, name: str, **facts: object) -> dict[str, object]:
        """Return the entry of a wheel that was downloaded before."""
        return entry(wheel(os.path.join(self.cache, "any"), name, **facts))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return empty directories."""
    return Place(tmp_path)


def test_a_runtime_is_whole_and_says_what_it_has(place: Place) -> None:
    """Modules, metadata and the manifest that the launcher reads."""
    pins = some(place.index)
    assert place.install(pins) is True
    manifest = read_manifest(place.build())
    assert manifest is not None
    assert (manifest.key, manifest.id, manifest.ipykernel) == (KEY, pins.id, "1.0")
    assert set(os.listdir(f"{place.build()}/site")) >= {"ipykernel", "ipykernel-1.0.dist-info"}
    assert place.told[-1] == (3, 3)
    assert os.listdir(f"{place.directory}/staging") == []


def test_what_is_there_already_needs_no_download(place: Place) -> None:
    """The second time nothing is asked for."""
    pins = place.have()
    place.install(pins)
    shutil.rmtree(place.cache)
    assert place.install(pins) is False


def test_downloads_stay_for_the_next_attempt(place: Place) -> None:
    """One file is missing at first: then only that one is downloaded."""
    pins = some(place.index)
    kept = os.path.join(place.index, "same-1.0-py3-none-any.whl")
    os.rename(kept, f"{kept}.away")
    assert place.failure(pins) == "no-wheel"
    assert current_build(f"{place.directory}/{KEY}") is None
    os.rename(f"{kept}.away", kept)
    assert place.install(pins) is True


def test_a_damaged_download_is_not_used(place: Place) -> None:
    """Only the hash counts, not the name."""
    pins = some(place.index)
    place.install(pins)
    [damaged] = [name for name in os.listdir(f"{place.cache}/any") if name.startswith("two")]
    with open(f"{place.cache}/any/{damaged}", "wb") as file:
        file.write(b"damaged")
    remove_runtimes(place.directory, [KEY])
    assert place.install(pins) is True
    manifest = read_manifest(place.build())
    assert manifest is not None
    assert manifest.sha256["two-words"] in pins.pins[1].sha256


@pytest.mark.parametrize("tag", ["cp312-cp312-linux_x86_64", "py3-none-any"])
def test_junk_in_the_cache_is_dropped_and_fetched_again(place: Place, tag: str) -> None:
    """Half a file of the right name, in either folder: the first attempt puts it right."""
    path = wheel(place.index, "ipykernel", tag=tag)
    pins = pins_of([entry(path)])
    junk = os.path.join(place.cache, KEY, os.path.basename(path))
    shared = os.path.join(place.cache, "any", os.path.basename(path))
    for spoilt in (junk, shared):
        os.makedirs(os.path.dirname(spoilt), exist_ok=True)
        shutil.copy(path, spoilt)
        os.truncate(spoilt, 100)
    os.mkfifo(os.path.join(place.cache, KEY, "ipykernel-1.0-cp312-abi3-linux_x86_64.whl"))
    assert place.install(pins) is True
    assert sorted(os.listdir(os.path.join(place.cache, KEY))) in (
        [],
        [os.path.basename(path)],
    )


def test_a_file_of_another_version_is_no_junk(place: Place) -> None:
    """Other runtimes, and other lists, have their own files in the same cache."""
    place.have(version="0.9")
    kept = os.listdir(os.path.join(place.cache, "any"))
    place.install(some(place.index))
    assert set(kept) <= set(os.listdir(os.path.join(place.cache, "any")))


def test_a_file_with_another_hash_is_refused(place: Place) -> None:
    """Whoever changed it: nothing of it is unpacked, and the old runtime stays."""
    old = some(place.index)
    place.install(old)
    new = some(place.index, version="2.0")
    wheel(place.index, "ipykernel", "2.0", files={"evil.py": "changed after it was pinned"})
    assert place.failure(new) == "hash-mismatch"
    assert place.build().endswith(old.id)


def test_a_wheel_that_wants_to_write_elsewhere_is_refused(place: Place) -> None:
    """Its hash may be good; the old runtime stays, and no file is outside."""
    old = place.have()
    place.install(old)
    evil = place.have_wheel("evil", files={"../../../evil.py": "x"})
    assert place.failure(pins_of([evil])) == "bad-archive"
    assert place.build().endswith(old.id)
    assert not os.path.exists(f"{place.directory}/evil.py")
    assert os.listdir(f"{place.directory}/staging") == []


def test_an_upgrade_replaces_the_build_and_removes_the_old_one(place: Place) -> None:
    """The path that kernels name stays the same."""
    place.install(place.have())
    place.install(new := place.have(version="2.0"))
    assert os.listdir(f"{place.directory}/{KEY}/builds") == [new.id]
    assert os.readlink(f"{place.directory}/{KEY}/current") == f"builds/{new.id}"


def test_a_build_that_a_kernel_uses_stays_until_it_ends(place: Place) -> None:
    """Running kernels import from it at any time."""
    old = place.have()
    place.install(old)
    new = place.have(version="2.0")
    with open(f"{place.build()}/in-use", "rb") as kernel:
        fcntl.flock(kernel, fcntl.LOCK_SH)
        place.install(new)
        assert set(os.listdir(f"{place.directory}/{KEY}/builds")) == {old.id, new.id}
        assert place.build().endswith(new.id)
    assert place.install(new) is False
    assert os.listdir(f"{place.directory}/{KEY}/builds") == [new.id]


def test_a_runtime_that_a_kernel_uses_is_not_removed(place: Place) -> None:
    """It is refused, with the reason; without the kernel it goes."""
    place.install(place.have())
    with open(f"{place.build()}/in-use", "rb") as kernel:
        fcntl.flock(kernel, fcntl.LOCK_SH)
        removed, [problem] = remove_runtimes(place.directory, [KEY])
        assert (removed, problem.code) == ([], "runtime-in-use")
        assert os.path.isfile(f"{place.build()}/manifest.json")
    assert remove_runtimes(place.directory, [KEY]) == ([KEY], [])
    assert not os.path.exists(f"{place.directory}/{KEY}")


def test_equal_files_of_two_runtimes_are_one_file(place: Place) -> None:
    """Ten Pythons share most of what they borrow."""
    pins = place.have()
    place.install(pins)
    place.install(pins, "cp313-linux-x86_64")
    one, two = (
        os.stat(f"{place.build(key)}/site/same/__init__.py") for key in (KEY, "cp313-linux-x86_64")
    )
    assert one.st_ino == two.st_ino


def test_a_file_that_somebody_changed_is_not_shared(place: Place) -> None:
    """What is linked is compared byte for byte."""
    pins = place.have()
    place.install(pins)
    changed = f"{place.build()}/site/same/__init__.py"
    with open(changed, "w", encoding="utf-8") as file:
        file.write("VERSION = '9.9'\n")
    place.install(pins, "cp313-linux-x86_64")
    with open(
        f"{place.build('cp313-linux-x86_64')}/site/same/__init__.py", encoding="utf-8"
    ) as file:
        assert file.read() == "VERSION = '1.0'\n"


@pytest.mark.parametrize("key", [OWN, "cp36-linux-x86_64"])
def test_byte_code_is_made_for_our_own_python_alone(place: Place, key: str) -> None:
    """Another one's interpreter is not run; the kernel's first start writes it there."""
    place.install(place.have(), key)
    names = os.listdir(f"{place.build(key)}/site/ipykernel")
    assert ("__pycache__" in names) == (key == OWN)


def test_the_launcher_is_beside_the_runtimes(tmp_path: Path) -> None:
    """Kernels start it by a path that outlives kernelsync; a changed copy is renewed."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    (source / "launch.py").write_text("launch")
    (source / "pip_stand_in").write_text("pip")
    (target / "launch.py").write_text("an older one")
    put_equipment(str(target), str(source))
    before = os.stat(target / "launch.py")
    put_equipment(str(target), str(source))
    assert (target / "launch.py").read_text() == "launch"
    assert os.path.samestat(before, os.stat(target / "launch.py"))
    assert all(os.access(target / "bin" / name, os.X_OK) for name in ("pip", "pip3"))
    assert sorted(os.listdir(target)) == ["bin", "launch.py"]


def test_a_copy_that_differs_in_anything_is_not_current(tmp_path: Path) -> None:
    """In contents, in permissions, in what it is; putting it there mends that."""
    directory = str(tmp_path)
    assert not is_current(directory)
    assert put_equipment(directory)
    assert is_current(directory)
    launcher, stand_in = tmp_path / "launch.py", tmp_path / "bin" / "pip"

    def changed() -> None:
        launcher.write_text("an older one")

    def as_fifo() -> None:
        launcher.unlink()
        os.mkfifo(launcher)

    for spoil in (changed, as_fifo, lambda: stand_in.chmod(0o644), stand_in.unlink):
        spoil()
        assert not is_current(directory)
        assert put_equipment(directory)
        assert is_current(directory)
    assert not put_equipment(directory)


def test_what_cannot_be_put_there_leaves_nothing_half_done(tmp_path: Path) -> None:
    """A directory stands where the launcher belongs."""
    (tmp_path / "launch.py" / "of somebody").mkdir(parents=True)
    with pytest.raises(OSError, match=r"launch\.py"):
        put_equipment(str(tmp_path))
    assert not is_current(str(tmp_path))
    assert sorted(os.listdir(tmp_path)) == ["bin", "launch.py"]


def test_two_installs_take_turns(place: Place) -> None:
    """The second one waits, says so, and finds the work done."""
    pins = some(place.index)
    place.install(pins)
    os.makedirs(place.directory, exist_ok=True)
    with open(f"{place.directory}/lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        program = (
            "import sys; from kernelsync.runtimes.install import Installer;"
            "from support.fake_wheels import KEY, some; directory, cache, index = sys.argv[1:];"
            "say = lambda: print('waiting', flush=True);"
            "print(Installer(directory, cache, {}, waiting=say).install(KEY, some(index)))"
        )
        path = os.pathsep.join(each for each in sys.path if each)
        second = subprocess.Popen(
            [sys.executable, "-c", program, place.directory, place.cache, place.index],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert second.stdout is not None
        assert second.stdout.readline() == "waiting\n"
        assert second.poll() is None
    wait_until(lambda: second.poll() is not None)
    assert second.stdout.read() == "False\n"
    second.stdout.close()
    assert second.returncode == 0


def test_two_distributions_may_share_a_namespace_but_no_file(place: Place) -> None:
    """A package's __init__.py may be in both, anything else may not."""
    one = place.have_wheel("ipykernel", files={"space/__init__.py": "# one\n", "space/one.py": ""})
    two = place.have_wheel("two", files={"space/__init__.py": "# two\n", "space/two.py": ""})
    assert place.install(pins_of([one, two])) is True
    three = place.have_wheel("three", files={"space/one.py": "another"})
    assert place.failure(pins_of([one, three])) == "bad-archive"
