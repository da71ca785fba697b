"""Every promise in docs/promises.md names tests, and each of them exists."""

from __future__ import annotations

import ast
import os
import re

import pytest

_ROOT = os.path.abspath(f"{__file__}/../../..")
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def _text(name: str) -> str:
    with open(os.path.join(_ROOT, name), encoding="utf-8") as file:
        return file.read()


def _rows() -> list[str]:
    """Return the rows of all tables but for their heads."""
    lines = [line for line in _text("docs/promises.md").splitlines() if line.startswith("| ")]
    return [line for line in lines if line.split(" ")[1] not in {"promise", "---"}]


def _functions(path: str) -> set[str]:
    tree = ast.parse(_text(path))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", _rows())
def test_each_promise_has_a_test_that_exists(row: str) -> None:
    """A test that was renamed or removed leaves a promise that nobody holds."""
    named = _NAMED.findall(row)
    assert named, "no test is named"
    assert row.count("::") == len(named)
    for path, name in named:
        assert name.startswith("test_")
        assert name in _functions(path), f"{path} has no {name}"


def test_there_are_promises() -> None:
    """An empty page would pass the test above."""
    assert len(_rows()) > 30


def test_the_readme_leads_to_both_pages() -> None:
    """People who ask whether to trust it find the answer."""
    assert "(SECURITY.md)" in _text("README.md")
    assert "(docs/promises.md)" in _text("README.md")
