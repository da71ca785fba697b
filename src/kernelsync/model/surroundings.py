"""What a pass needs to know of the process and the machine it runs on."""

from __future__ import annotations

from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


HIDDEN = "owner-hidden"
"""The code of the problem that an owner cannot be told here."""

WAY_OUT_OF_HIDDEN = (
    "run kernelsync outside of the user namespace (without PrivateUsers=), or name the "
    "directories that belong to root in KERNELSYNC_TRUSTED_PATHS"
)


class Owners(Value):
    """Whose a file is, where a user namespace hides its owner.

    `nobody` is the number that all hidden users have, `no_group` that of hidden groups; None
    where none is hidden. What lies below `trees` and belongs to `nobody` was vouched for: it
    is root's. So are the `directories` themselves, which are those above.
    """

    nobody: int | None = None
    no_group: int | None = None
    trees: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()

    def vouched_for(self, path: str) -> bool:
        """Whether a hidden owner of this path is root; the path must be a real one."""
        return path in self.directories or any(
            path == tree or path.startswith(f"{tree.rstrip('/')}/") for tree in self.trees
        )


class Surroundings(Value):
    """The outside world as a parameter, so that nothing below the command line reads it.

    `environ` is the environment of the process, `home` the user's home directory, `uid` the
    effective user id (-1 on Windows), `host` a stable id of this machine, `platform` as
    `sys.platform`, `prefix` the `sys.prefix` of kernelsync's own interpreter. `owners` says whose
    files are.
    """

    environ: Mapping[str, str]
    home: str
    uid: int
    host: str
    platform: str
    prefix: str
    owners: Owners = Owners()
