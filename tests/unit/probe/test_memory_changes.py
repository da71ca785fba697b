"""Every change that an environment can undergo is seen, whatever was remembered before."""

from __future__ import annotations

import os
import shutil

import pytest

from support.probe_trees import (
    install,
    install_ipykernel,
    link,
    make_base,
    make_ready,
    make_venv,
    permit,
    program,
    provide_kernel,
    write,
    write_header,
)
from support.remembering import Remembering

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kernelsync.model.environment import Environment

    Change = Callable[["World"], None]


_SETTLING = 2.0
"""Seconds for which a change is too young to be remembered."""


class World:
    """An environment as uv makes them: its base is behind a link that an upgrade swaps."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.user = Remembering(directory)
        self.base = make_base(f"{directory}/pythons/cpython-3.12.1")
        self.minor = link("cpython-3.12.1", f"{directory}/pythons/cpython-3.12")
        self.prefix = f"{directory}/envs/one"
        self.make()

    def make(self) -> None:
        """Make the environment."""
        make_ready(self.prefix, self.minor)
        self.kernel = provide_kernel(self.prefix)
        write(f"{self.kernel}/logo-svg.svg", "<svg/>")

    @property
    def site(self) -> str:
        """Its site-packages."""
        return f"{self.prefix}/lib/python3.12/site-packages"

    def edit(self, old: str, new: str) -> None:
        """Edit its pyvenv.cfg in place."""
        path = f"{self.prefix}/pyvenv.cfg"
        with open(path, encoding="utf-8") as file:
            text = file.read()
        write(path, text.replace(old, new))


class LinkedFiles(World):
    """The same, each of its files being one of a cache as well: so does uv install packages."""

    def make(self) -> None:
        """Make the environment, and give its files a second name."""
        super().make()
        self.cache = f"{self.directory}/cache-of-packages"
        os.mkdir(self.cache)
        self.share()

    def share(self) -> None:
        """Let another environment have the same files."""
        other = f"{self.cache}/{len(os.listdir(self.cache))}-other"
        shutil.copytree(self.prefix, other, symlinks=True, copy_function=os.link)
        shutil.copytree(self.base, f"{other}-base", symlinks=True, copy_function=os.link)


def recreate(world: World) -> None:
    """Make another environment where one was."""
    shutil.rmtree(world.prefix)
    make_venv(world.prefix, world.base)


def swap_base(world: World) -> None:
    """Upgrade the base as uv does."""
    make_base(f"{world.directory}/pythons/cpython-3.12.9", "3.12.9")
    link("cpython-3.12.9", f"{world.minor}.new")
    os.rename(f"{world.minor}.new", world.minor)


def retarget(world: World) -> None:
    """Point bin/python at another base."""
    make_base(f"{world.directory}/pythons/other", "3.12.4")
    os.unlink(f"{world.prefix}/bin/python")
    link(f"{world.directory}/pythons/other/bin/python3.12", f"{world.prefix}/bin/python")


def upgrade_ipykernel(world: World) -> None:
    """Install a newer version, as pip does."""
    shutil.rmtree(f"{world.site}/ipykernel-7.4.0.dist-info")
    install(world.site, "ipykernel", "7.5.0")


def lose_metadata(world: World) -> None:
    """Empty the directory of its metadata, and leave it there."""
    for name in ("INSTALLER", "METADATA", "RECORD"):
        os.unlink(f"{world.site}/ipykernel-7.4.0.dist-info/{name}")


def replace_site(world: World) -> None:
    """Put another directory in the place of site-packages."""
    os.rename(world.site, f"{world.directory}/old")
    os.makedirs(world.site)


def replace_kernels(world: World) -> None:
    """Put other kernelspecs in the place of its own."""
    os.rename(f"{world.prefix}/share", f"{world.directory}/share")
    provide_kernel(world.prefix, "other")


CHANGES: dict[str, Change] = {
    "pyvenv.cfg says another version": lambda world: world.edit("3.12.1", "3.11.9"),
    "pyvenv.cfg names a base that is not there": lambda world: world.edit("/bin\n", "/gone\n"),
    "pyvenv.cfg lets the base's packages in": lambda world: world.edit("false", "true"),
    "pyvenv.cfg is removed": lambda world: os.unlink(f"{world.prefix}/pyvenv.cfg"),
    "bin/python leads elsewhere": retarget,
    "bin/python is removed": lambda world: os.unlink(f"{world.prefix}/bin/python"),
    "the base is swapped": swap_base,
    "the base is upgraded in place": lambda world: (
        write_header(f"{world.base}/include/python3.12/patchlevel.h", "3.12.8") and None
    ),
    "the base is removed": lambda world: shutil.rmtree(world.base),
    "the base loses its library": lambda world: os.unlink(f"{world.base}/lib/python3.12/os.py"),
    "the base becomes a script": lambda world: (
        program(f"{world.base}/bin/python3.12", b"#!x") and None
    ),
    "the base cannot be run": lambda world: permit(f"{world.base}/bin/python3.12", 0o644),
    "everybody can write to the base": lambda world: permit(f"{world.base}/bin/python3.12", 0o777),
    "everybody can write to the base's directory": lambda world: permit(world.base, 0o777),
    "ipykernel is removed": lambda world: os.unlink(f"{world.site}/ipykernel_launcher.py"),
    "ipykernel is upgraded": upgrade_ipykernel,
    "the metadata of ipykernel is lost": lose_metadata,
    "what ipykernel needs is removed": lambda world: shutil.rmtree(f"{world.site}/zmq"),
    "site-packages is replaced": replace_site,
    "its kernel.json is edited in place": lambda world: (
        provide_kernel(
            world.prefix, document={"argv": ["python"], "display_name": "x", "language": "y"}
        )
        and None
    ),
    "its kernel.json is removed": lambda world: os.unlink(f"{world.kernel}/kernel.json"),
    "its logo grows": lambda world: write(f"{world.kernel}/logo-svg.svg", "<svg></svg>") and None,
    "a logo is added": lambda world: write(f"{world.kernel}/logo-32x32.png", "png") and None,
    "another kernelspec is added": lambda world: provide_kernel(world.prefix, "ir") and None,
    "its kernelspecs are replaced": replace_kernels,
    "everybody can write to it": lambda world: permit(world.prefix, 0o777),
    "everybody can write to bin": lambda world: permit(f"{world.prefix}/bin", 0o777),
    "everybody can write to lib": lambda world: permit(f"{world.prefix}/lib", 0o777),
    "everybody can write to its packages": lambda world: permit(world.site, 0o777),
    "everybody can write to pyvenv.cfg": lambda world: permit(f"{world.prefix}/pyvenv.cfg", 0o666),
    "everybody can write to its kernel.json": lambda world: permit(
        f"{world.kernel}/kernel.json", 0o666
    ),
    "everybody can write to the directory above": lambda world: permit(
        f"{world.directory}/envs", 0o777
    ),
    "it is removed": lambda world: shutil.rmtree(world.prefix),
    "it is made again without ipykernel": recreate,
    "it is moved away": lambda world: os.rename(world.prefix, f"{world.directory}/envs/two"),
}


@pytest.mark.parametrize("make", [World, LinkedFiles])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_seen(tmp_path: Path, change: Change, make: type[World]) -> None:
    """After any change the answer is that of a fresh probe, and not the one remembered."""
    world = make(str(tmp_path))
    before = world.user.probe(world.prefix)
    assert before == world.user.probe(world.prefix)
    assert world.user.recalled == 1
    world.user.tick()
    change(world)
    after = world.user.probe(world.prefix)
    assert world.user.recalled == 0
    assert after == world.user.fresh(world.prefix)
    assert after != before


def test_another_environment_with_the_same_files_is_no_change(tmp_path: Path) -> None:
    """A new name changes the times of a file; one more environment would touch a thousand."""
    world = LinkedFiles(str(tmp_path))
    answer = world.user.probe(world.prefix)
    launcher = f"{world.site}/ipykernel_launcher.py"
    before = os.stat(launcher).st_ctime_ns
    world.user.tick()
    world.share()
    assert os.stat(launcher).st_ctime_ns > before
    assert world.user.probe(world.prefix) == answer
    assert world.user.recalled == 1


@pytest.mark.parametrize(("mode", "recalled"), [(0o644, 1), (0o664, 0)])
def test_any_change_of_a_file_that_its_group_may_write_to_is_seen(
    tmp_path: Path, mode: int, recalled: int
) -> None:
    """An access list moves the time of change alone there; elsewhere it changes the mode."""
    world = LinkedFiles(str(tmp_path))
    launcher = f"{world.site}/ipykernel_launcher.py"
    permit(launcher, mode)
    world.user.probe(world.prefix)
    world.user.tick()
    permit(launcher, mode)
    world.user.probe(world.prefix)
    assert world.user.recalled == recalled


def test_what_was_linked_just_now_is_not_learned(tmp_path: Path) -> None:
    """A file with old contents may have come to its place between reading and sealing."""
    world = LinkedFiles(str(tmp_path))
    made = os.stat(world.site).st_ctime
    while os.stat(world.cache).st_ctime < made + 0.1:
        world.share()
    for now, recalled in ((made + 0.05, False), (made + 60.0, True)):
        for _ in range(2):
            world.user.probe(world.prefix, now=now + _SETTLING)
        assert world.user.recalled == recalled


def test_a_shared_file_that_was_just_written_is_not_learned(tmp_path: Path) -> None:
    """Two changes may get the same time stamp."""
    world = LinkedFiles(str(tmp_path))
    launcher = f"{world.site}/ipykernel_launcher.py"
    now = os.stat(launcher).st_ctime + 60.0
    os.utime(launcher, (now, now))
    for _ in range(2):
        world.user.probe(world.prefix, now=now)
        assert world.user.recalled == 0


def test_a_change_of_owner_is_seen(tmp_path: Path) -> None:
    """A prefix that was given to another user is no longer recalled (root alone can do that)."""
    world = World(str(tmp_path))
    world.user.probe(world.prefix)
    # Others cannot give anything away: then only the times change, which counts as well.
    os.chown(world.prefix, 12345 if os.geteuid() == 0 else -1, -1)
    after = world.user.probe(world.prefix)
    assert after == world.user.fresh(world.prefix)
    assert (after[0].condition.value == "unsafe") is (os.geteuid() == 0)


def test_a_renamed_environment_is_read_under_its_new_name(tmp_path: Path) -> None:
    """The memory of the old place is of no use at the new one."""
    world = World(str(tmp_path))
    world.user.probe(world.prefix)
    moved = f"{tmp_path}/envs/two"
    os.rename(world.prefix, moved)
    assert world.user.probe(moved) == world.user.fresh(moved)


class Shared(World):
    """An environment that also imports what its base and its user have."""

    def make(self) -> None:
        """Make it, with ipykernel of its own."""
        configuration = f"home = {self.minor}/bin\ninclude-system-site-packages = true\n"
        site = make_venv(self.prefix, self.minor, configuration=configuration)
        install_ipykernel(site)
        os.unlink(f"{site}/ipykernel_launcher.py")
        self.base_site = f"{self.base}/lib/python3.12/site-packages"
        install_ipykernel(self.base_site, "7.1.0")
        provide_kernel(self.base)


def user_installs(world: World) -> None:
    """Install another ipykernel for the user."""
    install_ipykernel(f"{world.user.home}/.local/lib/python3.12/site-packages", "7.9.0")


def base_upgrades(world: World) -> None:
    """Upgrade the ipykernel of the base."""
    site = f"{world.base}/lib/python3.12/site-packages"
    shutil.rmtree(f"{site}/ipykernel-7.1.0.dist-info")
    install(site, "ipykernel", "7.2.0")


SHARED_CHANGES: dict[str, Change] = {
    "the user installs ipykernel": user_installs,
    "the base upgrades ipykernel": base_upgrades,
    "the base loses ipykernel": lambda world: os.unlink(
        f"{world.base}/lib/python3.12/site-packages/ipykernel_launcher.py"
    ),
    "the base's kernelspec is edited": lambda world: (
        provide_kernel(
            world.base, document={"argv": ["ipykernel_launcher", "2"], "display_name": "x"}
        )
        and None
    ),
    "the base gets another kernelspec": lambda world: provide_kernel(world.base, "b") and None,
    "everybody can write to the base's packages": lambda world: permit(
        f"{world.base}/lib/python3.12/site-packages", 0o777
    ),
    "it no longer imports from the base": lambda world: world.edit("true", "false"),
}


@pytest.mark.parametrize("change", SHARED_CHANGES.values(), ids=SHARED_CHANGES.keys())
def test_a_change_of_what_is_shared_is_seen(tmp_path: Path, change: Change) -> None:
    """An environment that borrows packages is read again when those change."""
    world = Shared(str(tmp_path))
    before = world.user.probe(world.prefix)
    assert before == world.user.probe(world.prefix)
    assert world.user.recalled == 1
    world.user.tick()
    change(world)
    after = world.user.probe(world.prefix)
    assert after == world.user.fresh(world.prefix)
    assert after != before


def linked(world: World) -> str:
    """Let ipykernel come from a directory of sources, by a .pth file; return that file."""
    sources = f"{world.directory}/sources"
    os.makedirs(sources)
    os.rename(f"{world.site}/ipykernel_launcher.py", f"{sources}/ipykernel_launcher.py")
    return write(f"{world.site}/dev.pth", f"{sources}\n")


def probe_linked(world: World) -> Environment:
    """Probe it twice: the second answer is recalled."""
    (before,) = world.user.probe(world.prefix)
    world.user.probe(world.prefix)
    assert world.user.recalled == 1
    world.user.tick()
    return before


def test_an_edited_pth_file_is_seen(tmp_path: Path) -> None:
    """A .pth file that ipykernel was found by counts with its contents."""
    world = World(str(tmp_path))
    path = linked(world)
    before = probe_linked(world)
    write(path, f"{tmp_path}/nowhere\n")
    after = world.user.probe(world.prefix)
    assert after == world.user.fresh(world.prefix)
    assert after != [before]


def test_a_change_behind_a_pth_file_is_seen(tmp_path: Path) -> None:
    """So does the directory that it leads to, and who may write to it."""
    world = World(str(tmp_path))
    linked(world)
    before = probe_linked(world)
    permit(f"{tmp_path}/sources", 0o777)
    after = world.user.probe(world.prefix)
    assert after == world.user.fresh(world.prefix)
    assert after != [before]


def test_a_project_that_moved_is_seen(tmp_path: Path) -> None:
    """The project's directory, found by its distribution, is looked at in every pass."""
    world = World(str(tmp_path))
    os.makedirs(f"{tmp_path}/work")
    origin = f'{{"url": "file://{tmp_path}/work", "dir_info": {{"editable": true}}}}'
    write(f"{install(world.site, 'shop')}/direct_url.json", origin)
    (before,) = world.user.probe(world.prefix, distribution="shop")
    assert before.project == f"{tmp_path}/work"
    assert world.user.probe(world.prefix, distribution="shop") == [before]
    assert world.user.recalled == 1
    os.rename(f"{tmp_path}/work", f"{tmp_path}/moved")
    after = world.user.probe(world.prefix, distribution="shop")
    assert after == world.user.fresh(world.prefix, distribution="shop")
    assert after[0].project is None


