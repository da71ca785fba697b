"""Which existing directories are to be watched for those that were asked for."""

from __future__ import annotations

import os

import pytest

from kernelsync.watch.outline import device_of, draw, identity_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def top(tmp_path: Path) -> str:
    """Return a real, existing directory."""
    return os.path.realpath(tmp_path)


def test_an_existing_directory_is_watched_itself(top: str) -> None:
    """Every entry counts in it."""
    outline = draw([top])
    assert next(iter(outline.identities)) == top
    assert top not in outline.partial


def test_the_way_to_it_counts_only_as_far_as_it_may_move(top: str) -> None:
    """No entry counts in the directories above, up to the file system's root."""
    outline = draw([top])
    above = os.path.dirname(top)
    while above != "/":
        assert outline.partial[above] == frozenset()
        above = os.path.dirname(above)
    assert outline.partial["/"] == frozenset()


def test_without_routes_the_way_is_left_out(top: str) -> None:
    """Some systems cannot watch a parent without all that is below it."""
    assert set(draw([top], routes=False).identities) == {top}


def test_the_nearest_parent_awaits_a_missing_directory(top: str) -> None:
    """Only the next name counts there, whatever else is made."""
    outline = draw([os.path.join(top, "not", "yet")])
    assert outline.partial[top] == {"not"}
    assert top in outline.identities


def test_a_missing_directory_below_one_asked_for(top: str) -> None:
    """What was asked for counts with all its entries; nothing narrows that."""
    outline = draw([top, os.path.join(top, "missing")])
    assert top not in outline.partial


def test_gaps_inside_environments_are_not_watched(top: str) -> None:
    """An environment takes one watch for each directory asked for, not for those between."""
    env = os.path.join(top, "env")
    site = os.path.join(env, "lib", "python3.12", "site-packages")
    os.makedirs(site)
    outline = draw([top, env, site])
    assert os.path.join(env, "lib") not in outline.identities


def test_gaps_below_the_topmost_directory_count_if_they_are_moved(top: str) -> None:
    """As `.local/share/jupyter` in a home directory that is watched; none of its entries count."""
    kernels = os.path.join(top, "data", "jupyter", "kernels")
    os.makedirs(os.path.join(kernels, "one"))
    outline = draw([top, kernels, os.path.join(kernels, "one")])
    for gap in (os.path.join(top, "data"), os.path.join(top, "data", "jupyter")):
        assert outline.partial[gap] == frozenset()
        assert gap in outline.identities


def test_a_symlink_counts_in_its_own_directory(top: str) -> None:
    """Removing or replacing it says nothing to the directory that it leads to."""
    os.makedirs(os.path.join(top, "links"))
    os.makedirs(os.path.join(top, "places", "real"))
    link = os.path.join(top, "links", "link")
    os.symlink(os.path.join(top, "places", "real"), link)
    outline = draw([link])
    assert outline.partial[os.path.join(top, "links")] == {"link"}
    assert outline.partial[os.path.join(top, "places")] == frozenset()
    assert outline.identities[link] == identity_of(os.path.join(top, "places", "real"))


def test_a_dangling_symlink_awaits_what_it_leads_to(top: str) -> None:
    """Both the link and its target may change."""
    link = os.path.join(top, "link")
    os.mkdir(os.path.join(top, "place"))
    os.symlink(os.path.join(top, "place", "missing"), link)
    outline = draw([link])
    assert outline.partial[top] >= {"link"}
    assert outline.partial[os.path.join(top, "place")] == {"missing"}


def test_every_link_of_a_chain_counts_in_its_own_directory(top: str) -> None:
    """As `~/.venvs` leads to `current/venvs`, and `current` to a release: each may change."""
    os.makedirs(os.path.join(top, "home"))
    os.makedirs(os.path.join(top, "apps", "rel1", "venvs"))
    link = os.path.join(top, "home", "venvs")
    os.symlink(os.path.join(top, "apps", "current", "venvs"), link)
    os.symlink("rel1", os.path.join(top, "apps", "current"))
    outline = draw([link])
    assert outline.partial[os.path.join(top, "home")] == {"venvs"}
    assert outline.partial[os.path.join(top, "apps")] == {"current"}
    assert outline.partial[os.path.join(top, "apps", "rel1")] == frozenset()
    assert os.path.join(top, "apps") in outline.identities


