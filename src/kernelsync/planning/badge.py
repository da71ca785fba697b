"""The badge: a small SVG logo that tells managers and Python versions apart."""

from __future__ import annotations

from kernelsync.model.kernelspec import Logo
from kernelsync.typed import cache

NAME = "logo-svg.svg"
"""The file name under which JupyterLab, Notebook and VS Code look for it."""

# Wider words are pressed together, so that none leaves the badge.
_WIDEST_VERSION = 4
_WIDEST_WORD = 6


@cache
def badge(colour: str, word: str, minor: str) -> bytes:
    """Return the SVG: white on the manager's `colour`, the version above the manager's word.

    JupyterLab shows it at 52 px in the launcher, where both can be read, and at 16 px in
    lists, where the colour is left. About 400 bytes; no font is needed that may be missing.
    """
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="10" fill="{_escaped(colour)}"/>'
        '<g fill="#fff" font-family="sans-serif" font-weight="bold" text-anchor="middle">'
        f"{_text(34, 25, minor, _WIDEST_VERSION)}{_text(54, 15, word, _WIDEST_WORD)}"
        "</g></svg>\n"
    ).encode()


@cache
def badge_logo(colour: str, word: str, minor: str) -> Logo:
    """Return the badge as a file of a kernelspec."""
    content = badge(colour, word, minor)
    return Logo(name=NAME, size=len(content), content=content)


def _text(bottom: int, size: int, text: str, widest: int) -> str:
    fit = ' textLength="56" lengthAdjust="spacingAndGlyphs"' if len(text) > widest else ""
    return f'<text x="32" y="{bottom}" font-size="{size}"{fit}>{_escaped(text)}</text>'


def _escaped(text: str) -> str:
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(char, entity)
    return text
