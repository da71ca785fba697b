"""The user unit for this installation: the shipped files, with its program and its places."""

from __future__ import annotations

import os

from kernelsync.model.value import Value, as_dict
from kernelsync.namespace import VARIABLE as TRUSTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAME = "kernelsync.service"
STRICT = "strict.conf"
MARK = "# Written by `kernelsync service install`, and removed by `kernelsync service uninstall`."

# A user service does not inherit what .bashrc exports; these say where environments, kernels
# and settings are.
_NAMES = frozenset({"KERNELSYNC_CONFIG", TRUSTED, "PYENV_ROOT", "WORKON_HOME"})
_FAMILIES = ("CONDA_", "HATCH_", "JUPYTER_", "PIPENV_", "POETRY_", "UV_", "XDG_")
# They say what is active in one shell, or which login this is.
_OF_THE_MOMENT = frozenset(
    {
        "CONDA_DEFAULT_ENV",
        "CONDA_PREFIX",
        "CONDA_PROMPT_MODIFIER",
        "CONDA_PYTHON_EXE",
        "CONDA_SHLVL",
        "PIPENV_ACTIVE",
        "POETRY_ACTIVE",
    }
)
_TRUSTED = f"Environment={TRUSTED}="
_SECRETS = ("AUTH", "CREDENTIAL", "HTTP_BASIC", "PASSWORD", "SECRET", "TOKEN", "USERNAME")


def captured(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that the service needs as this shell has them, by name.

    Not those of the moment, and no secret: a unit is read by many (`systemctl show`).
    """
    return {
        name: value
        for name, value in sorted(environ.items())
        if _is_of_interest(name) and value and _is_writable(value) and not _is_secret(name, value)
    }


def unit_text(program: Sequence[str], variables: Mapping[str, str], name: str = NAME) -> str:
    """Return the unit of that name, which starts this program (absolute, then its options)."""
    shipped = _shipped(name).splitlines()
    start = next(number for number, line in enumerate(shipped) if line.startswith("ExecStart="))
    path, *options = program
    command = " ".join((_quoted(path), *(_argument(word) for word in options)))
    own = [f"ExecStart={command}"]
    if variables:
        own += ["# As they were in the shell that wrote this."]
        own += [f"Environment={_quoted(f'{name}={value}')}" for name, value in variables.items()]
    return "\n".join((MARK, *shipped[:start], *own, *shipped[start + 1 :], ""))


class Places(Value):
    """The directories that the service writes to, but for that of its locks."""

    data: str
    state: str
    cache: str


_USUAL = Places(
    data=".local/share/jupyter", state=".local/state/kernelsync", cache=".cache/kernelsync"
)


def strict_text(places: Places, home: str, trusted: str) -> str:
    """Return the strict drop-in, in which these places can be written to.

    `trusted` are the paths that the user trusts besides the usual ones, "" for none.
    """
    text = _shipped(STRICT)
    for name, usual in as_dict(_USUAL).items():
        place = getattr(places, name)
        if place != os.path.join(home, usual):
            # Quoted alike in a list of paths and in a command line, in which "$" counts.
            text = text.replace(f"ReadWritePaths=%h/{usual}", f"ReadWritePaths={_quoted(place)}")
            text = text.replace(f"%h/{usual}", _argument(place))
    if trusted and _is_writable(trusted):
        before = next(line for line in text.splitlines() if line.startswith(_TRUSTED))
        pair = f"{before.removeprefix('Environment=')}:{trusted}"
        text = text.replace(before, f"Environment={_quoted(pair)}")
    return f"{MARK}\n{text}"


def _shipped(name: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return file.read()


def _is_of_interest(name: str) -> bool:
    if name in _NAMES:
        return True
    if name.startswith("XDG_"):
        # The others (XDG_RUNTIME_DIR, XDG_SESSION_ID) belong to one login.
        return name.endswith(("_HOME", "_DIRS"))
    return name.startswith(_FAMILIES) and name not in _OF_THE_MOMENT


def _is_secret(name: str, value: str) -> bool:
    """Whether a variable may hold a password, by its name or in an address."""
    _, scheme, address = value.partition("://")
    return any(word in name for word in _SECRETS) or bool(scheme and "@" in address)


def _is_writable(value: str) -> bool:
    """Whether a value can stand in a unit, which is text in UTF-8."""
    return value.isprintable()


def _argument(word: str) -> str:
    """Return a word of a command line, in which variables are expanded."""
    return _quoted(word.replace("$", "$$"))


def _quoted(text: str) -> str:
    """Return text as systemd.syntax(7) quotes it, with no specifier in it (systemd.unit(5))."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    is_plain = escaped == text and not any(each in text for each in " '\t;")
    return text if is_plain and text else f'"{escaped}"'
