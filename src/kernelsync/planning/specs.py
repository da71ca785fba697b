"""Wanted kernelspecs: contents and mark put together, under a name that was chosen."""

from __future__ import annotations

from kernelsync.model.environment import RootState
from kernelsync.model.kernelspec import KernelSpec, Mark
from kernelsync.model.mark_format import MARK_VERSION, mark_to_json
from kernelsync.planning.naming import has_stem
from kernelsync.planning.provided import logos_of, python_kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.model.environment import Environment, Root
    from kernelsync.model.kernelspec import KernelName
    from kernelsync.planning.contents import Contents
    from kernelsync.planning.holdings import Holdings
    from kernelsync.planning.naming import Wish
    from kernelsync.planning.provided import OtherKernel


class SpecWriter:
    """Writes the kernelspecs of one pass; `template` is that of the names."""

    def __init__(
        self,
        contents: Contents,
        host: str,
        template: str,
        holdings: Holdings,
        roots: Sequence[Root],
    ) -> None:
        self._contents = contents
        self._host = host
        self._template = template
        self._holdings = holdings
        self._inodes = {root.path: root.inode for root in roots if root.state is RootState.READ}

    def inode_of(self, environment: Environment) -> int | None:
        """Return the inode of an environment's root, None unless that was read."""
        return self._inodes.get(environment.candidate.root)

    def main(self, wish: Wish, name: KernelName, display_name: str) -> KernelSpec:
        """Return the kernelspec of an environment's own Python."""
        environment = wish[2]
        own = python_kernel(environment)
        mark = self._mark(wish, name)
        document = self._contents.python_document(
            environment, own, (name, display_name), mark_to_json(mark)
        )
        logos = self._contents.python_logos(environment, own)
        return KernelSpec(name=name, document=document, logos=logos, mark=mark)

    def other(
        self, wish: Wish, kernel: OtherKernel, name: KernelName, display_name: str
    ) -> KernelSpec:
        """Return the kernelspec of another kernel that the environment brings along."""
        mark = self._mark(wish, name)
        document = self._contents.other_document(
            wish[2], kernel, (name, display_name), mark_to_json(mark)
        )
        logos = logos_of(kernel[0], with_svg=True)
        return KernelSpec(name=name, document=document, logos=logos, mark=mark)

    def _mark(self, wish: Wish, name: KernelName) -> Mark:
        """Return the mark: the installed one itself where nothing in it would change.

        A root that was not read in this pass has no inode to write, and the one written
        before still tells which directory it was.
        """
        key, stem, environment = wish
        candidate = environment.candidate
        installed = self._holdings.under(key, name)
        old = None if installed is None else installed.mark
        inode = self.inode_of(environment)
        template = self._template
        if old is not None:
            if inode is None and old.root == candidate.root:
                inode = old.root_inode
            if has_stem(old, stem, template):
                # It keeps its name, and so what that came from.
                stem = old.stem
        if (
            old is not None
            and old.root_inode == inode
            and old.stem == stem
            and old.template == template
            and old.environment == key[0]
            and old.prefix == candidate.prefix
            and old.root == candidate.root
            and old.manager == candidate.manager.name
            and old.requested == candidate.requested
            and old.configured == candidate.configured
            and old.host == self._host
            and old.version == MARK_VERSION
        ):
            return old
        return Mark(
            version=MARK_VERSION,
            environment=key[0],
            prefix=candidate.prefix,
            manager=candidate.manager.name,
            root=candidate.root,
            root_inode=inode,
            host=self._host,
            stem=stem,
            kernel=key[1],
            requested=candidate.requested,
            configured=candidate.configured,
            template=template,
        )
