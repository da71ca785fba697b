"""How the program ends, as the contract says."""

from __future__ import annotations

import pytest

from support.quick import environment, kernel_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


def test_nothing_to_do_is_success(machine: Machine) -> None:
    """A machine without environments is no error; the program says where it looked."""
    result = machine.kernelsync("once").expect(0)
    assert ".venvs" in result.stdout + result.stderr


def test_a_mistake_in_the_settings_is_two_and_changes_nothing(machine: Machine) -> None:
    """The place of the mistake is told as file, line and column."""
    environment(machine, ".venvs/thesis")
    machine.settings('exclude:\n  - "a*"\nkernel:\n  badges: true\n')
    refused = machine.kernelsync("once").expect(2)
    assert "config.yaml:3:1" in refused.stderr
    assert "'kernels'" in refused.stderr
    assert not refused.stdout
    assert machine.kernel_names() == set()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("onse",),
        ("once", "--no-such-option"),
        ("once", "--dry-run", "--check"),
        ("once", "/no/such/root"),
        ("once", "--config", "/no/such/file.yaml"),
        ("config", "sing"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_two(machine: Machine, arguments: tuple[str, ...]) -> None:
    """With a message on stderr, without a traceback."""
    refused = machine.kernelsync(*arguments).expect(2)
    assert refused.stderr.strip()
    assert "Traceback" not in refused.stderr


def test_a_misspelt_command_gets_a_suggestion(machine: Machine) -> None:
    """As other good programs do."""
    assert "'once'" in machine.kernelsync("onse").expect(2).stderr


def test_a_kernels_directory_that_is_a_file_is_four(machine: Machine) -> None:
    """Nothing can be published: that is an error of its own, and names the path."""
    environment(machine, ".venvs/thesis")
    path = machine.write(machine.kernel_directory(), "in the way")
    refused = machine.kernelsync("once").expect(4)
    assert path in refused.stderr.replace("~", machine.home)
    assert "Traceback" not in refused.stderr
    with open(path, encoding="utf-8") as file:
        assert file.read() == "in the way"


def test_help_and_version(machine: Machine) -> None:
    """Both go to stdout and end well."""
    assert "once" in machine.kernelsync("--help").expect(0).stdout
    assert "--dry-run" in machine.kernelsync("once", "--help").expect(0).stdout
    assert machine.kernelsync("--version").expect(0).stdout.startswith("kernelsync ")
    said = machine.kernelsync("--version", "--json").expect(0).json
    assert said["data"]["version"]


def test_it_is_a_jupyter_subcommand_too(machine: Machine) -> None:
    """`jupyter kernelsync once` is the same program."""
    prefix = environment(machine, ".venvs/thesis")
    machine.jupyter("kernelsync", "once").expect(0)
    assert kernel_of(machine, prefix) == "thesis"
