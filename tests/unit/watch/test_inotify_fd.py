"""watchdog's lowest layer is loaded without the rest of watchdog, and works like the original."""

from __future__ import annotations

import os
import subprocess
import sys

import kernelsync

_SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(kernelsync.__file__)))
_LOAD = "from kernelsync.watch.inotify_fd import load; module = load(); import sys; "


def _python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": _SOURCE},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_it_brings_along_none_of_the_dear_modules() -> None:
    """The ordinary import has all of them, which shows that they are left out by us."""
    dear = "print(*(name in sys.modules for name in ('subprocess', 'inspect', 'ctypes.util')))"
    ordinary = "import sys, watchdog.observers.inotify_c; "
    assert _python(ordinary + dear) == "True True True"
    assert _python(_LOAD + dear) == "False False False"


def test_what_was_put_off_comes_when_it_is_used() -> None:
    """A placeholder stands for the module in all that it can be asked."""
    asked = "print(module.ctypes.util.find_library.__module__, 'ctypes.util' in sys.modules)"
    assert _python(_LOAD + asked) == "ctypes.util True"


def test_the_rest_of_watchdog_can_still_be_imported() -> None:
    """Its observers use the same module."""
    rest = "from watchdog.observers import Observer, inotify_c; print(inotify_c is module)"
    assert _python(_LOAD + rest) == "True"
