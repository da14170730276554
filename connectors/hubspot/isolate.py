"""Finding the row for which HubSpot refuses a whole batch."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar

from connectors.base import Busy, ConnectorError, Gone, Landed, Rejected

Outcome: TypeAlias = Landed | ConnectorError
MANY = 5  # after so many bad rows in one batch, one by one is cheaper than halving on


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=Keyed)
Send: TypeAlias = Callable[[Sequence[K]], Mapping[str, Outcome]]
Blame: TypeAlias = Callable[[Rejected | Gone, Sequence[K]], Sequence[K]]


def nobody(_: object, __: object) -> Sequence[K]:
    """No row is known to be guilty without being tried."""
    return ()


def isolated(rows: Sequence[K], send: Send[K], blame: Blame[K] = nobody) -> dict[str, Outcome]:
    """Send all rows; where a batch is refused as a whole, find out for which row.

    One bad row among n costs at most ceil(log2 n) + 1 further calls. `blame` names the rows that
    an error condemns without trying them. A vendor that is busy on the way ends it: what was not
    tried comes back Busy. Raises: Busy, AuthLost, Unsure where that is so for all rows.
    """
    outcomes: dict[str, Outcome] = {}
    waiting: Sequence[K] = rows
    bad = 0
    while waiting:
        size = 1 if bad >= MANY else len(waiting)
        batch, rest = waiting[:size], waiting[size:]
        try:
            outcomes |= send(batch)
            waiting = rest
        except (Rejected, Gone) as error:
            bad += 1
            waiting = [*_narrow(batch, error, send, blame, outcomes), *rest]
        except ConnectorError as error:
            if not outcomes:
                raise
            outcomes |= {row.key: error for row in batch}
            waiting = []
    untried = Busy("not tried: HubSpot stopped answering within this batch")
    return {row.key: outcomes.get(row.key, untried) for row in rows}


def _narrow(
    suspects: Sequence[K],
    error: Rejected | Gone,
    send: Send[K],
    blame: Blame[K],
    outcomes: dict[str, Outcome],
) -> list[K]:
    """Halve a refused batch until one row is left: `error` is about it.

    Answers the rows that are still to be sent; none where HubSpot stopped answering.
    """
    untried: list[K] = []
    while len(suspects) > 1:
        if guilty := blame(error, suspects):
            outcomes |= {row.key: error for row in guilty}
            return [*(row for row in suspects if row.key not in outcomes), *untried]
        half = len(suspects) // 2
        first, second = suspects[:half], suspects[half:]
        try:
            outcomes |= send(first)
            suspects = second  # the first half landed, so `error` was about the second
        except (Rejected, Gone) as narrower:
            untried += second
            suspects, error = first, narrower
        except ConnectorError as stop:
            outcomes |= {row.key: stop for row in first}
            return []
    outcomes |= {row.key: error for row in suspects}
    return untried
