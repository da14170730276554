"""What works on a Baton: its lanes, and around them worker, sweep, listener and clock."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.bootstrap import Baton
from app.crew import GARBAGE, Crew
from app.flows import hooks
from app.jobs import Lanes
from app.listening import Listener
from app.schedule import Clock
from app.worker import Worker

SWITCH_S = 0.001  # lanes score in threads; webhooks and job wake-ups must not queue behind them


@contextmanager
def lanes_of(baton: Baton) -> Iterator[Lanes]:
    """Lanes to be drained by hand. Helpers that they started are ended at the end."""
    settings, database = baton.settings, baton.database
    crew = Crew(database, settings.helpers)
    url, key = settings.public_url, baton.vault.signing_key
    beside = hooks.lanes(baton.post, baton.vault.open)
    accounts, wake = baton.accounts, baton.wake
    try:
        yield Lanes(database, accounts, wake, url, signing_key=key, beside=beside, crew=crew)
    finally:
        crew.close()


@contextmanager
def working(baton: Baton) -> Iterator[Worker]:
    """Work in the background until the end."""
    settings = baton.settings
    sys.setswitchinterval(SWITCH_S)
    gc.set_threshold(GARBAGE)
    with lanes_of(baton) as lanes:
        worker = Worker(
            baton.database,
            lanes,
            baton.wake,
            concurrency=settings.concurrency,
            sweep_s=settings.sweep_s,
            grace_s=settings.grace_s,
        )
        listener = Listener(baton.database, worker.drain)
        clock = Clock(baton.database)
        worker.start()
        listener.start()
        clock.start()
        try:
            yield worker
        finally:
            clock.stop()
            listener.stop(settings.grace_s)
            worker.stop()
