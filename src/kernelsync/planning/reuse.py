"""What planning came to before, for as long as everything that it came from is the same.

A service plans for a thousand environments because one has changed. What is kept here are
results of pure functions, each with all that it was worked out from: whether that is the same
is asked again every time. So nothing can be reused that planning anew would make otherwise.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.model.environment import Environment
    from kernelsync.model.kernelspec import KernelSpec, Mark
    from kernelsync.model.outcome import Standing
    from kernelsync.planning.holdings import Key
    from kernelsync.planning.provided import OtherKernel
    from kernelsync.planning.selection import Verdict

    Judgement = tuple[Verdict, Standing | None, str, tuple[OtherKernel, ...]]
    """The verdict; what speaks against a kernel; the stem without that; the further kernels."""
    Circumstances = tuple[Mark | None, str, str, str, int | None]
    """The installed mark, the stem, the name, the display name, and the inode of the root."""
    Written = tuple[KernelSpec, Standing | None]


class Reuse:
    """Holds the results of the last planning; what that did not use is dropped.

    Environments count as the same only if they are the same object, which is never changed.
    """

    def __init__(self) -> None:
        self._question: object = None
        self._judged: dict[str, tuple[Environment, Judgement]] = {}
        self._written: dict[Key, tuple[Environment, Circumstances, Written]] = {}
        self._judged_before = self._judged
        self._written_before = self._written

    def begin(self, question: object) -> None:
        """Begin to plan; with another `question` than before no result holds any more.

        It is all that each result depends on: settings, home, host and runtimes.
        """
        is_same = question == self._question
        self._question = question
        self._judged_before = self._judged if is_same else {}
        self._written_before = self._written if is_same else {}
        self._judged, self._written = {}, {}

    def judgement(
        self, environment: Environment, judge: Callable[[Environment], Judgement]
    ) -> Judgement:
        """Return how an environment is judged by itself."""
        real = environment.candidate.real
        known = self._judged_before.get(real)
        if known is None or known[0] is not environment:
            known = environment, judge(environment)
        self._judged[real] = known
        return known[1]

    def written(
        self,
        key: Key,
        environment: Environment,
        circumstances: Circumstances,
        write: Callable[[], Written],
    ) -> Written:
        """Return the kernelspec for a key, and the standing of its environment."""
        known = self._written_before.get(key)
        if known is None or known[0] is not environment or known[1] != circumstances:
            known = environment, circumstances, write()
        self._written[key] = known
        return known[2]
