"""Settings and kernelspecs of others, as nobody would write them: answered, and never slowly.

KERNELSYNC_FUZZ=100000 tries as many of each; a sample otherwise.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kernelsync.config.example import example
from kernelsync.config.load import load
from kernelsync.errors import SettingsError
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.model.settings import Settings
from kernelsync.planning.desired import desire
from kernelsync.planning.diff import diff
from support import values
from support.settings_files import HOME, MANAGERS, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kernelsync.model.kernelspec import InstalledKernel, KernelSpec
    from kernelsync.model.problem import Problem

_MANY = int(os.environ.get("KERNELSYNC_FUZZ", "300"))
_LARGEST = 64 * 1024
_LARGEST_DOCUMENT = 256 * 1024
_CALLS_AT_MOST = 3_000_000
_CALLS_PER_BYTE = 60
_WITHOUT_A_PLACE = {"settings-size"}

thorough = settings(
    max_examples=_MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
)

_EXAMPLE = example(MANAGERS)
_PIECES = st.sampled_from(
    [
        *("include:", "exclude:", "sources:", "kernels:", "service:", "  env:", "  name:"),
        *(" true", " 60s", " 3.10", " [", "]", " {", "}", ",", "- ", ": ", "\n", "\n  ", "\n    "),
        *(" |", " >", " &a", " *a", " !!int", " !x", "---\n", "...", "? ", "#", "'", '"', "\t"),
        *("~", "%YAML 1.1", "<<", "\\x00", "\x07", "\u2028", "é", "\ufeff", "{name}", "**", "~/x"),
    ]
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
_KEYS = ("argv", "env", "display_name", "language", "metadata", "name", "interrupt_mode")
_SPECS = st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=6), _JSON)
_MARKS = st.dictionaries(
    st.sampled_from(
        [
            *("version", "environment", "prefix", "manager", "root", "root_inode", "host", "stem"),
            *("kernel", "requested", "configured", "template", "digest"),
        ]
    ),
    _JSON,
)


def _dumped(document: object) -> bytes:
    return json.dumps(document).encode()


def _marked(mark: object) -> bytes:
    return _dumped({"argv": ["x"], "display_name": "x", "metadata": {"kernelsync": mark}})


def _memory() -> str | None:
    """Return a directory in memory where there is one: nothing is to survive."""
    return "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - see above


def _answer(path: str) -> Settings | Sequence[Problem]:
    """Return the settings of a file, or what is wrong with it; anything else is raised."""
    try:
        return load(path, required=True, home=HOME, managers=MANAGERS)
    except SettingsError as error:
        return error.problems


def _planned(found: Sequence[InstalledKernel]) -> Sequence[KernelSpec]:
    environments = [values.environment(f"{values.HOME}/.venvs/theirs", manager=values.VENV)]
    desired = desire(environments, values.settings(), values.surroundings(), found)
    diff(desired, values.settings(), ())
    return desired.specs


@st.composite
def edited_examples(draw: st.DrawFn) -> str:
    """Return the example of the documentation, after some careless editing."""
    lines = _EXAMPLE.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        column = draw(st.integers(0, len(lines[at])))
        piece = draw(_PIECES | st.text(max_size=4))
        cut = draw(st.integers(0, 8))
        lines[at] = lines[at][:column] + piece + lines[at][column + cut :]
        if draw(st.booleans()):
            del lines[draw(st.integers(0, len(lines) - 1))]
            lines = lines or [""]
    return "\n".join(lines)


@thorough
@given(
    st.binary(max_size=200)
    | st.lists(_PIECES | st.text(max_size=3), max_size=40).map("".join)
    | edited_examples()
)
def test_settings_are_values_or_mistakes_with_a_place(content: bytes | str) -> None:
    """An error says the line and the column; nothing else is ever raised."""
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        path = written(folder, raw)  # type: ignore[arg-type] # a str will do
        answer = _answer(path)
    if isinstance(answer, Settings):
        return
    assert answer
    # What Python takes for the end of a line YAML may take for one, or not.
    lines = len(raw.decode(errors="replace").splitlines()) + 1
    for problem in answer:
        if problem.code not in _WITHOUT_A_PLACE:
            assert problem.line is not None, problem
            assert problem.column is not None, problem
            assert 1 <= problem.line <= lines
            assert problem.column >= 1


@thorough
@given(st.binary(max_size=200) | _JSON.map(_dumped) | _SPECS.map(_dumped) | _MARKS.map(_marked))
def test_kernelspecs_of_others_are_read_and_left(content: bytes) -> None:
    """Whatever they hold: read or a problem, never changed, and never taken for ours."""
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        directory = f"{folder}/kernels/theirs"
        os.makedirs(directory)
        with open(f"{directory}/kernel.json", "wb") as file:
            file.write(content)
        store = KernelStore(f"{folder}/kernels", values.HOST)
        found, problems = store.read(())
        assert len(found) + len(problems) >= 1
        verified = [store.verify(kernel) for kernel in found]
        assert all(kernel.ownership.value != "ours" for kernel in verified)
        desired = _planned(found)
        assert all(spec.name != "theirs" for spec in desired)


_BOMBS = {
    "aliases": "a: &a [x,x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a]\n" for n in range(3000)),
    "billion laughs": "a0: &a0 x\n"
    + "".join(f"a{n}: &a{n} [*a{n - 1},*a{n - 1}]\n" for n in range(1, 30)),
    "depth of lists": "[" * _LARGEST,
    "depth of maps": "{a: " * (_LARGEST // 4),
    "depth by lines": "".join(" " * n + "a:\n" for n in range(350)),
    "questions": "? " * (_LARGEST // 2),
    "one scalar": "include: " + "x" * (_LARGEST - 20),
    "a quoted scalar": 'include: "' + "\\\n" * (_LARGEST // 2 - 20) + '"',
    "many keys": "".join(f"k{n}: 1\n" for n in range(6000)),
    "many entries": "include: [" + "a," * 30000 + "]",
    "many patterns": "include:\n" + "".join(f"- '*{n}*[a-z]*'\n" for n in range(1500)),
    "many stars": "include: ['" + "*a" * 500 + "']",
    "many specifiers": "exclude: [{python: '" + ",".join([">=3.8"] * 3000) + "'}]",
    "a number": "service: {rescan: " + "9" * 4000 + "s}",
    "a float": "service: {rescan: 1e" + "9" * 4000 + "}",
    "sexagesimal": "include: [" + "1:" * 2000 + "1]",
    "base 60": "service: {grace: " + "59:" * 5000 + "1}",
    "a date": "include: [2001-12-14t21:59:43." + "1" * 5000 + "]",
    "colons": ":" * _LARGEST,
    "comments": "#\n" * (_LARGEST // 2),
    "documents": "---\n" * (_LARGEST // 4),
    "anchors": "&a " * (_LARGEST // 3),
    "tags": "!!str " * (_LARGEST // 6),
    "directives": "%TAG ! tag:x,2000:\n" * 3000,
    "tabs": "\t" * _LARGEST,
    "escapes": 'include: ["' + "\\U0001F600" * 6000 + '"]',
    "folded": "include: >\n" + " a\n" * 20000,
    "too large": "#" * 50_000_000,
}


@pytest.mark.parametrize("name", _BOMBS)
def test_a_bomb_costs_no_more_than_its_size(tmp_path: Path, name: str) -> None:
    """Work is counted in calls: at most so many for each byte that is read at all."""
    path = written(tmp_path, _BOMBS[name])
    size = min(len(_BOMBS[name]), _LARGEST)
    assert _calls(lambda: _answer(path)) <= 20_000 + _CALLS_PER_BYTE * size


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b'{"a":' * 40_000,
        b'{"argv": [' + b'"x",' * 50_000 + b'"x"]}',
        b"9" * 200_000,
        b'{"metadata": {"kernelsync": ' + b'{"a":' * 30_000,
        b'"' + b"\\u0041" * 30_000 + b'"',
        b" " * 50_000_000,
    ],
    ids=["lists", "maps", "argv", "digits", "mark", "escapes", "too large"],
)
def test_a_kernelspec_bomb_costs_no_more_than_its_size(tmp_path: Path, content: bytes) -> None:
    """The same for kernelspecs of others."""
    directory = tmp_path / "kernels" / "theirs"
    directory.mkdir(parents=True)
    (directory / "kernel.json").write_bytes(content)
    store = KernelStore(str(tmp_path / "kernels"), values.HOST)
    assert _calls(lambda: store.read(())) <= 20_000 + min(len(content), _LARGEST_DOCUMENT)


def test_work_is_counted() -> None:
    """A loader that walks what aliases stand for would be found out."""
    import yaml  # noqa: PLC0415 - only here

    def walk(node: object) -> None:
        for each in node if isinstance(node, list) else ():
            walk(each)

    bomb = "- &a0 [x]\n" + "".join(f"- &a{n} [*a{n - 1},*a{n - 1}]\n" for n in range(1, 17))
    assert _calls(lambda: walk(yaml.safe_load(bomb))) > 20_000 + _CALLS_PER_BYTE * len(bomb)


def _calls(action: Callable[[], object]) -> int:
    """Return how many functions an action calls."""
    count = 0

    def profile(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")
        assert count < _CALLS_AT_MOST * 3, "it does not end"

    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count
