"""What can happen to environments between two passes: a world, its places, and changes to them."""

from __future__ import annotations

import os
import shutil

from hypothesis import strategies as st

from support.probe_trees import (
    install_ipykernel,
    link,
    make_base,
    make_ready,
    make_venv,
    provide_kernel,
    write,
    write_header,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

PLACES = (
    "python",
    "python/bin",
    "python/bin/python3.12",
    "python/lib/python3.12/os.py",
    "python/lib/python3.12/site-packages",
    "envs",
    "envs/one",
    "envs/one/pyvenv.cfg",
    "envs/one/bin",
    "envs/one/bin/python",
    "envs/one/lib",
    "envs/one/lib/python3.12",
    "envs/one/lib/python3.12/site-packages",
    "envs/one/lib/python3.12/site-packages/ipykernel_launcher.py",
    "envs/one/lib/python3.12/site-packages/zmq",
    "envs/one/lib/python3.12/site-packages/ipykernel-7.4.0.dist-info",
    "envs/one/lib/python3.12/site-packages/ipykernel-7.4.0.dist-info/INSTALLER",
    "envs/one/share",
    "envs/one/share/jupyter/kernels",
    "envs/one/share/jupyter/kernels/python3/kernel.json",
    "envs/one/share/jupyter/kernels/python3/logo-svg.svg",
    "envs/two",
    "envs/four/lib/python3.12/site-packages",
    "envs/four/lib/python3.12/site-packages/dev.pth",
    "envs/four/lib/python3.12/site-packages/ipykernel_launcher.py",
    "sources",
    "sources/ipykernel_launcher.py",
    "home/.local/lib/python3.12/site-packages",
)
"""Everything that can be broken, moved, or opened to others; most of it is there at first."""

NAMES = ("one", "two", "three", "four")


def edit(path: str, _: str) -> None:
    """Change the contents of a file in place."""
    if os.path.isfile(path) and os.path.getsize(path) < 10_000:
        with open(path, "r+b") as file:
            contents = file.read().replace(b"3.12.1", b"3.12.7").replace(b"false", b"true ")
            file.seek(0)
            file.write(contents)


def remove(path: str, _: str) -> None:
    """Remove what is there."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def swap(path: str, other: str) -> None:
    """Let two places change their contents."""
    if f"{path}/".startswith(f"{other}/") or f"{other}/".startswith(f"{path}/"):
        return
    if os.path.lexists(path) and os.path.lexists(other):
        os.rename(path, f"{path}.away")
        os.rename(other, path)
        os.rename(f"{path}.away", other)


def open_up(path: str, _: str) -> None:
    """Let everybody write there."""
    if os.path.exists(path):
        os.chmod(path, 0o777)  # noqa: S103 - that is what must be noticed


def close_up(path: str, _: str) -> None:
    """Let nobody else write there."""
    if os.path.exists(path):
        os.chmod(path, 0o755)  # noqa: S103 - as made


def touch(path: str, _: str) -> None:
    """Change nothing but a time."""
    if os.path.exists(path):
        os.utime(path)


def grow(path: str, _: str) -> None:
    """Add to a file, or a file to a directory."""
    if os.path.isdir(path):
        write(f"{path}/added.pth", "/nowhere\n")
    elif os.path.isfile(path):
        with open(path, "ab") as file:
            file.write(b"\n")


def lead_away(path: str, other: str) -> None:
    """Put a link to something else in its place."""
    remove(path, "")
    if os.path.isdir(os.path.dirname(path)):
        os.symlink(other, path)


def repair(path: str, _: str) -> None:
    """Make again what belongs to an environment that is gone, or what it lacks."""
    prefix = f"{path.partition('/envs/')[0]}/envs/one"
    if "/envs/" in path and not os.path.lexists(prefix):
        make_ready(prefix, f"{path.partition('/envs/')[0]}/python")


def install_for_user(path: str, _: str) -> None:
    """Install ipykernel where a directory of packages is, or could be."""
    if path.endswith(("site-packages", "sources")) and not os.path.lexists(f"{path}/zmq"):
        install_ipykernel(path, "7.9.0")


def upgrade_base(path: str, _: str) -> None:
    """Raise the version of the base, in place."""
    if path.endswith("python"):
        write_header(f"{path}/include/python3.12/patchlevel.h", "3.12.9")


CHANGES: tuple[Callable[[str, str], None], ...] = (
    edit,
    remove,
    swap,
    open_up,
    close_up,
    touch,
    grow,
    lead_away,
    repair,
    install_for_user,
    upgrade_base,
)

STEPS = st.lists(
    st.tuples(st.sampled_from(CHANGES), st.sampled_from(PLACES), st.sampled_from(PLACES)),
    min_size=1,
    max_size=6,
)


def make_world(directory: str) -> None:
    """Make a base, an environment of its own, and others that borrow, or have no ipykernel."""
    base = make_base(f"{directory}/python")
    install_ipykernel(f"{base}/lib/python3.12/site-packages", "7.2.0")
    provide_kernel(base)
    make_ready(f"{directory}/envs/one", base)
    write(f"{provide_kernel(f'{directory}/envs/one')}/logo-svg.svg", "<svg/>")
    make_venv(f"{directory}/envs/two", base, configuration=f"home = {base}/bin\n")
    link("one", f"{directory}/envs/three")
    site = make_venv(f"{directory}/envs/four", base)
    write(f"{site}/dev.pth", f"{directory}/sources\n")
