"""The contents of kernelspecs: kernel.json and its logos for one kernel of an environment.

argv and env come from the environment; what depends on its ipykernel (debugger,
encryption, protocol) is copied from the kernelspec that this ipykernel brought along.
"""

from __future__ import annotations

from kernelsync.planning.badge import badge_logo
from kernelsync.planning.builtin_rules import CONDA_FAMILY
from kernelsync.planning.plain_json import plain_metadata
from kernelsync.planning.provided import logos_of
from kernelsync.typed import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelsync.model.environment import Environment, ProvidedKernel
    from kernelsync.model.kernelspec import KernelName, Logo
    from kernelsync.model.runtime import Runtime
    from kernelsync.model.settings import KernelSettings
    from kernelsync.planning.borrowing import Borrowing
    from kernelsync.planning.provided import OtherKernel

# Ours; VS Code's, which makes it hide or move a kernelspec; and a plug-in that may be missing.
_NOT_COPIED = frozenset({"kernelsync", "interpreter", "vscode", "kernel_provisioner"})
_FIRST_WITH_FROZEN_MODULES = (3, 11)
_FIRST_WITH_DEBUGGER = 6
_LONGEST_TEXT = 64
_OWN_LAUNCH: tuple[str, ...] = ("-m", "ipykernel_launcher", "-f", "{connection_file}")
_NOTHING: Mapping[str, str] = {}
_NO_MORE: dict[str, object] = {}

Shared = tuple["dict[str, object]", "dict[str, object]"]
"""What environments with the same ipykernel have in common: metadata, and more keys."""


class Contents:
    """Writes kernelspecs for one pass. It remembers what many environments share."""

    def __init__(self, settings: KernelSettings, home: str, borrowing: Borrowing) -> None:
        self._settings = settings
        self._borrowing = borrowing
        self._home = home
        self._extra = dict(settings.env)
        self._shared: dict[int, tuple[object, Shared]] = {}

    def python_document(
        self,
        environment: Environment,
        own: ProvidedKernel | None,
        names: tuple[KernelName, str],
        mark: Mapping[str, object],
    ) -> dict[str, object]:
        """Return kernel.json of an environment's main kernel.

        `own` is what its ipykernel brought along, `names` are name and display name. The
        kernel starts the environment's own interpreter, by an absolute path that is not
        resolved, or it fails.
        """
        interpreter = environment.interpreter
        if interpreter is None:
            message = f"{environment.candidate.prefix} has no interpreter"
            raise ValueError(message)
        runtime = self._borrowing.lender(environment)
        if runtime is None:
            launch, (metadata, more) = _OWN_LAUNCH, self._from(own, environment.ipykernel)
        else:
            launch, metadata, more = self._borrowing.launch(runtime), _lent(runtime), _NO_MORE
        options = frozen_modules(interpreter.implementation, interpreter.minor)
        return {
            "name": names[0],
            "argv": [interpreter.path, *options, *launch],
            "display_name": names[1],
            "language": "python",
            "env": self._env(environment, _NOTHING),
            **more,
            "metadata": self._metadata(environment, metadata, mark),
        }

    def python_logos(
        self, environment: Environment, own: ProvidedKernel | None
    ) -> tuple[Logo, ...]:
        """Return the badge, if wanted, and the PNGs of the environment's own ipykernel."""
        if not self._settings.badges or environment.interpreter is None:
            return logos_of(own, with_svg=True)
        manager = environment.candidate.manager
        badge = badge_logo(manager.colour, manager.word, environment.interpreter.minor)
        return (badge, *logos_of(own, with_svg=False))

    def other_document(
        self,
        environment: Environment,
        kernel: OtherKernel,
        names: tuple[KernelName, str],
        mark: Mapping[str, object],
    ) -> dict[str, object]:
        """Return kernel.json of another kernel that the environment brings along."""
        provided, argv = kernel
        language = provided.document.get("language")
        env = provided.document.get("env")
        own = env if isinstance(env, dict) else {}
        metadata = plain_metadata(provided.document, _NOT_COPIED)
        return {
            "name": names[0],
            "argv": list(argv),
            "display_name": names[1],
            "language": language if _is_short(language) else "",
            "env": self._env(environment, {k: v for k, v in own.items() if _is_text_pair(k, v)}),
            **_copied_keys(provided),
            "metadata": self._metadata(environment, metadata, mark),
        }

    def _from(self, own: ProvidedKernel | None, ipykernel: str | None) -> Shared:
        """Return what is copied; worked out once for each object, as probes share them."""
        if own is None:
            return _without_kernelspec(ipykernel), {}
        document = own.document
        known = self._shared.get(id(document))
        if known is not None and known[0] is document:
            return known[1]
        shared = plain_metadata(document, _NOT_COPIED), _copied_keys(own)
        self._shared[id(document)] = document, shared
        return shared

    def _env(self, environment: Environment, own: Mapping[str, str]) -> dict[str, str]:
        """Return the variables; in paths `$` is doubled, as Jupyter fills in `${NAME}`."""
        if not self._settings.activate:
            return {**own, **self._extra}
        candidate = environment.candidate
        prefix = candidate.prefix.replace("$", "$$")
        path = f"{prefix}/bin:{self._stand_ins(environment)}${{PATH}}"
        if candidate.manager.name in CONDA_FAMILY:
            active = {"CONDA_PREFIX": prefix, "VIRTUAL_ENV": "", "PATH": path}
        elif candidate.base:
            # An empty one is none, to uv as well; without it the server's would stay.
            active = {"VIRTUAL_ENV": "", "PATH": path}
        else:
            active = {"VIRTUAL_ENV": prefix, "PATH": path}
        return {**active, **own, **self._extra}

    def _stand_ins(self, environment: Environment) -> str:
        """Return the part of PATH without which the next Python's pip would be taken."""
        programs = self._borrowing.programs(environment)
        return "" if programs is None else f"{programs.replace('$', '$$')}:"

    def _metadata(
        self, environment: Environment, copied: Mapping[str, object], mark: Mapping[str, object]
    ) -> dict[str, object]:
        """Add ours: flat keys, which launchers show as columns to search, and the mark."""
        candidate, interpreter = environment.candidate, environment.interpreter
        place = environment.project or candidate.project or candidate.prefix
        return {
            **copied,
            "manager": candidate.manager.word,
            "python": interpreter.version if interpreter else "",
            "location": shortened(place, self._home),
            "kernelsync": mark,
        }


