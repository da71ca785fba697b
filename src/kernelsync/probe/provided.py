"""The kernelspecs that an environment brings along in its own `share/jupyter/kernels`."""

from __future__ import annotations

import json
import os
import stat

from kernelsync.model.environment import ProvidedKernel
from kernelsync.model.kernelspec import Logo
from kernelsync.model.problem import Problem
from kernelsync.probe.files import MEDIUM, read
from kernelsync.probe.permissions import HiddenOwnerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelsync.probe.permissions import Trust

_MOST_KERNELS = 50
LOGOS = ("logo-32x32.png", "logo-64x64.png", "logo-svg.svg")
"""All that front ends ask for; three looks cost less than listing the directory."""


class ProvidedKernels:
    """Reads kernelspecs, and parses equal documents once: a thousand ipykernels wrote one."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._documents: dict[bytes, Mapping[str, object] | None] = {}

    def read(self, prefix: str, problems: list[Problem]) -> tuple[ProvidedKernel, ...]:
        """Return the kernelspecs in a prefix by name; say in `problems` which are unfit."""
        kernels = f"{prefix}/share/jupyter/kernels"
        try:
            names = os.listdir(kernels)
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            problems.append(_skipped(kernels, error.strerror or "unreadable"))
            return ()
        if names != ["python3"]:
            names = sorted(name for name in names if not name.startswith("."))
            if len(names) > _MOST_KERNELS:
                problems.append(_skipped(kernels, f"only the first {_MOST_KERNELS} count"))
                del names[_MOST_KERNELS:]
        found = [self._read_one(kernels, name, problems) for name in names]
        return tuple([kernel for kernel in found if kernel is not None])

    def _read_one(self, kernels: str, name: str, problems: list[Problem]) -> ProvidedKernel | None:
        directory = f"{kernels}/{name}"
        path = f"{directory}/kernel.json"
        try:
            contents, status = read(path, MEDIUM)
        except (FileNotFoundError, NotADirectoryError):
            # A directory without kernel.json is no kernelspec, to Jupyter either.
            return None
        except OSError as error:
            problems.append(_skipped(path, error.strerror or "unreadable"))
            return None
        fault = self._trust.fault_of(path, status)
        if fault is not None and not fault.certain:
            # Without it a kernel would go that may be as good as it was.
            raise HiddenOwnerError(fault)
        if contents not in self._documents:
            self._documents[contents] = _parse(contents)
        document = self._documents[contents] if fault is None else None
        if document is None or not name.isprintable():
            problems.append(_skipped(path, fault.reason if fault else "it is not a kernelspec"))
            return None
        return ProvidedKernel(
            name=name, directory=directory, document=document, logos=self._logos(directory)
        )

    def _logos(self, directory: str) -> tuple[Logo, ...]:
        logos: list[Logo] = []
        for name in LOGOS:
            path = f"{directory}/{name}"
            try:
                # A link could publish any file of the user's: Jupyter serves the logos.
                status = os.lstat(path)
            except OSError:
                continue
            size = status.st_size
            if not stat.S_ISREG(status.st_mode) or size > MEDIUM:
                continue
            if self._trust.fault_of(path, status) is None:
                logos.append(Logo(name=name, size=size, source=path))
        return tuple(logos)


def _parse(contents: bytes) -> Mapping[str, object] | None:
    try:
        document = json.loads(contents)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    argv = document.get("argv")
    fit = isinstance(argv, list) and argv and all(isinstance(word, str) for word in argv)
    return document if fit else None


def _skipped(path: str, reason: str) -> Problem:
    return Problem(
        code="kernelspec-skipped",
        message=f"A kernelspec that an environment brings along is left out: {path}: {reason}",
        path=path,
        hint="Repair or remove it; the environment itself is not affected.",
    )
