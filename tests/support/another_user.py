"""kernelsync as an unprivileged user runs it, beside other users who may own what it finds."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile

import kernelsync
from support.processes import run
from support.programs import MissingToolError
from support.trees import make_base, make_venv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from support.processes import Result

_USER = "kernelsync-test"
_OTHER = "nobody"
_PACKAGE = os.path.dirname(os.path.abspath(kernelsync.__file__))


class AnotherUser:
    """A user with a home, a base Python and one environment; `other` is somebody else.

    Making users, and giving files to them, takes root.
    """

    def __init__(self) -> None:
        if os.geteuid() != 0:
            message = "root, who alone can give files to other users"
            raise MissingToolError(message)
        self.user = _made()
        self.other = pwd.getpwnam(_OTHER)
        # Not below the test's own directory, into which no other user can look.
        self.directory = tempfile.mkdtemp(prefix="kernelsync-owners-")
        os.chmod(self.directory, 0o755)  # noqa: S103 - everybody is to look, nobody to write
        self.home = f"{self.directory}/home"
        self.base = f"{self.home}/base"
        self.container = f"{self.home}/projects/.venvs"
        self.prefix = f"{self.container}/thesis"
        shutil.copytree(_PACKAGE, f"{self.directory}/src/kernelsync")
        self.make()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.directory)

    def make(self) -> None:
        """Make the home as it should be; whatever was in it is gone."""
        shutil.rmtree(self.home, ignore_errors=True)
        make_venv(self.prefix, base=make_base(self.base))
        make_venv(f"{self.home}/.venvs/neighbour", base=self.base, ipykernel=None)
        self.own(self.home)

    def own(self, path: str) -> None:
        """Give a path, and everything below it, to the user, and to the user's own group."""
        owner = f"{self.user.pw_uid}:{self.user.pw_gid}"
        subprocess.run(("chown", "-R", "-h", owner, path), check=True)
        subprocess.run(("chmod", "-R", "u=rwX,go=rX", path), check=True)

    def once(self, *arguments: str) -> Result:
        """Run `kernelsync once` as the user, over the directory with the environment."""
        uid, gid = str(self.user.pw_uid), str(self.user.pw_gid)
        become = ("setpriv", "--reuid", uid, "--regid", gid, "--clear-groups")
        return self._run(become, self.home, "once", self.container, *arguments)

    def once_as_root(self, home: str) -> Result:
        """Run `kernelsync once` as root, as `sudo` does where it keeps HOME."""
        return self._run((), home, "once")

    def kernels(self) -> set[str]:
        """Return the names of the user's kernelspecs."""
        path = f"{self.home}/.local/share/jupyter/kernels"
        return set(os.listdir(path)) if os.path.isdir(path) else set()

    def _run(self, become: tuple[str, ...], home: str, *words: str) -> Result:
        environ = {
            "HOME": home,
            "LANG": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{self.directory}/src",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = (*become, _python(), "-m", "kernelsync", *words)
        return run(command, environ=environ, cwd="/")


def _made() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_USER)
    except KeyError:
        subprocess.run(("useradd", "--no-create-home", "--shell", "/bin/sh", _USER), check=True)
        return pwd.getpwnam(_USER)


def _python() -> str:
    """Return a Python that every user can run; root's own may be in root's home."""
    real = os.path.realpath(sys.executable)
    return real if not real.startswith("/root/") else "/usr/bin/python3"
