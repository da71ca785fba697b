"""Where owners are hidden, nothing is trusted that might be a stranger's, and nothing condemned.

The tests' own files stand for the hidden: what the probe is told is who is who.
"""

from __future__ import annotations

import os

import pytest

from kernelsync.model.environment import Condition
from kernelsync.model.surroundings import Owners
from kernelsync.model.value import replace
from kernelsync.probe.memory import header_of
from kernelsync.probe.permissions import Trust
from kernelsync.probe.probe import Prober
from support.probe_trees import (
    NOW,
    candidate_of,
    make_base,
    make_ready,
    permit,
    provide_kernel,
    surroundings_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.environment import Environment
    from kernelsync.model.surroundings import Surroundings

_ME = 4711
_HIDDEN = os.getuid()


@pytest.fixture
def prefix(tmp_path: Path) -> str:
    """Return an environment in which a kernel can run."""
    make_ready(f"{tmp_path}/env", make_base(f"{tmp_path}/base"))
    return f"{tmp_path}/env"


def _world(tmp_path: Path, *trees: str, uid: int = _ME) -> Surroundings:
    """Return a namespace in which the tests' files are of hidden owners."""
    above = tuple(parent for tree in trees for parent in _above(tree))
    owners = Owners(nobody=_HIDDEN, no_group=os.getgid(), trees=trees, directories=above)
    return replace(surroundings_of(str(tmp_path)), uid=uid, owners=owners)


def _above(path: str) -> list[str]:
    parents = []
    while path != "/":
        path = os.path.dirname(path)
        parents.append(path)
    return parents


def _probe(prefix: str, world: Surroundings) -> Environment:
    return Prober(world, now=NOW).probe(candidate_of(prefix))


def test_a_hidden_owner_is_neither_trusted_nor_condemned(prefix: str, tmp_path: Path) -> None:
    """It is said once for all that lies below, with a way out."""
    environment = _probe(prefix, _world(tmp_path))
    assert environment.condition is Condition.UNJUDGED
    (problem,) = environment.problems
    assert problem.code == "owner-hidden"
    assert problem.path is not None
    assert f"{prefix}/".startswith(f"{problem.path.rstrip('/')}/")
    assert problem.path in environment.reason
    assert "KERNELSYNC_TRUSTED_PATHS" in (problem.hint or "")


def test_the_same_owner_is_a_stranger_where_nobody_is_hidden(prefix: str, tmp_path: Path) -> None:
    """Where all are known, this is certain."""
    environment = _probe(prefix, replace(_world(tmp_path), owners=Owners()))
    expected = Condition.READY if _HIDDEN == 0 else Condition.UNSAFE
    assert environment.condition is expected


def test_who_has_the_number_of_the_hidden_owns_nothing(prefix: str, tmp_path: Path) -> None:
    """Own files and strangers' look alike then: as after `unshare --user`."""
    world = _world(tmp_path, uid=_HIDDEN)
    assert _probe(prefix, world).condition is Condition.UNJUDGED


def test_what_is_vouched_for_is_roots(prefix: str, tmp_path: Path) -> None:
    """Everything below the name, and the directories that it lies in."""
    assert _probe(prefix, _world(tmp_path, str(tmp_path))).condition is Condition.READY


def test_a_base_alone_does_not_vouch_for_the_environment(prefix: str, tmp_path: Path) -> None:
    """The environment lies beside it, and is a hidden owner's."""
    environment = _probe(prefix, _world(tmp_path, f"{tmp_path}/base"))
    assert environment.condition is Condition.UNJUDGED
    assert prefix in environment.reason


def test_a_base_that_nobody_vouches_for_is_hidden(prefix: str, tmp_path: Path) -> None:
    """What the interpreter's link leads to decides as well."""
    environment = _probe(prefix, _world(tmp_path, prefix))
    assert environment.condition is Condition.UNJUDGED
    assert f"{tmp_path}/base" in environment.reason


def test_vouching_is_no_licence_for_everybody(prefix: str, tmp_path: Path) -> None:
    """What everybody can write to is unsafe, and that is certain."""
    permit(f"{prefix}/bin", 0o777)
    environment = _probe(prefix, _world(tmp_path, str(tmp_path)))
    assert environment.condition is Condition.UNSAFE


def test_a_hidden_group_that_may_write_is_hidden(prefix: str, tmp_path: Path) -> None:
    """It may be the user's own, or that of a hundred students."""
    permit(f"{prefix}/bin", 0o775)
    environment = _probe(prefix, _world(tmp_path, str(tmp_path)))
    assert environment.condition is Condition.UNJUDGED
    assert "group" in environment.reason


def test_a_link_below_a_trusted_tree_vouches_for_nothing_elsewhere(tmp_path: Path) -> None:
    """The place counts where the file really is, not the path by which it was found."""
    (tmp_path / "trusted").mkdir()
    (tmp_path / "elsewhere" / "part").mkdir(parents=True)
    os.symlink(tmp_path / "elsewhere", tmp_path / "trusted" / "link")
    trust = Trust(_ME, _world(tmp_path, f"{tmp_path}/trusted").owners)
    path = f"{tmp_path}/trusted/link/part"
    fault = trust.fault_of(path, os.lstat(path))
    assert fault is not None
    assert not fault.certain
    assert trust.fault_of(f"{tmp_path}/trusted", os.lstat(f"{tmp_path}/trusted")) is None


def test_a_kernel_of_the_environment_with_a_hidden_owner_is_hidden(
    prefix: str, tmp_path: Path
) -> None:
    """Left out, it would take the environment's other kernels along."""
    path = f"{provide_kernel(prefix, 'ir')}/kernel.json"
    parts = (f"{prefix}/bin", f"{prefix}/lib", f"{prefix}/pyvenv.cfg", f"{tmp_path}/base")
    environment = _probe(prefix, _world(tmp_path, *parts))
    assert environment.condition is Condition.UNJUDGED
    assert path in environment.reason
    assert _probe(prefix, _world(tmp_path, *parts, path)).condition is Condition.READY


def test_the_memory_does_not_outlive_what_was_vouched_for(tmp_path: Path) -> None:
    """What was found safe by a name is judged anew without it."""
    plain, named = _world(tmp_path), _world(tmp_path, "/srv")
    assert header_of(plain) != header_of(named)
    assert header_of(plain) == header_of(_world(tmp_path))
