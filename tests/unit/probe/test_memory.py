"""What the probe remembers, and what it does not believe."""

from __future__ import annotations

import copy
import os
import time

import pytest

from kernelsync.model.value import Value, as_dict, replace
from support.probe_trees import link, make_base, make_ready, make_venv, provide_kernel, write
from support.remembering import Remembering

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


def ready(tmp_path: Path, name: str = "one") -> str:
    """Make an environment, all of one base; return its prefix."""
    base = f"{tmp_path}/python"
    if not os.path.exists(base):
        make_base(base)
    prefix = f"{tmp_path}/envs/{name}"
    make_ready(prefix, base)
    write(f"{provide_kernel(prefix)}/logo-svg.svg", "<svg/>")
    return prefix


def test_an_answer_is_recalled(tmp_path: Path) -> None:
    """The second pass answers the same from the memory."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    first = user.probe(prefix)
    assert user.recalled == 0
    assert user.probe(prefix) == first == user.fresh(prefix)
    assert user.recalled == 1


def test_passes_that_follow_one_another_share_an_answer(tmp_path: Path) -> None:
    """It is made once, and given again as long as nothing has changed."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    user.probe(prefix)
    user.hold()
    (first,), (second,) = user.probe(prefix), user.probe(prefix)
    assert second is first
    assert user.recalled == 1


def test_a_held_answer_is_no_answer_to_another_question(tmp_path: Path) -> None:
    """Other facts of the candidate, a change on disk: each makes another answer."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    user.probe(prefix)
    user.hold()
    user.probe(prefix)
    assert user.probe(prefix, name="renamed") == user.fresh(prefix, name="renamed")
    assert user.probe(prefix) == user.fresh(prefix)
    os.unlink(f"{prefix}/pyvenv.cfg")
    assert user.probe(prefix) == user.fresh(prefix)
    assert user.recalled == 0


def test_environments_that_are_alike_share_what_is_written(tmp_path: Path) -> None:
    """A hundred environments made alike need one outline."""
    user = Remembering(str(tmp_path))
    prefixes = [ready(tmp_path, name) for name in ("one", "two", "three")]
    user.probe(*prefixes)
    assert user.probe(*prefixes) == user.fresh(*prefixes)
    assert user.recalled == 3
    outlines = user.contents()["outlines"]
    assert isinstance(outlines, list)
    assert len(outlines) == 1


def test_what_the_locators_say_is_not_remembered(tmp_path: Path) -> None:
    """Name, root and the rest of the candidate are those of the present pass."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    user.probe(prefix)
    facts: dict[str, object] = {
        "name": "renamed",
        "root": "/elsewhere",
        "aliases": ("/a",),
        "requested": True,
        "configured": True,
        "project": "/work",
    }
    (answer,) = user.probe(prefix, **facts)
    assert user.recalled == 1
    assert answer == user.fresh(prefix, **facts)[0]
    assert answer.project == "/work"


def test_another_prefix_of_the_same_environment_is_probed(tmp_path: Path) -> None:
    """An answer holds for the path by which the environment was known."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    user.probe(prefix)
    alias = link(prefix, f"{tmp_path}/links/one")
    first = user.probe(alias)
    assert user.recalled == 0
    assert first == user.probe(alias) == user.fresh(alias)
    assert user.recalled == 1


def test_a_link_on_the_way_that_others_can_change_is_seen(tmp_path: Path) -> None:
    """The directories above a linked prefix are judged in every pass."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    alias = link(prefix, f"{tmp_path}/links/one")
    user.probe(alias)
    os.chmod(f"{tmp_path}/links", 0o777)  # noqa: S103 - that is the test
    assert user.probe(alias) == user.fresh(alias)
    assert user.recalled == 0


def test_a_base_install_is_remembered_too(tmp_path: Path) -> None:
    """A bare interpreter with ipykernel is recalled like an environment."""
    user = Remembering(str(tmp_path))
    base = make_base(f"{tmp_path}/python")
    site = f"{base}/lib/python3.12/site-packages"
    for name in ("ipykernel_launcher.py", *(f"{each}/x" for each in NEEDED)):
        write(f"{site}/{name}")
    first = user.probe(base, base=True)
    assert first[0].condition.value == "ready"
    assert user.probe(base, base=True) == first == user.fresh(base, base=True)
    assert user.recalled == 1
    user.tick()
    os.unlink(f"{site}/ipykernel_launcher.py")
    assert user.probe(base, base=True) == user.fresh(base, base=True) != first


NEEDED = ("zmq", "traitlets", "tornado", "jupyter_client", "IPython")


