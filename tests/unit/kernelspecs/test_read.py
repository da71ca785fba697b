"""Reading kernelspecs that are broken, hostile or just odd."""

from __future__ import annotations

import os

import pytest

from kernelsync.kernelspecs.documents import DOCUMENT_LIMIT, Documents
from kernelsync.kernelspecs.read import read_installed
from kernelsync.model.kernelspec import Ownership
from support.kernels import HOST, contents_of, make_spec, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.kernelspec import InstalledKernel


def _only(directory: Path) -> InstalledKernel:
    [kernel] = read_installed(str(directory), (), HOST)[0]
    return kernel


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"argv": [', id="half"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"argv": []} {}', id="two documents"),
        pytest.param(b'{"display_name": "\xff"}', id="not UTF-8"),
        pytest.param(b'{"a":' * 60_000, id="nested deeper than the stack"),
        pytest.param(b'{"a": ' + b"9" * 10_000 + b"}", id="a number nobody can convert"),
        pytest.param(b'{"a": "' + b"x" * DOCUMENT_LIMIT + b'"}', id="huge"),
    ],
)
def test_a_document_that_cannot_be_read_is_foreign_and_empty(
    tmp_path: Path, content: bytes
) -> None:
    """Also for the one in another directory of the path."""
    put(str(tmp_path / "broken"), {"kernel.json": content})
    own = _only(tmp_path)
    [other] = read_installed(str(tmp_path / "none"), [str(tmp_path)], HOST)[0]
    assert (own.ownership, own.document) == (Ownership.FOREIGN, {})
    assert (other.ownership, other.document) == (Ownership.FOREIGN, {})


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'{"metadata": 1}', id="metadata is a number"),
        pytest.param(b'{"metadata": {"kernelsync": 1}}', id="the mark is a number"),
        pytest.param(b'{"metadata": {"kernelsync": {}}}', id="the mark is empty"),
        pytest.param(b'{"metadata": {"kernelsync": {"digest": 1, "files": 2}}}', id="no mark"),
    ],
)
def test_a_document_with_something_else_for_a_mark_is_foreign(
    tmp_path: Path, content: bytes
) -> None:
    """Only a whole mark claims anything."""
    put(str(tmp_path / "odd"), {"kernel.json": content})
    assert _only(tmp_path).ownership is Ownership.FOREIGN


def test_a_fifo_does_not_block(tmp_path: Path) -> None:
    """It is foreign, like everything that is no regular file."""
    os.makedirs(tmp_path / "fifo")
    os.mkfifo(tmp_path / "fifo" / "kernel.json")
    assert _only(tmp_path).ownership is Ownership.FOREIGN


def test_a_directory_called_kernel_json_is_foreign(tmp_path: Path) -> None:
    """Jupyter does not take it for a kernel, but the name is taken."""
    os.makedirs(tmp_path / "odd" / "kernel.json")
    assert _only(tmp_path).ownership is Ownership.FOREIGN


def test_a_linked_document_is_read_but_foreign(tmp_path: Path) -> None:
    """Jupyter reads it; we would not write it like that."""
    contents = contents_of(make_spec())
    put(str(tmp_path / "outside"), contents)
    os.makedirs(tmp_path / "kernels" / "project")
    os.symlink(
        tmp_path / "outside" / "kernel.json", tmp_path / "kernels" / "project" / "kernel.json"
    )
    kernel = _only(tmp_path / "kernels")
    assert kernel.ownership is Ownership.FOREIGN
    assert kernel.document["display_name"] == "project (venv 3.12)"


def test_a_link_to_itself_is_foreign(tmp_path: Path) -> None:
    """It is neither followed for ever nor an error."""
    os.makedirs(tmp_path / "loop")
    os.symlink("kernel.json", tmp_path / "loop" / "kernel.json")
    os.symlink("again", tmp_path / "again")
    kernels, problems = read_installed(str(tmp_path), (), HOST)
    assert [kernel.ownership for kernel in kernels] == [Ownership.FOREIGN] * 2
    assert problems == ()


def test_names_are_compared_in_lower_case_but_directories_keep_theirs(tmp_path: Path) -> None:
    """Jupyter lowers the name of every directory."""
    put(str(tmp_path / "MyEnv"), {"kernel.json": b"{}"})
    kernel = _only(tmp_path)
    assert (kernel.name, kernel.directory) == ("myenv", str(tmp_path / "MyEnv"))


def test_an_undecodable_name_is_read_like_any_other(tmp_path: Path) -> None:
    """File names are bytes, and need not be UTF-8."""
    put(os.path.join(str(tmp_path), os.fsdecode(b"caf\xe9")), {"kernel.json": b'{"argv": []}'})
    assert _only(tmp_path).document == {"argv": []}


def test_kernels_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    """The same disk gives the same answer each time."""
    for name in ("c", "a", "b"):
        put(str(tmp_path / name), {"kernel.json": b"{}"})
    kernels, _ = read_installed(str(tmp_path), (), HOST)
    assert [kernel.name for kernel in kernels] == ["a", "b", "c"]


def test_a_directory_of_the_path_that_cannot_be_listed_is_a_problem(tmp_path: Path) -> None:
    """A self-referring link stands for all that cannot be opened; the rest is still read."""
    loop = tmp_path / "loop"
    os.symlink("loop", loop)
    put(str(tmp_path / "kernels" / "a"), {"kernel.json": b"{}"})
    kernels, [problem] = read_installed(str(tmp_path / "kernels"), [str(loop)], HOST)
    assert [kernel.name for kernel in kernels] == ["a"]
    assert (problem.code, problem.path) == ("kernels-unreadable", str(loop))


