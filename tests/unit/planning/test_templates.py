"""Templates put facts where their fields stand, and nothing else."""

from __future__ import annotations

import pytest

from kernelsync.planning.templates import check_template, fields_of, fill

FIELDS = ("name", "manager", "python", "minor", "project")


def test_fills_each_field_with_its_fact() -> None:
    """Text stays, fields are replaced."""
    facts = {"name": "app", "manager": "venv", "minor": "3.12"}
    assert fill("{name} ({manager} {minor})", facts) == "app (venv 3.12)"


def test_fills_a_missing_fact_with_nothing() -> None:
    """An environment without a project has an empty project."""
    assert fill("{project}-{name}", {"name": "app"}) == "-app"


def test_does_not_fill_what_a_fact_contains() -> None:
    """Braces in an environment's name are text."""
    assert fill("{name}", {"name": "{manager}", "manager": "venv"}) == "{manager}"


def test_writes_doubled_braces_as_braces() -> None:
    """Doubling is the way to write a brace."""
    assert fill("{{{name}}} }}{{", {"name": "app"}) == "{app} }{"


def test_lists_fields_in_their_order() -> None:
    """Repeated fields appear repeatedly."""
    assert fields_of("{name}{{x}}-{minor}-{name}") == ("name", "minor", "name")


def test_accepts_a_template_of_allowed_fields() -> None:
    """There is no sentence about a right one."""
    assert check_template("{name} {{}} ({manager} {minor})", FIELDS) is None


def test_names_the_field_that_was_meant() -> None:
    """A misspelt field gets a suggestion and the list."""
    assert check_template("{nmae}", FIELDS) == (
        "unknown field '{nmae}', did you mean '{name}'? "
        "fields are name, manager, python, minor, project"
    )


def test_lists_the_fields_where_none_is_near() -> None:
    """A strange field gets the list alone."""
    assert check_template("{quux}", ("name", "minor")) == (
        "unknown field '{quux}': fields are name, minor"
    )


@pytest.mark.parametrize(
    "text",
    ["{name", "name}", "{", "}", "{}", "{name.x}", "{name[0]}", "{name!r}", "{name:>9}",
     "{name {minor}}", "{ name }", "{{name}", "{name.__class__}"],
)  # fmt: skip
def test_refuses_anything_but_field_names_in_braces(text: str) -> None:
    """Unbalanced braces, attributes, indexes, conversions and formats are mistakes."""
    assert check_template(text, FIELDS)


def test_fill_refuses_an_unbalanced_template() -> None:
    """Whoever fills a template must have checked it."""
    with pytest.raises(ValueError, match="without its"):
        fill("{name", {})