def shortened(path: str, home: str) -> str:
    """Return the path with `~` for the home directory."""
    if path == home:
        return "~"
    return f"~{path[len(home) :]}" if path.startswith(f"{home}/") else path


@cache
def frozen_modules(implementation: str, minor: str) -> tuple[str, ...]:
    """Return the option that keeps the debugger quiet, where the interpreter knows it.

    `ipykernel install` writes it as well (ipykernel/kernelspec.py).
    """
    parts = minor.split(".")
    known = (
        implementation == "cpython"
        and all(part.isdigit() for part in parts)
        and tuple(map(int, parts)) >= _FIRST_WITH_FROZEN_MODULES
    )
    return ("-Xfrozen_modules=off",) if known else ()


def _without_kernelspec(ipykernel: str | None) -> dict[str, object]:
    """Return what ipykernel would have written, had it been installed with its data files."""
    major = (ipykernel or "").partition(".")[0]
    return {"debugger": True} if major.isdigit() and int(major) >= _FIRST_WITH_DEBUGGER else {}


def _lent(runtime: Runtime) -> dict[str, object]:
    """Return what is known of a kernel by a runtime.

    It has no protocol version and no encryption: the first promises a handshake that older
    ipykernels do not know, the other came with ipykernel 7.3.
    """
    return {"debugger": True} if runtime.debugger else {}


def _copied_keys(kernel: ProvidedKernel) -> dict[str, object]:
    copied: dict[str, object] = {}
    mode = kernel.document.get("interrupt_mode")
    if mode in ("signal", "message"):
        copied["interrupt_mode"] = mode
    protocol = kernel.document.get("kernel_protocol_version")
    if _is_short(protocol):
        copied["kernel_protocol_version"] = protocol
    return copied


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT


def _is_text_pair(key: object, value: object) -> bool:
    return isinstance(key, str) and isinstance(value, str)
