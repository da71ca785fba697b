"""What is typed most, for the help of the commands that have more than one way."""

from __future__ import annotations

EXAMPLES = {
    "once": {
        "kernelsync once": "one pass over all environments",
        "kernelsync once --dry-run -v": "what it would do, and why",
        "kernelsync once .": "the project here as well (.venv, venv or env)",
        "kernelsync once --check": "exit code 1 if that is anything (for scripts)",
    },
    "init": {
        "kernelsync init": "say what is here, then ask before each step",
        "kernelsync init --yes": "do it all (for scripts)",
    },
    "explain": {
        "kernelsync explain .": "the environment of the project here",
        "kernelsync explain thesis": "an environment or a kernel of that name",
    },
    "undo": {
        "kernelsync undo --list": "what can be brought back, the last first",
        "kernelsync undo": "bring back what went last",
    },
    "clean": {
        "kernelsync clean --dry-run": "what would be removed",
        "kernelsync clean": "remove it ('kernelsync undo' brings it back)",
    },
    "runtime": {
        "kernelsync runtime install --missing": "what environments here wait for",
        "kernelsync runtime install 3.12 2.7": "for these Pythons",
        "kernelsync runtime install --upgrade": "newer ones, for those that are there",
        "kernelsync runtime remove": "those that nothing uses",
    },
    "service": {
        "kernelsync service install": "write the units, and say what is next",
        "kernelsync service install --strict": "let the service do less",
        "kernelsync service uninstall": "the kernels stay",
    },
    "run": {
        "kernelsync run": "until Ctrl-C, with its log on the terminal",
        "kernelsync run --build-runtimes": "where no systemd builds what it asks for",
    },
}
"""For each command, calls as they can be typed, and what they are for."""
