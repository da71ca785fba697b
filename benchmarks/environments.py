"""Synthetic environments: the directory shapes of real ones, at a hundredth of their size.

A real venv with ipykernel has some 1,500 directories; what a search reads of it is the top:
`pyvenv.cfg`, `bin`, the entries of `site-packages` and `share/jupyter/kernels`. These are here
as the tools write them. Everything that is equal in all environments is a hard link into one
store, as uv installs packages, so that 10,000 environments need directories and little else.
"""

from __future__ import annotations

import json
import os
import shutil
import sys

MINOR = "3.11"
VERSION = "3.11.7"
WITH_IPYKERNEL = 9
"""So many of every ten environments have ipykernel."""

DISTRIBUTIONS = {
    "asttokens": "3.0.1",
    "comm": "0.2.3",
    "debugpy": "1.8.19",
    "decorator": "5.2.1",
    "executing": "2.2.1",
    "ipykernel": "7.4.0",
    "ipython": "9.8.0",
    "ipython_pygments_lexers": "1.1.1",
    "jedi": "0.19.2",
    "jupyter_client": "8.10.0",
    "jupyter_core": "5.9.1",
    "matplotlib_inline": "0.2.1",
    "packaging": "26.3",
    "parso": "0.8.5",
    "pexpect": "4.9.0",
    "pip": "23.2.1",
    "platformdirs": "4.14.5",
    "prompt_toolkit": "3.0.52",
    "psutil": "7.2.2",
    "ptyprocess": "0.7.0",
    "pure_eval": "0.2.3",
    "pygments": "2.21.0",
    "python_dateutil": "4.0.0",
    "pyzmq": "27.3.0",
    "setuptools": "65.5.0",
    "six": "1.17.0",
    "stack_data": "0.6.3",
    "tornado": "6.6.1",
    "traitlets": "5.16.1",
    "typing_extensions": "4.16.0",
    "wcwidth": "0.2.14",
}
"""What `pip install ipykernel` leaves in a venv: 31 distributions."""

IMPORT_NAMES = {
    "ipython": "IPython",
    "python_dateutil": "dateutil",
    "pyzmq": "zmq",
    "decorator": "decorator.py",
    "six": "six.py",
    "typing_extensions": "typing_extensions.py",
}
"""Import names that differ from the distribution's; those with `.py` are single modules."""

SCRIPTS = ("Activate.ps1", "activate.csh", "activate.fish", "pip", "pip3", "pip3.11", "ipython")
LOGOS = {"logo-32x32.png": 1084, "logo-64x64.png": 2180, "logo-svg.svg": 9605}
"""The logos of ipykernel 7.4, with their sizes in bytes."""

ARGUMENTS = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
KERNEL: dict[str, object] = {
    "argv": ["python", *ARGUMENTS],
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "metadata": {"debugger": True, "supported_encryption": ["curve"]},
    "kernel_protocol_version": "5.5",
}
"""The kernelspec in ipykernel's wheel; its argv starts with a bare "python"."""

CONFIGURATION = """\
home = {base}/bin
include-system-site-packages = false
version = {version}
executable = {base}/bin/python{minor}
command = {base}/bin/python{minor} -m venv {prefix}
"""


def write(path: str, text: str | bytes, *, mode: int = 0o644) -> None:
    """Write one file, whose directory exists."""
    raw = text.encode() if isinstance(text, str) else text
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(raw)


def logo(name: str) -> bytes:
    """Return an image file of the size that ipykernel's has; its picture does not matter."""
    start = b"<svg xmlns='http://www.w3.org/2000/svg'/>" if name.endswith("svg") else b"\x89PNG\r\n"
    return start.ljust(LOGOS[name], b"\n")


def make_base(base: str) -> str:
    """Make a base install: a real executable, with as much around it as tells its version."""
    executable = f"{base}/bin/python{MINOR}"
    for directory in ("bin", f"lib/python{MINOR}/site-packages", f"include/python{MINOR}"):
        os.makedirs(f"{base}/{directory}")
    # A copy: a hard link would change the inode of an interpreter that is in use.
    shutil.copy(os.path.realpath(sys.executable), executable)
    for link in ("python", "python3"):
        os.symlink(f"python{MINOR}", f"{base}/bin/{link}")
    write(f"{base}/lib/python{MINOR}/os.py", '"""A landmark."""\n')
    patchlevel = f'#define PY_MAJOR_VERSION 3\n#define PY_VERSION              "{VERSION}"\n'
    write(f"{base}/include/python{MINOR}/patchlevel.h", patchlevel)
    return base


