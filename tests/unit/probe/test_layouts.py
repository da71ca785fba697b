"""Every tool's way of making an environment leads to the same facts."""

from __future__ import annotations

import os

from kernelsync.model.environment import Condition
from kernelsync.probe.probe import Prober
from support.probe_trees import (
    NOW,
    candidate_of,
    install_ipykernel,
    link,
    make_base,
    make_ready,
    make_venv,
    probe,
    program,
    surroundings_of,
    write,
    write_header,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def test_a_venv_is_ready_with_all_its_facts(tmp_path: Path) -> None:
    """The usual case."""
    base = make_base(f"{tmp_path}/3.12.1")
    prefix = f"{tmp_path}/env"
    site = make_ready(prefix, base)
    environment = probe(prefix)
    assert environment.condition is Condition.READY
    assert environment.interpreter is not None
    assert environment.interpreter.path == f"{prefix}/bin/python"
    assert environment.interpreter.resolved == f"{base}/bin/python3.12"
    assert environment.interpreter.stdlib == f"{base}/lib/python3.12"
    assert environment.ipykernel == "7.4.0"
    assert environment.problems == ()
    assert environment.watch_points == (prefix, f"{prefix}/bin", site, f"{base}/bin")


def test_the_way_of_debians_links_is_followed(tmp_path: Path) -> None:
    """bin/python -> python3 -> /usr/bin/python3 -> python3.12."""
    base = make_base(f"{tmp_path}/usr")
    prefix = f"{tmp_path}/env"
    make_ready(prefix, base)
    os.remove(f"{prefix}/bin/python")
    link("python3", f"{prefix}/bin/python")
    link(f"{base}/bin/python3", f"{prefix}/bin/python3")
    environment = probe(prefix)
    assert environment.condition is Condition.READY
    assert environment.interpreter is not None
    assert environment.interpreter.resolved == f"{base}/bin/python3.12"


def test_a_link_that_climbs_out_is_followed(tmp_path: Path) -> None:
    """A relocatable environment may name its base relatively."""
    make_ready(f"{tmp_path}/env", make_base(f"{tmp_path}/base"))
    os.remove(f"{tmp_path}/env/bin/python")
    link("../../base/bin/python3.12", f"{tmp_path}/env/bin/python")
    environment = probe(f"{tmp_path}/env")
    assert environment.interpreter is not None
    assert environment.interpreter.resolved == f"{tmp_path}/base/bin/python3.12"


def test_copies_find_their_base_by_pyvenv_cfg(tmp_path: Path) -> None:
    """With `--copies` bin/python is a file of the environment."""
    base = make_base(f"{tmp_path}/base")
    prefix = f"{tmp_path}/env"
    make_ready(prefix, base)
    os.remove(f"{prefix}/bin/python")
    program(f"{prefix}/bin/python")
    environment = probe(prefix)
    assert environment.condition is Condition.READY
    assert environment.interpreter is not None
    assert environment.interpreter.resolved == f"{prefix}/bin/python"
    assert environment.interpreter.stdlib == f"{base}/lib/python3.12"
    assert environment.interpreter.version == "3.12.1"


def test_copies_whose_base_is_gone_are_broken(tmp_path: Path) -> None:
    """The copied program alone cannot start."""
    base = make_base(f"{tmp_path}/base")
    prefix = f"{tmp_path}/env"
    make_ready(prefix, base)
    os.remove(f"{prefix}/bin/python")
    program(f"{prefix}/bin/python")
    os.rename(base, f"{tmp_path}/elsewhere")
    environment = probe(prefix)
    assert environment.condition is Condition.BROKEN
    assert f"({base}/bin) is gone" in environment.reason
    assert environment.interpreter is not None
    assert environment.interpreter.version == "3.12.1"


def test_a_home_without_bin_is_understood(tmp_path: Path) -> None:
    """As virtualenv 20.0 wrote the prefix of the base as its home."""
    base = make_base(f"{tmp_path}/base", "3.10.13")
    prefix = f"{tmp_path}/env"
    text = f"home = {base}\nversion_info = 3.10.13.final.0\ninclude-system-site-packages = false\n"
    install_ipykernel(make_venv(prefix, base, minor="3.10", configuration=text))
    os.remove(f"{prefix}/bin/python")
    program(f"{prefix}/bin/python")
    environment = probe(prefix)
    assert environment.condition is Condition.READY
    assert environment.problems == ()
    assert environment.interpreter is not None
    assert environment.interpreter.version == "3.10.13"


def test_virtualenv_before_20_has_no_pyvenv_cfg(tmp_path: Path) -> None:
    """`orig-prefix.txt` names the base, and os.py is a link to its own."""
    base = make_base(f"{tmp_path}/base", "2.7.18")
    prefix = f"{tmp_path}/env"
    install_ipykernel(make_venv(prefix, base, minor="2.7"), "4.10.1")
    os.remove(f"{prefix}/pyvenv.cfg")
    os.remove(f"{prefix}/bin/python")
    program(f"{prefix}/bin/python")
    library = f"{prefix}/lib/python2.7"
    link(f"{base}/lib/python2.7/os.py", f"{library}/os.py")
    write(f"{library}/orig-prefix.txt", base)
    write(f"{library}/no-global-site-packages.txt")
    environment = probe(prefix)
    assert environment.condition is Condition.READY
    assert environment.ipykernel == "4.10.1"
    assert environment.interpreter is not None
    assert environment.interpreter.version == "2.7.18"


def test_virtualenv_before_20_may_see_its_base(tmp_path: Path) -> None:
    """Without `no-global-site-packages.txt` the base's packages count."""
    base = make_base(f"{tmp_path}/base", "2.7.18")
    install_ipykernel(f"{base}/lib/python2.7/site-packages", "4.10.1")
    prefix = f"{tmp_path}/env"
    make_venv(prefix, base, minor="2.7")
    os.remove(f"{prefix}/pyvenv.cfg")
    write(f"{prefix}/lib/python2.7/orig-prefix.txt", base)
    assert probe(prefix).ipykernel == "4.10.1"


def test_a_conda_environment_brings_its_own_library(tmp_path: Path) -> None:
    """It has no pyvenv.cfg, but a history."""
    prefix = make_base(f"{tmp_path}/envs/science")
    install_ipykernel(f"{prefix}/lib/python3.12/site-packages")
    write(f"{prefix}/conda-meta/history", "==> 2026-01-01 <==\n")
    assert probe(prefix).condition is Condition.READY


def test_an_environment_made_from_an_environment_finds_the_base(tmp_path: Path) -> None:
    """`home` may be another environment's bin; the links lead on to the base."""
    base = make_base(f"{tmp_path}/base")
    make_venv(f"{tmp_path}/first", base)
    link("python", f"{tmp_path}/first/bin/python3.12")
    make_ready(f"{tmp_path}/second", f"{tmp_path}/first")
    environment = probe(f"{tmp_path}/second")
    assert environment.condition is Condition.READY
    assert environment.interpreter is not None
    assert environment.interpreter.stdlib == f"{base}/lib/python3.12"


def test_a_linked_prefix_keeps_its_short_path(tmp_path: Path) -> None:
    """As pyenv-virtualenv links `versions/NAME`; the link's own directory is watched."""
    make_ready(f"{tmp_path}/3.12.1/envs/env", make_base(f"{tmp_path}/3.12.1"))
    prefix = link(f"{tmp_path}/3.12.1/envs/env", f"{tmp_path}/env")
    environment = probe(prefix)
    assert environment.condition is Condition.READY
    assert environment.interpreter is not None
    assert environment.interpreter.path == f"{prefix}/bin/python"
    assert environment.watch_points[0] == str(tmp_path)


def test_a_base_is_ready_with_its_own_packages(tmp_path: Path) -> None:
    """A bare interpreter with ipykernel in its site-packages."""
    base = make_base(f"{tmp_path}/3.12.1")
    install_ipykernel(f"{base}/lib/python3.12/site-packages")
    environment = probe(base, base=True)
    assert environment.condition is Condition.READY
    site = f"{base}/lib/python3.12/site-packages"
    assert environment.watch_points == (base, f"{base}/bin", site)


def test_fedoras_compiled_packages_count(tmp_path: Path) -> None:
    """There lib64 is a directory of its own."""
    base = make_base(f"{tmp_path}/usr")
    os.renames(f"{base}/lib/python3.12/os.py", f"{base}/lib64/python3.12/os.py")
    site = f"{base}/lib/python3.12/site-packages"
    install_ipykernel(site)
    os.renames(f"{site}/zmq", f"{base}/lib64/python3.12/site-packages/zmq")
    assert probe(base, base=True).condition is Condition.READY


def test_the_interpreter_is_the_first_that_is_there(tmp_path: Path) -> None:
    """Debian's /usr has no `python`."""
    base = make_base(f"{tmp_path}/usr")
    os.remove(f"{base}/bin/python")
    interpreter = probe(base, base=True).interpreter
    assert interpreter is not None
    assert interpreter.path == f"{base}/bin/python3"


def test_windows_has_directories_of_its_own(tmp_path: Path) -> None:
    """Scripts, Lib, and an interpreter that is always a copy."""
    base = f"{tmp_path}/Python312"
    program(f"{base}/python.exe", b"MZ")
    write(f"{base}/Lib/os.py")
    write_header(f"{base}/include/patchlevel.h", "3.12.1")
    prefix = f"{tmp_path}/env"
    program(f"{prefix}/Scripts/python.exe", b"MZ")
    write(f"{prefix}/pyvenv.cfg", f"home = {base}\ninclude-system-site-packages = false\n")
    install_ipykernel(f"{prefix}/Lib/site-packages")
    surroundings = surroundings_of(str(tmp_path), platform="win32", uid=-1)
    environment = Prober(surroundings, now=NOW).probe(candidate_of(prefix))
    assert environment.condition is Condition.READY
    assert environment.interpreter is not None
    assert environment.interpreter.path == f"{prefix}/Scripts/python.exe"
    assert environment.interpreter.version == "3.12.1"
