"""Whatever lies at the settings' path is answered at once, with a mistake."""

from __future__ import annotations

import os
import stat
import time

import pytest

from kernelsync.config.load import load
from kernelsync.config.reading import why_not_trusted
from kernelsync.errors import SettingsError
from support.settings_files import HOME, MANAGERS, loaded, mistakes, only_mistake, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 64 * 1024


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * LIMIT, "settings-yaml"),
        ("{a: " * (LIMIT // 4), "settings-yaml"),
        ("- " * (LIMIT // 2), "settings-yaml"),
        ("? " * (LIMIT // 2), "settings-yaml"),
        ("a: &a [x]\nb: *a\n", "settings-yaml"),
        ("exclude: !!python/object/apply:os.system [ls]", "settings-yaml"),
        ("exclude: !!set {a}", "settings-yaml"),
        ("kernels: {name: !!str 3.10}", "settings-yaml"),
        ("a: 1\n---\nb: 1\n", "settings-yaml"),
        ("? [a]\n: 1\n", "settings-yaml"),
        ('include: ["\\ud800"]', None),
        ("include: [" + "a," * 30000 + "]", "settings-size"),
        ("a: 1\n" * 13000, "settings-size"),
        ("include: [" + "x" * 5000 + "]", "settings-size"),
        ("include: [" + "3.10," * 1900 + "]", "settings-type"),
        ("include: [" + '"a[",' * 1900 + "]", "settings-pattern"),
        ("include: [" + "pyen:x," * 1900 + "]", "settings-value"),
        ("#" * (LIMIT + 1), "settings-size"),
        ("include: [a\n", "settings-syntax"),
        ("a: 'x", "settings-syntax"),
        ("include: a\x00b", "settings-syntax"),
        ("\tinclude: []", "settings-syntax"),
        ("include: [@a]", "settings-syntax"),
        ("%" * 1000, "settings-syntax"),
        (":" * LIMIT, None),
        ("a:" * (LIMIT // 2), "settings-syntax"),
        ("service: {rescan: " + "9" * 4000 + "s}", "settings-type"),
        ("sources: {venv: {depth: " + "9" * 4000 + "}}", "settings-value"),
        ("include: [" + "9" * 4000 + "]", "settings-type"),
        ("<<: {include: [a]}", "settings-unknown-key"),
    ],
)
def test_bad_contents_are_answered_at_once(tmp_path: Path, text: str, code: str | None) -> None:
    """None of these takes a tenth of a second, let alone recurses."""
    path = written(tmp_path, text)
    load(None, required=False, home=HOME, managers=MANAGERS)
    mistakes(tmp_path, "a: 1")
    written(tmp_path, text)
    took = []
    for _ in range(3):  # a machine that does something else makes one of them slow, not all
        began = time.process_time()
        with pytest.raises(SettingsError) as caught:
            load(path, required=True, home=HOME, managers=MANAGERS)
        took.append(time.process_time() - began)
    assert min(took) < 0.1
    assert code is None or code in {each.code for each in caught.value.problems}


@pytest.mark.parametrize(
    ("text", "place"),
    [("*tmp", (2, 5)), ("!x y", (2, 5)), ("&a b", (2, 5)), ("*-old", None), ("@x", (2, 5))],
)
def test_a_pattern_without_quotes_is_recognised(
    tmp_path: Path, text: str, place: tuple[int, int] | None
) -> None:
    """Patterns often begin with characters that mean something in YAML."""
    problem = only_mistake(tmp_path, f"exclude:\n  - {text}\n")
    assert problem.hint == "if this is a pattern or a text, put it in double quotes"
    assert place is None or (problem.line, problem.column) == place


def test_tabs_are_recognised(tmp_path: Path) -> None:
    """Editors insert them, and YAML says only that no token begins so."""
    problem = only_mistake(tmp_path, "kernels:\n\tbadges: true\n")
    assert problem.hint == "YAML is indented with spaces, not with tabs"
    assert problem.line == 2


def test_mistakes_beside_an_alias_are_told_too(tmp_path: Path) -> None:
    """An alias does not hide the rest of the file."""
    found = mistakes(tmp_path, "include: &x [a]\nexclude: *x\nkernels: {badges: 1}\n")
    assert [(each.code, each.line) for each in found] == [
        ("settings-yaml", 1),
        ("settings-yaml", 2),
        ("settings-type", 3),
    ]


def test_a_control_character_has_its_place(tmp_path: Path) -> None:
    """YAML's own error has none."""
    problem = only_mistake(tmp_path, "include: []\nexclude: [\x07]\n")
    assert (problem.code, problem.line, problem.column) == ("settings-syntax", 2, 11)


def test_text_that_is_not_utf8_has_its_place(tmp_path: Path) -> None:
    """The first byte that is wrong is named."""
    problem = only_mistake(tmp_path, b"include: []\nexclude: [\xe4\xff]\n")
    assert (problem.code, problem.line, problem.column) == ("settings-encoding", 2, 11)


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    """The limit itself is allowed."""
    assert loaded(tmp_path, "#" * LIMIT).include == ()


def test_a_fifo_does_not_block(tmp_path: Path) -> None:
    """Nobody may ever write into it."""
    path = os.path.join(tmp_path, "config.yaml")
    os.mkfifo(path, 0o600)
    with pytest.raises(SettingsError) as caught:
        load(path, required=False, home=HOME, managers=MANAGERS)
    assert caught.value.problems[0].message == "this is not a regular file"


@pytest.mark.parametrize("target", ["/dev/zero", "/dev/null", "/"])
def test_devices_and_directories_are_no_settings(tmp_path: Path, target: str) -> None:
    """They are neither read nor waited for."""
    path = os.path.join(tmp_path, "config.yaml")
    os.symlink(target, path)
    with pytest.raises(SettingsError) as caught:
        load(path, required=False, home=HOME, managers=MANAGERS)
    assert caught.value.problems[0].code == "settings-unreadable"


def test_a_link_to_itself_is_a_mistake(tmp_path: Path) -> None:
    """It cannot be opened, and says so."""
    path = os.path.join(tmp_path, "config.yaml")
    os.symlink("config.yaml", path)
    with pytest.raises(SettingsError) as caught:
        load(path, required=False, home=HOME, managers=MANAGERS)
    assert "cannot be opened" in caught.value.problems[0].message


def test_a_path_with_a_nul_character_is_a_mistake(tmp_path: Path) -> None:
    """The system cannot open it, and there is no traceback."""
    with pytest.raises(SettingsError):
        load(f"{tmp_path}/\0", required=True, home=HOME, managers=MANAGERS)


def test_a_file_that_everybody_may_change_is_refused(tmp_path: Path) -> None:
    """Settings put variables into kernels: whoever writes them runs code there."""
    path = written(tmp_path, "")
    os.chmod(path, 0o666)  # noqa: S103 - the danger that is tested
    with pytest.raises(SettingsError) as caught:
        load(path, required=True, home=HOME, managers=MANAGERS)
    assert caught.value.problems[0].code == "settings-unsafe"


@pytest.mark.parametrize(
    ("mode", "owner", "is_trusted"),
    [
        (0o644, 1000, True),
        (0o664, 1000, True),
        (0o600, 0, True),
        (0o444, 0, True),
        (0o600, 1001, False),
        (0o646, 1000, False),
        (0o646, 0, False),
        (0o644, None, True),
        (0o646, None, False),
    ],
)
def test_only_the_user_and_root_are_trusted(
    mode: int, owner: int | None, *, is_trusted: bool
) -> None:
    """A named file may belong to anybody, but nobody else may write it."""
    assert (why_not_trusted(stat.S_IFREG | mode, owner, 1000) is None) is is_trusted


def test_a_system_without_user_ids_trusts_the_file() -> None:
    """Windows has other means."""
    assert why_not_trusted(stat.S_IFREG | 0o666, 0, None) is None
