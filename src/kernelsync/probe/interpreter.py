"""The interpreter of an environment: which file it is, and which install it belongs to."""

from __future__ import annotations

import os
import stat

from kernelsync.errors import NO_ANSWER
from kernelsync.model.environment import Interpreter
from kernelsync.model.value import Value
from kernelsync.probe import base_install, pyvenv_cfg
from kernelsync.probe.elf import program_at
from kernelsync.probe.files import is_file
from kernelsync.probe.machine import modules_of, own_machine, why_not_runnable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.probe.base_install import BaseInstall
    from kernelsync.probe.permissions import Fault, Trust
    from kernelsync.probe.pyvenv_cfg import PyvenvCfg

_MOST_LINKS = 40
_POSIX = ("bin/python", "bin/python3", "bin/pypy3", "bin/graalpy")
_WINDOWS = tuple(
    name.replace("/", os.sep) for name in ("Scripts/python.exe", "bin/python.exe", "python.exe")
)
_IN_HOME = ("python3", "python", "pypy3", "graalpy", "python.exe")


class Program(Value):
    """What an interpreter's links lead to.

    `fault` says who else could change it, `broken` why it cannot run; `install` is None
    where its standard library was not found. `awaited` are the directories, two at most, in which
    what it lacks would come. All four are for one pass. `machine` is as in
    `Interpreter`.
    """

    resolved: str
    machine: str = ""
    install: BaseInstall | None = None
    fault: Fault | None = None
    broken: str | None = None
    awaited: tuple[str, ...] = ()