def test_ours_in_another_directory_is_nobody_elses(tmp_path: Path) -> None:
    """It was written there before another directory was named; its environment may go on."""
    spec = make_spec()
    put(str(tmp_path / "before/project"), contents_of(spec))
    [kernel] = read_installed(str(tmp_path / "now"), [str(tmp_path / "before")], HOST)[0]
    assert (kernel.ownership, kernel.in_store) == (Ownership.CLAIMED, False)
    assert kernel.mark == spec.mark
    assert kernel.document == spec.document


LATER = 4_000_000_000.0
"""A wall clock years after anything that these tests write."""


def _read_again(directory: Path, documents: Documents) -> tuple[InstalledKernel, Documents]:
    """Read with what an earlier pass has kept; return what this one keeps too."""
    again = Documents(documents.kept, LATER)
    [kernel] = read_installed(str(directory), (), HOST, documents=again)[0]
    return kernel, again


def test_a_document_that_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    """What is known of it stands for the file."""
    put(str(tmp_path / "one"), contents_of(make_spec("one")))
    first, documents = _read_again(tmp_path, Documents({}, LATER))
    assert first == _only(tmp_path)
    assert first.ownership is Ownership.CLAIMED
    assert first.files == {"logo-svg.svg": 11}
    second, again = _read_again(tmp_path, documents)
    assert second == first
    assert again.kept == documents.kept
    [(directory, entry)] = documents.kept.items()
    assert isinstance(entry, list)
    documents.kept[directory] = [entry[0], {"known": True}, {}]
    assert _read_again(tmp_path, documents)[0].document == {"known": True}


@pytest.mark.parametrize("change", ["edited in place", "replaced", "opened to others", "gone"])
def test_a_document_that_has_changed_is_read_again(tmp_path: Path, change: str) -> None:
    """Whatever happened to the file, the answer is that of a first look."""
    put(str(tmp_path / "one"), contents_of(make_spec("one")))
    _, documents = _read_again(tmp_path, Documents({}, LATER))
    [(directory, entry)] = documents.kept.items()
    assert isinstance(entry, list)
    documents.kept[directory] = [entry[0], {"known": True}, {}]
    path = tmp_path / "one" / "kernel.json"
    if change == "edited in place":
        path.write_bytes(path.read_bytes() + b"\n")
    elif change == "replaced":
        (tmp_path / "new").write_bytes(path.read_bytes())
        os.replace(tmp_path / "new", path)
    elif change == "opened to others":
        path.chmod(0o666)
    else:
        path.unlink()
    assert _read_again(tmp_path, documents)[0] == _only(tmp_path)


def _pass_after(directory: Path, documents: Documents) -> tuple[InstalledKernel, Documents]:
    """Read in a pass of the same process: what the last one made is there as well."""
    again = Documents(documents.kept, LATER, documents.kernels)
    [kernel] = read_installed(str(directory), (), HOST, documents=again)[0]
    return kernel, again


def test_a_kernel_is_made_once_for_as_long_as_nothing_has_changed(tmp_path: Path) -> None:
    """The same object tells the next pass that there is nothing new."""
    put(str(tmp_path / "one"), contents_of(make_spec("one")))
    first, documents = _pass_after(tmp_path, Documents({}, LATER))
    second, documents = _pass_after(tmp_path, documents)
    assert second is first
    (tmp_path / "one" / "kernel.json").write_bytes(b"{}")
    third, documents = _pass_after(tmp_path, documents)
    assert third == _only(tmp_path) != first
    assert _pass_after(tmp_path, documents)[0] is third


def test_a_kernel_that_was_moved_behind_a_link_is_made_anew(tmp_path: Path) -> None:
    """The file is the same; but what a link leads to is not ours."""
    store = tmp_path / "kernels"
    put(str(store / "one"), contents_of(make_spec("one")))
    first, documents = _pass_after(store, Documents({}, LATER))
    assert first.ownership is Ownership.CLAIMED
    os.rename(store / "one", tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", store / "one")
    found, _ = _pass_after(store, documents)
    assert found == _only(store)
    assert found.ownership is Ownership.FOREIGN


def test_a_document_that_has_just_changed_is_not_kept(tmp_path: Path) -> None:
    """A second change could come within the same tick of the clock."""
    put(str(tmp_path / "one"), contents_of(make_spec("one")))
    documents = Documents({}, (tmp_path / "one" / "kernel.json").stat().st_mtime + 1)
    read_installed(str(tmp_path), (), HOST, documents=documents)
    assert documents.kept == {}


def test_a_document_behind_a_link_is_not_kept(tmp_path: Path) -> None:
    """The times of a link say nothing about what it leads to."""
    put(str(tmp_path / "one"), {})
    (tmp_path / "kernel.json").write_bytes(b"{}")
    os.symlink(tmp_path / "kernel.json", tmp_path / "one" / "kernel.json")
    documents = Documents({}, LATER)
    read_installed(str(tmp_path / "none"), [str(tmp_path)], HOST, documents=documents)
    assert documents.kept == {}


@pytest.mark.parametrize(
    "entry", [None, 1, "x", [], [1], (1, {}, {}), ["seal", [], {}], ["seal", {}, 1]], ids=repr
)
def test_what_makes_no_sense_is_not_believed(tmp_path: Path, entry: object) -> None:
    """The file is read instead."""
    put(str(tmp_path / "one"), contents_of(make_spec("one")))
    _, documents = _read_again(tmp_path, Documents({}, LATER))
    [(directory, sound)] = documents.kept.items()
    assert isinstance(sound, list)
    odd = [sound[0], *entry[1:]] if isinstance(entry, list) and entry else entry
    known = Documents({directory: odd}, LATER)
    assert read_installed(str(tmp_path), (), HOST, documents=known)[0] == (_only(tmp_path),)
