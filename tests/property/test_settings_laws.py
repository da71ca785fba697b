"""Laws of the settings file: whatever is in it, there is an answer, and it is consistent."""

from __future__ import annotations

import tempfile
from pathlib import Path

import jsonschema
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelsync.config.excerpt import excerpt
from kernelsync.config.json_schema import json_schema
from kernelsync.config.load import load
from kernelsync.config.show import effective
from kernelsync.config.writing import quoted
from kernelsync.errors import SettingsError
from kernelsync.model.settings import Settings
from kernelsync.planning.globs import escape, matches_name, matches_path
from kernelsync.planning.templates import check_template, fill
from support.settings_files import HOME, MANAGERS, written

VALIDATOR = jsonschema.Draft7Validator(json_schema(MANAGERS))


def answer(text: str | bytes) -> Settings | SettingsError:
    """Return what the loader says about a file; anything but these two is a bug."""
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), text)
        try:
            return load(path, required=True, home=HOME, managers=MANAGERS)
        except SettingsError as error:
            return error


PIECES = st.sampled_from(
    [
        *("include", "exclude", "sources", "kernels", "service", "env", "name", "pyenv", "venv"),
        *(":", ": ", "\n", "\n  ", "\n    ", "- ", "[", "]", "{", "}", ",", "?", "|", ">", "#"),
        *('"', "'", "&a", "*a", "!!str", "!x", "---", "...", "%YAML 1.1", "~", "/", "*", "@", "`"),
        *("3.10", "true", "null", "60s", "\t", "\\", "\\u0000", "é", "\ufeff", "\u2028", "\x85"),
    ]
)
YAML_LIKE = st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join)


@given(YAML_LIKE)
def test_any_text_is_settings_or_mistakes(text: str) -> None:
    """Nothing else is ever raised, and every mistake can be shown."""
    found = answer(text.encode(errors="replace"))
    if isinstance(found, SettingsError):
        assert found.problems
        lines = [problem.line or 0 for problem in found.problems]
        assert lines == sorted(lines)
        for problem in found.problems:
            shown = excerpt(problem, text)
            assert shown.replace("\n", "").isprintable()


@given(st.binary(max_size=200))
def test_any_bytes_are_settings_or_mistakes(content: bytes) -> None:
    """A file need not even be text."""
    found = answer(content)
    assert isinstance(found, Settings) or found.problems


WORDS = st.sampled_from(["a", "tmp-*", "3.1.*", "yes", "null", "1", "é", "a b", "[ab]*", "x: y"])
PATHS = st.sampled_from(["~/x", "/x/**", "~", "x", "a/b", "/a b", "~/.venvs"])
ODD = st.sampled_from([None, True, 3.1, 7, -1, "", " ", [], {}, ["a"], {"a": 1}, "~bob/x", "{x}"])


def sometimes(good: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Return mostly good values, and some that may be wrong there."""
    return st.integers(0, 9).flatmap(lambda number: ODD if number == 0 else good)


def table(**keys: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Return mappings with some of the keys, and now and then one that is unknown."""
    known = {key: sometimes(good) for key, good in keys.items()}
    return st.fixed_dictionaries({}, optional={**known, "unknwon": ODD}) | st.fixed_dictionaries(
        {}, optional=known
    )


RULES = st.lists(
    WORDS.filter(lambda text: ":" not in text)
    | PATHS
    | WORDS.map(lambda text: f"pyenv:{text}")
    | table(
        manager=st.sampled_from(["pyenv", "uv", "zzz"]),
        name=WORDS,
        path=PATHS,
        python=st.sampled_from(["<3.8", ">=3.9, <4", "==3.1.*", "~=3.9", "3.8", "<3,", ">=3.*"]),
        ipykernel=st.booleans(),
        base=st.booleans(),
    ),
    max_size=4,
)
TEMPLATES = st.sampled_from(["{name}", "{manager}-{minor}", "{{}}", "x", "{", "}", "{nmae}"])
TIMES = st.sampled_from(["60s", "2m", "1.5h", "90", 60, 2.5, "soon", -5, 0, 10**6, "5 s"])
DOCUMENTS = table(
    include=RULES,
    exclude=RULES,
    sources=table(
        pyenv=st.booleans() | table(root=PATHS),
        uv=st.booleans() | table(),
        venv=table(containers=st.lists(PATHS), projects=st.lists(PATHS), depth=st.integers(0, 20)),
    ),
    kernels=table(
        directory=PATHS,
        name=TEMPLATES,
        display_name=TEMPLATES,
        badges=st.booleans(),
        missing_ipykernel=st.sampled_from(["runtime", "skip", "other"]),
        activate=st.booleans(),
        env=st.dictionaries(st.sampled_from(["A", "_b1", "2c", "d-e"]), sometimes(WORDS)),
    ),
    service=table(rescan=TIMES, grace=TIMES),
)


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS)
def test_the_schema_and_the_program_agree(document: object) -> None:
    """An editor with the schema shows a mistake exactly where the program would."""
    is_accepted = isinstance(answer(yaml.safe_dump(document)), Settings)
    assert VALIDATOR.is_valid(document) is is_accepted


@settings(deadline=None)
@given(DOCUMENTS)
def test_what_is_in_force_can_be_read_again(document: object) -> None:
    """Showing settings and reading them again changes nothing but the places of rules."""
    found = answer(yaml.safe_dump(document))
    if isinstance(found, Settings):
        again = answer(effective(found, MANAGERS))
        assert isinstance(again, Settings)
        assert (again.sources, again.kernels, again.service) == (
            found.sources,
            found.kernels,
            found.service,
        )
        assert list(map(meaning, again.include)) == list(map(meaning, found.include))
        assert list(map(meaning, again.exclude)) == list(map(meaning, found.exclude))


def meaning(rule: object) -> tuple[object, ...]:
    """Return what a rule asks for, without its text and line."""
    keys = ("manager", "name", "path", "python", "ipykernel", "base")
    return tuple(getattr(rule, key) for key in keys)


@given(st.text())
def test_a_quoted_text_is_that_text(text: str) -> None:
    """YAML reads back what was written, whatever it is."""
    if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
        assert yaml.safe_load(quoted(text)) == text
        assert yaml.safe_load(f"[{quoted(text)}]") == [text]


@given(st.text(alphabet="ab[]!-*?^.\\", max_size=12), st.text(alphabet="ab[]!-*?^.\\", max_size=12))
def test_globs_never_fail(pattern: str, text: str) -> None:
    """Whatever the pattern, there is an answer; an escaped text fits itself alone."""
    assert matches_name(pattern, text) in (True, False)
    assert matches_path(pattern, f"/{text}/x") in (True, False)
    assert matches_name(escape(pattern), text) is (pattern == text)


@given(st.text(alphabet="{}name. x", max_size=20))
def test_a_template_is_refused_or_filled(template: str) -> None:
    """What the check accepts can be filled."""
    if check_template(template, ("name",)) is None:
        filled = fill(template, {"name": "\0"})
        assert filled.count("\0") == template.replace("{{", "").count("{name}")
