"""An outgoing webhook's health: what an answer means for it, and when to try again. Pure.

Order matters to a receiver, so an event that was not taken holds up those behind it: for seconds,
then minutes, then hours. After three days of nothing but failures the hook is switched off and a
person is asked. An event that the receiver refuses by itself (its content, not its address) holds
up the others for a few attempts only, and is then set aside.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

State: TypeAlias = Literal["active", "off", "failed"]
Fate: TypeAlias = Literal["delivered", "waiting", "failed"]
FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 4 * 3600.0
JITTER = 0.25  # of the wait, either way: receivers that come back are not hit by all at once
GIVES_UP_AFTER = timedelta(days=3)
REFUSALS = 5  # of one event, until it is set aside
GONE = 410  # Standard Webhooks: the receiver wants no more
REFUSES_CONTENT = frozenset({400, 413, 415, 422})
HOOK_GONE, HOOK_FAILING = "hook_gone", "hook_failing"


@dataclass(frozen=True, slots=True)
class Health:
    """How a hook stands. `attempts`: of the event at its head; `failing_since`: the first failure
    since the last success.
    """

    attempts: int = 0
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What a receiver answered: the status (0: nothing), and why that was no success (None: it
    was); when it wants to be asked again.
    """

    status: int
    reason: str | None = None
    retry_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows: the event's fate, the hook's health; in how many seconds to go on (None: not
    by itself).
    """

    fate: Fate
    health: Health
    wait_s: float | None
    code: str | None = None


def judge(health: Health, answered: Answered, *, now: datetime, luck: float) -> Verdict:
    """What an answer about the event at the head means. `luck` in [0, 1) spreads the waits."""
    if answered.reason is None:
        return Verdict("delivered", Health(), 0.0)
    attempts, since = health.attempts + 1, health.failing_since or now
    if answered.status == GONE:
        return Verdict("failed", Health(attempts, since), None, HOOK_GONE)
    if answered.status in REFUSES_CONTENT and attempts >= REFUSALS:
        return Verdict("failed", Health(0, since), 0.0)
    if now - since >= GIVES_UP_AFTER:
        return Verdict("waiting", Health(attempts, since), None, HOOK_FAILING)
    wait_s = wait_after(attempts, answered.retry_in_s, luck)
    return Verdict("waiting", Health(attempts, since), wait_s)


def wait_after(attempts: int, retry_in_s: float | None, luck: float) -> float:
    """Seconds to wait after so many failures; longer where the receiver says so."""
    wait_s = min(FIRST_WAIT_S * float(2 ** min(attempts - 1, 20)), LONGEST_WAIT_S)
    spread_s = wait_s * (1 + JITTER * (2 * luck - 1))
    return max(spread_s, min(retry_in_s or 0.0, GIVES_UP_AFTER.total_seconds() / 3))
