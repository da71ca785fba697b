"""ipykernel is there when its launcher can be imported, however it was installed."""

from __future__ import annotations

import os
import shutil

import pytest

from kernelsync.model.environment import Condition
from kernelsync.probe.probe import Prober
from support.probe_trees import (
    NEEDED,
    NOW,
    candidate_of,
    install,
    install_ipykernel,
    make_base,
    make_venv,
    probe,
    provide_kernel,
    surroundings_of,
    write,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kernelsync.model.environment import Environment


@pytest.fixture
def prefix(tmp_path: Path) -> str:
    """Return an environment without any packages."""
    make_venv(f"{tmp_path}/env", make_base(f"{tmp_path}/base"))
    return f"{tmp_path}/env"


@pytest.fixture
def site(prefix: str) -> str:
    """Return its site-packages, with all that ipykernel needs, but not ipykernel."""
    packages = f"{prefix}/lib/python3.12/site-packages"
    for package in NEEDED:
        write(f"{packages}/{package}/__init__.py")
    return packages


def _source(tmp_path: Path) -> str:
    write(f"{tmp_path}/src/ipykernel_launcher.py")
    return f"{tmp_path}/src"


def _assert_ready(prefix: str, version: str) -> None:
    environment = probe(prefix)
    assert environment.reason == f"ipykernel {version} is installed"
    assert (environment.condition, environment.ipykernel) == (Condition.READY, version)


def test_the_launcher_without_metadata_is_enough(prefix: str, site: str) -> None:
    """Its version is unknown then."""
    write(f"{site}/ipykernel_launcher.py")
    _assert_ready(prefix, "unknown")


def test_metadata_without_the_launcher_is_not(prefix: str, site: str) -> None:
    """Nothing could be started."""
    install(site, "ipykernel", "7.4.0")
    assert probe(prefix).condition is Condition.NO_IPYKERNEL


def test_a_launcher_that_is_no_file_is_not(prefix: str, site: str) -> None:
    """A cleaned cache leaves links to nothing."""
    os.symlink("/gone/ipykernel_launcher.py", f"{site}/ipykernel_launcher.py")
    assert probe(prefix).condition is Condition.NO_IPYKERNEL


def test_what_pip_left_over_is_ignored(prefix: str, site: str) -> None:
    """Names that start with "~" are what an upgrade moved away."""
    write(f"{site}/ipykernel_launcher.py")
    install(site, "~pykernel", "6.0.0")
    install(site, "ipykernel", "7.4.0")
    _assert_ready(prefix, "7.4.0")


def test_metadata_without_contents_is_ignored(prefix: str, site: str) -> None:
    """An interrupted removal leaves empty directories."""
    write(f"{site}/ipykernel_launcher.py")
    os.makedirs(f"{site}/ipykernel-6.0.0.dist-info")
    _assert_ready(prefix, "unknown")


def test_of_two_versions_the_one_with_contents_counts(prefix: str, site: str) -> None:
    """An interrupted removal may leave INSTALLER alone."""
    install_ipykernel(site, "7.4.0")
    write(f"{site}/ipykernel-6.0.0.dist-info/INSTALLER")
    _assert_ready(prefix, "7.4.0")


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("ipykernel-6.17.0.egg-info", "6.17.0"),
        ("ipykernel-5.5.6-py3.8.egg-info", "5.5.6"),
        ("ipykernel-4.10.1-py2.7.egg", "4.10.1"),
    ],
)
def test_older_metadata_never_has_an_installer(
    prefix: str, site: str, name: str, version: str
) -> None:
    """Debian's and setuptools' egg-info, even as a file made just now."""
    write(f"{site}/ipykernel_launcher.py")
    os.utime(write(f"{site}/{name}"), (NOW, NOW))
    _assert_ready(prefix, version)


@pytest.mark.parametrize("missing", NEEDED)
def test_a_missing_package_is_named(prefix: str, site: str, missing: str) -> None:
    """As after `pip install --no-deps ipykernel`."""
    install_ipykernel(site)
    shutil.rmtree(f"{site}/{missing}")
    environment = probe(prefix)
    assert environment.condition is Condition.NO_IPYKERNEL
    assert environment.reason == f"ipykernel is installed, but '{missing}' is not"
    assert environment.problems == ()


def test_a_package_that_only_its_metadata_shows_counts(prefix: str, site: str) -> None:
    """It may be installed by an import hook that cannot be read."""
    install_ipykernel(site)
    shutil.rmtree(f"{site}/traitlets")
    install(site, "traitlets", "5.0")
    assert probe(prefix).condition is Condition.READY


def test_an_editable_install_by_a_path(prefix: str, site: str, tmp_path: Path) -> None:
    """First form: a .pth with the source directory, and dist-info."""
    write(f"{site}/ipykernel.pth", f"# comment\n\n{_source(tmp_path)}/\n")
    install(site, "ipykernel", "7.4.0.dev0")
    _assert_ready(prefix, "7.4.0.dev0")


