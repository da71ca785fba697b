"""A user's machine in a directory: a home, settings, and the programs that a user runs."""

from __future__ import annotations

import os
import shutil

from support.processes import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from support.processes import Result
    from support.real_tools import RealTools

_RUN_CELL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run_cell.py")


class Machine:
    """One home directory with nothing of the real one in it.

    `environ` is the user's environment: without any XDG, PYENV or JUPYTER variable except
    XDG_RUNTIME_DIR, so that every tool uses its defaults below `home`.
    """

    def __init__(self, home: str, tools: RealTools) -> None:
        self.home = home
        self.tools = tools
        runtime = os.path.join(home, ".runtime")
        os.makedirs(runtime, mode=0o700, exist_ok=True)
        self.environ = {
            "HOME": home,
            "LANG": "C.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "SHELL": "/bin/bash",
            "TERM": "dumb",
            "XDG_RUNTIME_DIR": runtime,
        }

    def path(self, *parts: str) -> str:
        """Return an absolute path below the home directory."""
        return os.path.join(self.home, *parts)

    @property
    def data_directory(self) -> str:
        """Jupyter's data directory of this user."""
        return self.environ.get("JUPYTER_DATA_DIR") or self.path(".local", "share", "jupyter")

    def kernel_directory(self, name: str = "") -> str:
        """Return where the kernelspec of that name is; without a name, where all are."""
        return os.path.join(self.data_directory, "kernels", name).rstrip("/")

    def kernel_names(self) -> set[str]:
        """Return what is in the user's directory of kernelspecs, by listing it."""
        directory = self.kernel_directory()
        return set(os.listdir(directory)) if os.path.isdir(directory) else set()

    def write(self, path: str, text: str) -> str:
        """Write a file below the home directory, with the folders that it needs."""
        target = self.path(path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8") as file:
            file.write(text)
        return target

    def settings(self, text: str) -> str:
        """Write the user's settings file, and return its path."""
        return self.write(".config/kernelsync/config.yaml", text)

    def run(self, *command: str, cwd: str | None = None, **variables: str) -> Result:
        """Run one of the tools that make environments; it must end well."""
        pyenv = os.path.join(self.tools.pyenv.root, "bin")
        search = (pyenv, self.tools.bin, self.environ["PATH"])
        environ = {**self.environ, **self.tools.network, "PATH": ":".join(search), **variables}
        return run(command, environ=environ, cwd=cwd or self.home).expect(0)

    def kernelsync(self, *arguments: str, cwd: str | None = None, **variables: str) -> Result:
        """Run the installed kernelsync; how it ends is for the test to judge."""
        program = os.path.join(self.tools.kernelsync, "bin", "kernelsync")
        environ = {**self.environ, **variables}
        return run((program, *arguments), environ=environ, cwd=cwd or self.home)

    def jupyter(self, *arguments: str) -> Result:
        """Run the user's `jupyter`, its environment active and kernelsync on PATH."""
        return self._in_jupyter("jupyter", *arguments)

    def kernelspecs(self) -> dict[str, Any]:
        """Return what `jupyter kernelspec list` says, by name."""
        listing = self.jupyter("kernelspec", "list", "--json").expect(0)
        kernelspecs: dict[str, Any] = listing.json["kernelspecs"]
        return kernelspecs

    def run_cell(self, kernel: str, code: str) -> Result:
        """Let nbclient run one notebook cell in a kernel; stdout is the cell's."""
        for _ in range(3):
            ran = self._in_jupyter("python", _RUN_CELL, kernel, stdin=code)
            # Jupyter chooses free ports, and lets go of them until the kernel takes them.
            if ran.code == 0 or "Address already in use" not in ran.stderr:
                break
        return ran

    def remove(self, *parts: str) -> None:
        """Remove a directory below the home directory, as `rm -r` would."""
        shutil.rmtree(self.path(*parts))

    def _in_jupyter(self, program: str, *arguments: str, stdin: str = "") -> Result:
        search = (
            os.path.join(self.tools.jupyter, "bin"),
            os.path.join(self.tools.kernelsync, "bin"),
            self.environ["PATH"],
        )
        environ = {
            **self.environ,
            "PATH": ":".join(search),
            "VIRTUAL_ENV": self.tools.jupyter,
            "JUPYTER_PLATFORM_DIRS": "0",
        }
        command = (os.path.join(self.tools.jupyter, "bin", program), *arguments)
        return run(command, environ=environ, cwd=self.home, stdin=stdin)
