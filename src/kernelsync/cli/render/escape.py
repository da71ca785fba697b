"""Make any text safe to print: one line, and nothing that a terminal obeys."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def escape(text: str) -> str:
    r"""Return the text with every control, format, surrogate and invisible character escaped.

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
        if character.isprintable() and not _is_hidden(character):
            yield character
        else:
            yield character.encode("unicode_escape", "backslashreplace").decode("ascii")


def _is_hidden(character: str) -> bool:
    """Return whether a letter or mark shows nothing (Default_Ignorable_Code_Point in Unicode).

    These are the fillers of Hangul and Khmer, the grapheme joiner, and selectors of variants.
    """
    if character < "\u034f":
        return False
    return (
        character in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
        or "\u180b" <= character <= "\u180f"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )
