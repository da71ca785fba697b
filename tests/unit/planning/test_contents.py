"""The contents of kernelspecs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kernelsync.model.environment import Condition
from kernelsync.model.kernelspec import Logo
from kernelsync.model.value import replace
from kernelsync.planning.desired import desire
from support.values import (
    CONDA,
    HOME,
    HOST,
    bare,
    environment,
    in_project,
    interpreter,
    provided,
    root,
    settings,
    surroundings,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment
    from kernelsync.model.kernelspec import KernelSpec


def specs(subject: Environment, **kernels: Any) -> tuple[KernelSpec, ...]:  # noqa: ANN401 - the facts of any field
    """Return all kernelspecs of one environment."""
    roots = (root(subject.candidate.root, inode=42),)
    return desire((subject,), settings(**kernels), surroundings(), (), roots).specs


def document(subject: Environment, **kernels: Any) -> dict[str, Any]:  # noqa: ANN401 - the facts of any field
    """Return kernel.json of its main kernel."""
    return dict(specs(subject, **kernels)[0].document)


def metadata(subject: Environment) -> dict[str, Any]:
    """Return the metadata of its main kernel, without the mark."""
    found = dict(document(subject)["metadata"])
    del found["kernelsync"]
    return found


def test_the_whole_document() -> None:
    """Keys, their order and their values; nothing else."""
    prefix = f"{HOME}/src/app/.venv"
    expected = {
        "name": "app",
        "argv": [
            f"{prefix}/bin/python",
            "-Xfrozen_modules=off",
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
        ],
        "display_name": "app (venv 3.12)",
        "language": "python",
        "env": {"VIRTUAL_ENV": prefix, "PATH": f"{prefix}/bin:${{PATH}}"},
        "kernel_protocol_version": "5.5",
        "metadata": {
            "debugger": True,
            "manager": "venv",
            "python": "3.12.1",
            "location": "~/src/app",
            "kernelsync": {
                "version": 1,
                "environment": prefix,
                "prefix": prefix,
                "manager": "venv",
                "root": f"{HOME}/src",
                "root_inode": 42,
                "host": HOST,
                "stem": "app",
            },
        },
    }
    assert json.dumps(document(in_project(f"{HOME}/src/app"))) == json.dumps(expected)


@pytest.mark.parametrize(
    ("version", "implementation", "known"),
    [("3.10.4", "cpython", False), ("3.11.0", "cpython", True), ("3.11.0", "pypy", False)],
)
def test_frozen_modules_only_where_known(version: str, implementation: str, known: bool) -> None:  # noqa: FBT001 - a column
    """Older interpreters would refuse the option."""
    python = interpreter("/x", version, implementation=implementation)
    argv = document(environment(interpreter=python))["argv"]
    assert ("-Xfrozen_modules=off" in argv) is known


@pytest.mark.parametrize(
    ("subject", "env"),
    [
        (
            bare(),
            {"VIRTUAL_ENV": "", "PATH": f"{HOME}/.pyenv/versions/3.12.1/bin:${{PATH}}"},
        ),
        (
            environment("/envs/a$b"),
            {"VIRTUAL_ENV": "/envs/a$$b", "PATH": "/envs/a$$b/bin:${PATH}"},
        ),
        (
            environment("/opt/conda/envs/x", manager=CONDA),
            {
                "CONDA_PREFIX": "/opt/conda/envs/x",
                "VIRTUAL_ENV": "",
                "PATH": "/opt/conda/envs/x/bin:${PATH}",
            },
        ),
    ],
)
def test_activation(subject: Environment, env: dict[str, str]) -> None:
    """A bare interpreter has no environment; `$` in a path is not a variable."""
    assert document(subject)["env"] == env


def test_no_activation_and_own_variables() -> None:
    """Settings say what is in the environment of kernels; their variables come last."""
    extra = (("A", "1"), ("PATH", "/mine"))
    assert document(environment(), activate=False)["env"] == {}
    assert document(environment(), activate=False, env=extra)["env"] == dict(extra)
    assert document(environment(), env=extra)["env"]["PATH"] == "/mine"


def test_metadata_is_copied_but_for_what_others_own() -> None:
    """VS Code's keys would make it hide the kernelspec; the mark is only ours to write."""
    own = {
        "debugger": True,
        "supported_encryption": ["curve"],
        "interpreter": {"path": "/x"},
        "vscode": {},
        "kernelsync": {"version": 99},
        "kernel_provisioner": {"provisioner_name": "evil"},
        "manager": "theirs",
    }
    subject = environment(provided=(provided("/x", metadata=own),))
    assert metadata(subject) == {
        "debugger": True,
        "supported_encryption": ["curve"],
        "manager": "workon",
        "python": "3.12.1",
        "location": "~/.virtualenvs/app",
    }


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param({"x": float("nan")}, id="no number"),
        pytest.param({"x": float("inf")}, id="an infinite number"),
        pytest.param({"x": object()}, id="no JSON"),
        pytest.param({"x": 10**30}, id="a huge number"),
        pytest.param({"x": [[[[[[[[[[1]]]]]]]]]]}, id="deep"),
        pytest.param({"x": "long" * 10_000}, id="long"),
        pytest.param({1: "x"}, id="a key that is no text"),
        pytest.param(["no", "object"], id="a list"),
        pytest.param(None, id="nothing"),
    ],
)
def test_hostile_metadata_is_left_out(hostile: object) -> None:
    """What would not survive JSON, or is absurd, is not copied."""
    subject = environment(provided=(provided("/x", metadata=hostile),))
    assert set(metadata(subject)) == {"manager", "python", "location"}


