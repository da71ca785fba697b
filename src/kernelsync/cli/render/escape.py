"""Make any text safe to print: one line, and nothing that a terminal obeys."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def escape(text: str) -> str:
    r"""Return the text with every control, format and surrogate character as an escape.

    Names of directories and contents of files reach the terminal through here: a newline
    becomes `\n`, ESC `\x1b`, a bidirectional override `\u202e`, a byte that is not UTF-8
    `\udcff`.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    for character in text:
        # str.isprintable() is false for the Unicode categories Other and Separator, but for
        # the space: exactly what can move, hide or reorder text.
        if character.isprintable():
            yield character
        else:
            yield character.encode("unicode_escape", "backslashreplace").decode("ascii")