class Without(World):
    """An environment without ipykernel, whose `.pth` file leads to a place that is not there."""

    def make(self) -> None:
        """Make it."""
        configuration = f"home = {self.minor}/bin\ninclude-system-site-packages = true\n"
        site = make_venv(self.prefix, self.minor, configuration=configuration)
        self.sources = f"{self.directory}/sources"
        write(f"{site}/dev.pth", f"{self.sources}\n")


ARRIVALS: dict[str, str] = {
    "in its own packages": "envs/one/lib/python3.12/site-packages",
    "behind its .pth file": "sources",
    "in the packages of the base": "pythons/cpython-3.12.1/lib/python3.12/site-packages",
    "in Debian's packages of the base": "pythons/cpython-3.12.1/lib/python3/dist-packages",
    "in the packages of the user": "home/.local/lib/python3.12/site-packages",
}


@pytest.mark.parametrize("place", ARRIVALS.values(), ids=ARRIVALS.keys())
def test_ipykernel_is_noticed_wherever_it_appears(tmp_path: Path, place: str) -> None:
    """That it was missing is believed only while it is missing everywhere."""
    world = Without(str(tmp_path))
    before = world.user.probe(world.prefix)
    assert before == world.user.probe(world.prefix)
    assert world.user.recalled == 1
    world.user.tick()
    install_ipykernel(f"{tmp_path}/{place}")
    after = world.user.probe(world.prefix)
    assert after == world.user.fresh(world.prefix)
    assert after[0].condition.value == "ready"


def test_a_launcher_that_is_a_link_is_followed_in_every_pass(tmp_path: Path) -> None:
    """What it leads to appears without a trace in the directory that holds the link."""
    world = Without(str(tmp_path))
    install_ipykernel(world.site)
    os.unlink(f"{world.site}/ipykernel_launcher.py")
    link(f"{tmp_path}/launcher.py", f"{world.site}/ipykernel_launcher.py")
    before = world.user.probe(world.prefix)
    assert before[0].condition.value == "no-ipykernel"
    write(f"{tmp_path}/launcher.py")
    after = world.user.probe(world.prefix)
    assert after == world.user.fresh(world.prefix)
    assert after != before
