"""pip chooses wheels for the environment's interpreter, not for kernelsync's own."""

from __future__ import annotations

import pytest

from kernelsync.runtimes.installed import glibc_minor
from kernelsync.runtimes.tags import pip_options, platforms


@pytest.mark.parametrize(
    ("key", "letters", "abi", "python"),
    [
        ("cp312-linux-x86_64", "cp", "cp312", "3.12.99"),
        ("cp37-linux-x86_64", "cp", "cp37m", "3.7.99"),
        ("cp27mu-linux-x86_64", "cp", "cp27mu", "2.7.99"),
        ("cp313t-linux-aarch64", "cp", "cp313t", "3.13.99"),
        ("pp39-linux-x86_64", "pp", "pypy39_pp73", "3.9.99"),
    ],
)
def test_the_abi_is_that_of_the_wheels_names(key: str, letters: str, abi: str, python: str) -> None:
    """3.6 and 3.7 have an "m"; the last patch version counts for what they require."""
    words = pip_options(key)
    assert words[words.index("--abi") + 1] == abi
    assert words[words.index("--python-version") + 1] == python
    assert words[words.index("--implementation") + 1] == letters


def test_a_linux_takes_wheels_for_its_own_c_library_and_older_ones() -> None:
    """The newest first, each old one also by its old name."""
    found = platforms("linux", "x86_64")
    # Beside another C library, what nearly every glibc is new enough for.
    minor = glibc_minor() or 17
    assert found[0] == f"manylinux_2_{minor}_x86_64"
    assert "manylinux1_x86_64" in found
    assert f"manylinux_2_{minor + 1}_x86_64" not in found
    assert found[-1] == "linux_x86_64"


def test_an_interpreter_with_musl_takes_wheels_for_musl_alone() -> None:
    """Whatever the C library of kernelsync's own interpreter."""
    found = platforms("linux", "aarch64-musl")
    assert found[0] == "musllinux_1_2_aarch64"
    assert found[-1] == "linux_aarch64"
    assert not any("manylinux" in name for name in found)


def test_a_mac_takes_wheels_for_its_processor_and_for_both() -> None:
    """arm64 began with macOS 11."""
    found = platforms("darwin", "arm64")
    assert {"macosx_11_0_arm64", "macosx_11_0_universal2"} <= set(found)
    assert not any("macosx_10" in name for name in found)
    assert "macosx_10_9_x86_64" in platforms("darwin", "x86_64")
