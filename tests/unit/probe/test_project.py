"""The project of an environment is found by what an editable install leaves behind."""

from __future__ import annotations

import json

import pytest

from kernelsync.probe.project import normalised
from support.probe_trees import install, make_base, make_ready, probe, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def _installed_from(tmp_path: Path, url: str, *, editable: object = True) -> str:
    site = make_ready(f"{tmp_path}/env", make_base(f"{tmp_path}/base"))
    origin = {"url": url, "dir_info": {"editable": editable}}
    write(f"{install(site, 'My.Po_etry__App', '0.1')}/direct_url.json", json.dumps(origin))
    (tmp_path / "my project").mkdir()
    return f"{tmp_path}/env"


@pytest.mark.parametrize("name", ["my-po-etry-app", "My.Po_etry-App", "my_po_etry_app"])
def test_any_spelling_of_the_name_finds_the_project(tmp_path: Path, name: str) -> None:
    """Names are compared by PEP 503, and paths in URLs are decoded."""
    prefix = _installed_from(tmp_path, f"file://{tmp_path}/my%20project")
    assert probe(prefix, distribution=name).project == f"{tmp_path}/my project"


def test_localhost_is_here(tmp_path: Path) -> None:
    """A file URL may name this machine."""
    prefix = _installed_from(tmp_path, f"file://localhost{tmp_path}/my%20project")
    assert probe(prefix, distribution="my-po-etry-app").project == f"{tmp_path}/my project"


def test_what_the_locator_knows_comes_first(tmp_path: Path) -> None:
    """Metadata is only asked where nothing better is known."""
    prefix = _installed_from(tmp_path, f"file://{tmp_path}/my%20project")
    environment = probe(prefix, distribution="my-po-etry-app", project="/known")
    assert environment.project == "/known"


@pytest.mark.parametrize(
    ("path", "editable"),
    [("/my%20project", False), ("/my%20project", "yes"), ("/gone", True)],
)
def test_no_project_is_made_up(tmp_path: Path, path: str, editable: object) -> None:
    """It must be editable, and a directory that exists."""
    prefix = _installed_from(tmp_path, f"file://{tmp_path}{path}", editable=editable)
    assert probe(prefix, distribution="my-po-etry-app").project is None


@pytest.mark.parametrize("url", ["https://example.org/x", "file://relative", "git+file:///x"])
def test_other_urls_are_no_projects(tmp_path: Path, url: str) -> None:
    """Only a directory of this machine is."""
    assert probe(_installed_from(tmp_path, url), distribution="my-po-etry-app").project is None


@pytest.mark.parametrize("text", ["[]", "{", '{"url": 3}', '{"dir_info": []}', "null"])
def test_nonsense_is_no_project(tmp_path: Path, text: str) -> None:
    """Wrong types in it are as good as no file."""
    site = make_ready(f"{tmp_path}/env", make_base(f"{tmp_path}/base"))
    write(f"{install(site, 'app')}/direct_url.json", text)
    assert probe(f"{tmp_path}/env", distribution="app").project is None


def test_names_are_normalised() -> None:
    """Runs of separators are one."""
    assert normalised("A__b.-C") == "a-b-c"
