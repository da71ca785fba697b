"""Who lives on the populated machine: fourteen environments, by all tools, on six Pythons."""

from __future__ import annotations

import glob
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.machine import Machine


@dataclass(frozen=True)
class Inhabitant:
    """One environment of the populated machine, and what is expected of its kernel.

    `where` is a glob below the home directory; `{version}` in it and in the texts is the
    full version of the Python. `word` is how the tool is called in display names. `pip`
    says whether its tool puts pip inside.
    """

    key: str
    minor: str
    where: str
    kernel: str
    display_name: str
    manager: str
    pip: bool = True
    bare: bool = False

    def prefix(self, machine: Machine) -> str:
        """Return the environment's directory."""
        (found,) = glob.glob(machine.path(self._filled(machine, self.where)))
        return found

    def kernel_name(self, machine: Machine) -> str:
        """Return the expected name of its kernel."""
        return self._filled(machine, self.kernel)

    def shown(self, machine: Machine) -> str:
        """Return the expected display name of its kernel."""
        return self._filled(machine, self.display_name)

    def _filled(self, machine: Machine, text: str) -> str:
        return text.replace("{version}", machine.tools.pyenv.versions[self.minor])


INHABITANTS: Sequence[Inhabitant] = (
    Inhabitant(
        "bare pyenv version",
        "3.12",
        ".pyenv/versions/{version}",
        "pyenv-{version}",
        "Python {version} (pyenv)",
        "pyenv",
        bare=True,
    ),
    Inhabitant(
        "pyenv-virtualenv",
        "3.10",
        ".pyenv/versions/thesis",
        "thesis",
        "thesis (pyenv 3.10)",
        "pyenv",
    ),
    Inhabitant(
        "pyenv-virtualenv, Python 3.8",
        "3.8",
        ".pyenv/versions/survey",
        "survey",
        "survey (pyenv 3.8)",
        "pyenv",
    ),
    Inhabitant(
        "mkvirtualenv",
        "3.11",
        ".virtualenvs/data-science",
        "data-science",
        "data-science (workon 3.11)",
        "virtualenvwrapper",
    ),
    Inhabitant(
        "mkvirtualenv with a project",
        "3.13",
        ".virtualenvs/mapping",
        "mapping",
        "mapping (workon 3.13)",
        "virtualenvwrapper",
    ),
    Inhabitant(
        "python -m venv, Python 3.8",
        "3.8",
        ".venvs/legacy",
        "legacy",
        "legacy (venv 3.8)",
        "venv",
    ),
    Inhabitant(
        "python -m venv in a project",
        "3.13",
        "src/app/.venv",
        "app",
        "app (venv 3.13)",
        "venv",
    ),
    Inhabitant(
        "virtualenv",
        "3.9",
        "venvs/reports",
        "reports",
        "reports (venv 3.9)",
        "venv",
    ),
    Inhabitant(
        "uv venv --seed",
        "3.11",
        "envs/sketch",
        "sketch",
        "sketch (venv 3.11)",
        "venv",
    ),
    Inhabitant(
        "uv sync in a project",
        "3.12",
        "src/api/.venv",
        "api",
        "api (venv 3.12)",
        "venv",
        pip=False,
    ),
    Inhabitant(
        "uv venv in a package of a monorepo",
        "3.13",
        "src/mono/packages/alpha/.venv",
        "alpha",
        "alpha (venv 3.13)",
        "venv",
        pip=False,
    ),
    Inhabitant(
        "uv venv whose name has no ASCII letter",
        "3.12",
        ".venvs/プロジェクト",
        "venv-u61bc33",
        "プロジェクト (venv 3.12)",
        "venv",
        pip=False,
    ),
    Inhabitant(
        "poetry in its cache",
        "3.9",
        ".cache/pypoetry/virtualenvs/billing-service-*-py3.9",
        "billing-service",
        "billing-service (poetry 3.9)",
        "poetry",
    ),
    Inhabitant(
        "poetry in the project",
        "3.10",
        "src/invoices/.venv",
        "invoices",
        "invoices (venv 3.10)",
        "venv",
    ),
)
