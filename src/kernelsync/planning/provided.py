"""The kernelspecs that environments bring along: which is ipykernel's, what the others start.

Their files are input from strangers: nothing is taken from them that is not a plain text.
"""

from __future__ import annotations

from kernelsync.planning.plain_json import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment, ProvidedKernel
    from kernelsync.model.kernelspec import Logo

_PNGS = ("logo-32x32.png", "logo-64x64.png")
_LOGOS = (*_PNGS, "logo-svg.svg")
_LARGEST_LOGO = 262_144
_MOST_OTHERS = 16
_MOST_ARGUMENTS = 64
_LONGEST_ARGUMENT = 4096

OtherKernel = tuple["ProvidedKernel", "tuple[str, ...]"]
"""A kernel that is not ipykernel's, and the command that starts it."""


def runs_ipykernel(kernel: ProvidedKernel) -> bool:
    """Return whether this is a Python kernel by ipykernel."""
    argv = kernel.document.get("argv")
    return isinstance(argv, list) and ("ipykernel_launcher" in argv or "ipykernel" in argv)


def python_kernel(environment: Environment) -> ProvidedKernel | None:
    """Return the kernelspec that the environment's own ipykernel wrote, None without one."""
    chosen = None
    for kernel in environment.provided:
        if runs_ipykernel(kernel):
            if kernel.name == "python3":
                return kernel
            if chosen is None or kernel.name < chosen.name:
                chosen = kernel
    return chosen


def other_kernels(environment: Environment) -> tuple[OtherKernel, ...]:
    """Return the environment's kernels that are not ipykernel's and can run."""
    others = [kernel for kernel in environment.provided if not runs_ipykernel(kernel)]
    if not others:
        return ()
    others.sort(key=lambda kernel: kernel.name)
    found = [
        (kernel, argv)
        for kernel in others
        if not _needs_provisioner(kernel) and (argv := _argv(kernel, environment))
    ]
    return tuple(found[:_MOST_OTHERS])


def logos_of(kernel: ProvidedKernel | None, *, with_svg: bool) -> tuple[Logo, ...]:
    """Return the kernel's own logos that front ends know, unless they are absurdly large."""
    if kernel is None:
        return ()
    known = _LOGOS if with_svg else _PNGS
    logos = [logo for logo in kernel.logos if logo.name in known and logo.size <= _LARGEST_LOGO]
    return tuple(logos)


def _needs_provisioner(kernel: ProvidedKernel) -> bool:
    """Return whether only a server with a certain plug-in could start it."""
    metadata = kernel.document.get("metadata")
    return isinstance(metadata, dict) and "kernel_provisioner" in metadata


def _argv(kernel: ProvidedKernel, environment: Environment) -> tuple[str, ...]:
    """Return the command with an absolute program inside the environment, else nothing.

    Jupyter would take `{prefix}` for the server's own, and `{resource_dir}` for the
    directory of the kernelspec that we write: both are the environment's here.
    """
    argv = texts(kernel.document.get("argv"))
    prefix = environment.candidate.prefix
    if not argv or len(argv) > _MOST_ARGUMENTS or max(map(len, argv)) > _LONGEST_ARGUMENT:
        return ()
    places = (("{prefix}", prefix), ("{resource_dir}", kernel.directory))
    if any(has_field(place) for _, place in places):
        return ()
    for field, place in places:
        argv = tuple(argument.replace(field, place) for argument in argv)
    program = _program(argv[0], environment)
    if not program or not any("{connection_file}" in argument for argument in argv[1:]):
        return ()
    return (program, *argv[1:])


def _program(name: str, environment: Environment) -> str:
    candidate = environment.candidate
    if not name or name.endswith("/") or has_field(name):
        return ""
    if "/" not in name:
        if environment.interpreter is not None and _is_python(name):
            return environment.interpreter.path
        return "" if name in (".", "..") else f"{candidate.prefix}/bin/{name}"
    inside = any(
        name.startswith(f"{place}/")
        for place in (candidate.prefix, candidate.real, *candidate.aliases)
    )
    return name if inside and ".." not in name.split("/") else ""


def _is_python(name: str) -> bool:
    """Return whether Jupyter would replace this name by the server's own interpreter."""
    return name.startswith("python") and not name[len("python") :].strip("0123456789.")


def has_field(text: str) -> bool:
    """Return whether Jupyter would replace something in a path, such as `{prefix}`.

    There is no escape for braces in argv, so a path with a field in it cannot be started.
    """
    if "{" not in text:
        return False
    import re  # noqa: PLC0415 - next to no path has a brace

    return re.search(r"\{[A-Za-z0-9_]+\}", text) is not None