class Interpreters:
    """Finds interpreters, and remembers what their links lead to for one pass.

    A thousand environments share a handful of base installs: each is read once.
    """

    def __init__(self, trust: Trust, platform: str) -> None:
        self._trust = trust
        self._platform = platform
        self._names = _WINDOWS if platform == "win32" else _POSIX
        self._programs: dict[tuple[str, str], Program] = {}

    def find(self, prefix: str) -> tuple[str, os.stat_result] | None:
        """Return the interpreter of a prefix, unresolved, and its own status (of a link)."""
        for name in self._names:
            path = f"{prefix}/{name}"
            try:
                return path, os.lstat(path)
            except (FileNotFoundError, NotADirectoryError):
                continue
        return None

    def place_in(self, prefix: str) -> str:
        """Return the directory in which the interpreter of a prefix would come."""
        return os.path.dirname(f"{prefix}/{self._names[0]}")

    def behind(self, path: str, status: os.stat_result, configuration: PyvenvCfg) -> Program:
        """Follow an interpreter's links; a copy's base is in its pyvenv.cfg."""
        at = path
        for _ in range(_MOST_LINKS):
            fault = self._trust.fault_of(at, status)
            if fault is not None:
                return Program(resolved=at, fault=fault)
            if not stat.S_ISLNK(status.st_mode):
                return self._remembered(at, configuration.home, configuration)
            target = os.readlink(at)
            if target.startswith("/"):
                return self._remembered(target, "", configuration)
            at = f"{at.rpartition('/')[0]}/{target}"
            if "/" in target:
                return self._remembered(at, "", configuration)
            try:
                status = os.lstat(at)
            except FileNotFoundError:
                return Program(resolved=at, broken=f"its base Python {at} is gone")
        return Program(resolved=at, broken=f"{path} is a link to itself")

    def _remembered(self, start: str, home: str, configuration: PyvenvCfg) -> Program:
        key = (start, home)
        known = self._programs.get(key)
        if known is None:
            known = self._programs[key] = self._examine(start, home, configuration)
        return known

    def _examine(self, start: str, home: str, configuration: PyvenvCfg) -> Program:
        try:
            resolved = os.path.realpath(start, strict=True)
            fault = self._fault_of_links(start)
            broken, machine = self._judged(resolved)
        except OSError as error:
            if error.errno in NO_ANSWER:
                raise
            why = _why_unreachable(start, error)
            return Program(resolved=start, broken=why, awaited=_near(start))
        if fault is not None or broken is not None:
            return Program(resolved=resolved, fault=fault, broken=broken, awaited=_near(start))
        install = (
            self._install_of_copy(home, configuration)
            if home
            else self._install_of(resolved, configuration)
        )
        if install is None:
            where = home or os.path.dirname(resolved)
            lost = f"the standard library of its base Python ({where}) is gone"
            minor = pyvenv_cfg.minor_of(configuration.version)
            library = base_install.awaited(f"{home}/python{minor}" if home else resolved, minor)
            return Program(
                resolved=resolved, broken=lost, awaited=(home or os.path.dirname(start), library)
            )
        fault = self._trust.fault_all(install.stdlib)
        return Program(resolved=resolved, machine=machine, install=install, fault=fault)

    def _install_of(self, resolved: str, configuration: PyvenvCfg) -> BaseInstall | None:
        claimed = configuration.version
        return base_install.find(resolved, pyvenv_cfg.minor_of(claimed), self._platform)

    def _install_of_copy(self, home: str, configuration: PyvenvCfg) -> BaseInstall | None:
        # The interpreter is the environment's own file (venv --copies, Windows): only
        # pyvenv.cfg knows its base. virtualenv 20.0 left the last "/bin" out.
        minor = pyvenv_cfg.minor_of(configuration.version)
        for directory in (home, f"{home}/bin"):
            for name in (f"python{minor}", *_IN_HOME):
                if is_file(f"{directory}/{name}"):
                    real = os.path.realpath(f"{directory}/{name}")
                    return self._install_of(real, configuration)
        return None

    def _judged(self, resolved: str) -> tuple[str | None, str]:
        """Return why a program cannot run here, if so, and whose binary modules fit it."""
        if not stat.S_ISREG(os.stat(resolved).st_mode) or not os.access(resolved, os.X_OK):
            return f"{resolved} is not an executable file", ""
        machine = "" if self._platform == "win32" else own_machine()
        program = program_at(resolved)
        why = why_not_runnable(program, self._platform, machine)
        if why is not None:
            return f"{resolved} {why}", ""
        return None, modules_of(program, machine) if self._platform == "linux" else ""

    def _fault_of_links(self, start: str) -> Fault | None:
        at = start
        for _ in range(_MOST_LINKS):
            fault = self._trust.fault_all(at)
            if fault is not None or not os.path.islink(at):
                return fault
            at = os.path.join(os.path.dirname(at), os.readlink(at))
        return None


def describe(path: str, program: Program, claimed: str) -> Interpreter | None:
    """Return what is known of an interpreter, from its names where its install is gone.

    `claimed` is the version in pyvenv.cfg, the last resort. None where nothing tells.
    """
    install = program.install
    if install is not None:
        return Interpreter(
            path=path,
            resolved=program.resolved,
            version=install.version,
            minor=install.minor,
            implementation=install.implementation,
            abi=install.abi,
            stdlib=install.stdlib,
            machine=program.machine,
        )
    version = base_install.minor_in_name(os.path.basename(program.resolved)) or claimed
    minor = pyvenv_cfg.minor_of(version)
    if not minor:
        return None
    implementation = base_install.implementation_of(program.resolved, "")
    return Interpreter(
        path=path,
        resolved=program.resolved,
        version=claimed if pyvenv_cfg.minor_of(claimed) == minor else version,
        minor=minor,
        implementation=implementation,
        abi=base_install.abi_of(implementation, minor, ""),
        stdlib="",
    )


def _near(start: str) -> tuple[str, str]:
    """Return the directory of a program's link, and that of what it leads to, there or not."""
    return os.path.dirname(start), os.path.dirname(os.path.realpath(start))


def _why_unreachable(start: str, error: OSError) -> str:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return f"its base Python {start} is gone"
    return f"its base Python {start} cannot be reached ({error.strerror})"
