"""The pyenv of this machine, lent to tests in such a way that none can change it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from support.other_pythons import OTHERS, program
from support.programs import MissingToolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# The Pythons that the tests use; each must be installed in pyenv.
MINORS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")

# Those of which a few tests need one more.
OLD_MINORS = ("2.7", "3.6", "3.7")

# What the copy of a version leaves out: a kernel needs none of it, and it is 80 % of the size.
_LEFT_OUT = shutil.ignore_patterns(
    *("test", "tests", "idlelib", "tkinter", "lib2to3", "turtledemo", "ensurepip"),
    *("__pycache__", "*.a", "config-3.*"),
)


class RealPyenv:
    """A pyenv installation that is only read.

    `versions` are the full versions by minor version ("3.12" -> "3.12.1").
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.versions = {minor: self._newest(minor) for minor in MINORS}

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> RealPyenv:
        """Find it as a user's shell would: by PYENV_ROOT, else by asking `pyenv root`."""
        root = environ.get("PYENV_ROOT") or _ask_pyenv(environ)
        if not os.path.isfile(os.path.join(root, "libexec", "pyenv")):
            message = f"these tests need pyenv (https://github.com/pyenv/pyenv); none at {root!r}"
            raise MissingToolError(message)
        if not os.path.isdir(os.path.join(root, "plugins", "pyenv-virtualenv")):
            message = f"these tests need the plugin pyenv-virtualenv in {root}/plugins"
            raise MissingToolError(message)
        return cls(os.path.realpath(root))

    def prefix(self, minor: str) -> str:
        """Return the directory of the real version, to be read only."""
        if minor in OTHERS:
            return OTHERS[minor]
        version = self.versions.get(minor) or self._newest(minor)
        return os.path.join(self.root, "versions", version)

    def python(self, minor: str) -> str:
        """Return the real interpreter."""
        if minor in OTHERS:
            return program(OTHERS[minor])
        return os.path.join(self.prefix(minor), "bin", "python")

    def lend(self, scratch: str, minors: Collection[str] | None = None) -> None:
        """Make `scratch` a PYENV_ROOT with the same program, plugin and (some) versions.

        A version is a directory of its own whose *contents* are links: `pyenv virtualenv`
        writes `versions/X/envs/NAME`, and must not do so in the real one.
        """
        os.makedirs(os.path.join(scratch, "plugins"))
        for name in ("bin", "libexec", "completions", "pyenv.d"):
            os.symlink(os.path.join(self.root, name), os.path.join(scratch, name))
        plugin = os.path.join("plugins", "pyenv-virtualenv")
        os.symlink(os.path.join(self.root, plugin), os.path.join(scratch, plugin))
        for minor in MINORS if minors is None else minors:
            self.lend_version(minor, scratch)

    def lend_version(self, minor: str, scratch: str) -> str:
        """Make one version usable in the PYENV_ROOT `scratch`, and return its directory."""
        version = os.path.join(scratch, "versions", self.versions[minor])
        os.makedirs(version)
        for name in ("bin", "include", "lib", "share"):
            os.symlink(os.path.join(self.prefix(minor), name), os.path.join(version, name))
        return version

    def copy_version(self, minor: str, scratch: str) -> str:
        """Copy one version into the PYENV_ROOT `scratch`, for tests that install into it."""
        version = os.path.join(scratch, "versions", self.versions[minor])
        shutil.copytree(self.prefix(minor), version, symlinks=True, ignore=_LEFT_OUT)
        for name in ("pip", "pip3"):
            _rewrite(os.path.join(version, "bin", name), self.prefix(minor), version)
        return version

    def picture(self) -> list[str]:
        """Return the names of all that tools could have added to the real pyenv."""
        names = []
        for version in sorted(os.listdir(os.path.join(self.root, "versions"))):
            prefix = os.path.join(self.root, "versions", version)
            names += _names(prefix) + _names(os.path.join(prefix, "bin"))
            for library in _names(os.path.join(prefix, "lib")):
                names += _names(os.path.join(library, "site-packages"))
        return names

    def _newest(self, minor: str) -> str:
        versions = os.listdir(os.path.join(self.root, "versions"))
        patches = [
            int(version.rpartition(".")[2])
            for version in versions
            if re.fullmatch(rf"{re.escape(minor)}\.\d+", version)
        ]
        if not patches:
            message = f"these tests need Python {minor} in pyenv: run `pyenv install {minor}`"
            raise MissingToolError(message)
        return f"{minor}.{max(patches)}"


def _ask_pyenv(environ: Mapping[str, str]) -> str:
    try:
        asked = subprocess.run(
            ("pyenv", "root"), env=dict(environ), capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return asked.stdout.strip()


def _rewrite(script: str, old: str, new: str) -> None:
    """Let a console script start the interpreter beside it."""
    with open(script, encoding="utf-8") as file:
        text = file.read()
    with open(script, "w", encoding="utf-8") as file:
        file.write(text.replace(f"#!{old}/", f"#!{new}/", 1))


def _names(directory: str) -> list[str]:
    if not os.path.isdir(directory):
        return []
    return [os.path.join(directory, name) for name in sorted(os.listdir(directory))]
