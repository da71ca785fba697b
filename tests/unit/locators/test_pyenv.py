"""pyenv: interpreters and virtual environments, each once and under its best name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kernelsync.locators.pyenv import PyenvLocator
from kernelsync.model.environment import RootState
from support.trees import (
    link,
    make_base,
    make_legacy_virtualenv,
    make_pyenv,
    make_pyenv_virtualenv,
    make_venv,
    write,
)

if TYPE_CHECKING:
    from unit.locators.conftest import Place


def test_an_interpreter_is_a_base_named_by_its_directory(place: Place) -> None:
    """`versions/3.12.1` is a bare interpreter."""
    make_pyenv(f"{place.home}/.pyenv", ("3.12.1", "3.13.0"))
    found = place.find(PyenvLocator)
    assert found.names == ["3.12.1", "3.13.0"]
    candidate = found.one("3.12.1")
    assert candidate.base
    assert candidate.prefix == candidate.real == f"{place.home}/.pyenv/versions/3.12.1"
    assert candidate.root == f"{place.home}/.pyenv/versions"


def test_a_virtualenv_and_its_symlink_count_once(place: Place) -> None:
    """The short symlink is the prefix, the real directory the identity."""
    root = make_pyenv(f"{place.home}/.pyenv")
    short, real = make_pyenv_virtualenv(root, "thesis")
    found = place.find(PyenvLocator)
    assert found.names == ["3.12.1", "thesis"]
    candidate = found.one("thesis")
    assert (candidate.prefix, candidate.real, candidate.aliases) == (short, real, (real,))
    assert not candidate.base


def test_a_virtualenv_is_found_without_its_symlink(place: Place) -> None:
    """An environment whose symlink is missing keeps its real directory as prefix."""
    root = make_pyenv(f"{place.home}/.pyenv")
    short, real = make_pyenv_virtualenv(root, "thesis")
    os.unlink(short)
    candidate = place.find(PyenvLocator).one("thesis")
    assert (candidate.prefix, candidate.real, candidate.aliases) == (real, real, ())


def test_a_second_symlink_is_an_alias(place: Place) -> None:
    """Of two symlinks the one with the environment's own name wins."""
    root = make_pyenv(f"{place.home}/.pyenv")
    short, real = make_pyenv_virtualenv(root, "thesis")
    other = link(f"{root}/versions/another", "3.12.1/envs/thesis")
    candidate = place.find(PyenvLocator).one("thesis")
    assert candidate.prefix == short
    assert set(candidate.aliases) == {real, other}


def test_a_symlink_with_another_name_names_the_environment(place: Place) -> None:
    """A renamed symlink is the name that pyenv knows."""
    root = make_pyenv(f"{place.home}/.pyenv")
    short, real = make_pyenv_virtualenv(root, "thesis")
    os.rename(short, f"{root}/versions/doctorate")
    found = place.find(PyenvLocator)
    candidate = found.one("doctorate")
    assert candidate.prefix == f"{root}/versions/doctorate"
    assert candidate.real == real
    assert found.names == ["3.12.1", "doctorate"]


def test_a_pyenv_root_that_is_a_symlink_still_pairs_links_with_environments(place: Place) -> None:
    """Symlinks may be written by the real path or by the symlinked one."""
    root = make_pyenv(f"{place.path}/data/pyenv")
    link(f"{place.home}/.pyenv", root)
    make_pyenv_virtualenv(f"{place.home}/.pyenv", "one")
    make_pyenv_virtualenv(root, "two")
    found = place.find(PyenvLocator)
    assert found.names == ["3.12.1", "one", "two"]
    for name in ("one", "two"):
        assert found.one(name).prefix == f"{place.home}/.pyenv/versions/{name}"
        assert found.one(name).real == f"{root}/versions/3.12.1/envs/{name}"


def test_a_virtualenv_of_the_system_python_is_no_base(place: Place) -> None:
    """A real directory with pyvenv.cfg in `versions` is a virtual environment."""
    root = make_pyenv(f"{place.home}/.pyenv")
    base = make_base(f"{place.path}/usr", "3.11.2")
    make_venv(f"{root}/versions/system-env", base=base, version="3.11.2")
    assert not place.find(PyenvLocator).one("system-env").base


def test_an_environment_without_its_config_never_turns_into_an_interpreter(place: Place) -> None:
    """While an environment is removed, pyvenv.cfg may be the first file to go."""
    root = make_pyenv(f"{place.home}/.pyenv")
    make_legacy_virtualenv(f"{root}/versions/old", base="/usr")
    assert not place.find(PyenvLocator).one("old").base


