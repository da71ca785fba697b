"""Makes the man page of `kernelsync`, after its options have changed.

    python scripts/make_man_page.py

It is made from the same options as the help. General converters of argparse see a help that is
already laid out for a terminal; the options as data have topics and examples apart. A test says
when the page is old.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kernelsync import __version__
from kernelsync.cli.examples import EXAMPLES
from kernelsync.cli.options import GLOBAL, OPTIONS, SUMMARIES, Option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PAGE = os.path.abspath(f"{__file__}/../../docs/kernelsync.1")

_WHAT_IT_DOES = (
    "kernelsync finds the Python environments of a user (pyenv, virtualenvwrapper, poetry, venv), "
    "writes a Jupyter kernelspec for each, keeps them right, and takes them back when an "
    "environment goes. Nothing is installed into Jupyter or into the environments, and no "
    "interpreter that was found is ever run."
)
_HOW_IT_RUNS = (
    "'kernelsync once' does that a single time; 'kernelsync run', which systemd starts, keeps it "
    "true from then on. 'jupyter kernelsync' is the same program. Results go to the standard "
    "output, everything else to the standard error."
)
_ALWAYS = (
    Option(name="help", flags=("-h", "--help"), switch=True, help="show the help of a command"),
    Option(
        name="version",
        flags=("--version",),
        switch=True,
        help="show the version, without a command",
    ),
)
_EXIT_STATUS = {
    "0": "done, or nothing to do",
    "1": "done, but with problems; with --check also: something would change",
    "2": "wrong usage, or mistakes in the settings",
    "3": "a bug in kernelsync, with a report whose path is printed",
    "4": "the kernels directory cannot be written, or the service runs already",
    "130": "interrupted",
}
_ENVIRONMENT = {
    "KERNELSYNC_CONFIG": "the settings file, where --config does not name one",
    "KERNELSYNC_TRUSTED_PATHS": "what belongs to root where owners of files are hidden, "
    "with colons in between",
    "JUPYTER_DATA_DIR": "Jupyter's data directory, in which 'kernels' is",
    "PYENV_ROOT, WORKON_HOME": "where pyenv and virtualenvwrapper keep environments; the usual "
    "places are searched as well",
    "NO_COLOR": "not empty: never use colour",
}
_FILES = {
    "~/.config/kernelsync/config.yaml": "the settings; 'kernelsync config init' writes all keys",
    "~/.local/share/jupyter/kernels": "the kernelspecs",
    "~/.local/share/jupyter/.kernelsync/trash": "what was removed, for 30 days",
    "~/.local/share/kernelsync/runtimes": "what environments without ipykernel borrow it from",
    "~/.config/systemd/user/kernelsync.service": "what 'kernelsync service install' writes",
}
_ESCAPES = {
    "\\": r"\e",
    "-": r"\-",
    "'": r"\(aq",
    "`": r"\(ga",
    "~": r"\(ti",
    "^": r"\(ha",
}
"""What groff would otherwise print as something that cannot be copied into a shell."""


def page() -> str:
    """Return the page, as man(7) has it."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield r".\" Made by scripts/make_man_page.py from the options of the program."
    yield f'.TH KERNELSYNC 1 "" "kernelsync {__version__}" "User Commands"'
    yield ".SH NAME"
    yield rf"kernelsync \- {_text('every Python environment as a working Jupyter kernel')}"
    yield ".SH SYNOPSIS"
    for command in OPTIONS:
        yield f'.SY "{_text(f"kernelsync {command}")}"'
        yield from _usage(OPTIONS[command])
        yield ".YS"
    yield ".SH DESCRIPTION"
    # From here on (a synopsis undoes it) no hyphens but those that are typed, and no gaps.
    yield ".nh"
    yield ".ad l"
    for paragraph in (_WHAT_IT_DOES, _HOW_IT_RUNS):
        yield ".PP"
        yield _text(paragraph)
    yield ".SH COMMANDS"
    for command in OPTIONS:
        yield from _command(command)
    yield ".SH GLOBAL OPTIONS"
    yield "They may stand before or after the command."
    yield from _options((*GLOBAL, *_ALWAYS))
    for title, entries in (
        ("EXIT STATUS", _EXIT_STATUS),
        ("ENVIRONMENT", _ENVIRONMENT),
        ("FILES", _FILES),
    ):
        yield f".SH {title}"
        yield from _entries(entries.items())
    yield ".SH SEE ALSO"
    yield ".BR jupyter (1),"
    yield ".BR systemctl (1)"


def _command(name: str) -> Iterator[str]:
    summary = SUMMARIES[name]
    yield f".SS {_text(f'kernelsync {name}')}"
    yield _text(f"{summary[:1].upper()}{summary[1:]}.")
    yield from _options(OPTIONS[name])
    examples = EXAMPLES.get(name, {})
    if examples:
        yield ".PP"
        yield "Examples:"
        yield from _entries(examples.items())


def _options(options: Iterable[Option]) -> Iterator[str]:
    for option in options:
        # Of what is only a choice between topics, these say all.
        if option.help:
            yield ".TP"
            yield _spelled(option)
            yield _text(option.help)
        yield from _entries(option.topics)


def _entries(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, meaning in entries:
        yield ".TP"
        yield rf"\fB{_text(term)}\fR"
        yield _text(meaning)


def _spelled(option: Option) -> str:
    """Return an option as it is typed, with all its spellings."""
    value = rf"\fI{_text(option.metavar or option.name)}\fR"
    if not option.flags:
        return value
    flags = ", ".join(rf"\fB{_text(flag)}\fR" for flag in option.flags)
    return flags if option.switch else f"{flags} {value}"


def _usage(options: Iterable[Option]) -> Iterator[str]:
    """Yield each argument; options that exclude each other are one."""
    groups: dict[str, list[Option]] = {}
    for option in options:
        groups.setdefault(option.group or option.name, []).append(option)
    for members in groups.values():
        first = members[0]
        words = " | ".join(map(_in_usage, members))
        if first.flags:
            yield f"[{words}]"
        else:
            # What ends in dots would end a sentence.
            yield rf"[{words} ...]\&" if first.many else words


def _in_usage(option: Option) -> str:
    if option.topics:
        return "|".join(rf"\fB{_text(topic)}\fR" for topic, _ in option.topics)
    return _spelled(option)


def _text(text: str) -> str:
    """Return a text that means itself, wherever it stands."""
    escaped = "".join(_ESCAPES.get(char, char) for char in text)
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


def main() -> None:
    """Write the page."""
    with open(PAGE, "w", encoding="ascii") as file:
        file.write(page())


if __name__ == "__main__":
    main()
