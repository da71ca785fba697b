"""Kernel names: unique on Jupyter's whole path, and kept for as long as the environment lives."""

from __future__ import annotations

from itertools import count

from kernelsync.model.kernelspec import KernelName
from kernelsync.planning.stems import is_vscodes, with_suffix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kernelsync.model.environment import Environment
    from kernelsync.model.kernelspec import Mark
    from kernelsync.planning.holdings import Holdings, Key

Wish = tuple["Key", str, "Environment"]
"""A kernel that is wanted, and its stem."""

_HASH_LENGTH = 8


class Names:
    """The names of one pass: first those that are kept, then those of newcomers.

    Newcomers are served in the order of their wishes, which `desired` sorts by real path.
    """

    def __init__(self, holdings: Holdings, home: str, template: str) -> None:
        self._holdings = holdings
        self._template = template
        self._home = home
        self._holders: dict[str, Environment] = {}
        self._minors: dict[str, str] | None = None

    def assign(self, wishes: Sequence[Wish]) -> dict[Key, KernelName]:
        """Return a name for every wish; a further call respects the names given before."""
        names: dict[Key, KernelName] = {}
        newcomers: list[Wish] = []
        for wish in wishes:
            key, stem, environment = wish
            kept = self._kept(key, stem)
            if kept is None:
                newcomers.append(wish)
            else:
                names[key] = kept
                self._holders[kept] = environment
        for key, stem, environment in newcomers:
            name = next(
                name for name in self._choices(key, stem, environment) if self._is_free(name, key)
            )
            names[key] = KernelName(name)
            self._holders[name] = environment
        return names

    def _kept(self, key: Key, stem: str) -> KernelName | None:
        """Return the name that the kernel has already, unless the settings want another."""
        for kernel in self._holdings.ours.get(key, ()):
            if kernel.mark is not None and has_stem(kernel.mark, stem, self._template):
                return None if kernel.name in self._holders else kernel.name
        return None

    def _is_free(self, name: str, key: Key) -> bool:
        is_taken = name in self._holders or self._holdings.users.get(name, key) != key
        return not is_taken and not is_vscodes(name)

    def _choices(self, key: Key, stem: str, environment: Environment) -> Iterator[str]:
        yield stem
        minor = environment.interpreter.minor if environment.interpreter else None
        if minor and not key[1] and self._minor_of(stem) not in (None, minor):
            yield with_suffix(stem, f"py{minor}")
        folder = distinguishing_folder(environment, self._home)
        if folder:
            yield with_suffix(stem, "home" if folder == "~" else folder)
        digest = path_hash(key[0])[:_HASH_LENGTH]
        yield with_suffix(stem, digest)
        for number in count(2):
            yield with_suffix(stem, f"{digest}-{number}")

    def _minor_of(self, name: str) -> str | None:
        """Return the minor version behind a name that is taken, None if nobody knows."""
        holder = self._holders.get(name)
        if holder is not None:
            return holder.interpreter.minor if holder.interpreter else None
        if self._minors is None:
            self._minors = _written_minors(self._holdings)
        return self._minors.get(name)


def has_stem(mark: Mark, stem: str, template: str) -> bool:
    """Return whether a kernel keeps its name, though its stem might come out otherwise now.

    The links by which an environment is found may come and go: as long as it lives, and the
    user did not ask for other names, it keeps its own. A template with a version asks for
    another name when the version changes.
    """
    if mark.stem == stem:
        return True
    is_versioned = "{minor}" in template or "{python}" in template
    return mark.template == template and not is_versioned


def _written_minors(holdings: Holdings) -> dict[str, str]:
    """Return the minor versions of all kernels that any kernelsync published, by name."""
    marked = [*holdings.others, *(kernel for each in holdings.ours.values() for kernel in each)]
    minors: dict[str, str] = {}
    for kernel in marked:
        metadata = kernel.document.get("metadata")
        python = metadata.get("python") if isinstance(metadata, dict) else None
        if kernel.mark is not None and isinstance(python, str):
            minors[kernel.name] = ".".join(python.split(".")[:2])
    return minors


def distinguishing_folder(environment: Environment, home: str) -> str:
    """Return the folder in which a project, else an environment, lies: `~` for the home.

    The home's own name would tell who the user is, in every notebook.
    """
    candidate = environment.candidate
    place = environment.project or candidate.project or candidate.prefix
    parent = place.rpartition("/")[0]
    return "~" if parent == home else parent.rpartition("/")[2]


def path_hash(path: str) -> str:
    """Return a hash of a path, as hexadecimal digits."""
    import hashlib  # noqa: PLC0415 - loads OpenSSL, which only a clash needs

    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()
