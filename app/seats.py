"""How many lanes of a sort may have a thread at once, so that what is live always finds one.

Hooks are told by strangers' servers: one that takes its time sits with others of its kind, and
keeps neither a quick one waiting nor an alert.
"""

import threading
from dataclasses import dataclass, field

JOBS, QUICK_HOOKS, SLOW_HOOKS = 2, 3, 2
SLOW_S = 1.0  # for a step, on an average of a turn


def _seats(count: int) -> threading.Semaphore:
    return threading.Semaphore(count)


@dataclass(slots=True)
class Seats:
    """The seats of one process, and which hooks were slow in their last turn."""

    jobs: threading.Semaphore = field(default_factory=lambda: _seats(JOBS))
    quick: threading.Semaphore = field(default_factory=lambda: _seats(QUICK_HOOKS))
    slow: threading.Semaphore = field(default_factory=lambda: _seats(SLOW_HOOKS))
    _slow: set[str] = field(default_factory=set)

    def of(self, lane: str) -> threading.Semaphore | None:
        """Where a lane sits while it is drained in turns; None for one that is drained at once."""
        if lane.startswith("job:"):
            return self.jobs
        if lane.startswith("hook:"):
            return self.slow if lane in self._slow else self.quick
        return None

    def took(self, lane: str, seconds: float, steps: int) -> None:
        """How long a turn was."""
        if seconds > SLOW_S * max(steps, 1):
            self._slow.add(lane)
        else:
            self._slow.discard(lane)
