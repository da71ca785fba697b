"""Runtimes: ipykernel outside of every environment, for the interpreters that have none."""

from __future__ import annotations

from kernelsync.model.environment import IMPLEMENTATION_NAMES
from kernelsync.model.value import Value, replace
from kernelsync.typed import StrEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelsync.model.environment import Interpreter

LAUNCHER = "launch.py"
"""The launcher's file beside the runtimes."""
_IMPLEMENTATIONS = {"cp": "cpython", "pp": "pypy", "graalpy": "graalpy"}
_CPYTHON = "cpython"
_KINDS = {"t": "free-threaded ", "d": "debug builds of "}
_MACHINES = frozenset({"x86_64", "aarch64", "arm64", "AMD64", "ARM64"})
"""The processors that the pin lists have the wheels for."""
_MUSL = "-musl"


class Runtime(Value):
    """One complete runtime: what its names say, without a look into its manifest.

    `key` tells which interpreters it is for. `directory` holds its builds and is what a kernel is
    started with; `build` is the one in force, a directory too. `ipykernel` is the version
    in that build; `debugger` says that it has debugpy besides.
    """

    key: str
    directory: str
    build: str
    ipykernel: str
    debugger: bool = False

    @property
    def python(self) -> str:
        """The X.Y that it is for."""
        return python_of(self.key)

    @property
    def places(self) -> tuple[str, ...]:
        """The directories in which somebody could exchange it."""
        return self.directory, self.build.rpartition("/")[0], self.build, f"{self.build}/site"


class Risk(StrEnum):
    """What speaks against a runtime besides damage.

    `NONE`: nothing. `UNSAFE`: others may write to it. `UNJUDGED`: that cannot be told here.
    """

    NONE = "none"
    UNSAFE = "unsafe"
    UNJUDGED = "unjudged"


class Ailing(Value):
    """A runtime that is there, and that nobody may use.

    `directory` is as in `Runtime`; `reason` says what is wrong, as the rest of a sentence;
    `path` is what others may write to, where that is the `risk`. Without a `key` it is all.
    """

    key: str
    directory: str
    reason: str
    risk: Risk = Risk.NONE
    path: str | None = None


class Runtimes(Value):
    """The runtimes of this machine, and which interpreter may borrow from which.

    `directory` holds them all and the launcher; `system` and `machine` complete an
    interpreter's ABI to a key. `installed` are whole, in the order of their keys; `ailing` are
    the others that are there. `removed` are the keys of those that somebody removed on purpose.
    `offered` are what `spelled` calls those that could be built. `programs` is the directory
    of what stands in for a missing pip: kernels name it on their PATH, and whoever
    publishes them sees that it is there; None where others may write to it. `distrust` is
    what speaks against all of them: then none is installed.
    """

    directory: str
    system: str
    machine: str
    installed: tuple[Runtime, ...] = ()
    ailing: tuple[Ailing, ...] = ()
    removed: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    programs: str | None = None
    distrust: Ailing | None = None

    def key_for(self, interpreter: Interpreter) -> str:
        """Return the key of the runtime that fits an interpreter, whether it is there or not."""
        return key_of(interpreter.abi, self.system, interpreter.machine or self.machine)

    def without(self, found: Iterable[Ailing]) -> Runtimes:
        """Return the runtimes with these, so far installed, among the ailing."""
        more = {each.key: each for each in found}
        if not more:
            return self
        return replace(
            self,
            installed=tuple(each for each in self.installed if each.key not in more),
            ailing=tuple(sorted((*self.ailing, *more.values()), key=lambda each: each.key)),
        )

    def find(self, key: str) -> Runtime | None:
        """Return the runtime with this key, None if there is none."""
        return next((runtime for runtime in self.installed if runtime.key == key), None)

    def ailing_for(self, interpreter: Interpreter) -> Ailing | None:
        """Return the runtime that would fit an interpreter if nothing were wrong with it."""
        key = self.key_for(interpreter)
        return next((each for each in self.ailing if each.key == key), None)

    def is_given_up(self, interpreter: Interpreter) -> bool:
        """Return whether somebody removed the runtime of an interpreter on purpose."""
        return self.key_for(interpreter) in self.removed

    def risk_for(self, interpreter: Interpreter) -> Risk:
        """Return what others could do to the runtime of an interpreter."""
        ailing = self.distrust or self.ailing_for(interpreter)
        return Risk.NONE if ailing is None else ailing.risk

    def for_interpreter(self, interpreter: Interpreter) -> Runtime | None:
        """Return the runtime that fits an interpreter, None if it is not there."""
        return self.find(self.key_for(interpreter))

    def is_offered(self, key: str) -> bool:
        """Return whether the runtime with this key could be built."""
        return spelled(key) in self.offered and _processor_of(key) in _MACHINES

    def offer(self, interpreter: Interpreter) -> str | None:
        """Return what the runtime that could be built for an interpreter is called, if any."""
        key = self.key_for(interpreter)
        return spelled(key) if self.is_offered(key) else None

    def why_none(self, interpreter: Interpreter) -> str:
        """Return why no runtime fits an interpreter: the rest of a sentence, with what to do."""
        python = self.offer(interpreter)
        if python is None:
            what = described(self.key_for(interpreter))
            return f"there is no runtime for {what} (install ipykernel into the environment)"
        ailing = self.ailing_for(interpreter) or self.distrust
        way = f"'kernelsync runtime install {python}'"
        if self.is_given_up(interpreter):
            return f"the runtime for Python {python} was removed ({way} brings it back)"
        if ailing is None:
            return f"the runtime for Python {python} is not there ({way})"
        if ailing.risk is not Risk.NONE:
            return f"the runtime for Python {python} is not used: {ailing.reason}"
        return f"the runtime for Python {python} is damaged: {ailing.reason} ({way} repairs it)"