def make_store(store: str) -> str:
    """Make the files that all environments share: `store/site-packages`, `store/bin`, …."""
    packages = f"{store}/site-packages"
    os.makedirs(packages)
    for distribution, version in DISTRIBUTIONS.items():
        _distribution(packages, distribution, version)
    write(f"{packages}/ipykernel_launcher.py", '"""Starts a kernel."""\n')
    # What setuptools installs: a line of code, not a path.
    write(f"{packages}/distutils-precedence.pth", "import os; var = 'SETUPTOOLS_USE_DISTUTILS'\n")
    os.mkdir(f"{store}/bin")
    for script in SCRIPTS:
        write(f"{store}/bin/{script}", "#!/bin/sh\n", mode=0o755)
    os.mkdir(f"{store}/kernel")
    write(f"{store}/kernel/kernel.json", json.dumps(KERNEL, indent=1))
    for name in LOGOS:
        write(f"{store}/kernel/{name}", logo(name))
    return store


def _distribution(packages: str, distribution: str, version: str) -> None:
    info = f"{packages}/{distribution}-{version}.dist-info"
    os.mkdir(info)
    write(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
    write(f"{info}/INSTALLER", "pip\n")
    write(f"{info}/RECORD", f"{os.path.basename(info)}/RECORD,,\n")
    name = IMPORT_NAMES.get(distribution, distribution)
    if name.endswith(".py"):
        write(f"{packages}/{name}", "")
        return
    os.mkdir(f"{packages}/{name}")
    write(f"{packages}/{name}/__init__.py", "")


def make_environment(prefix: str, base: str, store: str, *, ipykernel: bool) -> str:
    """Make one venv as the standard library's venv and pip leave it."""
    library = f"{prefix}/lib/python{MINOR}"
    os.makedirs(library)
    write(
        f"{prefix}/pyvenv.cfg",
        CONFIGURATION.format(base=base, version=VERSION, minor=MINOR, prefix=prefix),
    )
    os.makedirs(f"{prefix}/include/python{MINOR}")
    os.symlink("lib", f"{prefix}/lib64")
    _link(f"{store}/bin", f"{prefix}/bin")
    os.symlink(f"{base}/bin/python{MINOR}", f"{prefix}/bin/python")
    os.symlink("python", f"{prefix}/bin/python3")
    os.symlink("python", f"{prefix}/bin/python{MINOR}")
    write(f"{prefix}/bin/activate", f"VIRTUAL_ENV={prefix}\nexport VIRTUAL_ENV\n")
    _link(
        f"{store}/site-packages",
        f"{library}/site-packages",
        without="" if ipykernel else "ipykernel",
    )
    if ipykernel:
        os.makedirs(f"{prefix}/share/jupyter/kernels")
        _link(f"{store}/kernel", f"{prefix}/share/jupyter/kernels/python3")
    return prefix


def _link(source: str, target: str, *, without: str = "") -> None:
    """Make `target` a copy of `source` whose files are hard links."""
    os.mkdir(target)
    with os.scandir(source) as entries:
        for entry in entries:
            if without and entry.name.startswith(without):
                continue
            if entry.is_dir():
                _link(entry.path, f"{target}/{entry.name}")
            else:
                os.link(entry.path, f"{target}/{entry.name}")


def make_environments(home: str, count: int, *, mixed: bool = False) -> list[str]:
    """Make `count` environments below `home` and return their prefixes.

    All are in `home/workon`, for `WORKON_HOME`; `mixed` spreads them over three managers'
    places. The base install and the store are in `home/base` and `home/store`, where no
    manager keeps anything.
    """
    base = make_base(f"{home}/base/{VERSION}")
    store = make_store(f"{home}/store")
    containers = [f"{home}/workon"]
    if mixed:
        containers += [f"{home}/venvs", f"{home}/.cache/pypoetry/virtualenvs"]
    for container in containers:
        os.makedirs(container)
    prefixes = []
    for index in range(count):
        container = containers[index % len(containers)]
        name = f"project-{index:05d}"
        if container.endswith("/virtualenvs"):  # the shape of poetry's names
            name = f"{name}-{index:08d}-py{MINOR}"
        has_kernel = index % 10 < WITH_IPYKERNEL
        prefixes.append(make_environment(f"{container}/{name}", base, store, ipykernel=has_kernel))
    return prefixes


def make_kernelspecs(kernels: str, count: int) -> None:
    """Write `count` ordinary kernelspecs (kernel.json and three logos), as a peer reads them."""
    for index in range(count):
        directory = f"{kernels}/project-{index:05d}"
        os.makedirs(directory)
        python = f"/somewhere/workon/project-{index:05d}/bin/python"
        document = {
            **KERNEL,
            "argv": [python, "-Xfrozen_modules=off", *ARGUMENTS],
            "display_name": f"project-{index:05d} (workon {MINOR})",
        }
        write(f"{directory}/kernel.json", json.dumps(document, indent=1))
        for name in LOGOS:
            write(f"{directory}/{name}", logo(name))
