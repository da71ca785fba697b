"""Names that were made to hurt, through everything that decides and shows."""

from __future__ import annotations

import io
import logging
import string
import sys
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jupyter_client.kernelspec import _is_valid_kernel_name
from wcwidth import wcwidth

from kernelsync.cli.render.escape import escape
from kernelsync.cli.render.look import Look
from kernelsync.cli.render.table import clip, columns, width_of
from kernelsync.kernelspecs.codec import encode, parse
from kernelsync.locators.usable import difficulty
from kernelsync.planning.desired import desire
from kernelsync.planning.stems import is_reserved, is_vscodes
from kernelsync.service.logs import set_up
from kernelsync.service.notify import _one_line
from support import values
from support.poison import NAMES, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.kernelspec import KernelSpec
    from kernelsync.planning.desired import Desired

_PREFIX = f"{values.HOME}/.venvs"
_LONGEST_NAME = 64
_LONGEST_SHOWN = 80
_HEX = "0123456789abcdef"
_INVISIBLE = ("Cc", "Cf", "Cs", "Co")

every_name = pytest.mark.parametrize("name", NAMES, ids=shown)
any_name = st.text(min_size=1, max_size=80).filter(
    lambda text: not {"/", "\0"} & set(text) and text not in (".", "..")
)


def planned(*names: str, **facts: object) -> Desired:
    """Return what is wanted for environments of these names, as far as they can be kernels."""
    found = (values.candidate(f"{_PREFIX}/{name}", manager=values.VENV) for name in names)
    usable = [each for each in found if difficulty(each, ":") is None]
    environments = [values.environment(each.prefix, manager=values.VENV) for each in usable]
    return desire(environments, values.settings(**facts), values.surroundings(), ())


def check_spec(spec: KernelSpec) -> None:
    """Hold a kernelspec to what Jupyter, front ends and people need."""
    name, display = spec.name, spec.document["display_name"]
    assert _is_valid_kernel_name(name)
    assert name == name.lower()
    assert not name.strip(string.ascii_lowercase + string.digits + "._-")
    assert 0 < len(name) <= _LONGEST_NAME
    assert name.strip(".")
    assert name[0] not in "-."
    assert not is_reserved(name)
    assert not is_vscodes(name)
    assert len(name) < 32 or name[-32:].strip(_HEX)
    assert isinstance(display, str)
    assert 0 < len(display) <= _LONGEST_SHOWN
    assert display.strip() == display
    assert not any(category(each) in _INVISIBLE for each in display)
    written = encode(name, spec.document, ())
    assert written.isascii()
    read = parse(written)
    assert read is not None
    metadata = read["metadata"]
    assert isinstance(metadata, dict)
    metadata["kernelsync"].pop("digest", None)
    assert {key: read[key] for key in spec.document if key != "metadata"} == {
        key: value for key, value in spec.document.items() if key != "metadata"
    }
    assert metadata["kernelsync"]["prefix"] == spec.mark.prefix


@every_name
def test_a_kernelspec_is_legal_or_there_is_none(name: str) -> None:
    """Its name, its display name and its contents; the default templates."""
    for spec in planned(name).specs:
        check_spec(spec)


@every_name
def test_templates_with_a_name_are_legal_too(name: str) -> None:
    """Whatever the settings put around the name."""
    facts = {"name": "{manager}-{name}-{project}", "display_name": "{project}: {name}"}
    for spec in planned(name, **facts).specs:
        check_spec(spec)


def test_all_of_them_at_once_differ() -> None:
    """In name and in display name, also where Jupyter ignores case."""
    specs = planned(*NAMES).specs
    assert len(specs) > 200
    for spec in specs:
        check_spec(spec)
    assert len({spec.name.lower() for spec in specs}) == len(specs)
    assert len({spec.document["display_name"] for spec in specs}) == len(specs)


@every_name
def test_a_name_forges_nothing_in_a_log(name: str) -> None:
    """One record is one line, and a terminal obeys nothing in it."""
    _check_log(name)


@every_name
def test_a_name_forges_no_assignment_for_the_service_manager(name: str) -> None:
    """STATUS is one line, and can be sent."""
    line = _one_line(f"kernel '{name}' stays")
    assert line.isprintable()
    line.encode()


@every_name
def test_a_name_is_harmless_on_a_terminal(name: str) -> None:
    """Escaped, and still to be told from others; in paths and in sentences."""
    _check_shown(name)


@every_name
def test_columns_line_up_beside_a_name(name: str) -> None:
    """The next column begins where it does in every other row."""
    _check_columns(name)


@settings(deadline=None, max_examples=300)
@given(any_name)
def test_any_text_is_harmless(name: str) -> None:
    """All of the above, for texts that nobody thought of."""
    for spec in planned(name).specs:
        check_spec(spec)
    _check_log(name)
    _check_shown(name)


@settings(deadline=None, max_examples=300)
@given(st.binary(min_size=1, max_size=255).filter(lambda raw: not {0, 47} & set(raw)))
def test_any_bytes_are_harmless(raw: bytes) -> None:
    """Names on disk need not be text."""
    name = raw.decode("utf-8", "surrogateescape")
    if name not in (".", ".."):
        for spec in planned(name).specs:
            check_spec(spec)
        _check_log(name)
        _check_shown(name)


def test_widths_are_those_that_others_count() -> None:
    """For every character that is shown as it is, but for what differs by Unicode's version."""
    characters = [chr(code) for code in range(sys.maxunicode + 1)]
    shown_so = [each for each in characters if escape(each) == each]
    differing = [each for each in shown_so if width_of(each) != _columns_of(each)]
    assert len(shown_so) > 100_000
    assert len(differing) < 500, differing[:20]


def test_the_naive_way_fails() -> None:
    """What these tests look for is in the names."""
    assert any("\n" in name for name in NAMES)
    assert any(not name.isprintable() and "\x1b" in name for name in NAMES)
    assert any(width_of(name) != len(name) for name in NAMES)
    assert any(difficulty(values.candidate(f"{_PREFIX}/{name}"), ":") for name in NAMES)


def _check_log(name: str) -> None:
    stream = io.StringIO()
    root = logging.getLogger("kernelsync")
    before = root.handlers, root.propagate, root.level
    try:
        set_up(stream, {}, verbose=True, quiet=False)
        logging.getLogger("kernelsync.poison").warning("created kernel for %s", name)
    finally:
        root.handlers, root.propagate = before[:2]
        root.setLevel(before[2])
    text = stream.getvalue()
    assert text.index("\n") == len(text) - 1
    assert text[:-1].isprintable()
    text.encode()


def _check_shown(name: str) -> None:
    look = Look(home=values.HOME)
    for text in (escape(name), look.path(f"{_PREFIX}/{name}"), look.prose(f"in {_PREFIX}/{name}")):
        assert text.isprintable()
        text.encode()
    assert name == "" or escape(name)


def _check_columns(name: str) -> None:
    rows = [[escape(name), "here", "end"], ["plain", "here", "end"]]
    lines = columns(rows, 100, shrink=(0,))
    starts = {_columns_of(line[: line.rindex("here")]) for line in lines}
    assert len(starts) == 1, lines
    assert all(_columns_of(line) <= 100 for line in lines)
    assert _columns_of(clip(escape(name), 10)) <= 10


def _columns_of(text: str) -> int:
    """Return what terminals with wcwidth(3) count.

    Spacing marks stand for themselves there, and two regional indicators make one flag.
    """
    return sum(
        1 if category(each) == "Mc" or "\U0001f1e6" <= each <= "\U0001f1ff" else wcwidth(each)
        for each in text
    )
