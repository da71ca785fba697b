"""The options of every command, as data."""

from __future__ import annotations

from kernelsync.model.value import Value, replace


class Option(Value):
    """One option or argument of the command line.

    `flags` are its spellings; empty for a positional argument. `name` is the attribute that
    it sets. A `switch` takes no value and is false unless given; `many` is an argument that
    may come any number of times, `topics` are the words that it may be, each with its meaning.
    Options with the same `group` exclude each other.
    """

    name: str
    help: str = ""
    flags: tuple[str, ...] = ()
    metavar: str | None = None
    switch: bool = False
    many: bool = False
    topics: tuple[tuple[str, str], ...] = ()
    group: str | None = None

    @property
    def default(self) -> object:
        """The value where the command line is silent."""
        if self.switch:
            return False
        return () if self.many else None

    @property
    def required(self) -> bool:
        """Whether the command makes no sense without it."""
        return not self.flags and not self.many


def _switch(flag: str, explanation: str, group: str | None = None) -> Option:
    name = flag.removeprefix("--").replace("-", "_")
    return Option(name=name, flags=(flag,), help=explanation, switch=True, group=group)


_JSON = _switch("--json", "print one JSON object")
_DRY_RUN = _switch("--dry-run", "show what would change")

GLOBAL = (
    Option(
        name="config",
        flags=("--config",),
        metavar="FILE",
        help="settings file to use instead of the user's own",
    ),
    Option(
        name="kernels_dir",
        flags=("--kernels-dir",),
        metavar="DIR",
        help="write kernelspecs to DIR, not to Jupyter's own place",
    ),
    Option(name="verbose", flags=("-v", "--verbose"), switch=True, help="say more"),
    Option(
        name="quiet",
        flags=("-q", "--quiet"),
        switch=True,
        help="say nothing of what was done but problems",
    ),
    _switch("--no-color", "never use colour (as NO_COLOR does)"),
)

OPTIONS: dict[str, tuple[Option, ...]] = {
    "once": (
        Option(
            name="roots",
            metavar="ROOT",
            many=True,
            help="also look in this project, environment or folder",
        ),
        replace(_DRY_RUN, group="plan"),
        _switch("--check", "as --dry-run, with exit code 1 if anything would", group="plan"),
        _switch("--confirm-removals", "carry out removals that would be held"),
        _JSON,
    ),
    "run": (_switch("--build-runtimes", "also build runtimes, where no systemd unit does that"),),
    "init": (_switch("--yes", "write the settings and install the service, unasked"), _JSON),
    "list": (_switch("--all", "also environments that are left out"), _JSON),
    "explain": (
        Option(
            name="subject",
            metavar="PATH|NAME",
            help="an environment or a project by its path, or a kernel by its name",
        ),
        _JSON,
    ),
    "status": (_JSON,),
    "doctor": (_JSON,),
    "undo": (_switch("--list", "show what can be brought back"), _JSON),
    "clean": (_DRY_RUN, _JSON),
    "config": (
        Option(
            name="topic",
            topics=(
                ("path", "where the settings file is, or would be"),
                ("show", "the settings in force"),
                ("check", "whether they are right; each mistake with its line"),
                ("init", "write a commented settings file with every key at its default"),
                ("schema", "the JSON Schema of the file, for editors"),
            ),
        ),
        _JSON,
    ),
    "runtime": (
        Option(
            name="topic",
            topics=(
                ("list", "show the runtimes, and how many environments use each"),
                ("install", "build them for these Pythons, or what --missing or --upgrade says"),
                ("remove", "remove those for these Pythons, else those that nothing uses"),
            ),
        ),
        Option(
            name="pythons",
            metavar="X.Y",
            many=True,
            help="a Python that runtimes are for, such as 3.12",
        ),
        _switch("--missing", "install: what environments without ipykernel need", group="which"),
        _switch("--requested", "install: what the service has asked for", group="which"),
        _switch("--upgrade", "install: also replace those that are there by newer ones"),
        _JSON,
    ),
    "service": (
        Option(
            name="topic",
            topics=(
                ("install", "write the units for this program to ~/.config/systemd/user"),
                ("uninstall", "stop the service, and remove them"),
                ("show", "print what 'install' would write"),
            ),
        ),
        _switch("--strict", "install, show: also a drop-in, by which it writes only where it must"),
        _JSON,
    ),
    "completion": (
        Option(
            name="shell",
            help="the shell, whose own completion must be switched on",
            topics=(
                ("bash", "for ~/.local/share/bash-completion/completions/kernelsync"),
                ("zsh", "for a file '_kernelsync' in a directory of $fpath"),
                ("fish", "for ~/.config/fish/completions/kernelsync.fish"),
            ),
        ),
        _JSON,
    ),
}

SUMMARIES = {
    "once": "make kernels match the environments, then end",
    "run": "keep kernels true from now on (the service, in the foreground)",
    "init": "look around, propose settings, write them, offer the service",
    "list": "show environments and their kernels",
    "explain": "say why an environment is, or is not, a kernel",
    "status": "show the service, kernels and the rest, problems, held removals",
    "doctor": "say what keeps kernels from appearing, and what to do about it",
    "undo": "bring back what the last removal or update took away",
    "clean": "remove every kernelspec that kernelsync owns",
    "config": "find, show, check or create the settings file",
    "runtime": "show, install or remove what kernels without an ipykernel borrow",
    "service": "install, uninstall or show the systemd user units",
    "completion": "print what a shell completes kernelsync by, on pressing Tab",
}
"""The commands that exist, in the order of the help."""
