"""The launcher's decisions, made by every interpreter that it has to run on."""

from __future__ import annotations

import json
import os

import pytest
from packaging.specifiers import SpecifierSet

from support.lab import ALL_MINORS
from support.processes import run
from support.real_pyenv import RealPyenv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

LAUNCHER = os.path.abspath(f"{__file__}/../../../../src/kernelsync/runtimes/launch.py")

# Reads calls, [function, arguments], and prints their results; sets become lists.
ASKED = """
import io, json, sys
functions = {"__name__": "launcher"}
exec(compile(io.open(sys.argv[1]).read(), sys.argv[1], "exec"), functions)
def plain(value):
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return [plain(each) for each in value] if isinstance(value, tuple) else value
calls = json.loads(sys.stdin.read())
print(json.dumps([plain(functions[name](*arguments)) for name, arguments in calls]))
"""


# Before the tests' isolation takes away what leads to the real pyenv.
_ENVIRON = dict(os.environ)


@pytest.fixture(params=ALL_MINORS)
def python(request: pytest.FixtureRequest) -> str:
    """Return an interpreter of each Python in turn."""
    minor: str = request.param
    return RealPyenv.find(_ENVIRON).python(minor)


def ask(python: str, *calls: tuple[str, list[Any]]) -> list[Any]:
    """Return what the launcher's functions return in this interpreter."""
    environ = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    said = run((python, "-B", "-c", ASKED, LAUNCHER), environ=environ, stdin=json.dumps(calls))
    answers: list[Any] = said.expect(0).json
    return answers


VERSIONS = (
    *("0.8", "1.0", "1.0.0", "1.0.1", "1.1", "1.10", "2", "2.0.0", "2.0.1", "2.1.0"),
    *("2.0a1", "2.0b2", "2.0rc1", "2.0.dev3", "2.0.post1", "2.0rc1.dev2", "2.0.post1.dev1"),
    *("1!0.5", "2.0+local.1", "v2.0", "2.0-1", "2.0.rev4", "2.0alpha", "2.0preview3"),
    *("2026.6", "1.0.post1", "1.0.post1.dev2"),
)
CONSTRAINTS = (
    *((">=", "1.0"), ("<=", "2.0"), ("==", "2.0.0"), ("!=", "2"), (">", "1.0"), ("<", "2.0")),
    *(("~=", "2.0"), ("~=", "1.0.1"), ("==", "2.0.*"), ("!=", "1.*"), ("==", "1.1.*")),
    *(("===", "2.0.1"), (">=", "2.0rc1"), ("<", "2.0.post1"), (">", "2.0.dev1"), ("<", "2.0rc1")),
)


def test_versions_are_compared_as_packaging_does(python: str) -> None:
    """Every version keeps a constraint exactly if the library of the standard says so."""
    pairs = [(version, each) for version in VERSIONS for each in CONSTRAINTS]
    answers = ask(python, *(("fits", [version, each]) for version, each in pairs))
    for (version, constraint), answer in zip(pairs, answers, strict=True):
        expected = SpecifierSet("".join(constraint)).contains(version, prereleases=True)
        assert answer == expected, (version, constraint)


def test_what_is_no_version_keeps_no_constraint(python: str) -> None:
    """A version that cannot be told, or compared, fits only where any does."""
    texts = (None, "", "unknown", "1.0~dev", "five")
    strict = ask(python, *(("satisfies", [[each], [[">=", "0"]]]) for each in texts))
    assert strict == [False] * len(texts)
    assert ask(python, *(("satisfies", [[each], []]) for each in texts)) == [True] * len(texts)


NAMES = {
    "traitlets-5.9.0.dist-info": ["traitlets", "5.9.0"],
    "jupyter_client-7.1.2.dist-info": ["jupyter-client", "7.1.2"],
    "jupyter-client-7.1.2.dist-info": ["jupyter-client", "7.1.2"],
    "backports.shutil_get_terminal_size-1.0.0.dist-info": [
        "backports-shutil-get-terminal-size",
        "1.0.0",
    ],
    "ipython-5.10.0-py2.7.egg-info": ["ipython", "5.10.0"],
    "pyzmq-19.0.2-py2.7-linux-x86_64.egg": ["pyzmq", "19.0.2"],
    "pexpect-4.8.0.egg-info": ["pexpect", "4.8.0"],
    "traitlets.egg-info": ["traitlets", None],
    "Pygments-2.2.0-py3.8.egg": ["pygments", "2.2.0"],
    "tornado-6.5.dev1.dist-info": ["tornado", "6.5.dev1"],
    "~raitlets-4.3.3.dist-info": ["~raitlets", "4.3.3"],
}


def test_names_of_metadata_tell_name_and_version(python: str) -> None:
    """In each of the forms that installers have given them."""
    answers = ask(python, *(("name_and_version", [each]) for each in NAMES))
    assert answers == list(NAMES.values())