def test_that_ipykernel_is_missing_is_remembered(tmp_path: Path) -> None:
    """The answer that it is not there rests on all places where it could be."""
    user = Remembering(str(tmp_path))
    make_venv(f"{tmp_path}/envs/one", make_base(f"{tmp_path}/python"))
    first = user.probe(f"{tmp_path}/envs/one")
    assert first[0].condition.value == "no-ipykernel"
    assert first[0].ipykernel is None
    assert user.probe(f"{tmp_path}/envs/one") == first == user.fresh(f"{tmp_path}/envs/one")
    assert user.recalled == 1


def test_that_a_package_of_ipykernel_is_missing_is_remembered(tmp_path: Path) -> None:
    """This answer has the version of ipykernel, and says what is missing."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    os.rename(f"{prefix}/lib/python3.12/site-packages/zmq", f"{tmp_path}/zmq")
    first = user.probe(prefix)
    assert first[0].condition.value == "no-ipykernel"
    assert first[0].ipykernel == "7.4.0"
    assert user.probe(prefix) == first == user.fresh(prefix)
    assert user.recalled == 1


def test_an_environment_that_is_broken_is_probed_every_time(tmp_path: Path) -> None:
    """What is wrong may be repaired anywhere."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    os.unlink(f"{prefix}/bin/python")
    user.probe(prefix)
    user.probe(prefix)
    assert user.recalled == 0
    assert not os.path.exists(user.path)


def test_an_answer_without_ipykernel_cannot_say_that_a_kernel_can_run(tmp_path: Path) -> None:
    """Such an outline is none; the files decide."""
    user = Remembering(str(tmp_path))
    prefix = f"{tmp_path}/envs/one"
    make_venv(prefix, make_base(f"{tmp_path}/python"))
    user.probe(prefix)
    written = user.contents()
    written["outlines"][0]["condition"] = "ready"  # type: ignore[index] # it is a list of dicts
    user.replace(written)
    assert user.probe(prefix) == user.fresh(prefix)
    assert user.recalled == 0


def test_what_has_just_changed_is_not_remembered(tmp_path: Path) -> None:
    """A second change could come within the same tick of the clock."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    user.probe(prefix, now=time.time())
    assert not os.path.exists(user.path)
    user.probe(prefix, now=time.time() + 30)
    user.probe(prefix, now=time.time() + 30)
    assert user.recalled == 1


def test_an_environment_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    """The memory does not grow with what was there once."""
    user = Remembering(str(tmp_path))
    one, two = ready(tmp_path, "one"), ready(tmp_path, "two")
    user.probe(one, two)
    user.probe(two)
    assert user.contents()["environments"] == {two: [0, *seal_and_rest(user, two)]}


def seal_and_rest(user: Remembering, prefix: str) -> list[object]:
    """Return the row of an environment without its first number."""
    rows = user.contents()["environments"]
    assert isinstance(rows, dict)
    return list(rows[prefix][1:])


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    """A pass that recalls everything leaves the file as it is."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    user.probe(prefix)
    before = os.stat(user.path)
    user.probe(prefix)
    assert os.stat(user.path) == before


def test_the_memory_is_for_its_user_alone(tmp_path: Path) -> None:
    """Neither the file nor its directory is open to others."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    user.probe(prefix)
    assert os.stat(user.path).st_mode & 0o777 == 0o600
    assert os.stat(os.path.dirname(user.path)).st_mode & 0o777 == 0o700
    assert os.listdir(os.path.dirname(user.path)) == [os.path.basename(user.path)]


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_memory_that_others_can_write_to_is_not_read(tmp_path: Path, mode: int) -> None:
    """Somebody else could have put an answer into it."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    user.probe(prefix)
    os.chmod(user.path, mode)
    user.probe(prefix)
    assert user.recalled == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"environ": {"PYTHONNOUSERSITE": "1"}},
        {"environ": {"PYTHONUSERBASE": "/base"}},
        {"home": "/another"},
        {"platform": "freebsd14"},
    ],
)
def test_a_memory_of_other_surroundings_is_not_used(
    tmp_path: Path, facts: dict[str, object]
) -> None:
    """What decides about an answer besides files is written at the head of the memory."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    user.probe(prefix)
    user.surroundings = replace(user.surroundings, **facts)
    assert user.probe(prefix) == user.fresh(prefix)
    assert user.recalled == 0


def test_a_directory_that_cannot_be_written_is_no_problem(tmp_path: Path) -> None:
    """Without a memory everything is probed."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    write(os.path.dirname(user.path), "in the way")
    assert user.probe(prefix) == user.fresh(prefix)


