"""Settings files for tests, with managers that exist only here."""

from __future__ import annotations

import os

from kernelsync.config.load import load
from kernelsync.errors import SettingsError
from kernelsync.model.manager import Manager, OptionKind, SourceOption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.problem import Problem
    from kernelsync.model.settings import Settings

HOME = "/home/user"


def manager(name: str, *options: SourceOption) -> Manager:
    """Return a manager with these options."""
    about = f"Environments of {name}."
    return Manager(name=name, word=name, colour="#123456", description=about, options=options)


def option(key: str, kind: OptionKind, default: str | tuple[str, ...] | int | None) -> SourceOption:
    """Return an option with this default."""
    return SourceOption(key=key, kind=kind, default=default, description=f"The {key}.")


MANAGERS = (
    manager("pyenv", option("root", OptionKind.PATH, None)),
    manager("uv"),
    manager(
        "venv",
        option("containers", OptionKind.PATHS, ("~/.venvs", "~/venvs")),
        option("projects", OptionKind.PATHS, ()),
        option("depth", OptionKind.INTEGER, 4),
    ),
)


def written(folder: Path, text: str | bytes) -> str:
    """Write a settings file, and return its path."""
    path = os.path.join(folder, "config.yaml")
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path


def loaded(folder: Path, text: str | bytes) -> Settings:
    """Return the settings that a text means."""
    return load(written(folder, text), required=True, home=HOME, managers=MANAGERS)


def mistakes(folder: Path, text: str | bytes) -> tuple[Problem, ...]:
    """Return the mistakes in a text, none if it is right."""
    try:
        loaded(folder, text)
    except SettingsError as error:
        return error.problems
    return ()


def only_mistake(folder: Path, text: str | bytes) -> Problem:
    """Return the one mistake in a text."""
    (problem,) = mistakes(folder, text)
    return problem
