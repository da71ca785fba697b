"""Builds the nouns of kernelsync with sensible facts, so that a test names only what matters.

Every builder takes facts of the value as keywords; whatever is not given fits together: a
virtual environment of Ada's, made by virtualenvwrapper, on CPython 3.12.1, with ipykernel.
"""

from __future__ import annotations

from kernelsync.model.environment import (
    Absence,
    Candidate,
    Condition,
    Environment,
    Interpreter,
    ProvidedKernel,
    Root,
    RootState,
    Trace,
)
from kernelsync.model.kernelspec import (
    InstalledKernel,
    KernelName,
    Logo,
    Mark,
    Ownership,
)
from kernelsync.model.manager import Manager
from kernelsync.model.mark_format import mark_from_json
from kernelsync.model.plan import Create, Remove, Update
from kernelsync.model.settings import KernelSettings, Settings
from kernelsync.model.surroundings import Surroundings
from kernelsync.model.value import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kernelsync.model.kernelspec import KernelSpec
    from kernelsync.model.plan import Plan

HOME = "/home/ada"
HOST = "host-of-ada"
STORE = f"{HOME}/.local/share/jupyter/kernels"
ELSEWHERE = "/usr/local/share/jupyter/kernels"

VENV = Manager(name="venv", word="venv", colour="#1b7a4b", description="venv")
WORKON = Manager(
    name="virtualenvwrapper", word="workon", colour="#0b7285", description="virtualenvwrapper"
)
PYENV = Manager(name="pyenv", word="pyenv", colour="#1f5f99", description="pyenv")
POETRY = Manager(name="poetry", word="poetry", colour="#6b3fa0", description="poetry")
CONDA = Manager(name="conda", word="conda", colour="#4d7c0f", description="conda")
HATCH = Manager(name="hatch", word="hatch", colour="#495057", description="hatch")
MANAGERS = (PYENV, WORKON, POETRY, CONDA, HATCH, VENV)


def surroundings(**facts: Any) -> Surroundings:  # noqa: ANN401 - the facts of any field
    """Return Ada's machine."""
    usual = {"environ": {"HOME": HOME}, "home": HOME, "uid": 1000, "host": HOST}
    return Surroundings(**{**usual, "platform": "linux", "prefix": "/opt/kernelsync", **facts})


def settings(**facts: Any) -> Settings:  # noqa: ANN401 - the facts of any field
    """Return settings; facts of the section `kernels` may be given directly as well."""
    names = ("include", "exclude", "sources", "kernels", "service", "path")
    kernels = {name: fact for name, fact in facts.items() if name not in names}
    own = {name: fact for name, fact in facts.items() if name in names}
    usual = {"sources": {}, "kernels": KernelSettings(**kernels)}
    return Settings(**{**usual, **own})


def interpreter(prefix: str, version: str = "3.12.1", **facts: Any) -> Interpreter:  # noqa: ANN401 - the facts of any field
    """Return the CPython of this version in an environment."""
    minor = ".".join(version.split(".")[:2])
    base = f"/usr/lib/pythons/{version}"
    usual = {
        "path": f"{prefix}/bin/python",
        "resolved": f"{base}/bin/python{minor}",
        "version": version,
        "minor": minor,
        "implementation": "cpython",
        "abi": f"cp{minor.replace('.', '')}",
        "stdlib": f"{base}/lib/python{minor}",
    }
    return Interpreter(**{**usual, **facts})


def candidate(prefix: str = f"{HOME}/.virtualenvs/app", **facts: Any) -> Candidate:  # noqa: ANN401 - the facts of any field
    """Return a candidate; its root is the directory above, its name the last part."""
    root, _, name = prefix.rpartition("/")
    usual = {"prefix": prefix, "real": prefix, "name": name, "manager": WORKON, "root": root}
    return Candidate(**{**usual, **facts})


def environment(
    prefix: str = f"{HOME}/.virtualenvs/app",
    *,
    version: str = "3.12.1",
    **facts: Any,  # noqa: ANN401 - the facts of any field
) -> Environment:
    """Return an environment that is ready; facts of its candidate may be given directly."""
    mine = {name: fact for name, fact in facts.items() if name in _ENVIRONMENT_FIELDS}
    found = {name: fact for name, fact in facts.items() if name not in _ENVIRONMENT_FIELDS}
    usual = {
        "candidate": candidate(prefix, **found),
        "condition": Condition.READY,
        "reason": "ipykernel 6.29.5",
        "interpreter": interpreter(prefix, version),
        "ipykernel": "6.29.5",
        "provided": (provided(prefix),),
    }
    return Environment(**{**usual, **mine})


def lacking(subject: Environment | None = None, **facts: Any) -> Environment:  # noqa: ANN401 - the facts of any field
    """Return an environment without ipykernel."""
    return replace(
        subject or environment(),
        condition=Condition.NO_IPYKERNEL,
        reason="it has no ipykernel",
        ipykernel=None,
        provided=(),
        **facts,
    )


def in_project(project: str, *, version: str = "3.12.1", **facts: Any) -> Environment:  # noqa: ANN401 - the facts of any field
    """Return the environment of a project, in its `.venv`."""
    usual = {
        "name": project.rpartition("/")[2],
        "manager": VENV,
        "root": f"{HOME}/src",
        "project": project,
    }
    return environment(f"{project}/.venv", version=version, **{**usual, **facts})


