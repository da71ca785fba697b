"""Version specifiers mean what PEP 440 says, for the versions that Pythons have."""

from __future__ import annotations

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from kernelsync.planning.specifiers import check_specifier, matches, parse_specifier

SPECIFIERS = (
    "<3.8",
    "<=3.12",
    "<=3.12.5",
    "<3.12.5",
    ">3.12",
    ">=3.12",
    ">= 3.9, < 3.13",
    "==3.12.*",
    "==3.12",
    "!=3.12.*",
    "!=3.12.0",
    "~=3.9",
    "~=3.9.1",
    "==3.*",
    "==3.12.4.*",
    ">3.9.9,!=3.10.*,<4",
)
VERSIONS = (
    "2.7.18",
    "3.6.15",
    "3.8",
    "3.9.0",
    "3.9.1",
    "3.10.14",
    "3.12",
    "3.12.0",
    "3.12.4",
    "3.12.5",
    "3.12.0rc1",
    "3.13.0a2",
    "3.14.0b1",
    "4.0",
)


@pytest.mark.parametrize("specifier", SPECIFIERS)
@pytest.mark.parametrize("version", VERSIONS)
def test_agrees_with_packaging(specifier: str, version: str) -> None:
    """The reference implementation gives the same answer."""
    expected = SpecifierSet(specifier).contains(Version(version), prereleases=True)
    assert matches(specifier, version) is expected


@pytest.mark.parametrize(
    "text",
    ["", " ", "3.12", "=3.12", "=>3.12", "===3.12", ">=", "~=3", ">=3.*", "~=3.9.*", ">=3.9,",
     "==3.x", "==v3", "==3..1", "==*", "==.*", "<3²", "<٣", "==3.12rc1", "<" + "9" * 5000],
)  # fmt: skip
def test_refuses_what_is_no_specifier(text: str) -> None:
    """Such a text means no specifier, has a sentence that says so, and matches nothing."""
    assert parse_specifier(text) is None
    assert check_specifier(text) is not None
    assert not matches(text, "3.12.1")


def test_says_that_a_bare_version_needs_an_operator() -> None:
    """The commonest mistake gets a sentence of its own."""
    assert check_specifier("3.12") == "'3.12' is a version without an operator such as == or >="


def test_accepts_what_is_a_specifier() -> None:
    """There is no sentence about a right one."""
    assert check_specifier(">=3.9, <3.13") is None


@pytest.mark.parametrize("version", ["3.13.0+", "3.13.0t", "3.13"])
def test_takes_builds_of_a_release_for_the_release(version: str) -> None:
    """A checkout's or a free-threaded build is its release."""
    assert matches("==3.13.0", version)


def test_takes_a_development_version_of_pyenv_for_a_pre_release() -> None:
    """`3.14-dev` is not yet 3.14."""
    assert not matches(">=3.14", "3.14-dev")
    assert matches("==3.14.*", "3.14-dev")


@pytest.mark.parametrize("version", ["", "unknown", "x3.12", "."])
def test_matches_no_version_that_cannot_be_read(version: str) -> None:
    """Even the widest specifier does not match it."""
    assert not matches(">=0", version)