def key_of(abi: str, system: str, machine: str) -> str:
    """Return the key for an interpreter's ABI on a system (`sys.platform`) and processor."""
    return f"{abi}-{system}-{machine}"


def parts_of(key: str) -> tuple[str, str, str, str]:
    """Return what a key says: the implementation, X.Y, the flags of the ABI, and the rest.

    As in ("cpython", "3.13", "t", "linux-x86_64"); all four are "" for what is not a key.
    """
    abi, dash, where = key.partition("-")
    for letters, implementation in _IMPLEMENTATIONS.items():
        rest = abi.removeprefix(letters)
        version = _leading_digits(rest)
        if rest != abi and dash and where and len(version) > 1:
            minor = f"{version[0]}.{version[1:]}"
            return implementation, minor, rest[len(version) :], where
    return "", "", "", ""


def spelled(key: str) -> str:
    """Return how people, and pin lists, call the Python of a key: "3.12", "3.14t", "pypy3.9"."""
    implementation, python, flags, _ = parts_of(key)
    kind = "" if implementation == _CPYTHON else implementation
    return kind + python + "".join(letter for letter in flags if letter in _KINDS)


def described(key: str) -> str:
    """Return in words which Pythons a key is for: "free-threaded CPython 3.13", with the rest.

    The processor and the C library are named where they are what pin lists lack.
    """
    implementation, python, flags, where = parts_of(key)
    kinds = "".join(_KINDS.get(letter, "") for letter in flags)
    words = f"{kinds}{IMPLEMENTATION_NAMES.get(implementation, implementation)} {python}"
    return words if _processor_of(key) in _MACHINES else f"{words} on {where.partition('-')[2]}"


def _processor_of(key: str) -> str:
    return parts_of(key)[3].partition("-")[2].removesuffix(_MUSL)


def python_of(key: str) -> str:
    """Return the X.Y of a key, "" for what is not one."""
    return parts_of(key)[1]


def in_order(runtimes: Iterable[Runtime]) -> tuple[Runtime, ...]:
    """Return runtimes in the order of their keys."""
    return tuple(sorted(runtimes, key=lambda runtime: runtime.key))


def _leading_digits(text: str) -> str:
    end = next((at for at, letter in enumerate(text) if not letter.isdecimal()), len(text))
    return text[:end]
