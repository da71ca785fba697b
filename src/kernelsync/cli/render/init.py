"""How a first look at a machine, and what was done about it, look."""

from __future__ import annotations

from kernelsync.cli.commands.proposing import ServiceState
from kernelsync.cli.commands.starting import BUILD
from kernelsync.cli.render import service
from kernelsync.cli.render.wrap import entry
from kernelsync.config.writing import text_of
from kernelsync.model.value import as_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.commands.init import InitResult
    from kernelsync.cli.commands.proposing import Found
    from kernelsync.cli.render.look import Look

_SERVICE = {
    ServiceState.RUNNING: "it runs already",
    ServiceState.INSTALLED: "it is installed, and does not run: "
    "'systemctl --user enable --now kernelsync'",
    ServiceState.OFFERED: "it can keep the kernels true from now on ('kernelsync service install')",
    ServiceState.NO_MANAGER: "no systemd of this user answers here; docs/service.md has other ways",
}


def data(result: InitResult) -> dict[str, object]:
    """Return the `data` of the JSON object."""
    found = result.found
    return {
        "environments": dict(found.environments),
        "kernels": dict(found.kernels),
        "without_ipykernel": found.tally.lacking,
        "settings": {
            "path": found.settings_path,
            "found": found.has_settings,
            "written": result.written,
            "proposals": [as_dict(proposal) for proposal in found.proposals],
        },
        "projects": list(found.trees),
        "service": {
            "state": found.service,
            "installed": result.installed is not None,
            "units": [unit.path for unit in result.installed.units] if result.installed else [],
        },
    }


def lines(result: InitResult, look: Look) -> Iterator[str]:
    """Yield what was found, unless it was shown before; then what was done, and what is next."""
    if look.quiet and not result.only_look:
        return
    if not result.told:
        yield from found_lines(result.found, look)
    if result.written:
        yield f"Wrote {look.path(result.found.settings_path)}"
    if result.installed is not None:
        yield from service.lines(result.installed, look)
    yield from _next(result, look)


def found_lines(found: Found, look: Look) -> Iterator[str]:
    """Yield what there is, what is proposed and why, and whether the service can be had."""
    count = sum(found.environments.values())
    yield from entry("found      ", f"{_environments(count)}{_shares(found)}", look)
    for path in found.searched if look.verbose else ():
        yield f"  in       {look.path(path)}"
    if count:
        kernels = f"{sum(found.kernels.values())}, there already or with the next pass"
        yield from entry("kernels    ", f"{kernels}{_rest(found)}", look)
    if found.tally.lacking:
        yield from entry("           ", _lacking(found), look)
    yield from _settings(found, look)
    yield from entry("service    ", look.prose(_SERVICE[found.service]), look)


def _settings(found: Found, look: Look) -> Iterator[str]:
    path = look.path(found.settings_path)
    if found.has_settings:
        yield from entry("settings   ", f"{path} is there, and stays as it is", look)
        return
    yield from entry("settings   ", f"{path}, with every key and its reason", look)
    for proposal in found.proposals:
        value = f"{proposal.key}: {text_of(proposal.value)}"
        yield from entry("           ", look.prose(value), look)
        yield from entry("             because ", look.prose(proposal.reason), look)
    if not found.proposals:
        yield from entry("           ", "all at their defaults: nothing else is needed here", look)
    for tree in found.trees:
        text = f"{look.path(tree)} has projects with environments; if you trust all of them, "
        yield from entry("  note     ", f"{text}name it in sources.venv.projects", look)


def _next(result: InitResult, look: Look) -> Iterator[str]:
    found = result.found
    if result.only_look:
        if not found.has_settings or found.service is ServiceState.OFFERED:
            text = "nothing was written: 'kernelsync init --yes' does it, and on a terminal "
            yield from entry("", f"{text}'kernelsync init' asks first", look)
        return
    if not result.agreed:
        yield "nothing was written" if result.told else "nothing to do"
    if not (result.written or found.has_settings):
        yield from entry("", "without settings, all that is found becomes a kernel", look)
    if found.environments and found.service is not ServiceState.RUNNING:
        yield from entry("", "'kernelsync once' makes the kernels now, without the service", look)


def _environments(count: int) -> str:
    if not count:
        return "no environments ('kernelsync once' says where it looked)"
    return "1 environment" if count == 1 else f"{count} environments"


def _rest(found: Found) -> str:
    """Return a remark on those that are no kernels for another reason than a lack of ipykernel."""
    count = sum(found.environments.values()) - sum(found.kernels.values()) - found.tally.lacking
    are = "is not" if count == 1 else "are not"
    return f"; {count} {are} to be one ('kernelsync list --all' says why)" if count else ""


def _shares(found: Found) -> str:
    shares = ", ".join(f"{name} {count}" for name, count in found.environments.items())
    return f" ({shares})" if shares else ""


def _lacking(found: Found) -> str:
    count = found.tally.lacking
    have = "1 has" if count == 1 else f"{count} have"
    if not found.tally.offered:
        return f"{have} no ipykernel ('kernelsync list' says what helps)"
    return f"{have} no ipykernel, and can borrow it: '{BUILD}'"
