"""Where to read a feed on from, when the vendor shows things late."""

from datetime import datetime

from connectors.base import Rejected
from connectors.hubspot.values import to_ms

FUTURE_MS = 600_000  # the vendor's clock and a cursor differ by less, or the cursor is not ours


def settled(
    since: int | None, newest: int | None, now: datetime | None, lag_s: float
) -> int | None:
    """The first millisecond to ask for next time, after the last page of a feed.

    What is older than the lag has settled and is not asked for again. What is younger may still
    get older neighbours, so it is shown again until it has settled, even where the pages of one
    run have gone past it already. `now` is the vendor's clock. None while nothing is known.
    """
    lag_ms = int(lag_s * 1000)
    if now is None and newest is None:
        return since
    horizon = (to_ms(now) if now is not None else newest or 0) - lag_ms
    reached = since if newest is None else newest + 1
    return max(horizon if reached is None else min(reached, horizon), 0)


def refuse_future(since: int | None, now: datetime | None) -> None:
    """A cursor from the future would skip what happens until then. Raises: Rejected."""
    if now is not None and since is not None and since > to_ms(now) + FUTURE_MS:
        raise Rejected("this cursor lies in the future: not one of this account", code="bad_cursor")
