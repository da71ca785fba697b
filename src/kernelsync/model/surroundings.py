"""What a pass needs to know of the process and the machine it runs on."""

from __future__ import annotations

from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Surroundings(Value):
    """The outside world as a parameter, so that nothing below the command line reads it.

    `environ` is the environment of the process, `home` the user's home directory, `uid` the
    effective user id (-1 on Windows), `host` a stable id of this machine, `platform` as
    `sys.platform`, `prefix` the `sys.prefix` of kernelsync's own interpreter.
    """

    environ: Mapping[str, str]
    home: str
    uid: int
    host: str
    platform: str
    prefix: str
