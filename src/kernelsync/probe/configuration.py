"""Which kind of environment a prefix is: `pyvenv.cfg`, or what older tools and conda left."""

from __future__ import annotations

from kernelsync.probe.base_install import minor_in_name
from kernelsync.probe.files import is_file, names_in, read_text
from kernelsync.probe.pyvenv_cfg import PyvenvCfg


def is_conda(prefix: str) -> bool:
    """Whether conda or pixi finished making this prefix (conda's own test is the history)."""
    return is_file(f"{prefix}/conda-meta/history") or is_file(f"{prefix}/conda-meta/pixi")


def legacy_configuration(prefix: str) -> PyvenvCfg | None:
    """Return what a virtualenv before 20 says in its own way; None for others.

    It had no pyvenv.cfg: `lib/pythonX.Y/orig-prefix.txt` names the base.
    """
    for name in names_in(f"{prefix}/lib"):
        library = f"{prefix}/lib/{name}"
        base = (read_text(f"{library}/orig-prefix.txt") or "").strip()
        if base:
            alone = is_file(f"{library}/no-global-site-packages.txt")
            return PyvenvCfg(f"{base}/bin", minor_in_name(name), system_site=not alone)
    return None