def bare(version: str = "3.12.1", **facts: Any) -> Environment:  # noqa: ANN401 - the facts of any field
    """Return an interpreter that pyenv installed."""
    usual = {"manager": PYENV, "base": True}
    return environment(f"{HOME}/.pyenv/versions/{version}", version=version, **{**usual, **facts})


def provided(prefix: str, name: str = "python3", **document: Any) -> ProvidedKernel:  # noqa: ANN401 - JSON
    """Return the kernelspec that ipykernel leaves in an environment, with two PNGs."""
    directory = f"{prefix}/share/jupyter/kernels/{name}"
    usual = {
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "metadata": {"debugger": True},
        "kernel_protocol_version": "5.5",
    }
    logos = (
        Logo(name="logo-32x32.png", size=1084, source=f"{directory}/logo-32x32.png"),
        Logo(name="logo-64x64.png", size=2180, source=f"{directory}/logo-64x64.png"),
        Logo(name="logo-svg.svg", size=9605, source=f"{directory}/logo-svg.svg"),
    )
    return ProvidedKernel(
        name=name, directory=directory, document={**usual, **document}, logos=logos
    )


def mark(prefix: str = f"{HOME}/.virtualenvs/app", **facts: Any) -> Mark:  # noqa: ANN401 - the facts of any field
    """Return the mark of an environment's main kernel."""
    root, _, name = prefix.rpartition("/")
    usual = {
        "version": 1,
        "environment": prefix,
        "prefix": prefix,
        "manager": WORKON.name,
        "root": root,
        "root_inode": None,
        "host": HOST,
        "stem": name,
    }
    return Mark(**{**usual, **facts})


def installed(spec: KernelSpec, **facts: Any) -> InstalledKernel:  # noqa: ANN401 - the facts of any field
    """Return a kernelspec as the pass after its publication reads it."""
    metadata = spec.document["metadata"]
    assert isinstance(metadata, dict)
    usual = {
        "name": spec.name,
        "directory": f"{STORE}/{spec.name}",
        "in_store": True,
        "ownership": Ownership.CLAIMED,
        "document": spec.document,
        "files": {logo.name: logo.size for logo in spec.logos},
        "mark": mark_from_json(metadata["kernelsync"]),
    }
    return InstalledKernel(**{**usual, **facts})


def edited(spec: KernelSpec) -> InstalledKernel:
    """Return a kernelspec of ours whose display name somebody changed."""
    document = {**spec.document, "display_name": "mine"}
    return installed(spec, ownership=Ownership.EDITED, document=document)


def foreign(name: str, directory: str = ELSEWHERE, **document: Any) -> InstalledKernel:  # noqa: ANN401 - JSON
    """Return a kernelspec that somebody else installed."""
    return InstalledKernel(
        name=KernelName(name),
        directory=f"{directory}/{name}",
        in_store=directory == STORE,
        ownership=Ownership.FOREIGN,
        document=document,
        files={},
    )


def by_hand(name: str, program: str, directory: str = STORE) -> InstalledKernel:
    """Return what `ipykernel install --user --name NAME` writes for an interpreter."""
    argv = [program, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    return foreign(name, directory, argv=argv, display_name=name, language="python")


def on_other_host(kernel: InstalledKernel) -> InstalledKernel:
    """Return the same kernelspec, written by another machine with the same home."""
    assert kernel.mark is not None
    other = replace(kernel.mark, host="another-host")
    return replace(kernel, ownership=Ownership.OTHER_HOST, mark=other)


def root(path: str, **facts: Any) -> Root:  # noqa: ANN401 - the facts of any field
    """Return a root that was read and is the directory it was."""
    usual = {"path": path, "manager": WORKON.name, "state": RootState.READ, "inode": 7}
    return Root(**{**usual, **facts})


def roots_of(environments: Iterable[Environment], **facts: Any) -> tuple[Root, ...]:  # noqa: ANN401 - the facts of any field
    """Return the roots of these environments, all read."""
    paths = sorted({each.candidate.root for each in environments})
    return tuple(root(path, **facts) for path in paths)


def trace(prefix: str, absence: Absence = Absence.GONE, **facts: Any) -> Trace:  # noqa: ANN401 - the facts of any field
    """Return what is left of an environment that somebody removed: the directory above."""
    usual = {"prefix": prefix, "absence": absence, "ancestor": prefix.rpartition("/")[0]}
    return Trace(**{**usual, **facts})


def applied(plan: Plan, before: Iterable[InstalledKernel]) -> tuple[InstalledKernel, ...]:
    """Return what is installed after a plan was carried out, as the next pass reads it."""
    kernels = {kernel.directory: kernel for kernel in before}
    for action in plan.actions:
        match action:
            case Create(spec=spec):
                created = installed(spec)
                assert created.directory not in kernels, "created over something"
                kernels[created.directory] = created
            case Update(spec=spec, installed=old):
                assert spec.name == old.name, "an update keeps the name"
                kernels[old.directory] = installed(spec)
            case Remove(installed=old):
                del kernels[old.directory]
            case _:
                pass
    return tuple(kernels.values())


_ENVIRONMENT_FIELDS = (
    *("condition", "reason", "interpreter", "ipykernel", "provided", "problems"),
    *("watch_points", "project", "has_pip"),
)
