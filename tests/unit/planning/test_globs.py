"""Globs fit what people expect of them, quickly."""

from __future__ import annotations

import fnmatch
import time

import pytest

from kernelsync.planning.globs import check_glob, escape, matches_name, matches_path

PATTERNS = (
    *("tmp-*", "*", "a?c", "[ab]c", "[!a]c", "*.7.*", "[]x]", "a-[0-9]*", "[[]x", "a**b"),
    *("[a-]", "x", "*a*b*c", "[^a]c", "a.c", "(a)", "[!]]x"),
)
NAMES = (
    *("tmp-1", "TMP-1", "abc", "ac", "bc", "2.7.18", "]", "a-7b", "[x", "axb", "-", ""),
    *("x", "aabbcc", "a\nc", "a.c", "(a)", "^c"),
)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("name", NAMES)
def test_names_fit_as_fnmatch_says(pattern: str, name: str) -> None:
    """The standard library's case-sensitive glob gives the same answer."""
    assert matches_name(pattern, name) is fnmatch.fnmatchcase(name, pattern)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/home/u/archive/**", "/home/u/archive"),
        ("/home/u/archive/**", "/home/u/archive/a/b/.venv"),
        ("/home/u/archive", "/home/u/archive"),
        ("/home/u/archive/", "/home/u/archive"),
        ("/home/*/app", "/home/u/app"),
        ("/home/**/.venv", "/home/.venv"),
        ("/home/**/.venv", "/home/u/src/app/.venv"),
        ("/**/old/**/.venv", "/home/old/x/old/y/.venv"),
        ("/**", "/"),
        (".tox/**", "/home/u/app/.tox/py312"),
        ("**/.tox/**", "/home/u/app/.tox"),
        ("src/*/.venv", "/home/u/src/app/.venv"),
        ("/home/u/[[]x]/**", "/home/u/[x]/.venv"),
    ],
)
def test_paths_that_fit(pattern: str, path: str) -> None:
    """Each of these environments is meant."""
    assert matches_path(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/home/u/archive", "/home/u/archive/app"),
        ("/home/u/archive/**", "/home/u/archived"),
        ("/home/*", "/home/u/app"),
        ("/home/u?app", "/home/u/app"),
        ("/home/u[/]app", "/home/u/app"),
        ("/home/u/a**", "/home/u/a/b"),
        ("/home/U/app", "/home/u/app"),
        ("/u/app", "/home/u/app"),
        ("/home/**/.venv", "/home/u/.venv/lib"),
        (".tox/*", "/home/u/.tox"),
    ],
)
def test_paths_that_do_not_fit(pattern: str, path: str) -> None:
    """None of these environments is meant."""
    assert not matches_path(pattern, path)


@pytest.mark.parametrize(
    "text", ["", "  ", "[ab", "/a/[b/c]", "[z-a]", "~/x/../y", "./x", "[", "[!", "[]"]
)
def test_says_what_is_wrong(text: str) -> None:
    """A glob that could never fit as meant gets a sentence."""
    assert check_glob(text)


@pytest.mark.parametrize("text", ["*", "tmp-*", "2.7.*", "/a/**/b", "[]]", "[a-z]", "..."])
def test_says_nothing_about_a_right_glob(text: str) -> None:
    """There is no sentence about these."""
    assert check_glob(text) is None


@pytest.mark.parametrize("text", ["a[b]c*d?", "[!x]", "plain", "[[]"])
def test_an_escaped_text_fits_itself_alone(text: str) -> None:
    """Escaping takes the meaning from every wildcard."""
    assert matches_name(escape(text), text)
    assert not matches_name(escape(text), text + "x")
    assert check_glob(escape(text)) is None


def test_many_stars_take_no_time() -> None:
    """A pattern that makes backtracking explode is answered at once."""
    began = time.process_time()
    assert not matches_name("*a" * 30 + "b", "a" * 200)
    assert not matches_path("/**" + "/*/**/a" * 20 + "/b", "/a" * 200)
    assert time.process_time() - began < 0.5