HOSTILE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
    b"kernelsync memory 2\n",
    b"kernelsync memory 2\n\0\0\0\0",
    b"kernelsync memory 2\n\0\0\0\0N",
    b"kernelsync memory 2\n\0\0\0\0",
]


@pytest.mark.parametrize("written", HOSTILE)
def test_a_file_that_makes_no_sense_is_no_memory(tmp_path: Path, written: bytes) -> None:
    """It is as if there were none, and it is replaced."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    write(user.path, written)
    assert user.probe(prefix) == user.fresh(prefix)
    user.probe(prefix)
    assert user.recalled == 1


@pytest.mark.parametrize("written", [None, [], {}, {"header": 1}, {"header": {}}], ids=repr)
def test_a_memory_without_its_header_is_none(tmp_path: Path, written: object) -> None:
    """It is as if there were none, and it is replaced."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    user.replace(written)
    assert user.probe(prefix) == user.fresh(prefix)
    user.probe(prefix)
    assert user.recalled == 1


@pytest.mark.parametrize("at", range(0, 2000, 97))
def test_a_memory_of_which_one_byte_is_wrong_is_not_used(tmp_path: Path, at: int) -> None:
    """The checksum is that of another memory."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    user.probe(prefix)
    with open(user.path, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(at % size)
        (byte,) = file.read(1)
        file.seek(at % size)
        file.write(bytes([byte ^ 1]))
    assert user.probe(prefix) == user.fresh(prefix)
    assert user.recalled == 0


def test_a_memory_that_was_cut_off_is_not_used(tmp_path: Path) -> None:
    """A power cut can leave the beginning of a file."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    user.probe(prefix)
    os.truncate(user.path, os.path.getsize(user.path) - 1)
    assert user.probe(prefix) == user.fresh(prefix)
    assert user.recalled == 0


@pytest.mark.parametrize("kind", ["directory", "fifo", "link"])
def test_what_is_no_file_is_not_read(tmp_path: Path, kind: str) -> None:
    """A pipe in its place does not stop the pass."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    os.makedirs(os.path.dirname(user.path))
    if kind == "directory":
        os.mkdir(user.path)
    elif kind == "fifo":
        os.mkfifo(user.path)
    else:
        os.symlink("/dev/zero", user.path)
    assert user.probe(prefix) == user.fresh(prefix)


NONSENSE: list[object] = [
    *(None, True, 7, -1, 1.5, 10**30, "x", "\0", b"x"),
    *([], {}, [[]], {"a": 1}, {1: "a"}, (), ("x",), {"x"}),
]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=repr)
def test_wrong_values_anywhere_in_the_memory_do_no_harm(tmp_path: Path, nonsense: object) -> None:
    """Whatever one value in the file is replaced with, every answer is well formed."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    fresh = user.probe(prefix)
    sound = user.contents()
    for path in places(sound):
        spoiled = copy.deepcopy(sound)
        spoil(spoiled, path, nonsense)
        user.replace(spoiled)
        (answer,) = user.probe(prefix)
        assert is_like(answer, fresh[0])


def places(value: object, path: tuple[int | str, ...] = ()) -> list[tuple[int | str, ...]]:
    """Return the way to every value inside a JSON value."""
    found: list[tuple[int | str, ...]] = [path] if path else []
    if isinstance(value, dict):
        for key, each in value.items():
            found += places(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            found += places(each, (*path, index))
    return found


def spoil(value: object, path: tuple[int | str, ...], nonsense: object) -> None:
    """Replace one value inside another."""
    at: Any = value
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = nonsense


def is_like(value: object, model: object) -> bool:
    """Whether a value is made of the same types; documents are free to hold anything."""
    if type(value) is not type(model):
        return False
    if isinstance(value, Value) and isinstance(model, Value):
        facts, models = as_dict(value), as_dict(model)
        return all(is_like(facts[field], models[field]) for field in facts if field != "document")
    if isinstance(value, tuple) and isinstance(model, tuple):
        return all(any(is_like(each, other) for other in model) for each in value)
    return True


def test_a_group_that_got_members_is_noticed(tmp_path: Path) -> None:
    """Answers that rest on what a group was are worth nothing once it is different."""
    user, prefix = Remembering(str(tmp_path)), ready(tmp_path)
    os.chmod(f"{prefix}/share/jupyter/kernels/python3/logo-svg.svg", 0o664)
    assert user.probe(prefix) == user.probe(prefix) == user.fresh(prefix)
    assert user.recalled == 1
    written = user.contents()
    (group,) = written["groups"].items()  # type: ignore[attr-defined] # it is a dict
    written["groups"] = {group[0]: not group[1]}
    user.replace(written)
    assert user.probe(prefix) == user.fresh(prefix)
    assert user.recalled == 0
