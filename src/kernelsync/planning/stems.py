"""The stem of a kernel name: what an environment's kernel is called before any clash.

The name is the only thing that a notebook stores, so it must come out the same on every
machine that has the project: nothing of a path, a user or a machine is in it.
"""

from __future__ import annotations

from kernelsync.model.settings import KernelSettings
from kernelsync.typed import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

    from kernelsync.model.environment import Environment

LONGEST_NAME = 64
"""Characters in a kernel name, whatever was added to it."""

_LONGEST_SUFFIX = 24

DEFAULT_NAME = KernelSettings().name

# jupyter_client's pattern, without upper case: Jupyter lists names in lower case.
_LEGAL = "abcdefghijklmnopqrstuvwxyz0123456789._-"
_DIGITS = "0123456789"
_HEX = "0123456789abcdef"
_HASH_LENGTH = 32
# VS Code moves kernelspecs away whose name holds this (its mark from 2019 on).
_VSCODES_MARK = "jvsc74a57bd0"


def stem_of(environment: Environment, template: str) -> str:
    """Return a legal name for the environment's main kernel.

    With the default template a bare interpreter is called `MANAGER-VERSION`; in any other
    template its `{name}` is the version alone, as the template can name the manager.
    """
    candidate = environment.candidate
    word = candidate.manager.word
    if template != DEFAULT_NAME:
        return _filled(environment, template)
    if candidate.base:
        return legal_name(f"{word}-{ascii_part(candidate.name)}", word)
    return legal_name(candidate.name, word)


def stem_of_other(main: str, kernel: str, word: str) -> str:
    """Return a legal name for another kernel that an environment brings along."""
    return legal_name(with_suffix(main, kernel), word)


def legal_name(text: str, word: str) -> str:
    """Return the text as a kernel name: legal for Jupyter, and left alone by VS Code.

    `word` is the manager's, for texts of which nothing is left (プロジェクト), and before
    names that are reserved.
    """
    name = text if _is_plain(text) else _to_ascii(text)
    if not name or is_vscodes(name):
        return f"{word}-{_named_by_hash(text)}"
    if len(name) >= _HASH_LENGTH:
        name = _without_hash(name[:LONGEST_NAME].rstrip("-."))
    return f"{word}-{name}"[:LONGEST_NAME].rstrip("-.") if is_reserved(name) else name


def ascii_part(text: str) -> str:
    """Return the text as a part of a kernel name, never empty."""
    return _to_ascii(text) or _named_by_hash(text)


def with_suffix(stem: str, text: str) -> str:
    """Return `stem-text`, with the stem cut so that what tells two names apart is there.

    The text itself is cut at 24 characters.
    """
    suffix = ascii_part(text)[:_LONGEST_SUFFIX].rstrip("-.")
    return f"{stem[: LONGEST_NAME - 1 - len(suffix)].rstrip('-._')}-{suffix}"


def is_vscodes(name: str) -> bool:
    """Return whether VS Code would take a kernelspec of this name for its own."""
    return _VSCODES_MARK in name


def is_reserved(name: str) -> bool:
    r"""Return whether a name means Jupyter's own Python to some front end.

    `python3` shadows the native kernel; VS Code hides whatever matches `python\d*.?\d*`
    (helpers.ts of vscode-jupyter).
    """
    if not name.startswith("python"):
        return False
    rest = name[len("python") :].lstrip(_DIGITS)
    return not rest[1:].strip(_DIGITS)


def _filled(environment: Environment, template: str) -> str:
    from kernelsync.planning.templates import fill  # noqa: PLC0415 - the default needs none

    candidate, interpreter = environment.candidate, environment.interpreter
    project = environment.project or candidate.project
    facts = {
        "name": ascii_part(candidate.name),
        "manager": candidate.manager.word,
        "python": interpreter.version if interpreter else "",
        "minor": interpreter.minor if interpreter else "",
        "project": ascii_part(project.rpartition("/")[2] if project else candidate.name),
    }
    return legal_name(fill(template, facts), candidate.manager.word)


def _is_plain(text: str) -> bool:
    """Return whether the text is a name as it stands; most are, and this is quick."""
    return (
        not text.strip(_LEGAL)
        and text[:1] not in "-."
        and text[-1:] not in "-."
        and text.strip("._-") != ""
    )


def _to_ascii(text: str) -> str:
    if not text.isascii():
        import unicodedata  # noqa: PLC0415 - costs 0.5 ms, and few names need it

        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = _illegal().sub("-", text.lower()).strip("-.")
    return name if name.strip("._-") else ""


@cache
def _illegal() -> re.Pattern[str]:
    import re  # noqa: PLC0415 - compiling takes longer than most passes need for all names

    return re.compile(r"[^a-z0-9._-]+")


def _named_by_hash(text: str) -> str:
    """Name a text that has no ASCII by itself, so that it is the same everywhere."""
    import hashlib  # noqa: PLC0415 - loads OpenSSL, which hardly any pass needs
    import unicodedata  # noqa: PLC0415 - as above

    # The file systems of macOS may hand out the decomposed form of what was written.
    composed = unicodedata.normalize("NFC", text)
    return "u" + hashlib.sha256(composed.encode("utf-8", "surrogatepass")).hexdigest()[:6]


def _without_hash(name: str) -> str:
    """Shorten a long hash at the end: VS Code moves such names away as its own."""
    while len(name) >= _HASH_LENGTH and not name[-_HASH_LENGTH:].strip(_HEX):
        name = name[: 8 - _HASH_LENGTH]
    return name
