"""Loads watchdog's `InotifyFD`, and nothing of watchdog that it does not need.

Importing it the ordinary way takes 4.5 MiB, more than all of kernelsync: the package imports
every observer, and the module imports `ctypes.util` and `dataclasses`, which bring along
`subprocess`, `shutil` with its compressions, and `inspect`, for lines that never run. A
service would have it for good. So the module is loaded by its path, with placeholders for
those two, which import them if somebody does use them. With another watchdog, for which this
does not do, all is as ever.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from types import ModuleType

_MODULE = "watchdog.observers.inotify_c"
_PLACE = ("observers", "inotify_c.py")
_LATER = ("ctypes.util", "inspect")


class _Placeholder(ModuleType):
    """Stands for a module until something in it is asked for."""

    def __getattr__(self, name: str) -> object:
        return getattr(importlib.import_module(self.__name__), name)


def load() -> ModuleType:
    """Return watchdog's module with `InotifyFD`."""
    if _MODULE in sys.modules or "watchdog.observers" in sys.modules:
        return importlib.import_module(_MODULE)
    placeholders = [_Placeholder(name) for name in _LATER if name not in sys.modules]
    for each in placeholders:
        _put(each)
    try:
        return _from_its_file()
    except (ImportError, AttributeError, OSError):  # it relies on the rest of its package
        sys.modules.pop(_MODULE, None)
    finally:
        for each in placeholders:
            if sys.modules.get(each.__name__) is each:
                del sys.modules[each.__name__]
    return importlib.import_module(_MODULE)


def _put(placeholder: _Placeholder) -> None:
    """Let the next import find a placeholder, as it would find the module."""
    package, _, name = placeholder.__name__.rpartition(".")
    if package:
        setattr(importlib.import_module(package), name, placeholder)
    sys.modules[placeholder.__name__] = placeholder


def _from_its_file() -> ModuleType:
    package = importlib.util.find_spec("watchdog")
    places = package.submodule_search_locations if package is not None else None
    spec = importlib.util.spec_from_file_location(
        _MODULE, os.path.join((places or [""])[0], *_PLACE)
    )
    if spec is None or spec.loader is None:
        raise ImportError(_MODULE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[_MODULE] = module
    spec.loader.exec_module(module)
    return module
