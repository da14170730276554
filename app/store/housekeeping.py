"""What gathers dust: old receipts, job rows of dead workers, taken slots, ended work."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from app.store import activities, deliveries, events_read, removals
from app.store.db import Tx

RECEIPTS_KEPT = timedelta(days=8)  # longer than any sender's retries (HubSpot: 24 h)
WORK_KEPT = timedelta(days=30)  # ended jobs, with what they found
LOOKED_BACK_DAYS = 40  # for deliveries that nobody started, and activities without their link
JOBS_KEPT = timedelta(hours=1)  # a wake-up that runs longer than that belongs to the dead


def take_slot(tx: Tx, job: str, slot: int) -> bool:
    """Take one slot of a timed job; False where another clock has it."""
    statement = text("""
        INSERT INTO slot (job, slot) VALUES (:job, :slot) ON CONFLICT DO NOTHING RETURNING slot
    """)
    return tx.scalar(statement, {"job": job, "slot": slot}) is not None


def tidy(tx: Tx) -> dict[str, int]:
    """Delete what nobody needs any more; answer how much."""
    now = datetime.now(UTC)
    old = {"receipts": now - RECEIPTS_KEPT, "jobs": now - JOBS_KEPT, "work": now - WORK_KEPT}
    receipts = tx.execute(text("DELETE FROM receipt WHERE received_at < :receipts"), old)
    jobs = text("""
        DELETE FROM procrastinate_jobs WHERE status = 'doing' AND id IN (
            SELECT job_id FROM procrastinate_events WHERE type = 'started' AND at < :jobs)
    """)
    stale = tx.execute(jobs, old)
    forgotten = deliveries.start_forgotten(tx, days=LOOKED_BACK_DAYS)
    told = events_read.forget(tx, now)
    activities.make_months(tx, now)
    removals.sweep(tx)
    tx.execute(text("DELETE FROM slot WHERE taken_at < :receipts"), old)
    tx.execute(text("DELETE FROM job WHERE finished_at < :work"), old)
    return {"receipts": receipts.rowcount, "jobs": stale.rowcount, "deliveries": forgotten,
            "events": told}  # fmt: skip
