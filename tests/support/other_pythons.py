"""Interpreters that the tests take along beside those of pyenv, where a variable names them."""

from __future__ import annotations

import os
import re

from support.programs import MissingToolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "KERNELSYNC_TEST_PYTHONS"
"""Their prefixes, joined by ":". CI names none: it promises what `real_pyenv` lists."""

_LIBRARY = re.compile(r"(?:python|(?=pypy))((?:pypy)?\d\.\d+t?)")


def named_in(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes by what is there: "3.14", "3.14t" or "pypy3.9".

    Raises:
        MissingToolError: there is no Python in one of them; who names it wants it tested.
    """
    listed = environ.get(VARIABLE, "").split(":")
    return dict(_described(os.path.realpath(prefix)) for prefix in listed if prefix)


def program(prefix: str) -> str:
    """Return the interpreter in one of these prefixes."""
    paths = (os.path.join(prefix, "bin", name) for name in ("python", "python3", "pypy3"))
    return next(path for path in paths if os.path.exists(path))


def _described(prefix: str) -> tuple[str, str]:
    library = os.path.join(prefix, "lib")
    for name in sorted(os.listdir(library)) if os.path.isdir(library) else ():
        found = _LIBRARY.fullmatch(name)
        if found and os.path.isfile(os.path.join(library, name, "os.py")):
            return found[1], prefix
    message = f"{VARIABLE} names {prefix!r}, where no lib/pythonX.Y/os.py is"
    raise MissingToolError(message)


OTHERS = named_in(os.environ)
"""Those of this run."""

CPYTHONS = tuple(each for each in OTHERS if not each.startswith("pypy"))
"""Those of them for which there are wheels of whatever a test installs, and debuggers."""