def test_other_keys_are_copied_if_they_are_what_they_should_be() -> None:
    """Only known keys with known values."""
    good = provided("/x", interrupt_mode="message", kernel_protocol_version="5.4", name="evil")
    bad = provided("/x", interrupt_mode=["x"], kernel_protocol_version=5, mimetype="x")
    copied = document(environment(provided=(good,)))
    assert (copied["interrupt_mode"], copied["kernel_protocol_version"]) == ("message", "5.4")
    assert copied["name"] == "app"
    assert not {"interrupt_mode", "kernel_protocol_version", "mimetype"} & set(
        document(environment(provided=(bad,)))
    )


@pytest.mark.parametrize(
    ("ipykernel", "debugger"), [("6.29.5", True), ("5.5.6", False), ("unknown", False)]
)
def test_without_a_kernelspec_of_its_own(ipykernel: str, debugger: bool) -> None:  # noqa: FBT001 - a column
    """An ipykernel may be there without its data files; the debugger came with version 6."""
    subject = environment(provided=(), ipykernel=ipykernel)
    assert ("debugger" in metadata(subject)) is debugger


def test_logos() -> None:
    """A badge and the PNGs; without badges all logos of the environment."""
    with_badge = specs(environment())[0].logos
    without = specs(environment(), badges=False)[0].logos
    names = ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]
    assert sorted(logo.name for logo in with_badge) == names
    assert [logo.name for logo in with_badge if logo.content] == ["logo-svg.svg"]
    assert [logo.name for logo in without if logo.source] == names


def test_strange_logos_are_left_out() -> None:
    """Unknown names and absurd sizes are not copied."""
    strange = (
        Logo(name="logo-32x32.png", size=10**9, source="/x/logo-32x32.png"),
        Logo(name="../x", size=1, source="/x"),
    )
    kernel = replace(provided("/x"), logos=strange)
    assert [logo.name for logo in specs(environment(provided=(kernel,)))[0].logos] == [
        "logo-svg.svg"
    ]


def test_the_preferred_own_kernelspec_is_python3() -> None:
    """Copies of ipykernel's kernelspec inside the environment do not become kernels."""
    prefix = f"{HOME}/.virtualenvs/app"
    odd = provided(prefix, "aaa", metadata={"odd": True})
    found = specs(environment(provided=(odd, provided(prefix))))
    assert len(found) == 1
    assert "odd" not in dict(found[0].document)["metadata"]


R = ["R", "--slave", "-e", "IRkernel::main()", "--args", "{connection_file}"]


@pytest.mark.parametrize(
    ("argv", "program"),
    [
        (R, "/opt/stats/bin/R"),
        (["/opt/stats/bin/xpython", "-f", "{connection_file}"], "/opt/stats/bin/xpython"),
        (["{prefix}/bin/x", "{connection_file}"], "/opt/stats/bin/x"),
        (
            ["{resource_dir}/run", "{connection_file}"],
            "/opt/stats/share/jupyter/kernels/other/run",
        ),
        (["python3", "-m", "bash_kernel", "-f", "{connection_file}"], "/opt/stats/bin/python"),
        (["python3.12", "-m", "x", "{connection_file}"], "/opt/stats/bin/python"),
    ],
)
def test_other_kernels_start_inside_the_environment(argv: list[str], program: str) -> None:
    """Their program is absolute; Jupyter's fields mean the environment."""
    other = provided("/opt/stats", "other", argv=argv, language="R", display_name="R 4")
    found = specs(environment("/opt/stats", provided=(provided("/opt/stats"), other)))
    assert [spec.name for spec in found] == ["stats", "stats-other"]
    kernel = dict(found[1].document)
    assert kernel["argv"][0] == program
    assert kernel["argv"][-1] == "{connection_file}"
    assert (kernel["language"], kernel["display_name"]) == ("R", "stats: R 4 (workon)")
    assert found[1].mark.kernel == "other"


@pytest.mark.parametrize(
    "facts",
    [
        {"argv": ["/usr/bin/R", "{connection_file}"]},
        {"argv": ["/opt/stats/../../bin/sh", "{connection_file}"]},
        {"argv": ["./R", "{connection_file}"]},
        {"argv": ["..", "{connection_file}"]},
        {"argv": ["", "{connection_file}"]},
        {"argv": ["R", "no connection"]},
        {"argv": []},
        {"argv": "R {connection_file}"},
        {"argv": ["R", 5, "{connection_file}"]},
        {"argv": ["R", *["x"] * 100, "{connection_file}"]},
        {"argv": R, "metadata": {"kernel_provisioner": {}}},
    ],
    ids=repr,
)
def test_other_kernels_that_cannot_be_trusted_are_not_published(facts: dict[str, object]) -> None:
    """Outside the environment, malformed, or startable only with a plug-in."""
    other = provided("/opt/stats", "other", **facts)
    found = specs(environment("/opt/stats", provided=(provided("/opt/stats"), other)))
    assert [spec.name for spec in found] == ["stats"]


def test_variables_of_other_kernels_are_kept() -> None:
    """Texts only."""
    other = provided("/opt/s", "r", argv=R, env={"R_HOME": "/opt/s/lib/R", "N": 5, 6: "x"})
    found = specs(environment("/opt/s", provided=(provided("/opt/s"), other)))
    env = dict(found[1].document)["env"]
    assert (env["R_HOME"], "N" in env, 6 in env) == ("/opt/s/lib/R", False, False)
    assert env["PATH"] == "/opt/s/bin:${PATH}"


def test_other_kernels_do_not_need_ipykernel() -> None:
    """An R kernel stands for itself."""
    other = provided("/opt/s", "r", argv=R)
    subject = environment(
        "/opt/s", condition=Condition.NO_IPYKERNEL, ipykernel=None, provided=(other,)
    )
    assert [spec.name for spec in specs(subject)] == ["s-r"]
