"""The keys of the JSON output are pinned: programs depend on them."""

from __future__ import annotations

import pytest

from support.quick import environment, neighbour

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from support.machine import Machine

pytestmark = pytest.mark.real_tools

_ENVELOPE = {"schema_version", "command", "ok", "data", "problems"}
_ONCE = {"created", "updated", "removed", "held", "unchanged", "environments"}
_INIT = {"environments", "kernels", "without_ipykernel", "settings", "projects", "service"}
_ENVIRONMENT = {
    "path",
    "name",
    "manager",
    "python",
    "implementation",
    "ipykernel",
    "runtime",
    "state",
    "reason",
    "kernel",
    "display_name",
    "project",
    "aliases",
}


def _opened(document: dict[str, Any], command: str) -> Any:  # noqa: ANN401 - JSON
    """Check the envelope around it, and return the data."""
    assert set(document) == _ENVELOPE
    assert document["schema_version"] == 1
    assert document["command"] == command
    assert isinstance(document["ok"], bool)
    assert isinstance(document["problems"], list)
    return document["data"]


def test_once(machine: Machine) -> None:
    """`once --json`: names of kernels in five lists, and a count."""
    environment(machine, ".venvs/thesis")
    data = _opened(machine.kernelsync("once", "--json").expect(0).json, "once")
    assert set(data) == _ONCE
    assert data["created"] == ["thesis"]
    assert [data[key] for key in ("updated", "removed", "held", "unchanged")] == [[], [], [], []]
    assert data["environments"] == 1


def test_list_of_all(machine: Machine) -> None:
    """`list --all --json`: one object for each environment, a kernel or not."""
    prefix = environment(machine, ".venvs/thesis")
    neighbour(machine)
    data = _opened(machine.kernelsync("list", "--all", "--json").expect(0).json, "list")
    assert set(data) == {"environments"}
    assert [set(each) for each in data["environments"]] == [_ENVIRONMENT, _ENVIRONMENT]
    (facts,) = (each for each in data["environments"] if each["path"] == prefix)
    assert facts["name"] == facts["kernel"] == "thesis"
    assert facts["python"] == machine.tools.pyenv.versions["3.12"]
    assert (facts["manager"], facts["implementation"]) == ("venv", "cpython")
    assert (facts["state"], facts["aliases"], facts["project"]) == ("kernel", [], None)


def test_explain(machine: Machine) -> None:
    """`explain --json` says all that `list` says, and the rule that decided."""
    prefix = environment(machine, ".venvs/thesis")
    settings = machine.settings('exclude:\n  - "the*"\n')
    data = _opened(machine.kernelsync("explain", prefix, "--json").json, "explain")
    (facts,) = data["environments"]
    assert set(facts) >= _ENVIRONMENT
    assert facts["rule"] == {"text": "the*", "file": settings, "line": 2}


def test_init(machine: Machine) -> None:
    """`init --json`: counts by manager, the settings, and how it is with the service."""
    environment(machine, ".venvs/thesis")
    environment(machine, "work/review")
    data = _opened(machine.kernelsync("init", "--json").expect(0).json, "init")
    assert set(data) == _INIT
    assert data["environments"] == data["kernels"] == {"venv": 1}
    assert set(data["settings"]) == {"path", "found", "written", "proposals"}
    assert [set(each) for each in data["settings"]["proposals"]] == [{"key", "value", "reason"}]
    assert set(data["service"]) == {"state", "installed", "units"}


def test_a_problem(machine: Machine) -> None:
    """Each problem has a stable code, a message, a path and a hint; settings add the place."""
    path = machine.settings("exlude: []\n")
    refused = machine.kernelsync("once", "--json").expect(2).json
    assert set(refused) == _ENVELOPE
    assert refused["ok"] is False
    (problem,) = refused["problems"]
    assert {"code", "message", "path", "hint"} <= set(problem)
    assert problem["path"] == path
    assert "exlude" in problem["message"]
    assert "exclude" in problem["hint"]


def test_a_usage_error_speaks_json_too(machine: Machine) -> None:
    """Whoever asked for JSON gets one object, also for an option that does not exist."""
    refused = machine.kernelsync("once", "--json", "--no-such-option").expect(2).json
    assert set(refused) == _ENVELOPE
    assert refused["ok"] is False
    assert refused["command"] == "once"
    assert "--no-such-option" in refused["problems"][0]["message"]


@pytest.mark.parametrize(
    "arguments",
    [("undo", "--list"), ("undo",), ("clean",), ("config", "path"), ("config", "show")],
    ids=" ".join,
)
def test_every_command_speaks_json(machine: Machine, arguments: tuple[str, ...]) -> None:
    """The envelope is the same for all."""
    _opened(machine.kernelsync(*arguments, "--json").json, arguments[0])
