"""The clock of an in-memory account: it moves only when told, or a little with each change."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class Clock:
    """Each change gets `now` and moves it on by `tick`; frozen, all changes share one time."""

    now: datetime = datetime(2026, 1, 5, 9, tzinfo=UTC)
    tick: timedelta = timedelta(milliseconds=1)
    frozen: bool = False

    def __call__(self) -> datetime:
        at = self.now
        if not self.frozen:
            self.now += self.tick
        return at

    def advance(self, seconds: float) -> None:
        """Let time pass, also while frozen."""
        self.now += timedelta(seconds=seconds)
