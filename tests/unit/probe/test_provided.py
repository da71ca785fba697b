"""An environment's own kernelspecs are read as they are, and never trusted."""

from __future__ import annotations

import os

import pytest

from kernelsync.model.kernelspec import Logo
from kernelsync.probe.probe import Prober
from support.probe_trees import (
    KERNEL,
    NOW,
    candidate_of,
    link,
    make_base,
    make_ready,
    make_venv,
    probe,
    provide_kernel,
    surroundings_of,
    write,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_R = {"argv": ["R", "--slave", "-e", "IRkernel::main()"], "display_name": "R", "language": "R"}


@pytest.fixture
def prefix(tmp_path: Path) -> str:
    """Return an environment in which a kernel can run."""
    make_ready(f"{tmp_path}/env", make_base(f"{tmp_path}/base"))
    return f"{tmp_path}/env"


def test_kernelspecs_are_in_the_order_of_their_names(prefix: str) -> None:
    """Every run sees the same order."""
    for name in ("python3", "ir", "bash"):
        provide_kernel(prefix, name, _R)
    assert [kernel.name for kernel in probe(prefix).provided] == ["bash", "ir", "python3"]


def test_the_document_is_as_it_is_written(prefix: str) -> None:
    """Unknown keys included."""
    document = {**KERNEL, "kernel_protocol_version": "5.5", "x-unknown": [1, {"two": None}]}
    directory = provide_kernel(prefix, document=document)
    (kernel,) = probe(prefix).provided
    assert (kernel.document, kernel.directory) == (document, directory)


def test_kernels_of_an_environment_without_ipykernel_count(tmp_path: Path) -> None:
    """It may have an R kernel all the same."""
    make_venv(f"{tmp_path}/env", make_base(f"{tmp_path}/base"))
    provide_kernel(f"{tmp_path}/env", "ir", _R)
    assert [kernel.name for kernel in probe(f"{tmp_path}/env").provided] == ["ir"]


def test_logos_are_named_with_size_and_place(prefix: str) -> None:
    """They are copied only when needed."""
    directory = provide_kernel(prefix)
    write(f"{directory}/logo-64x64.png", b"x" * 640)
    write(f"{directory}/logo-svg.svg", b"<svg/>")
    write(f"{directory}/kernel.js", b"")
    (kernel,) = probe(prefix).provided
    assert kernel.logos == (
        Logo(name="logo-64x64.png", size=640, source=f"{directory}/logo-64x64.png"),
        Logo(name="logo-svg.svg", size=6, source=f"{directory}/logo-svg.svg"),
    )


def test_a_linked_logo_is_left_out(prefix: str, tmp_path: Path) -> None:
    """Jupyter serves logos: a link could publish any file of the user's."""
    directory = provide_kernel(prefix)
    link(write(f"{tmp_path}/secret", b"key"), f"{directory}/logo-svg.svg")
    (kernel,) = probe(prefix).provided
    assert kernel.logos == ()


def test_a_huge_logo_is_left_out(prefix: str) -> None:
    """At most 256 KiB."""
    directory = provide_kernel(prefix)
    with open(f"{directory}/logo-svg.svg", "wb") as file:
        file.truncate(256 * 1024 + 1)
    (kernel,) = probe(prefix).provided
    assert kernel.logos == ()


@pytest.mark.parametrize(
    "document",
    [
        b"{",
        b"",
        b"\xff\xfe\xfa",
        b"[" * 100_000,
        b"[]",
        b'"python"',
        b'{"argv": "python"}',
        b'{"argv": []}',
        b'{"argv": ["python", 3]}',
        b'{"display_name": "x"}',
    ],
)
def test_what_is_no_kernelspec_is_a_problem(prefix: str, document: bytes) -> None:
    """The environment itself stays ready, and the others of its kernels count."""
    provide_kernel(prefix, "good", _R)
    directory = provide_kernel(prefix, "bad", document)
    environment = probe(prefix)
    assert [kernel.name for kernel in environment.provided] == ["good"]
    (problem,) = environment.problems
    assert (problem.code, problem.path) == ("kernelspec-skipped", f"{directory}/kernel.json")
    assert environment.reason == "ipykernel 7.4.0 is installed"


def test_a_document_over_the_limit_is_a_problem(prefix: str) -> None:
    """256 KiB are more than anybody writes."""
    provide_kernel(prefix, "huge", b'{"argv": ["x"]}' + b" " * (256 * 1024))
    environment = probe(prefix)
    assert environment.provided == ()
    assert "larger than 256 KiB" in environment.problems[0].message


def test_a_pipe_as_kernel_json_does_not_block(prefix: str) -> None:
    """It is opened without waiting, and refused."""
    os.makedirs(f"{prefix}/share/jupyter/kernels/pipe")
    os.mkfifo(f"{prefix}/share/jupyter/kernels/pipe/kernel.json")
    (problem,) = probe(prefix).problems
    assert "not a regular file" in problem.message


def test_a_name_that_cannot_be_printed_is_a_problem(prefix: str) -> None:
    """Not UTF-8, or with control characters."""
    for name in (b"caf\xe9", b"two\nlines", b"\x1b[31m"):
        provide_kernel(prefix, os.fsdecode(name), _R)
    environment = probe(prefix)
    assert environment.provided == ()
    assert [problem.code for problem in environment.problems] == ["kernelspec-skipped"] * 3


def test_directories_that_are_no_kernelspecs_are_passed_over(prefix: str) -> None:
    """Checkpoints, stray files and empty directories are nothing to report."""
    kernels = f"{prefix}/share/jupyter/kernels"
    provide_kernel(prefix, ".ipynb_checkpoints", _R)
    os.makedirs(f"{kernels}/empty")
    write(f"{kernels}/README", "x")
    environment = probe(prefix)
    assert (environment.provided, environment.problems) == ((), ())


def test_more_kernelspecs_than_anybody_has_are_cut(prefix: str) -> None:
    """A pass ends in time whatever lies around."""
    for number in range(60):
        provide_kernel(prefix, f"k{number:02}", _R)
    environment = probe(prefix)
    assert len(environment.provided) == 50
    assert [problem.code for problem in environment.problems] == ["kernelspec-skipped"]


def test_equal_documents_are_parsed_once_in_a_pass(tmp_path: Path) -> None:
    """A thousand environments have the same kernel.json."""
    base = make_base(f"{tmp_path}/base")
    prober = Prober(surroundings_of(str(tmp_path)), now=NOW)
    documents = []
    for name in ("one", "two"):
        make_ready(f"{tmp_path}/{name}", base)
        provide_kernel(f"{tmp_path}/{name}")
        (kernel,) = prober.probe(candidate_of(f"{tmp_path}/{name}")).provided
        documents.append(kernel.document)
    assert documents[0] is documents[1]
