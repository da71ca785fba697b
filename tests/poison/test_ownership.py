"""Who else could write to an environment: one row for each owner, mode, component and link."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest

from support.another_user import AnotherUser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "projects/.venvs/thesis"
CONTAINER = "projects/.venvs"
ABOVE = "projects"
PACKAGES = f"{PREFIX}/lib/python3.12/site-packages"
PROGRAM = "base/bin/python3.12"

# component, owner, group, mode: kernel or not.
_TABLE = [
    (PREFIX, "me", "mine", 0o755, True),
    (PREFIX, "root", "root", 0o755, True),
    (PREFIX, "other", "mine", 0o755, False),
    (PREFIX, "me", "mine", 0o775, True),
    (PREFIX, "me", "shared", 0o775, False),
    (PREFIX, "me", "shared", 0o755, True),
    (PREFIX, "me", "mine", 0o777, False),
    (PREFIX, "me", "mine", 0o1777, False),
    (PREFIX, "root", "root", 0o1777, False),
    (CONTAINER, "root", "root", 0o755, True),
    (CONTAINER, "other", "mine", 0o755, False),
    (CONTAINER, "me", "mine", 0o775, True),
    (CONTAINER, "me", "shared", 0o775, False),
    (CONTAINER, "me", "mine", 0o777, False),
    (CONTAINER, "me", "mine", 0o1777, True),
    (CONTAINER, "root", "root", 0o1777, True),
    (CONTAINER, "other", "shared", 0o1777, False),
    (ABOVE, "root", "root", 0o755, True),
    (ABOVE, "other", "mine", 0o755, False),
    (ABOVE, "me", "mine", 0o777, False),
    (ABOVE, "root", "root", 0o1777, True),
    (f"{PREFIX}/bin", "other", "mine", 0o755, False),
    (f"{PREFIX}/bin", "me", "mine", 0o777, False),
    (f"{PREFIX}/bin", "me", "mine", 0o1777, False),
    (f"{PREFIX}/bin", "me", "shared", 0o775, False),
    (f"{PREFIX}/bin", "root", "root", 0o755, True),
    (f"{PREFIX}/lib", "me", "mine", 0o777, False),
    (f"{PREFIX}/pyvenv.cfg", "other", "mine", 0o644, False),
    (f"{PREFIX}/pyvenv.cfg", "me", "mine", 0o666, False),
    (f"{PREFIX}/pyvenv.cfg", "root", "root", 0o644, True),
    (PACKAGES, "other", "mine", 0o755, False),
    (PACKAGES, "me", "mine", 0o777, False),
    (PACKAGES, "me", "mine", 0o1777, False),
    (PACKAGES, "me", "mine", 0o775, True),
    (f"{PACKAGES}/ipykernel_launcher.py", "other", "mine", 0o644, False),
    (f"{PACKAGES}/ipykernel_launcher.py", "me", "mine", 0o666, False),
    (f"{PACKAGES}/ipykernel_launcher.py", "me", "mine", 0o664, True),
    (PROGRAM, "other", "mine", 0o755, False),
    (PROGRAM, "me", "mine", 0o777, False),
    (PROGRAM, "root", "root", 0o755, True),
    ("base/bin", "me", "mine", 0o777, False),
    ("base/lib/python3.12", "other", "mine", 0o755, False),
    ("base/lib/python3.12", "me", "mine", 0o777, False),
    ("base", "me", "shared", 0o775, False),
]


@pytest.fixture(scope="module")
def world() -> Iterator[AnotherUser]:
    """Return a user, whose home is made anew for each case."""
    with AnotherUser() as made:
        yield made


@pytest.fixture
def user(world: AnotherUser) -> AnotherUser:
    """Return the user with a home as it should be."""
    world.make()
    return world


def _give(user: AnotherUser, path: str, owner: str, group: str) -> None:
    owners = {"me": user.user.pw_uid, "root": 0, "other": user.other.pw_uid}
    groups = {"mine": user.user.pw_gid, "root": 0, "shared": user.other.pw_gid}
    os.chown(path, owners[owner], groups[group], follow_symlinks=False)


def _check(user: AnotherUser, *, expected: bool) -> None:
    said = user.once()
    assert ("thesis" in user.kernels()) is expected, said
    if not expected:
        assert said.code == 1, said
        assert "thesis" in f"{said.stdout}{said.stderr}" or "base" in said.stderr, said


@pytest.mark.parametrize(
    ("component", "owner", "group", "mode", "expected"),
    _TABLE,
    ids=[f"{row[0]} {row[1]} {row[2]} {row[3]:o}" for row in _TABLE],
)
def test_who_could_write_decides(  # noqa: PLR0913 - the columns of the table
    user: AnotherUser, component: str, owner: str, group: str, *, mode: int, expected: bool
) -> None:
    """A kernel is started by its user's click: nobody else may have a say in what that runs."""
    path = f"{user.home}/{component}"
    os.chmod(path, mode)
    _give(user, path, owner, group)
    _check(user, expected=expected)


