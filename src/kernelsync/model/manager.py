"""The tools that make environments, as the rest of kernelsync needs to know them."""

from __future__ import annotations

from kernelsync.model.value import Value
from kernelsync.typed import StrEnum


class OptionKind(StrEnum):
    """The type of one option of a source in the settings."""

    PATH = "path"
    PATHS = "paths"
    INTEGER = "integer"


class SourceOption(Value):
    """One option that a source takes in the settings, as `sources.<manager>.<key>`.

    `default` is what counts when the settings are silent: a string, a tuple of strings or
    an integer, by `kind`; None means that the locator decides (from environment variables
    and the tool's own default). `description` goes into the example and the JSON Schema.
    """

    key: str
    kind: OptionKind
    default: str | tuple[str, ...] | int | None
    description: str


class Manager(Value):
    """A tool that makes environments.

    `name` is its key in the settings, in rules (`pyenv:2.7.*`) and in JSON. `word` is the
    short form on badges and in templates ("workon"). `colour` is the badge's (#rrggbb),
    with at least 4.5:1 contrast to white. `description` is one line for the settings.
    """

    name: str
    word: str
    colour: str
    description: str
    options: tuple[SourceOption, ...] = ()
