"""What the service's loop stands on: everything by which it touches the machine."""

from __future__ import annotations

import functools

from kernelsync.confinement import UNCONFINED
from kernelsync.model.value import Value
from kernelsync.service.brief import places_to_watch
from kernelsync.service.echoes import Echoes
from kernelsync.service.frugal import ALLOCATOR, Housekeeping
from kernelsync.service.newcomers import Newcomers
from kernelsync.service.passes import lock_of, users_of
from kernelsync.service.probed import Probed
from kernelsync.service.runtime_requests import RuntimeRequests
from kernelsync.service.signals import Signals
from kernelsync.service.single_instance import lock_path, touch
from kernelsync.service.state import StateFile, state_path
from kernelsync.service.watchtower import watchtower

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kernelsync.confinement import Confinement
    from kernelsync.model.outcome import PassResult
    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.service.brief import Places
    from kernelsync.service.passes import Lock
    from kernelsync.service.removals import InUse
    from kernelsync.service.settings_file import SettingsFile
    from kernelsync.service.watchtower import Watchtower

    PlacesOf = Callable[[PassResult, Settings, Surroundings], Places]


class Parts(Value):
    """The parts of one service; a simulation has others.

    `clock` counts seconds that never go back. `lock` returns what takes the lock of all passes,
    given what may raise while another has it. `touch` takes note that a pass has ended, and
    `places` are the directories to watch after it.
    """

    clock: Callable[[], float]
    tower: Watchtower
    signals: Signals
    probed: Probed
    echoes: Echoes
    newcomers: Newcomers
    state_file: StateFile
    requests: RuntimeRequests
    in_use: InUse
    lock: Callable[[Callable[[], None]], Lock]
    touch: Callable[[], None]
    housekeeping: Housekeeping
    confinement: Confinement = UNCONFINED
    places: PlacesOf = places_to_watch


def parts_of(
    file: SettingsFile,
    *,
    clock: Callable[[], float],
    requests: RuntimeRequests | None = None,
    confinement: Confinement = UNCONFINED,
) -> Parts:
    """Return the parts of the service on this machine."""
    surroundings = file.basis.surroundings
    tower = watchtower(file.basis.settings.service, surroundings.platform, clock=clock)
    return Parts(
        clock=clock,
        tower=tower,
        signals=Signals(tower.bell.call),
        probed=Probed(),
        echoes=Echoes(),
        newcomers=Newcomers(),
        state_file=StateFile(state_path(surroundings)),
        requests=requests or RuntimeRequests(clock),
        confinement=confinement,
        housekeeping=Housekeeping(),
        in_use=lambda kernels: users_of(kernels, surroundings.uid),
        lock=functools.partial(lock_of, surroundings),
        touch=functools.partial(touch, lock_path(surroundings)),
    )


def requests_of(
    builder: Sequence[str] | None, environ: Mapping[str, str], *, clock: Callable[[], float]
) -> RuntimeRequests:
    """Return who asks for runtimes; it starts a process if `builder` is the command for them."""
    if builder is None:
        return RuntimeRequests(clock)
    # It takes room for good, and few services start anything.
    from kernelsync.service.builder import Builder  # noqa: PLC0415 - see above

    # How this service allocates is for it alone: some Pythons refuse to start with that.
    variables = {name: environ[name] for name in environ if name != ALLOCATOR}
    return RuntimeRequests(clock, Builder(builder, variables))
