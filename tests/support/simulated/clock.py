"""The clock on the wall of the simulated world, which somebody sets; seconds are counted on."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.simulated.simulation import Simulation

_YEAR = 365 * 24 * 3600.0
_JUMPS = (-_YEAR, -3600.0, -2.0, 2.0, 3600.0, _YEAR)


def jump(sim: Simulation) -> None:
    """Somebody sets the clock."""
    sim.world.skew += sim.world.random.choice(_JUMPS)
    sim.world.say(f"the clock is {sim.world.skew:+.0f} s off")
