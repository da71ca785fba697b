"""An environment that somebody else could change does not become a kernel."""

from __future__ import annotations

import os
import pwd
import stat

import pytest

from kernelsync.model.environment import Condition
from kernelsync.probe.groups import Groups
from kernelsync.probe.permissions import Trust, is_trusted
from kernelsync.probe.probe import Prober
from support.probe_trees import (
    NOW,
    candidate_of,
    install_ipykernel,
    link,
    make_base,
    make_ready,
    make_venv,
    permit,
    probe,
    surroundings_of,
    write,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_ME, _ROOT, _STRANGER, _NOBODY = 1000, 0, 1001, 65534
_DIRECTORY, _LINK, _STICKY = stat.S_IFDIR, stat.S_IFLNK | 0o777, stat.S_IFDIR | stat.S_ISVTX
_NO_GROUP = 99_999


@pytest.mark.parametrize(
    ("mode", "owner", "private_group", "ancestor", "trusted"),
    [
        # Whose it is decides first.
        (_DIRECTORY | 0o755, _ME, False, False, True),
        (_DIRECTORY | 0o700, _ME, False, False, True),
        (_DIRECTORY | 0o755, _ROOT, False, False, True),
        (_DIRECTORY | 0o755, _STRANGER, False, False, False),
        (_DIRECTORY | 0o700, _STRANGER, False, False, False),
        (_DIRECTORY | 0o755, _STRANGER, True, True, False),
        (_DIRECTORY | 0o755, _NOBODY, False, False, False),
        # Everybody may write: never, but for a sticky directory above.
        (_DIRECTORY | 0o777, _ME, False, False, False),
        (_DIRECTORY | 0o777, _ME, True, True, False),
        (_DIRECTORY | 0o757, _ROOT, True, False, False),
        (_DIRECTORY | 0o702, _ME, True, True, False),
        (_STICKY | 0o777, _ROOT, False, True, True),
        (_STICKY | 0o777, _ME, False, True, True),
        (_STICKY | 0o777, _ROOT, False, False, False),
        (_STICKY | 0o777, _ME, True, False, False),
        (_STICKY | 0o777, _STRANGER, False, True, False),
        # The group may write: where it is the user's alone.
        (_DIRECTORY | 0o775, _ME, True, False, True),
        (_DIRECTORY | 0o770, _ME, True, True, True),
        (_DIRECTORY | 0o775, _ME, False, False, False),
        (_DIRECTORY | 0o770, _ME, False, True, False),
        (_DIRECTORY | 0o775, _ROOT, False, True, False),
        (_DIRECTORY | 0o775, _ROOT, True, True, True),
        (_DIRECTORY | 0o775, _STRANGER, True, False, False),
        (_STICKY | 0o775, _ROOT, False, True, True),
        (_STICKY | 0o775, _ME, False, False, False),
        # Files are judged alike, and links by their owner alone.
        (stat.S_IFREG | 0o755, _ME, False, False, True),
        (stat.S_IFREG | 0o777, _ME, True, False, False),
        (stat.S_IFREG | 0o775, _ME, False, False, False),
        (_LINK, _ME, False, False, True),
        (_LINK, _ROOT, False, True, True),
        (_LINK, _STRANGER, True, True, False),
    ],
)
def test_one_path_is_judged_by_mode_and_owner(
    mode: int,
    owner: int,
    private_group: bool,  # noqa: FBT001 - a table
    ancestor: bool,  # noqa: FBT001 - a table
    trusted: bool,  # noqa: FBT001 - a table
) -> None:
    """The whole decision, as a table."""
    answer = is_trusted(mode, owner, _ME, private_group=private_group, ancestor=ancestor)
    assert answer is trusted


@pytest.mark.parametrize(("owner", "trusted"), [(_ROOT, True), (_ME, False), (_STRANGER, False)])
def test_root_trusts_only_root(owner: int, trusted: bool) -> None:  # noqa: FBT001 - a table
    """A kernel that root starts must not be changed by anybody else."""
    assert is_trusted(_DIRECTORY | 0o755, owner, _ROOT) is trusted


@pytest.fixture
def prefix(tmp_path: Path) -> str:
    """Return an environment in which a kernel can run."""
    make_ready(f"{tmp_path}/env", make_base(f"{tmp_path}/base"))
    return f"{tmp_path}/env"


def _assert_unsafe(prefix: str, culprit: str) -> None:
    environment = probe(prefix)
    assert environment.condition is Condition.UNSAFE
    assert culprit in environment.reason
    (problem,) = environment.problems
    assert (problem.code, problem.path) == ("environment-unsafe", prefix)
    assert culprit in problem.message
    assert problem.hint is not None


_PLACES = (
    "env",
    "env/bin",
    "env/lib",
    "env/lib/python3.12",
    "env/lib/python3.12/site-packages",
    "env/pyvenv.cfg",
    "base",
    "base/bin",
    "base/bin/python3.12",
    "base/lib",
    "base/lib/python3.12",
    ".",
)


@pytest.mark.parametrize("place", _PLACES)
def test_what_everybody_can_write_is_unsafe(prefix: str, tmp_path: Path, place: str) -> None:
    """At every place that decides what runs."""
    path = os.path.normpath(f"{tmp_path}/{place}")
    permit(path, 0o777)
    _assert_unsafe(prefix, f"everybody can write to {path}")


@pytest.mark.parametrize("place", _PLACES)
def test_what_an_unknown_group_can_write_is_unsafe(prefix: str, tmp_path: Path, place: str) -> None:
    """A group that no database knows may have any members: only root can give files to one."""
    path = os.path.normpath(f"{tmp_path}/{place}")
    permit(path, 0o775)
    if os.getuid() == 0:
        os.chown(path, -1, _NO_GROUP)
        _assert_unsafe(prefix, f"group {_NO_GROUP}")
    else:
        trust = Trust(os.getuid())
        status = os.stat_result((0o40775, 0, 0, 1, os.getuid(), _NO_GROUP, 0, 0, 0, 0))
        assert f"group {_NO_GROUP}" in str(trust.fault_of(path, status))


@pytest.mark.parametrize("place", _PLACES)
def test_what_belongs_to_somebody_else_is_unsafe(prefix: str, tmp_path: Path, place: str) -> None:
    """Seen by another user: root can give the file away, others can look as another."""
    path = os.path.normpath(f"{tmp_path}/{place}")
    if os.getuid() == 0:
        os.chown(path, _STRANGER, -1)
        _assert_unsafe(prefix, f"{path} belongs to another user ({_STRANGER})")
    else:
        trust = Trust(_STRANGER)
        assert f"{path} belongs to another user" in str(trust.fault(path))


def test_a_stranger_sees_the_first_foreign_directory(prefix: str, tmp_path: Path) -> None:
    """The directories above count: here the test's own, which is neither root's nor theirs."""
    trust = Trust(_STRANGER)
    fault = trust.fault_all(prefix)
    owner = os.stat(tmp_path).st_uid
    assert (fault is None) is (owner == 0)


def test_a_link_of_somebody_else_is_unsafe(prefix: str) -> None:
    """Its owner could have placed it while the directory was open."""
    path = f"{prefix}/bin/python"
    status = os.lstat(path)
    fields = list(status)
    fields[stat.ST_UID] = _STRANGER
    fault = Trust(os.getuid()).fault_of(path, os.stat_result(fields))
    assert fault is not None
    assert fault.reason == f"{path} belongs to another user ({_STRANGER})"


def test_a_hop_of_the_link_through_an_open_directory_is_unsafe(prefix: str, tmp_path: Path) -> None:
    """Whoever can replace a link on the way decides what runs."""
    hop = link(f"{tmp_path}/base/bin/python3.12", f"{tmp_path}/open/python")
    os.remove(f"{prefix}/bin/python")
    link(hop, f"{prefix}/bin/python")
    permit(f"{tmp_path}/open", 0o777)
    _assert_unsafe(prefix, f"everybody can write to {tmp_path}/open")


def test_site_packages_linked_into_an_open_directory_are_unsafe(
    prefix: str, tmp_path: Path
) -> None:
    """The directories above a link's target count as well."""
    site = f"{prefix}/lib/python3.12/site-packages"
    os.makedirs(f"{tmp_path}/open")
    os.rename(site, f"{tmp_path}/open/packages")
    link(f"{tmp_path}/open/packages", site)
    assert probe(prefix).condition is Condition.READY
    permit(f"{tmp_path}/open", 0o777)
    _assert_unsafe(prefix, f"everybody can write to {tmp_path}/open")


def test_a_linked_prefix_is_judged_on_both_sides(tmp_path: Path) -> None:
    """Where the link is, and where it leads."""
    make_ready(f"{tmp_path}/real/env", make_base(f"{tmp_path}/base"))
    prefix = link(f"{tmp_path}/real/env", f"{tmp_path}/short/env")
    assert probe(prefix).condition is Condition.READY
    for place in ("real", "short"):
        permit(f"{tmp_path}/{place}", 0o777)
        _assert_unsafe(prefix, f"everybody can write to {tmp_path}/{place}")
        permit(f"{tmp_path}/{place}", 0o755)


def test_a_linked_directory_above_is_judged_where_it_leads(tmp_path: Path) -> None:
    """As with a home directory that is a link to a disk."""
    make_ready(f"{tmp_path}/disk/home/env", make_base(f"{tmp_path}/base"))
    link(f"{tmp_path}/disk/home", f"{tmp_path}/home")
    permit(f"{tmp_path}/disk", 0o777)
    _assert_unsafe(f"{tmp_path}/home/env", f"everybody can write to {tmp_path}/disk")


def test_a_sticky_directory_above_is_fine(prefix: str, tmp_path: Path) -> None:
    """As /tmp is."""
    permit(tmp_path, 0o1777)
    assert probe(prefix).condition is Condition.READY


def test_a_sticky_prefix_is_unsafe(prefix: str) -> None:
    """Anybody could add what is imported or run."""
    permit(prefix, 0o1777)
    _assert_unsafe(prefix, f"everybody can write to {prefix}")


def test_a_group_of_ones_own_may_write(prefix: str) -> None:
    """As umask 002 leaves it; here the group that the test's files have anyway."""
    trust = Trust(os.getuid())
    permit(prefix, 0o775)
    private = trust.fault(prefix) is None
    expected = Condition.READY if private else Condition.UNSAFE
    assert probe(prefix).condition is expected


def test_a_group_with_another_member_is_not_private(prefix: str) -> None:
    """Here the primary group of some other user of this machine."""
    others = [user for user in pwd.getpwall() if user.pw_uid not in {0, os.getuid()}]
    fields = list(os.stat(prefix))
    fields[stat.ST_GID] = others[0].pw_gid
    assert not Groups(os.getuid()).is_private(prefix, os.stat_result(fields))


def test_an_access_list_may_let_others_in(prefix: str) -> None:
    """It hides behind the group's bits; a file system without lists cannot have one."""
    groups, status = Groups(0), os.stat_result((0o40775, 0, 0, 1, 0, 0, 0, 0, 0, 0))
    assert groups.is_private(prefix, status)
    entries = ((1, 7, -1), (2, 7, 1), (4, 7, -1), (16, 7, -1), (32, 5, -1))
    acl = b"".join(
        tag.to_bytes(2, "little")
        + right.to_bytes(2, "little")
        + who.to_bytes(4, "little", signed=True)
        for tag, right, who in entries
    )
    try:
        os.setxattr(prefix, "system.posix_acl_access", b"\x02\0\0\0" + acl)
    except OSError:
        assert groups.is_private(prefix, status)
    else:
        assert not groups.is_private(prefix, status)


def test_the_user_site_is_judged_where_it_is_used(tmp_path: Path) -> None:
    """Only environments that import from it are concerned."""
    base = make_base(f"{tmp_path}/base")
    make_ready(f"{tmp_path}/alone", base)
    text = f"home = {base}/bin\ninclude-system-site-packages = true\n"
    install_ipykernel(make_venv(f"{tmp_path}/open", base, configuration=text))
    users = f"{tmp_path}/home/.local/lib/python3.12/site-packages"
    os.makedirs(users)
    permit(users, 0o777)
    prober = Prober(surroundings_of(f"{tmp_path}/home"), now=NOW)
    answers = [prober.probe(candidate_of(f"{tmp_path}/{name}")) for name in ("alone", "open")]
    conditions = [answer.condition for answer in answers]
    assert conditions == [Condition.READY, Condition.UNSAFE]


def test_the_sources_of_an_editable_ipykernel_are_judged(prefix: str, tmp_path: Path) -> None:
    """They are what would run."""
    site = f"{prefix}/lib/python3.12/site-packages"
    os.remove(f"{site}/ipykernel_launcher.py")
    write(f"{tmp_path}/src/ipykernel_launcher.py")
    write(f"{site}/ipykernel.pth", f"{tmp_path}/src")
    assert probe(prefix).condition is Condition.READY
    permit(f"{tmp_path}/src", 0o777)
    _assert_unsafe(prefix, f"everybody can write to {tmp_path}/src")


def test_an_unsafe_environment_still_tells_its_python(prefix: str) -> None:
    """`list` shows it among those left out."""
    permit(prefix, 0o777)
    interpreter = probe(prefix).interpreter
    assert interpreter is not None
    assert interpreter.version == "3.12.1"


def test_windows_has_no_such_modes(prefix: str) -> None:
    """There the uid is -1, and nothing is judged."""
    permit(prefix, 0o777)
    prober = Prober(surroundings_of("/nowhere", uid=-1), now=NOW)
    assert prober.probe(candidate_of(prefix)).condition is Condition.READY
