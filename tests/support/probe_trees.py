"""Builds Python installs and environments of empty files, as the probe's tests need them.

Nothing in these trees can run: an interpreter is the header of a program and no more.
"""

from __future__ import annotations

import json
import os

from kernelsync.model.environment import Candidate
from kernelsync.model.manager import Manager
from kernelsync.model.surroundings import Surroundings
from kernelsync.probe.probe import Prober

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment

MANAGER = Manager(name="venv", word="venv", colour="#3a6ea5", description="made by venv")
NOW = 2_000_000_000.0
"""The wall clock of the tests: years after anything that they write, unless they say so."""

NEEDED = ("zmq", "traitlets", "tornado", "jupyter_client", "IPython")
KERNEL = {
    "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "metadata": {"debugger": True},
}
_ELF_MACHINES = {"x86_64": 62, "aarch64": 183}


def elf(machine: int | None = None) -> bytes:
    """Return the header of a 64-bit little-endian program, by default for this processor."""
    own = _ELF_MACHINES.get(os.uname().machine, 0)
    number = own if machine is None else machine
    return b"\x7fELF\x02\x01\x01" + bytes(11) + number.to_bytes(2, "little") + bytes(44)


def write(path: str, contents: str | bytes = b"") -> str:
    """Write a file, with the directories above it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(contents.encode() if isinstance(contents, str) else contents)
    return path


def program(path: str, contents: bytes | None = None) -> str:
    """Write an executable file, by default one that this machine could start."""
    write(path, elf() if contents is None else contents)
    permit(path, 0o755)
    return path


def permit(path: str | os.PathLike[str], mode: int) -> None:
    """Set the mode of a file or directory."""
    os.chmod(path, mode)


def link(target: str, path: str) -> str:
    """Make a symlink, with the directories above it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(target, path)
    return path


def make_base(prefix: str, version: str = "3.12.1", *, flag: str = "", header: bool = True) -> str:
    """Make an install as pyenv's are; `flag` is "t" for a free-threaded one."""
    name = f"python{'.'.join(version.split('.')[:2])}{flag}"
    program(f"{prefix}/bin/{name}")
    link(name, f"{prefix}/bin/python3")
    link("python3", f"{prefix}/bin/python")
    write(f"{prefix}/lib/{name}/os.py")
    os.makedirs(f"{prefix}/lib/{name}/site-packages")
    if header:
        write_header(f"{prefix}/include/{name}/patchlevel.h", version)
    return prefix


def write_header(path: str, version: str) -> str:
    """Write a `patchlevel.h` that names a version."""
    text = f'#define PY_MAJOR_VERSION 3\n\n/* x */\n#define PY_VERSION      \t"{version}"\n'
    return write(path, text)


def make_venv(
    prefix: str, base: str, *, minor: str = "3.12", configuration: str | None = None
) -> str:
    """Make an environment as `python -m venv --without-pip` does; return its site-packages."""
    text = f"home = {base}/bin\ninclude-system-site-packages = false\nversion = {minor}.1\n"
    site = f"{prefix}/lib/python{minor}/site-packages"
    os.makedirs(site)
    link(f"{base}/bin/python{minor}", f"{prefix}/bin/python")
    write(f"{prefix}/pyvenv.cfg", text if configuration is None else configuration)
    return site


def install(site: str, name: str, version: str = "1.0", *, installer: bool = True) -> str:
    """Write the metadata of a distribution as an installer does; return its directory."""
    metadata = f"{site}/{name}-{version}.dist-info"
    write(f"{metadata}/METADATA", f"Name: {name}\nVersion: {version}\n")
    write(f"{metadata}/RECORD")
    if installer:
        write(f"{metadata}/INSTALLER", "pip\n")
    return metadata


def install_ipykernel(site: str, version: str = "7.4.0", *, installer: bool = True) -> str:
    """Install ipykernel and what it needs; return its dist-info directory."""
    write(f"{site}/ipykernel_launcher.py")
    for package in NEEDED:
        write(f"{site}/{package}/__init__.py")
    return install(site, "ipykernel", version, installer=installer)


def provide_kernel(prefix: str, name: str = "python3", document: object = KERNEL) -> str:
    """Write a kernelspec into an environment's own share; return its directory."""
    directory = f"{prefix}/share/jupyter/kernels/{name}"
    contents = document if isinstance(document, bytes) else json.dumps(document).encode()
    write(f"{directory}/kernel.json", contents)
    return directory


def make_ready(prefix: str, base: str) -> str:
    """Make an environment in which a kernel can run; return its site-packages."""
    site = make_venv(prefix, base)
    install_ipykernel(site)
    return site


def candidate_of(prefix: str, **facts: object) -> Candidate:
    """Return the candidate that a locator would find at a prefix."""
    known: dict[str, object] = {
        "prefix": prefix,
        "real": os.path.realpath(prefix),
        "name": os.path.basename(prefix),
        "manager": MANAGER,
        "root": os.path.dirname(prefix),
    }
    return Candidate(**{**known, **facts})  # type: ignore[arg-type] # checked at run time


def surroundings_of(home: str, **facts: object) -> Surroundings:
    """Return surroundings in which nothing is set."""
    known: dict[str, object] = {
        "environ": {},
        "home": home,
        "uid": os.getuid(),
        "host": "a-host",
        "platform": "linux",
        "prefix": "/nowhere",
    }
    return Surroundings(**{**known, **facts})  # type: ignore[arg-type] # checked at run time


def probe(prefix: str, *, now: float = NOW, home: str = "/nowhere", **facts: object) -> Environment:
    """Probe one prefix in a pass of its own; `facts` are the candidate's."""
    return Prober(surroundings_of(home), now=now).probe(candidate_of(prefix, **facts))