@pytest.mark.parametrize("name", ["venvs", "gap/venvs", "linked/venvs"])
def test_links_count_below_the_topmost_directory_asked_for(top: str, name: str) -> None:
    """As where all of the home directory is watched: the links on a way are not in it."""
    os.makedirs(os.path.join(top, "home", "gap"))
    os.makedirs(os.path.join(top, "home", "data", "apps", "rel1", "venvs"))
    apps = os.path.join(top, "home", "data", "apps")
    os.symlink("rel1", os.path.join(apps, "current"))
    os.symlink(os.path.join(apps, "current"), os.path.join(top, "home", "linked"))
    for link in ("venvs", "gap/venvs"):
        os.symlink(os.path.join(apps, "current", "venvs"), os.path.join(top, "home", link))
    home, path = os.path.join(top, "home"), os.path.join(top, "home", name)
    outline = draw([home, path])
    assert home not in outline.partial
    assert outline.partial[apps] == {"current"}
    gap = os.path.join(home, "gap")
    assert outline.partial.get(gap) == ({"venvs"} if name == "gap/venvs" else None)


def test_a_link_counts_below_what_was_asked_for_but_not_directly(top: str) -> None:
    """As `.config/kernelsync` is one in a home directory that is watched: `.config` is not."""
    place = os.path.join(top, "home", ".config")
    os.makedirs(place)
    os.mkdir(os.path.join(top, "dotfiles"))
    os.symlink(os.path.join(top, "dotfiles"), os.path.join(place, "kernelsync"))
    outline = draw([os.path.join(top, "home"), os.path.join(place, "kernelsync")])
    assert outline.partial[place] == {"kernelsync"}


def test_single_links_of_environments_take_no_watches(top: str) -> None:
    """As pyenv-virtualenv makes one for each."""
    os.makedirs(os.path.join(top, "versions", "3.12.1", "envs", "app", "bin"))
    versions = os.path.join(top, "versions")
    envs = os.path.join(versions, "3.12.1", "envs")
    os.symlink(os.path.join(envs, "app"), os.path.join(versions, "app"))
    program = os.path.join(versions, "app", "bin")
    interpreter = os.path.dirname(envs)
    outline = draw([versions, interpreter, envs, program])
    assert {path for path in outline.identities if path.startswith(top + os.sep)} == {
        versions,
        interpreter,
        envs,
        program,
    }


def test_every_link_counts_on_the_way_to_what_is_missing(top: str) -> None:
    """The next release may have what this one lacks."""
    os.makedirs(os.path.join(top, "apps", "rel1"))
    link = os.path.join(top, "venvs")
    os.symlink(os.path.join(top, "apps", "current", "venvs"), link)
    os.symlink("rel1", os.path.join(top, "apps", "current"))
    outline = draw([link])
    assert outline.partial[top] >= {"venvs"}
    assert outline.partial[os.path.join(top, "apps")] == {"current"}
    assert outline.partial[os.path.join(top, "apps", "rel1")] == {"venvs"}


def test_a_chain_that_ends_in_a_link_to_nothing_awaits_each_of_its_links(top: str) -> None:
    """Any one of them may be made to lead to a directory."""
    for place in ("first", "second", "third"):
        os.mkdir(os.path.join(top, place))
    link = os.path.join(top, "first", "link")
    os.symlink(os.path.join(top, "second", "link"), link)
    os.symlink(os.path.join(top, "third", "missing"), os.path.join(top, "second", "link"))
    outline = draw([link])
    assert outline.partial[os.path.join(top, "first")] == {"link"}
    assert outline.partial[os.path.join(top, "second")] == {"link"}
    assert outline.partial[os.path.join(top, "third")] == {"missing"}


def test_a_file_is_no_directory(top: str) -> None:
    """A file in the place of a directory is awaited like a missing one."""
    path = os.path.join(top, "file")
    with open(path, "x", encoding="ascii"):
        outline = draw([path])
    assert path not in outline.identities
    assert outline.partial[top] == {"file"}


def test_odd_paths_are_no_errors(top: str) -> None:
    """A NUL, a slash at the end and an endless name do no harm."""
    odd = [f"{top}/nul\0", f"{top}/", f"{top}/{'x' * 5000}", "/"]
    outline = draw(odd)
    assert {top, "/"} <= set(outline.identities)


def test_an_identity_tells_directories_apart(top: str) -> None:
    """Two directories differ, and the device can be read from either."""
    other = os.path.join(top, "other")
    os.mkdir(other)
    first, second = identity_of(top), identity_of(other)
    assert first is not None
    assert first != second
    assert device_of(first) == os.stat(top).st_dev
