"""pyvenv.cfg is read as CPython reads it, whoever wrote it."""

from __future__ import annotations

import pytest

from kernelsync.probe.pyvenv_cfg import minor_of, parse


@pytest.mark.parametrize(
    ("text", "home", "version", "system_site"),
    [
        ("home = /b/bin\ninclude-system-site-packages = false\n", "/b/bin", "", False),
        ("HOME=/b/bin\nInclude-System-Site-Packages=TRUE\n", "/b/bin", "", True),
        ("home = /b/bin\r\nversion = 3.12.1\r\n", "/b/bin", "3.12.1", True),
        ("home = /b\nversion_info = 3.10.13.final.0\n", "/b", "3.10.13", True),
        ("home = /b\nversion_info = 3.14.0.candidate.1\n", "/b", "3.14.0", True),
        ("home = /b\nversion_info = 3.12\n", "/b", "3.12", True),
        ("home = /b\npython-version = 3.12\nversion_info = 3.12.1.final.0\n", "/b", "3.12.1", True),
        ("home = '/with space/bin'\n", "/with space/bin", "", True),
        ("home = /a=b/bin\nno equals here\n", "/a=b/bin", "", True),
        ("home = /b\nprompt = 'home = /x'\n", "/b", "", True),
        ("", "", "", True),
    ],
)
def test_keys_are_found(text: str, home: str, version: str, system_site: bool) -> None:  # noqa: FBT001 - a table
    """Split at the first `=`, no case in keys, quotes off, unknown keys passed over."""
    found = parse(text.encode())
    assert (found.home, found.version, found.system_site) == (home, version, system_site)


@pytest.mark.parametrize(
    ("version", "minor"),
    [("3.12.1", "3.12"), ("3.12", "3.12"), ("3", ""), ("", ""), ("x.y", ""), ("3.²", "")],
)
def test_the_minor_is_cut_from_a_version(version: str, minor: str) -> None:
    """X.Y, or nothing."""
    assert minor_of(version) == minor