def test_an_editable_install_by_hatchling(prefix: str, site: str, tmp_path: Path) -> None:
    """Second form: the launcher is copied, the package is in the source directory."""
    write(f"{site}/_editable_impl_ipykernel.pth", _source(tmp_path))
    write(f"{site}/ipykernel_launcher.py")
    install(site, "ipykernel", "7.5.0")
    _assert_ready(prefix, "7.5.0")


def test_an_editable_install_by_develop(prefix: str, site: str, tmp_path: Path) -> None:
    """Third form: egg-link and easy-install.pth; the version is in the source directory."""
    source = _source(tmp_path)
    write(f"{site}/ipykernel.egg-link", f"{source}\n.")
    write(f"{site}/easy-install.pth", f"{source}\n")
    write(f"{source}/ipykernel.egg-info/PKG-INFO", "Metadata-Version: 2.1\nVersion: 5.5.6\n")
    _assert_ready(prefix, "5.5.6")


def test_an_editable_install_by_a_build_tree(prefix: str, site: str, tmp_path: Path) -> None:
    """Fourth form: setuptools strict, a tree of links to the sources."""
    tree = f"{tmp_path}/build/__editable__.ipykernel-7.4.0-py3-none-any"
    os.makedirs(tree)
    os.symlink(f"{_source(tmp_path)}/ipykernel_launcher.py", f"{tree}/ipykernel_launcher.py")
    write(f"{site}/__editable__.ipykernel-7.4.0.pth", tree)
    install(site, "ipykernel", "7.4.0")
    _assert_ready(prefix, "7.4.0")


@pytest.mark.parametrize("annotation", ["", ": dict[str, str]"])
def test_an_editable_install_by_a_finder(
    prefix: str, site: str, tmp_path: Path, annotation: str
) -> None:
    """Fifth form: setuptools' finder, whose MAPPING is read and not run."""
    source = _source(tmp_path)
    name = "__editable___ipykernel_7_4_0_finder"
    places = {
        "ipykernel": f"{source}/ipykernel",
        "ipykernel_launcher": f"{source}/ipykernel_launcher",
    }
    code = f"import sys\nraise SystemExit('ran')\nMAPPING{annotation} = {places!r}\n"
    write(f"{site}/__editable__.ipykernel-7.4.0.pth", f"import {name}; {name}.install()")
    write(f"{site}/{name}.py", code)
    install(site, "ipykernel", "7.4.0")
    _assert_ready(prefix, "7.4.0")


def test_a_finder_that_makes_no_sense_is_ignored(prefix: str, site: str) -> None:
    """It is read as text, and never run."""
    write(f"{site}/__editable___ipykernel_7_4_0_finder.py", "MAPPING = open('/etc/passwd')\n((")
    assert probe(prefix).condition is Condition.NO_IPYKERNEL


def test_an_added_site_directory_is_recognised(prefix: str, site: str, tmp_path: Path) -> None:
    """As virtualenvwrapper and others write it: `site.addsitedir('...')`."""
    line = f"import site; site.addsitedir('{_source(tmp_path)}')\n"
    write(f"{site}/_virtualenv_path_extensions.pth", line)
    _assert_ready(prefix, "unknown")


def test_other_import_lines_are_not_run(prefix: str, site: str, tmp_path: Path) -> None:
    """A canary in a .pth file stays silent."""
    canary = f"{tmp_path}/ran"
    write(f"{site}/evil.pth", f"import os; os.mkdir({canary!r})\nimport site;site.addsitedir(x)\n")
    assert probe(prefix).condition is Condition.NO_IPYKERNEL
    assert not os.path.exists(canary)


def test_pth_files_are_followed_one_level(prefix: str, site: str, tmp_path: Path) -> None:
    """A .pth file in a directory that a .pth file added does not count."""
    write(f"{site}/a.pth", f"{tmp_path}/between\n")
    write(f"{tmp_path}/between/b.pth", _source(tmp_path))
    assert probe(prefix).condition is Condition.NO_IPYKERNEL


def test_a_relative_path_in_a_pth_file_starts_beside_it(prefix: str, site: str) -> None:
    """As `site.py` reads it."""
    write(f"{site}/nested/ipykernel_launcher.py")
    write(f"{site}/nested.pth", "nested\n")
    _assert_ready(prefix, "unknown")


def _with_system_site(tmp_path: Path, value: str | None = "true") -> str:
    base = make_base(f"{tmp_path}/base")
    line = "" if value is None else f"include-system-site-packages = {value}\n"
    make_venv(f"{tmp_path}/env", base, configuration=f"home = {base}/bin\n{line}")
    return f"{tmp_path}/env"


def _probe_with(prefix: str, home: str, environ: Mapping[str, str] | None = None) -> Environment:
    prober = Prober(surroundings_of(home, environ=environ or {}), now=NOW)
    return prober.probe(candidate_of(prefix))


