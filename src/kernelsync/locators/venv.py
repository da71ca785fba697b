"""venv: the environments that belong to no other tool, in containers and project trees."""

from __future__ import annotations

from kernelsync.locators.listing import children, list_root
from kernelsync.locators.paths import expand
from kernelsync.locators.presence import is_virtual
from kernelsync.model.environment import Candidate
from kernelsync.model.manager import Manager, OptionKind, SourceOption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kernelsync.locators.base import Context, Finding

CONTAINERS = SourceOption(
    key="containers",
    kind=OptionKind.PATHS,
    default=("~/.venvs", "~/venvs", "~/envs"),
    description="Directories whose children are environments",
)
PROJECTS = SourceOption(
    key="projects",
    kind=OptionKind.PATHS,
    default=(),
    description=(
        "Trees searched for .venv, venv and env; opt-in, because a project may come from a stranger"
    ),
)
DEPTH = SourceOption(
    key="depth",
    kind=OptionKind.INTEGER,
    default=4,
    description="How many levels of folders below each tree in `projects` are searched",
)

MANAGER = Manager(
    name="venv",
    word="venv",
    colour="#1b7a4b",
    description="venv, virtualenv and uv: environments in containers and in projects",
    options=(CONTAINERS, PROJECTS, DEPTH),
)


class VenvLocator:
    """Finds environments by where they are, as nobody keeps a list of them."""

    manager = MANAGER

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self) -> Iterator[Finding]:
        """Yield the environments in each container, then those in each tree."""
        for container in self._paths(CONTAINERS):
            yield from _in_container(container, self._context.as_before)
        for tree in self._paths(PROJECTS):
            from kernelsync.locators.tree import search  # noqa: PLC0415 - few settings name trees

            listing = list_root(tree, MANAGER.name)
            yield listing.root
            yield from search(listing, depth_of(self._context), MANAGER)

    def watch_points(self) -> tuple[str, ...]:
        """Return the containers, and the trees with their first level of folders."""
        from kernelsync.locators.tree import watch_tree  # noqa: PLC0415 - only to watch
        from kernelsync.locators.watching import (  # noqa: PLC0415 - for the service alone
            unique,
            watch_root,
        )

        containers = map(watch_root, self._paths(CONTAINERS))
        depth = depth_of(self._context)
        return unique(*containers, *(watch_tree(tree, depth) for tree in self._paths(PROJECTS)))

    def _paths(self, option: SourceOption) -> tuple[str, ...]:
        value = self._context.source.options.get(option.key, option.default)
        texts = value if isinstance(value, tuple) else ()
        found = (expand(text, self._context) for text in texts)
        return tuple(dict.fromkeys(path for path in found if path))


def depth_of(context: Context) -> int:
    """Return how many levels below a tree's root are searched."""
    value = context.source.options.get(DEPTH.key, DEPTH.default)
    return value if isinstance(value, int) else 0


def _in_container(container: str, as_before: Mapping[str, Candidate]) -> Iterator[Finding]:
    def make(name: str, prefix: str, real: str) -> Candidate:
        return Candidate(prefix=prefix, real=real, name=name, manager=MANAGER, root=container)

    return children(container, MANAGER, make, accept=is_virtual, as_before=as_before)