@pytest.mark.parametrize(("owner", "expected"), [("me", True), ("root", True), ("other", False)])
def test_who_owns_the_link_to_an_environment_decides(
    user: AnotherUser, owner: str, *, expected: bool
) -> None:
    """Whoever owns a link could have it lead elsewhere tomorrow."""
    real = f"{user.home}/real"
    os.rename(user.prefix, real)
    os.symlink(real, user.prefix)
    _give(user, user.prefix, owner, "mine")
    _check(user, expected=expected)


@pytest.mark.parametrize(("owner", "expected"), [("me", True), ("root", True), ("other", False)])
def test_who_owns_the_link_to_the_interpreter_decides(
    user: AnotherUser, owner: str, *, expected: bool
) -> None:
    """The same for `bin/python`."""
    _give(user, f"{user.prefix}/bin/python", owner, "mine")
    _check(user, expected=expected)


@pytest.mark.parametrize(("mode", "expected"), [(0o755, True), (0o777, False), (0o1777, True)])
def test_what_a_link_leads_through_decides(user: AnotherUser, *, mode: int, expected: bool) -> None:
    """The directory that an environment really is in counts as well."""
    elsewhere = f"{user.home}/elsewhere"
    os.mkdir(elsewhere)
    os.rename(user.prefix, f"{elsewhere}/thesis")
    os.symlink(f"{elsewhere}/thesis", user.prefix)
    user.own(elsewhere)
    _give(user, user.prefix, "me", "mine")
    os.chmod(elsewhere, mode)
    _check(user, expected=expected)


@pytest.mark.parametrize(
    "component", [PREFIX, f"{PREFIX}/bin", PACKAGES, f"{PACKAGES}/ipykernel_launcher.py", PROGRAM]
)
def test_a_kernel_goes_when_somebody_else_could_write(user: AnotherUser, component: str) -> None:
    """It was safe when it was published and remembered, and is not any more."""
    _check(user, expected=True)
    user.once().expect(0)
    os.chmod(f"{user.home}/{component}", 0o777)  # noqa: S103 - that is the case
    _check(user, expected=False)


def test_root_is_refused_in_the_home_of_somebody_else(user: AnotherUser) -> None:
    """As under `sudo`: nothing is written there."""
    before = sorted(os.listdir(user.home))
    said = user.once_as_root(user.home)
    assert said.code != 0
    assert "root" in said.stderr
    assert sorted(os.listdir(user.home)) == before


def test_root_works_in_its_own_home(user: AnotherUser) -> None:
    """As in a container."""
    home = tempfile.mkdtemp(dir=user.directory)
    try:
        os.symlink(f"{user.home}/base", f"{home}/base")
        assert user.once_as_root(home).code == 0
    finally:
        shutil.rmtree(home)
