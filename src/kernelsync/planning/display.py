"""Display names: what people read in launchers; unique, short and free of trickery."""

from __future__ import annotations

from itertools import count

from kernelsync.model.environment import IMPLEMENTATION_NAMES
from kernelsync.model.settings import KernelSettings
from kernelsync.planning.naming import distinguishing_folder, path_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kernelsync.model.environment import Environment, Interpreter
    from kernelsync.model.kernelspec import KernelName
    from kernelsync.planning.holdings import Holdings, Key

LONGEST_DISPLAY_NAME = 80
"""Characters in a display name, whatever was added to it."""

DEFAULT_DISPLAY_NAME = KernelSettings().display_name

# Control, format (bidi marks, zero-width), surrogate and private characters: they would
# reorder, hide or break what stands beside them.
_DROPPED = ("Cc", "Cf", "Cs", "Co")
# Letters that show nothing: a name of these alone would be an empty one to everybody.
_FILLERS = "\u115f\u1160\u17b4\u17b5\u3164\uffa0"
_HASH_LENGTH = 8
_LONGEST_FOLDER = 30
_LONGEST_REST = 60


def clean(text: str) -> str:
    """Return the text composed (NFC), without what cannot be seen, and single-spaced."""
    if not text.isascii():
        import unicodedata  # noqa: PLC0415 - costs 0.5 ms, and few names need it

        text = "".join(
            " " if char.isspace() else char
            for char in unicodedata.normalize("NFC", text)
            if char.isspace()
            or (unicodedata.category(char) not in _DROPPED and char not in _FILLERS)
        )
    elif not text.isprintable():
        text = "".join(
            " " if char.isspace() else char for char in text if char.isspace() or char.isprintable()
        )
    return " ".join(text.split())


def display_name(environment: Environment, template: str, name: KernelName) -> str:
    """Return what the environment's main kernel is called before any clash, never empty.

    Where its own name has nothing to be seen, the kernel's `name` stands for it. A bare
    interpreter has a default of its own: its version is its name.
    """
    candidate, interpreter = environment.candidate, environment.interpreter
    word = candidate.manager.word
    version, minor = (interpreter.version, interpreter.minor) if interpreter else ("", "")
    shown = clean(candidate.name) or name
    if template == DEFAULT_DISPLAY_NAME:
        if not candidate.base:
            return _shortened(shown, f" ({word} {_kind(interpreter)}{minor})")
        is_cpython = interpreter is not None and interpreter.implementation == "cpython"
        return _shortened(f"Python {version}" if is_cpython else shown, f" ({word})")
    project = environment.project or candidate.project
    facts = {
        "name": shown,
        "manager": word,
        "python": version,
        "minor": minor,
        "project": clean(project.rpartition("/")[2]) if project else shown,
    }
    return _fitting(template, facts) or name


def _kind(interpreter: Interpreter | None) -> str:
    """Return what is put before a version that is not CPython's: "PyPy "."""
    if interpreter is None or interpreter.implementation == "cpython":
        return ""
    return f"{IMPLEMENTATION_NAMES[interpreter.implementation]} "


def display_name_of_other(environment: Environment, title: str, name: KernelName) -> str:
    """Return what another kernel that the environment brings along is called."""
    candidate = environment.candidate
    shown = clean(candidate.name) or name
    rest = _shortened(f": {clean(title) or name}", f" ({candidate.manager.word})", _LONGEST_REST)
    return _shortened(shown, rest)


class DisplayNames:
    """The display names of one pass; who has one already keeps it."""

    def __init__(self, holdings: Holdings, home: str) -> None:
        self._holdings = holdings
        self._home = home

    def assign(
        self, plain: Mapping[Key, tuple[str, Environment]], names: Mapping[Key, KernelName]
    ) -> dict[Key, str]:
        """Return a display name for every kernel, from its plain one.

        On a clash the folder of its project, else of the environment, is added to it.
        """
        chosen: dict[Key, str] = {}
        taken: set[str] = set()
        newcomers: list[Key] = []
        for key, (text, environment) in plain.items():
            kept = self._kept(key, names[key], text, environment)
            if kept is None or kept in taken:
                newcomers.append(key)
            else:
                chosen[key] = kept
                taken.add(kept)
        if newcomers:
            taken |= self._taken_by_others(plain)
        for key in newcomers:
            chosen[key] = next(text for text in self._choices(*plain[key]) if text not in taken)
            taken.add(chosen[key])
        return chosen

    def _kept(self, key: Key, name: KernelName, plain: str, environment: Environment) -> str | None:
        kernel = self._holdings.under(key, name)
        shown = None if kernel is None else kernel.document.get("display_name")
        if shown == plain:
            return plain
        if not isinstance(shown, str) or " - " not in shown:
            return None
        suffixes = self._suffixes(environment)
        return shown if any(shown == _suffixed(plain, each) for each in suffixes) else None

    def _choices(self, plain: str, environment: Environment) -> Iterator[str]:
        yield plain
        suffixes = self._suffixes(environment)
        for suffix in suffixes:
            yield _suffixed(plain, suffix)
        for number in count(2):
            yield _suffixed(plain, f"{suffixes[-1]} {number}")

    def _suffixes(self, environment: Environment) -> tuple[str, ...]:
        folder = clean(distinguishing_folder(environment, self._home))[:_LONGEST_FOLDER].rstrip()
        digest = path_hash(environment.candidate.real)[:_HASH_LENGTH]
        return (folder, digest) if folder else (digest,)

    def _taken_by_others(self, wanted: Mapping[Key, object]) -> set[str]:
        """Return the display names of all that this pass does not publish anew."""
        staying = [*self._holdings.others]
        for key, kernels in self._holdings.ours.items():
            if key not in wanted:
                staying.extend(kernels)
        shown = (kernel.document.get("display_name") for kernel in staying)
        return {text for text in shown if isinstance(text, str)}


def _suffixed(plain: str, suffix: str) -> str:
    return _shortened(plain, f" - {suffix}")


def _shortened(text: str, rest: str, longest: int = LONGEST_DISPLAY_NAME) -> str:
    """Return `text` and `rest`; if they are too long, the end of the text is left out."""
    room = longest - len(rest)
    return f"{text}{rest}" if len(text) <= room else f"{text[: room - 1].rstrip()}…{rest}"


def _fitting(template: str, facts: Mapping[str, str]) -> str:
    """Fill a template; if the result is too long, the end of the name is left out."""
    from kernelsync.planning.templates import fill  # noqa: PLC0415 - the default needs none

    text = clean(fill(template, facts))
    surplus = len(text) - LONGEST_DISPLAY_NAME
    if surplus <= 0:
        return text
    name = facts["name"]
    shorter = {**facts, "name": f"{name[: max(0, len(name) - surplus - 1)].rstrip()}…"}
    return clean(fill(template, shorter))[:LONGEST_DISPLAY_NAME].rstrip()
