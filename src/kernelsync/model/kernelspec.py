"""Kernelspecs: the contents that are wanted, and what is installed."""

from __future__ import annotations

from kernelsync.model.value import Value
from kernelsync.typed import NewType, StrEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

KernelName = NewType("KernelName", str)
"""A kernelspec's directory name: lower-case ASCII, the key that notebooks store."""


class Logo(Value):
    """An image beside kernel.json: either its `content`, or the `source` file to copy.

    `size` in bytes tells without reading whether an installed copy is still the same.
    """

    name: str
    size: int
    content: bytes | None = None
    source: str | None = None


class Mark(Value):
    """What `metadata.kernelsync` says: who wrote this kernelspec, and for what.

    `environment` is the identity (real prefix); `kernel` is "" for the environment's main
    kernel, else the name of the environment's own kernelspec that it publishes. `stem` is
    the name before anything was added to make it unique, by the `template` of the settings.
    `requested` remembers that a ROOT on the command line asked for it, `configured` that the
    settings named the root.
    `root_inode` is the inode of `root` when this was written (None if unknown).
    """

    version: int
    environment: str
    prefix: str
    manager: str
    root: str
    root_inode: int | None
    host: str
    stem: str
    kernel: str = ""
    requested: bool = False
    configured: bool = False
    template: str = "{name}"


class KernelSpec(Value):
    """A kernelspec as it should be: `document` is kernel.json, with the mark, without digest."""

    name: KernelName
    document: Mapping[str, object]
    logos: tuple[Logo, ...]
    mark: Mark


class Ownership(StrEnum):
    """Whose kernelspec this is.

    `CLAIMED`: the mark is ours and of this host, but the digest was not compared yet.
    `OURS`: it also matches its digest. `EDITED`: somebody changed it after us. `OTHER_HOST`:
    another machine with the same home directory wrote it. `NEWER`: a later version of
    kernelsync wrote it. `UNREADABLE`: it may be ours, but cannot be read now, so nobody
    can say. `FOREIGN`: anything else. Only `OURS` is ever changed or removed.
    """

    CLAIMED = "claimed"
    OURS = "ours"
    EDITED = "edited"
    OTHER_HOST = "other-host"
    NEWER = "newer"
    UNREADABLE = "unreadable"
    FOREIGN = "foreign"


class InstalledKernel(Value):
    """A kernelspec found on Jupyter's path.

    `directory` is where it is; `in_store` says that it is in the one directory that
    kernelsync writes to. `document` is kernel.json without the digest, empty where it could
    not be read (then FOREIGN). `files` are the names and sizes of the files beside it, for
    ours only. `mark` is None for foreign ones.
    """

    name: KernelName
    directory: str
    in_store: bool
    ownership: Ownership
    document: Mapping[str, object]
    files: Mapping[str, int]
    mark: Mark | None = None
