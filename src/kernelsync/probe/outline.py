"""An answer of the probe without its place, so that a thousand alike are kept once.

Inside an outline, a path that starts with "." continues the prefix of the environment. What
is read from the memory's file is checked here: anybody could have written it.
"""

from __future__ import annotations

from kernelsync.model.environment import Condition, Environment, Interpreter, ProvidedKernel
from kernelsync.model.kernelspec import Logo
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelsync.model.environment import Candidate

    Provided = tuple[str, str, Mapping[str, object], tuple[tuple[str, int], ...]]

INTERPRETER = (
    *("path", "resolved", "version", "minor", "implementation", "abi", "stdlib", "machine"),
)
"""The fields of an interpreter, in the order in which an outline has them."""


_CONDITIONS = {each.value: each for each in (Condition.READY, Condition.NO_IPYKERNEL)}


class Outline(Value):
    """An answer that ipykernel is there (READY) or is not, and what it rests on.

    `ground` numbers what it shares with others of the same base. `own` are the paths below
    the prefix that it rests on, each from its slash, `others` those elsewhere. `judged` are
    paths that nobody else may be able to change. `provided` are name, directory, document,
    and the logos' names and sizes.
    """

    base: bool
    condition: Condition
    ground: int
    own: tuple[str, ...]
    others: tuple[str, ...]
    judged: tuple[str, ...]
    reason: str
    interpreter: Mapping[str, str]
    ipykernel: str | None
    provided: tuple[Provided, ...]
    has_pip: bool
    watch_points: tuple[str, ...]


def placed(path: str, prefix: str) -> str:
    """Return a path of an outline as it is for one environment."""
    return prefix + path[1:] if path[:1] == "." else path


def environment_of(outline: Outline, candidate: Candidate, project: str | None) -> Environment:
    """Return the answer that the outline gives for one environment."""
    prefix = candidate.prefix
    facts = outline.interpreter
    return Environment(
        candidate=candidate,
        condition=outline.condition,
        reason=outline.reason,
        interpreter=Interpreter(
            **{
                **facts,
                "path": placed(facts["path"], prefix),
                "resolved": placed(facts["resolved"], prefix),
            }
        ),
        ipykernel=outline.ipykernel,
        provided=tuple([_kernel(each, prefix) for each in outline.provided]),
        project=project,
        problems=(),
        has_pip=outline.has_pip,
        watch_points=tuple([placed(point, prefix) for point in outline.watch_points]),
    )


def outline_of(written: object) -> Outline:
    """Return what is written, if it can be an outline.

    Raises:
        KeyError: something is missing.
        TypeError: something is not what it should be.
        ValueError: the same.
    """
    facts = _dict(written)
    evidence = texts(facts["evidence"])
    interpreter = texts(facts["interpreter"])
    condition, ipykernel = _CONDITIONS[text(facts["condition"])], facts["ipykernel"]
    return Outline(
        base=facts["base"] is True,
        condition=condition,
        ground=number(facts["ground"]),
        own=tuple(path[1:] for path in evidence if path.startswith(".")),
        others=tuple(path for path in evidence if not path.startswith(".")),
        judged=texts(facts["judged"]),
        reason=text(facts["reason"]),
        interpreter=dict(zip(INTERPRETER, interpreter, strict=True)),
        ipykernel=text(ipykernel) if condition is Condition.READY else _text_or_none(ipykernel),
        provided=tuple(_provided(each) for each in _list(facts["provided"])),
        has_pip=facts["has_pip"] is True,
        watch_points=texts(facts["watch_points"]),
    )


def text(value: object) -> str:
    """Return a value that is a text; `TypeError` for any other."""
    if type(value) is not str:
        raise TypeError
    return value


def number(value: object) -> int:
    """Return a value that is an integer; `TypeError` for any other."""
    if type(value) is not int:
        raise TypeError
    return value


def texts(value: object) -> tuple[str, ...]:
    """Return a list of texts; `TypeError` for anything else."""
    return tuple(text(each) for each in _list(value))


def _text_or_none(value: object) -> str | None:
    return None if value is None else text(value)


def _list(value: object) -> list[object]:
    if type(value) is not list:
        raise TypeError
    return value


def _dict(value: object) -> dict[str, object]:
    if type(value) is not dict:
        raise TypeError
    return value


def _provided(written: object) -> Provided:
    name, directory, document, logos = _list(written)
    pairs = tuple((text(each), number(size)) for each, size in map(_list, _list(logos)))
    kernel = _dict(document)
    if not texts(kernel.get("argv")):
        raise ValueError
    return text(name), text(directory), kernel, pairs


def _kernel(provided: Provided, prefix: str) -> ProvidedKernel:
    name, place, document, logos = provided
    directory = placed(place, prefix)
    return ProvidedKernel(
        name=name,
        directory=directory,
        document=document,
        logos=tuple(
            [
                Logo(name=logo, size=size, content=None, source=f"{directory}/{logo}")
                for logo, size in logos
            ]
        ),
    )