def put(directory: str, **files: str) -> None:
    """Write files by their paths."""
    for name, text in files.items():
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def test_the_environments_distributions_are_read_from_names(python: str, tmp_path: Path) -> None:
    """Files, directories, eggs and sources; what a removal left behind counts for nothing."""
    site, source = f"{tmp_path}/site", f"{tmp_path}/source"
    egg = f"{site}/six-1.9.0-py3.8.egg"
    metadata = "Metadata-Version: 2.1\nName: x\nVersion: 5.15.0.dev0\n\nVersion: 1\n"
    files = {
        f"{site}/tornado-4.5.3.dist-info/METADATA": metadata,
        f"{site}/jedi-0.10.2-py3.8.egg-info": metadata,
        f"{site}/parso-0.1.1.egg-info/PKG-INFO": metadata,
        f"{site}/~ickleshare-0.7.dist-info/METADATA": metadata,
        f"{site}/executing-0.8.3.dist-info/RECORD": "",
        f"{site}/comm.dist-info/METADATA": "Name: comm\n",
        f"{site}/other-1.0.dist-info/METADATA": metadata,
        f"{egg}/EGG-INFO/PKG-INFO": metadata,
        f"{source}/traitlets.egg-info/PKG-INFO": metadata,
        f"{source}/tornado-6.1.dist-info/METADATA": metadata,
    }
    put(str(tmp_path), **files)
    wanted = ["tornado", "jedi", "parso", "pickleshare", "executing", "comm", "six", "traitlets"]
    path = [f"{tmp_path}/none.zip", site, egg, source]
    assert ask(python, ("distributions", [path, wanted])) == [
        {
            "tornado": ["4.5.3"],
            "jedi": ["0.10.2"],
            "parso": ["0.1.1"],
            "comm": [None],
            "six": ["1.9.0"],
            "traitlets": ["5.15.0.dev0"],
        }
    ]


def test_two_versions_in_one_directory_must_both_fit(python: str, tmp_path: Path) -> None:
    """Nothing tells which of them an unfinished upgrade has left on the disk."""
    both = {f"x/traitlets-{each}.dist-info/METADATA": "" for each in ("4.3.3", "5.9.0")}
    put(str(tmp_path), **both)
    (found,) = ask(python, ("distributions", [[f"{tmp_path}/x"], ["traitlets"]]))
    assert sorted(found["traitlets"]) == ["4.3.3", "5.9.0"]
    assert ask(python, ("satisfies", [found["traitlets"], [[">=", "5"]]])) == [False]


RUNTIME: Mapping[str, Any] = {
    "ipykernel": {"requires": {"ipython": [[">=", "7.23.1"]], "tornado": [[">=", "6.1"]]}},
    "ipython": {"requires": {"jedi": [[">=", "0.16"]], "traitlets": [[">=", "5"]]}},
    "jedi": {"requires": {"parso": [[">=", "0.8"], ["<", "0.9"]]}},
    "parso": {"requires": {}},
    "tornado": {"requires": {}},
    "traitlets": {"requires": {"not-in-the-runtime": [[">=", "1"]]}},
}
DECISIONS: tuple[tuple[dict[str, str], list[str], list[str]], ...] = (
    # What the environment has; what is missing; what is replaced.
    ({}, sorted(RUNTIME), []),
    ({"tornado": "6.1"}, ["ipykernel", "ipython", "jedi", "parso", "traitlets"], []),
    ({"tornado": "4.5"}, ["ipykernel", "ipython", "jedi", "parso", "traitlets"], ["tornado"]),
    # Its jedi would do for the runtime's ipython, and its own parso for that jedi.
    ({"jedi": "0.17", "parso": "0.7"}, ["ipykernel", "ipython", "tornado", "traitlets"], []),
    # Its jedi is too old; with the runtime's jedi comes what that one needs.
    (
        {"jedi": "0.10", "parso": "0.7"},
        ["ipykernel", "ipython", "tornado", "traitlets"],
        ["jedi", "parso"],
    ),
    # Its own ipython fits, and so nobody asks for another traitlets.
    (
        {"ipython": "7.34", "traitlets": "4.3"},
        ["ipykernel", "jedi", "parso", "tornado"],
        [],
    ),
    # An ipykernel that is there did not work, or it would not come to a decision.
    ({"ipykernel": "6.0"}, ["ipython", "jedi", "parso", "tornado", "traitlets"], ["ipykernel"]),
)


def test_each_distribution_comes_from_where_it_fits(python: str) -> None:
    """Missing: the runtime's. There, and fitting: the environment's. Else replaced, and so on."""
    calls = [
        ("decide", [RUNTIME, {name: [each] for name, each in present.items()}, "--shared"])
        for present, _, _ in DECISIONS
    ]
    answers = ask(python, *calls)
    for answer, (present, missing, replaced) in zip(answers, DECISIONS, strict=True):
        assert answer == [missing, replaced], present


def test_the_last_way_takes_everything_from_the_runtime(python: str) -> None:
    """Also what would have fitted."""
    (answer,) = ask(python, ("decide", [RUNTIME, {"tornado": ["6.1"]}, "--alone"]))
    assert answer == [[], sorted(RUNTIME)]


def test_pyenvs_names_are_told_from_directories(python: str, tmp_path: Path) -> None:
    """A version, an environment of it by either path; nothing that merely looks like one."""
    root = f"{tmp_path}/pyenv"
    os.makedirs(f"{root}/shims")
    os.makedirs(f"{tmp_path}/other/versions/1.0")
    expected = {
        f"{root}/versions/3.8.18": "3.8.18",
        f"{root}/versions/thesis": "thesis",
        f"{root}/versions/3.8.18/envs/thesis": "3.8.18/envs/thesis",
        f"{root}/versions/3.8.18/share/app/.venv": None,
        f"{tmp_path}/other/versions/1.0": None,
        "/usr": None,
    }
    answers = ask(python, *(("pyenv_name", [each]) for each in expected))
    assert answers == list(expected.values())