def test_an_interpreter_that_is_being_compiled_is_passed_on(place: Place) -> None:
    """There is no bin/python until `make install` is over; the probe reports that."""
    root = make_pyenv(f"{place.home}/.pyenv", ())
    os.makedirs(f"{root}/versions/3.14.0/bin")
    assert place.find(PyenvLocator).one("3.14.0").base


def test_an_empty_version_directory_is_nothing(place: Place) -> None:
    """A directory without bin and lib is not an interpreter yet."""
    root = make_pyenv(f"{place.home}/.pyenv", ())
    os.makedirs(f"{root}/versions/3.14.0")
    assert place.find(PyenvLocator).names == []


def test_a_dangling_symlink_is_nothing(place: Place) -> None:
    """What pyenv-virtualenv's removal leaves for a moment is not an environment."""
    root = make_pyenv(f"{place.home}/.pyenv")
    link(f"{root}/versions/gone", f"{root}/versions/3.12.1/envs/gone")
    link(f"{root}/versions/loop", "loop")
    found = place.find(PyenvLocator)
    assert found.names == ["3.12.1"]
    assert found.problems == []


def test_a_short_name_of_an_interpreter_counts_once(place: Place) -> None:
    """`3.12 -> 3.12.1` is the same interpreter, named by its own directory."""
    root = make_pyenv(f"{place.home}/.pyenv")
    alias = link(f"{root}/versions/3.12", "3.12.1")
    found = place.find(PyenvLocator)
    assert found.names == ["3.12.1"]
    assert found.one("3.12.1").aliases == (alias,)
    assert found.one("3.12.1").prefix == f"{root}/versions/3.12.1"


def test_links_to_an_interpreter_elsewhere_count_once_by_the_longest_name(place: Place) -> None:
    """Links as Homebrew's users make them: the name that says most wins."""
    root = make_pyenv(f"{place.home}/.pyenv", ())
    cellar = make_base(f"{place.path}/cellar/3.12.7", "3.12.7")
    short = link(f"{root}/versions/3.12", cellar)
    link(f"{root}/versions/3.12.7", cellar)
    found = place.find(PyenvLocator)
    assert found.names == ["3.12.7"]
    candidate = found.one("3.12.7")
    assert candidate.prefix == f"{root}/versions/3.12.7"
    assert (candidate.real, candidate.aliases, candidate.base) == (cellar, (short,), True)


def test_a_link_to_something_without_python_is_nothing(place: Place) -> None:
    """A link out of `versions` counts only if it leads to a Python."""
    root = make_pyenv(f"{place.home}/.pyenv", ())
    os.makedirs(f"{place.path}/elsewhere/bin")
    link(f"{root}/versions/elsewhere", f"{place.path}/elsewhere")
    assert place.find(PyenvLocator).names == []


def test_an_environment_below_conda_has_its_own_interpreter(place: Place) -> None:
    """Conda's `envs` holds installations, not virtual environments."""
    root = make_pyenv(f"{place.home}/.pyenv", ())
    conda = make_base(f"{root}/versions/miniconda3-latest", "3.12.1")
    inner = make_base(f"{conda}/envs/stats", "3.11.4")
    write(f"{inner}/conda-meta/history")
    assert place.find(PyenvLocator).one("stats").base


def test_files_hidden_entries_and_backups_are_nothing(place: Place) -> None:
    """Only what pyenv itself would list counts."""
    root = make_pyenv(f"{place.home}/.pyenv")
    write(f"{root}/versions/notes.txt")
    make_base(f"{root}/versions/.staging")
    make_base(f"{root}/versions/3.11.0.bak", "3.11.0")
    assert place.find(PyenvLocator).names == ["3.12.1"]


def test_a_missing_root_is_absent_without_a_problem(place: Place) -> None:
    """Nobody has to have pyenv."""
    found = place.find(PyenvLocator)
    root = found.roots[f"{place.home}/.pyenv/versions"]
    assert root.state is RootState.ABSENT
    assert root.inode is None
    assert found.problems == []


def test_a_file_in_place_of_the_root_is_unreadable(place: Place) -> None:
    """Absence is not certain then, and the problem names the root."""
    path = write(f"{place.home}/.pyenv/versions")
    found = place.find(PyenvLocator)
    assert found.roots[path].state is RootState.UNREADABLE
    assert [problem.root for problem in found.problems] == [path]
    assert found.problems[0].code == "root-unreadable"