@pytest.mark.parametrize("value", ["true", "True", None])
def test_the_bases_ipykernel_serves_with_system_site(tmp_path: Path, value: str | None) -> None:
    """A missing key means true."""
    prefix = _with_system_site(tmp_path, value)
    install_ipykernel(f"{tmp_path}/base/lib/python3.12/site-packages")
    environment = probe(prefix)
    assert (environment.condition, environment.ipykernel) == (Condition.READY, "7.4.0")
    assert environment.watch_points[3] == f"{tmp_path}/base/lib/python3.12/site-packages"


def test_the_bases_ipykernel_does_not_serve_without(tmp_path: Path) -> None:
    """The usual environment is on its own."""
    prefix = _with_system_site(tmp_path, "false")
    install_ipykernel(f"{tmp_path}/base/lib/python3.12/site-packages")
    assert probe(prefix).condition is Condition.NO_IPYKERNEL


def test_the_environments_own_ipykernel_comes_first(tmp_path: Path) -> None:
    """In the order of sys.path: its own, the user's, the base's."""
    prefix = _with_system_site(tmp_path)
    install_ipykernel(f"{tmp_path}/base/lib/python3.12/site-packages", "5.0.0")
    install_ipykernel(f"{tmp_path}/home/.local/lib/python3.12/site-packages", "6.0.0")
    users = _probe_with(prefix, f"{tmp_path}/home").ipykernel
    install_ipykernel(f"{prefix}/lib/python3.12/site-packages", "7.0.0")
    assert (users, _probe_with(prefix, f"{tmp_path}/home").ipykernel) == ("6.0.0", "7.0.0")


def test_the_user_site_serves_with_system_site(tmp_path: Path) -> None:
    """As does PYTHONUSERBASE where it is set."""
    prefix = _with_system_site(tmp_path)
    install_ipykernel(f"{tmp_path}/userbase/lib/python3.12/site-packages", "6.1.0")
    environ = {"PYTHONUSERBASE": f"{tmp_path}/userbase"}
    assert _probe_with(prefix, f"{tmp_path}/home", environ).ipykernel == "6.1.0"


def test_the_user_site_can_be_turned_off(tmp_path: Path) -> None:
    """PYTHONNOUSERSITE, as Python itself reads it."""
    prefix = _with_system_site(tmp_path)
    install_ipykernel(f"{tmp_path}/home/.local/lib/python3.12/site-packages")
    environment = _probe_with(prefix, f"{tmp_path}/home", {"PYTHONNOUSERSITE": "1"})
    assert environment.condition is Condition.NO_IPYKERNEL


def test_a_base_sees_the_user_site(tmp_path: Path) -> None:
    """A bare interpreter imports from ~/.local too."""
    base = make_base(f"{tmp_path}/base")
    install_ipykernel(f"{tmp_path}/home/.local/lib/python3.12/site-packages")
    assert probe(base, base=True, home=f"{tmp_path}/home").condition is Condition.READY


def test_debians_packages_are_found(tmp_path: Path) -> None:
    """dist-packages in three places, with egg-info and without INSTALLER."""
    usr = make_base(f"{tmp_path}/usr", "3.11.2", header=False)
    shutil.rmtree(f"{usr}/lib/python3.11/site-packages")
    shared = f"{usr}/lib/python3/dist-packages"
    for package in ("zmq", "traitlets", "tornado"):
        write(f"{shared}/{package}/__init__.py")
    write(f"{usr}/lib/python3.11/dist-packages/jupyter_client/__init__.py")
    write(f"{usr}/local/lib/python3.11/dist-packages/IPython/__init__.py")
    write(f"{shared}/ipykernel_launcher.py")
    write(f"{shared}/ipykernel-6.17.0.egg-info/PKG-INFO")
    environment = probe(usr, base=True)
    assert (environment.condition, environment.ipykernel) == (Condition.READY, "6.17.0")


def test_debians_venv_uses_site_packages(tmp_path: Path) -> None:
    """With system site it borrows the dist-packages."""
    usr = make_base(f"{tmp_path}/usr", "3.11.2", header=False)
    install_ipykernel(f"{usr}/lib/python3/dist-packages")
    prefix = f"{tmp_path}/env"
    text = f"home = {usr}/bin\ninclude-system-site-packages = true\n"
    make_venv(prefix, usr, minor="3.11", configuration=text)
    assert probe(prefix).condition is Condition.READY


def test_the_bases_python_kernelspec_comes_with_its_ipykernel(tmp_path: Path) -> None:
    """Its metadata (debugger) is wanted; the base's other kernels are not this one's."""
    prefix = _with_system_site(tmp_path)
    install_ipykernel(f"{tmp_path}/base/lib/python3.12/site-packages")
    directory = provide_kernel(f"{tmp_path}/base")
    provide_kernel(f"{tmp_path}/base", "ir", {"argv": ["R", "{connection_file}"]})
    provide_kernel(prefix, "bash", {"argv": ["bash", "{connection_file}"]})
    provided = probe(prefix).provided
    assert [kernel.name for kernel in provided] == ["bash", "python3"]
    assert provided[1].directory == directory
