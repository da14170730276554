"""Waiting for another thread or process: the only place in the tests that sleeps."""

import time
from collections.abc import Callable

PATIENCE_S = 20.0


def eventually(holds: Callable[[], object], patience_s: float = PATIENCE_S) -> bool:
    """Whether it comes true before patience ends; looked at every 10 ms."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.01)
    return bool(holds())
