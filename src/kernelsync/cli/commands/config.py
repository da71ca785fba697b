"""`kernelsync config`: where the settings are, what is in force, whether they are right."""

from __future__ import annotations

import json

from kernelsync.locators import MANAGERS
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelsync.cli.session import Session
    from kernelsync.model.problem import Problem


class ConfigResult(Value):
    """What to say about the settings: `text` for people, `data` for programs.

    `exact` says that the text is to be copied or piped: paths in it stay as they are.
    """

    text: str
    data: Mapping[str, object]
    exact: bool = True
    problems: tuple[Problem, ...] = ()
    exit_code: int = 0


def run(session: Session, *, topic: str) -> ConfigResult:
    """Answer one of `path`, `show`, `check`, `init` and `schema`.

    Raises:
        SettingsError: the settings have mistakes (`show` and `check`).
        UsageError: `init` found a file, and replaces none.
    """
    match topic:
        case "path":
            return _about(session, session.settings_path, exact=True)
        case "show":
            return _show(session)
        case "check":
            return _check(session)
        case "init":
            return _init(session)
        case _:
            return _schema()


def _about(session: Session, text: str, *, exact: bool = False) -> ConfigResult:
    return ConfigResult(text=text, data={"path": session.settings_path}, exact=exact)


def _show(session: Session) -> ConfigResult:
    from kernelsync.config.show import effective  # noqa: PLC0415 - this topic alone needs it

    text = effective(session.settings, MANAGERS)
    return ConfigResult(
        text=text.rstrip("\n"), data={"path": session.settings.path, "settings": _parsed(text)}
    )


def _parsed(text: str) -> object:
    import yaml  # noqa: PLC0415 - this topic alone needs it

    return yaml.safe_load(text)


def _check(session: Session) -> ConfigResult:
    if session.settings.path is None:
        return _about(
            session, f"There is no {session.settings_path}; everything is at its default."
        )
    return _about(session, f"{session.settings_path} is right.")


def _init(session: Session) -> ConfigResult:
    from kernelsync.config.create import write_example  # noqa: PLC0415 - as above
    from kernelsync.config.example import example  # noqa: PLC0415 - as above

    write_example(session.settings_path, example(MANAGERS))
    return _about(session, f"Wrote {session.settings_path}; every key in it is at its default.")


def _schema() -> ConfigResult:
    from kernelsync.config.json_schema import json_schema  # noqa: PLC0415 - as above

    schema = json_schema(MANAGERS)
    return ConfigResult(text=json.dumps(schema, indent=2), data={"schema": schema})
