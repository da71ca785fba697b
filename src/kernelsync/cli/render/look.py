"""How the output may look: colour or not, width, and home directories shortened."""

from __future__ import annotations

import os

from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

_CODES = {"green": "32", "yellow": "33", "red": "31", "bold": "1", "dim": "2"}
_DEFAULT_WIDTH = 80


class Look(Value):
    """The properties of the place that is printed to.

    `width` is in terminal columns; `home` is shown as `~`. `fancy` allows characters beyond
    ASCII, such as the ellipsis; `folds` breaks long sentences at the width.
    """

    colour: bool = False
    width: int = _DEFAULT_WIDTH
    home: str = ""
    fancy: bool = True
    folds: bool = False
    verbose: bool = False
    quiet: bool = False

    def paint(self, text: str, colour: str) -> str:
        """Return the text in a colour, or as it is where there is none."""
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if self.colour else text

    def path(self, path: str) -> str:
        """Return a path for people: escaped, and with the home directory as `~`."""
        from kernelsync.cli.render.escape import escape  # noqa: PLC0415 - most passes show none

        if self.home and (path == self.home or path.startswith(self.home + os.sep)):
            path = "~" + path[len(self.home) :]
        return escape(path)

    def prose(self, text: str) -> str:
        """Return a sentence for people: escaped, and with the home directory as `~` in paths."""
        from kernelsync.cli.render.escape import escape  # noqa: PLC0415 - as above

        if self.home and self.home + os.sep in text:
            text = self._shortened(text)
        return escape(text)

    def _shortened(self, text: str) -> str:
        import re  # noqa: PLC0415 - as above

        # Not in the middle of a path: /mnt/home/me is another place than /home/me.
        at_the_beginning = rf"(?<![\w.~/-]){re.escape(self.home + os.sep)}"
        return re.sub(at_the_beginning, "~/", text)


def look_of(stream: TextIO, environ: Mapping[str, str], home: str, **options: bool) -> Look:
    """Return the look for a stream.

    `options` are `no_color`, `verbose` and `quiet`. Colour needs a terminal and neither
    `--no-color` nor a non-empty NO_COLOR (https://no-color.org); CLICOLOR_FORCE overrides
    the terminal test.
    """
    terminal = stream.isatty()
    forced = environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}
    plain = options.get("no_color", False) or bool(environ.get("NO_COLOR"))
    dumb = environ.get("TERM") == "dumb"
    return Look(
        colour=not plain and (forced or (terminal and not dumb)),
        width=_width(stream, environ) if terminal else _DEFAULT_WIDTH,
        home=home,
        folds=terminal,
        fancy=(stream.encoding or "").lower().replace("-", "") in {"utf8", "utf_8"},
        verbose=options.get("verbose", False),
        quiet=options.get("quiet", False),
    )


def _width(stream: TextIO, environ: Mapping[str, str]) -> int:
    columns = environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _DEFAULT_WIDTH
    except (OSError, ValueError):
        return _DEFAULT_WIDTH