def test_envs_that_cannot_be_listed_are_a_problem_of_the_root(place: Place) -> None:
    """What is next to them is still found."""
    root = make_pyenv(f"{place.home}/.pyenv", ("3.12.1", "3.13.0"))
    link(f"{root}/versions/3.12.1/envs", "envs")
    make_pyenv_virtualenv(root, "thesis", "3.13.0")
    found = place.find(PyenvLocator)
    assert found.names == ["3.12.1", "3.13.0", "thesis"]
    (problem,) = found.problems
    assert problem.root == f"{root}/versions"
    assert problem.path == f"{root}/versions/3.12.1/envs"


def test_a_read_root_knows_its_inode_and_whether_it_is_empty(place: Place) -> None:
    """An empty root may be an unmounted one."""
    root = f"{make_pyenv(f'{place.home}/.pyenv', ())}/versions"
    empty = place.find(PyenvLocator).roots[root]
    assert (empty.state, empty.empty) == (RootState.READ, True)
    assert empty.inode == os.stat(root).st_ino
    write(f"{root}/notes.txt")
    assert not place.find(PyenvLocator).roots[root].empty


def test_pyenv_root_is_searched_beside_the_default(place: Place) -> None:
    """A service without the variable would else see less than the shell."""
    make_pyenv(f"{place.home}/.pyenv", ("3.12.1",))
    other = make_pyenv(f"{place.path}/other", ("3.13.0",))
    found = place.find(PyenvLocator, place.context({"PYENV_ROOT": f"{other}/"}))
    assert found.names == ["3.12.1", "3.13.0"]


def test_a_root_in_the_settings_is_the_only_one(place: Place) -> None:
    """Who names a root means that one."""
    make_pyenv(f"{place.home}/.pyenv", ("3.12.1",))
    other = make_pyenv(f"{place.path}/other", ("3.13.0",))
    context = place.context({"PYENV_ROOT": f"{place.home}/.pyenv"}, root=other)
    found = place.find(PyenvLocator, context)
    assert found.names == ["3.13.0"]
    assert list(found.roots) == [f"{other}/versions"]


def test_shims_on_path_lead_to_the_root(place: Place) -> None:
    """PATH often has the shims where PYENV_ROOT is not exported."""
    root = make_pyenv(f"{place.path}/opt/my-pyenv", ("3.13.0",))
    context = place.context({"PATH": f"/usr/bin:{root}/shims/:relative/shims"})
    assert place.find(PyenvLocator, context).names == ["3.13.0"]


def test_shims_of_another_tool_are_not_pyenv(place: Place) -> None:
    """The likes of rbenv have `versions` too, of something else."""
    os.makedirs(f"{place.home}/.rbenv/versions/3.2.2/bin")
    context = place.context({"PATH": f"{place.home}/.rbenv/shims"})
    found = place.find(PyenvLocator, context)
    assert found.names == []
    assert f"{place.home}/.rbenv/versions" not in found.roots


def test_the_shims_of_a_plugin_are_no_root(place: Place) -> None:
    """Both pyenv's and pyenv-virtualenv's shims are on PATH."""
    root = make_pyenv(f"{place.home}/.pyenv")
    plugin = f"{root}/plugins/pyenv-virtualenv"
    context = place.context({"PATH": f"{plugin}/shims:{root}/shims"})
    assert set(place.find(PyenvLocator, context).roots) == {f"{root}/versions"}


def test_known_roots_are_searched_unless_the_settings_name_one(place: Place) -> None:
    """What a shell with PYENV_ROOT found, a service without it still sees."""
    other = make_pyenv(f"{place.path}/other", ("3.13.0",))
    known = (f"{other}/versions",)
    assert place.find(PyenvLocator, place.context(known_roots=known)).names == ["3.13.0"]
    named = place.context(known_roots=known, root=f"{place.home}/.pyenv")
    assert place.find(PyenvLocator, named).names == []


def test_watch_points_are_versions_and_each_envs(place: Place) -> None:
    """An interpreter without `envs` is watched itself: it may get one."""
    root = make_pyenv(f"{place.home}/.pyenv", ("3.12.1", "3.13.0"))
    make_pyenv_virtualenv(root, "thesis")
    points = PyenvLocator(place.context(root=root)).watch_points()
    versions = f"{root}/versions"
    assert set(points) == {versions, f"{versions}/3.12.1/envs", f"{versions}/3.13.0"}


def test_a_missing_root_is_watched_for_at_its_nearest_directory(place: Place) -> None:
    """The first installation is noticed too."""
    points = PyenvLocator(place.context(root=f"{place.home}/.pyenv")).watch_points()
    assert points == (place.home,)
