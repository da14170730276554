"""Named points at which a fault test makes the process die, as a power cut would."""

import os
from enum import StrEnum


class Point(StrEnum):
    """Every place where dying once was thought through. Fault tests walk all of them."""

    RECEIVED = "received"  # request read, nothing committed
    RECEIVED_COMMITTED = "received_committed"  # committed, not answered
    LOOKED = "looked"  # vendor was read, nothing applied
    APPLIED = "applied"  # decided and committed, nobody woken
    CLAIMED = "claimed"  # a write is marked as flying, not sent
    WRITTEN = "written"  # the vendor accepted, not recorded
    PAGE_STORED = "page_stored"  # a page was read, neither items nor cursor committed
    LOGGED = "logged"  # activities are in the vendor, not recorded
    ALERT_RAISED = "alert_raised"  # the alert's task stands, not recorded
    NOTIFIED = "notified"  # the bell rang, not recorded


def crash_if(point: Point) -> None:
    """Die here if the environment says so. No cleanup, no flush, as a power cut."""
    if os.environ.get("BATON_CRASH_AT") == point:
        os._exit(137)
