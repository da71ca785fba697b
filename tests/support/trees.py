"""Builds environments and the tools' own layouts on disk, as the real tools leave them.

Nothing is run: interpreters are files that only look like programs. Every builder takes a
path below the test's own directory, and returns the absolute path of what it made as a
string.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from typing import Literal

Where = str | os.PathLike[str]
Creator = Literal["venv", "uv", "virtualenv"]

HOOKS = ("initialize", "postactivate", "premkvirtualenv", "get_env_details")
"""Some of the hook files that virtualenvwrapper keeps beside its environments."""

_ELF = b"\x7fELF\x02\x01\x01" + b"\x00" * 57
_PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 16
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


def write(path: Where, content: str | bytes = b"", mode: int = 0o644) -> str:
    """Write one file, with the directories above it; return its path."""
    target = os.fspath(path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    data = os.fsencode(content) if isinstance(content, str) else content
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(descriptor, "wb") as stream:
        stream.write(data)
    return target


def link(path: Where, target: Where) -> str:
    """Make the symlink `path` that holds the text `target`; return its path."""
    place = os.fspath(path)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    os.symlink(target, place)
    return place


def minor(version: str) -> str:
    """Return "3.12" for "3.12.1"."""
    return ".".join(version.split(".")[:2])


def make_base(path: Where, version: str = "3.12.1", ipykernel: str | None = None) -> str:
    """Make a bare CPython as `make install` leaves it, with ipykernel if a version is given."""
    prefix = os.fspath(path)
    short = minor(version)
    write(f"{prefix}/bin/python{short}", _ELF, 0o755)
    link(f"{prefix}/bin/python3", f"python{short}")
    link(f"{prefix}/bin/python", f"python{short}")
    write(f"{prefix}/lib/python{short}/os.py", '"""The landmark of a standard library."""\n')
    numbers = f'#define PY_VERSION "{version}"\n'
    write(f"{prefix}/include/python{short}/patchlevel.h", numbers)
    packages = f"{prefix}/lib/python{short}/site-packages"
    os.makedirs(packages)
    if ipykernel is not None:
        add_ipykernel(prefix, packages, ipykernel)
    return prefix


def make_venv(  # noqa: PLR0913 - each is one way in which real environments differ
    path: Where,
    *,
    base: Where,
    version: str = "3.12.1",
    ipykernel: str | None = "6.29.5",
    creator: Creator = "venv",
    system_site: bool = False,
    dist_infos: int = 0,
    kernels: bool = True,
) -> str:
    """Make a virtual environment of `base`.

    `dist_infos` other packages are listed in site-packages; `kernels` says whether
    ipykernel brought its kernelspec along.
    """
    prefix, home, short = os.fspath(path), os.fspath(base), minor(version)
    packages = f"{prefix}/lib/python{short}/site-packages"
    os.makedirs(packages)
    write(f"{prefix}/pyvenv.cfg", _config(prefix, home, version, creator, system_site))
    link(f"{prefix}/bin/python", f"{home}/bin/python")
    link(f"{prefix}/bin/python3", "python")
    link(f"{prefix}/bin/python{short}", "python")
    write(f"{prefix}/bin/activate", f'VIRTUAL_ENV="{prefix}"\n')
    if creator != "virtualenv":
        link(f"{prefix}/lib64", "lib")
    for number in range(dist_infos):
        os.mkdir(f"{packages}/package_{number}-1.0.dist-info")
    if ipykernel is not None:
        add_ipykernel(prefix, packages, ipykernel, kernels=kernels)
    return prefix


def _config(prefix: str, home: str, version: str, creator: Creator, system_site: bool) -> str:  # noqa: FBT001 - as make_venv names it
    include = f"include-system-site-packages = {str(system_site).lower()}\n"
    if creator == "uv":
        top = f"home = {home}/bin\nimplementation = CPython\nuv = 0.8.13\n"
        return f"{top}version_info = {version}\n{include}"
    if creator == "virtualenv":
        top = f"home = {home}/bin\nimplementation = CPython\n"
        numbers = f"version_info = {version}.final.0\nvirtualenv = 20.26.6\n"
        tail = f"base-prefix = {home}\nbase-executable = {home}/bin/python{minor(version)}\n"
        return f"{top}{numbers}{include}{tail}"
    tail = f"executable = {home}/bin/python{minor(version)}\n"
    command = f"command = {home}/bin/python -m venv {prefix}\n"
    return f"home = {home}/bin\n{include}version = {version}\n{tail}{command}"


def make_legacy_virtualenv(path: Where, *, base: Where, version: str = "2.7.18") -> str:
    """Make an environment as virtualenv before 20 did: a copied python, no pyvenv.cfg."""
    prefix, short = os.fspath(path), minor(version)
    write(f"{prefix}/bin/python{short}", _ELF, 0o755)
    link(f"{prefix}/bin/python", f"python{short}")
    write(f"{prefix}/bin/activate", f'VIRTUAL_ENV="{prefix}"\n')
    write(f"{prefix}/lib/python{short}/orig-prefix.txt", os.fspath(base))
    link(f"{prefix}/lib/python{short}/os.py", f"{os.fspath(base)}/lib/python{short}/os.py")
    os.makedirs(f"{prefix}/lib/python{short}/site-packages")
    return prefix


def add_ipykernel(
    prefix: Where,
    packages: Where,
    version: str,
    *,
    kernels: bool = True,
) -> None:
    """Install ipykernel as pip does: launcher, packages, metadata and its own kernelspec."""
    site = os.fspath(packages)
    for needed in ("IPython", "jupyter_client", "tornado", "traitlets", "zmq"):
        write(f"{site}/{needed}/__init__.py")
    write(f"{site}/ipykernel_launcher.py", '"""Start a kernel."""\n')
    write(f"{site}/ipykernel/__init__.py", f'__version__ = "{version}"\n')
    metadata = f"Metadata-Version: 2.3\nName: ipykernel\nVersion: {version}\n"
    write(f"{site}/ipykernel-{version}.dist-info/METADATA", metadata)
    write(f"{site}/ipykernel-{version}.dist-info/RECORD", "ipykernel_launcher.py,,\n")
    write(f"{site}/ipykernel-{version}.dist-info/INSTALLER", "pip\n")
    if kernels:
        add_kernelspec(prefix)


def add_kernelspec(
    prefix: Where,
    name: str = "python3",
    document: dict[str, object] | None = None,
) -> str:
    """Put a kernelspec into an environment's own share/jupyter, by default ipykernel's."""
    directory = f"{os.fspath(prefix)}/share/jupyter/kernels/{name}"
    default: dict[str, object] = {
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "metadata": {"debugger": True},
    }
    write(f"{directory}/kernel.json", json.dumps(document or default, indent=1))
    write(f"{directory}/logo-32x32.png", _PNG)
    write(f"{directory}/logo-64x64.png", _PNG + b"\x00")
    write(f"{directory}/logo-svg.svg", _SVG)
    return directory


def add_editable(prefix: Where, distribution: str, project: Where, version: str = "3.12.1") -> str:
    """Install a project into its environment as poetry, uv and hatch do: by direct_url.json."""
    packages = f"{os.fspath(prefix)}/lib/python{minor(version)}/site-packages"
    information = f"{packages}/{distribution.replace('-', '_')}-0.1.0.dist-info"
    metadata = f"Metadata-Version: 2.3\nName: {distribution}\nVersion: 0.1.0\n"
    write(f"{information}/METADATA", metadata)
    origin = {"url": f"file://{os.fspath(project)}", "dir_info": {"editable": True}}
    write(f"{information}/direct_url.json", json.dumps(origin))
    return information


def make_pyenv(
    path: Where,
    versions: tuple[str, ...] = ("3.12.1",),
    *,
    ipykernel: str | None = None,
) -> str:
    """Make a pyenv root with these versions, its shims included; return the root."""
    root = os.fspath(path)
    os.makedirs(f"{root}/versions", exist_ok=True)
    write(f"{root}/shims/python", '#!/usr/bin/env bash\nexec pyenv exec python "$@"\n', 0o755)
    for version in versions:
        make_base(f"{root}/versions/{version}", version, ipykernel)
    return root


def make_pyenv_virtualenv(
    root: Where,
    name: str,
    version: str = "3.12.1",
    *,
    ipykernel: str | None = "6.29.5",
) -> tuple[str, str]:
    """Make what `pyenv virtualenv VERSION NAME` makes; return (symlink, real directory)."""
    versions = f"{os.fspath(root)}/versions"
    base = f"{versions}/{version}"
    real = make_venv(f"{base}/envs/{name}", base=base, version=version, ipykernel=ipykernel)
    return link(f"{versions}/{name}", real), real


def make_workon_home(path: Where) -> str:
    """Make a WORKON_HOME with the hook files that lie beside the environments."""
    home = os.fspath(path)
    for hook in HOOKS:
        write(f"{home}/{hook}", "#!/bin/sh\n", 0o755)
    return home


def poetry_name(distribution: str, project: Where, python: str = "3.12") -> str:
    """Return the directory name that poetry gives to the environment of a project."""
    digest = hashlib.sha256(os.path.realpath(project).encode()).digest()
    return f"{distribution}-{base64.urlsafe_b64encode(digest).decode()[:8]}-py{python}"


def make_poetry_env(
    virtualenvs: Where,
    distribution: str,
    project: Where,
    *,
    base: Where,
    ipykernel: str | None = "6.29.5",
) -> str:
    """Make poetry's environment of a project, with the project installed editable."""
    name = poetry_name(distribution, project)
    prefix = make_venv(
        f"{os.fspath(virtualenvs)}/{name}", base=base, creator="virtualenv", ipykernel=ipykernel
    )
    write(f"{os.fspath(virtualenvs)}/envs.toml", f'["{name[:-7]}"]\nminor = "3.12"\n')
    add_editable(prefix, distribution, project)
    return prefix


def make_repositories(path: Where, count: int, files: int, *, base: Where) -> str:
    """Make a tree of repositories, every second one with a `.venv`, for searches."""
    tree = os.fspath(path)
    for number in range(count):
        repository = f"{tree}/group-{number % 5}/repository-{number}"
        write(f"{repository}/.git/HEAD", "ref: refs/heads/main\n")
        write(f"{repository}/node_modules/left-pad/index.js")
        for index in range(files):
            write(f"{repository}/src/package_{index % 10}/module_{index}.py")
        if number % 2 == 0:
            make_venv(f"{repository}/.venv", base=base, creator="uv", ipykernel=None)
    return tree
