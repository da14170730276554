"""Waiting for another thread or process: the only place in the tests that sleeps."""

import time
from collections.abc import Callable

PATIENCE_S = 60.0
FIRST_S, LAST_S, GROWS = 0.01, 0.1, 1.2  # looking takes time from what is waited for


def eventually(holds: Callable[[], object], patience_s: float = PATIENCE_S) -> bool:
    """Whether it comes true before patience ends; looked at often at first, then every 100 ms."""
    deadline, pause = time.monotonic() + patience_s, FIRST_S
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(pause)
        pause = min(pause * GROWS, LAST_S)
    return bool(holds())
