"""How long new scoring rules take for all people, and whether alerts wait meanwhile.

Many people with a history each, on an embedded database of its own, and a worker as in production,
all in one process: rules are made active, and the job that applies them is timed by the job's own
clock. All the while other people submit a form that makes them hot; from each submission (when
it is handed in as a webhook's is, before its transaction) to the task in the SFA's own store is
timed. The SFA and the MA are accounts in memory: vendors' limits are not what is measured. Every
score is mapped to the MA, which rests, so that the writes are planned and not made.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from app import log
from app.bootstrap import Baton, opened
from app.configuring import ConnectionSpec, save_connection, save_document
from app.demo.children import DemoFailed
from app.demo.show import percentile
from app.demo.stage import folder
from app.domain.presets import preset
from app.flows import receive
from app.settings import Settings
from app.store import connections, work
from app.store.inbox import Arrival
from app.store.work import Job
from app.working import working
from connectors.base import Activity, Ref
from connectors.memory import MemoryConnector

HISTORY = 8  # activities of a person, over two months
HOT_EVERY_S = 0.2
SETTLES_S = 10.0  # alerts that are on their way when all are scored
MOST_S = 3600.0
MAPPING: dict[str, Any] = {
    "kind": "person", "ma": "ma", "sfa": "sfa", "formats": {"ma": "json", "sfa": "json"},
    "create": {"ma": False, "sfa": False},
    "fields": [
        {"name": "email", "ma": "email", "sfa": "email", "type": "email"},
        {"name": "job_title", "ma": "job_title", "sfa": "job_title"},
        {"name": "employees", "ma": "employees", "sfa": "employees", "type": "number"},
        {"name": "phone", "ma": "phone", "sfa": "phone"},
        {"name": "score", "baton": "score", "ma": "score", "type": "number"},
        {"name": "grade", "baton": "grade", "ma": "grade"},
    ],
}  # fmt: skip
HOT: dict[str, Any] = {
    "rules": [{"name": "form", "label": {"en": "Form", "ja": "フォーム"},
               "when": {"activity": ["trial"], "within_days": 1}}],
    "recipients": {"fallback_email": "sales@example.com"}, "channels": ["task"],
    "storm": {"per_recipient": 10_000, "per_connection": 10_000},  # each is one to be measured
}  # fmt: skip
_PEOPLE = text("""
    WITH made AS (
        INSERT INTO link (id, kind, email, agreed)
        SELECT gen_random_uuid(), 'person', 'person' || n || '@example.com', jsonb_build_object(
            'email', 'person' || n || '@example.com', 'phone', '+8131234' || n,
            'job_title', (ARRAY['CTO', 'Manager', '部長', 'Engineer', 'Student'])[1 + n % 5],
            'employees', (ARRAY[20, 120, 1000])[1 + n % 3])
        FROM generate_series(1, :people) AS n RETURNING id, agreed),
    numbered AS (SELECT id, agreed, row_number() OVER () AS n FROM made)
    INSERT INTO side (link_id, connection, kind, external_id, object, seen, sought)
    SELECT id, 'ma', 'person', n::text, 'Contact', agreed, true FROM numbered
""")
_HISTORY = text("""
    WITH new AS (
        SELECT nextval('activity_number') AS id, side.link_id, side.external_id AS person, n,
               now() - random() * interval '60 days' - interval '2 hours' AS at,
               (ARRAY['page_view', 'page_view', 'page_view', 'email_open', 'email_click',
                      'form_submit', 'download', 'call'])[1 + floor(random() * 8)] AS type,
               (ARRAY['/pricing', '/product/one', '/case-study/two', '/company', '/blog/three',
                      '/careers'])[1 + floor(random() * 6)] AS page
        FROM side CROSS JOIN generate_series(1, :each) AS n
        WHERE connection = 'ma' AND object = 'Contact'),
    keyed AS (
        INSERT INTO activity_key (key, activity_id, at)
        SELECT md5('ma/h-' || person || '-' || n)::uuid, id, at FROM new)
    INSERT INTO activity (id, at, connection, external_id, link_id, person_kind, person_id, type,
                          title, detail)
    SELECT id, at, 'ma', 'h-' || person || '-' || n, link_id, 'person', person, type, 'Page',
           jsonb_build_object('url', 'https://www.example.com' || page)
    FROM new
""")
_MONTHS = text("""
    SELECT activity_partition(ARRAY['activity', 'delivery'], month::date)
    FROM generate_series(date_trunc('month', now()) - interval '4 months',
                         now() + interval '1 month', interval '1 month') AS month
""")
_PROBE = text("""
    WITH made AS (
        INSERT INTO link (id, kind, email, agreed, score, next_score_at)
        SELECT gen_random_uuid(), 'person', email, jsonb_build_object('email', email), 0, NULL
        FROM unnest(:emails ::text[]) AS email RETURNING id, email)
    INSERT INTO side (link_id, connection, kind, external_id, object, seen, sought)
    SELECT made.id, 'sfa', 'person', wanted.ref, 'Lead', jsonb_build_object('email', made.email),
           true
    FROM made JOIN unnest(:emails ::text[], :refs ::text[]) AS wanted (email, ref) USING (email)
""")


def scoring_bench(people: int, *, probes: int = 600) -> dict[str, Any]:
    """Measure; answer the figures. Raises: DemoFailed."""
    log.configure(Settings(log_level="error"))
    with folder(None) as home, opened(Settings(data_dir=home)) as baton:
        refs = _fill(baton, people, probes)
        with working(baton):
            job = _publish(baton)
            with _probing(baton, refs) as hot:
                done = _followed(baton, job)
            hot.wait_for_answers()
        took = (done.finished_at or done.updated_at) - (done.started_at or done.created_at)
        whole_s = took.total_seconds()
        return {
            "people": done.done,
            "took_s": round(whole_s, 1),
            "per_s": round(done.done / whole_s, 1),
            "changed": done.counts.get("changed", 0),
            "hot": hot.figures(),
        }


def _fill(baton: Baton, people: int, probes: int) -> list[Ref]:
    """People with their history, and those who will be hot: their leads."""
    with baton.database.begin() as tx:
        for name in ("ma", "sfa"):
            spec = {"name": name, "vendor": "memory", "role": name}
            save_connection(tx, baton.accounts, ConnectionSpec.model_validate(spec), by="bench")
        tx.execute(_MONTHS)
        save_document(tx, "mapping", "main", MAPPING, by="bench")
        save_document(tx, "hot_lead", "main", HOT, by="bench")
        connections.set_state(tx, "ma", "paused", "bench")
        tx.execute(text("UPDATE job SET state = 'cancelled', due_at = NULL"))
        tx.execute(text("UPDATE feed SET due_at = now() + interval '1 day'"))
    account = _account(baton)
    refs = [account.vendor.add_person(f"hot{n}@example.com") for n in range(probes)]
    with baton.database.begin() as tx:
        emails = [f"hot{n}@example.com" for n in range(probes)]
        tx.execute(_PROBE, {"emails": emails, "refs": [one.id for one in refs]})
        tx.execute(_PEOPLE, {"people": people})
        tx.execute(_HISTORY, {"each": HISTORY})
    with baton.database.engine.connect() as raw:
        session = raw.execution_options(isolation_level="AUTOCOMMIT")
        session.execute(text("VACUUM ANALYZE"))
        session.execute(text("CHECKPOINT"))
    return refs


def _account(baton: Baton) -> MemoryConnector:
    found = baton.accounts.connector("sfa")
    assert isinstance(found, MemoryConnector)  # noqa: S101  it was saved as one
    return found


def _publish(baton: Baton) -> int:
    with baton.database.begin() as tx:
        saved = save_document(tx, "scoring", "main", preset("scoring"), by="bench")
    baton.wake(saved.wakes)
    return saved.job or 0


def _followed(baton: Baton, job_id: int) -> Job:
    deadline = time.monotonic() + MOST_S
    while time.monotonic() < deadline:
        with baton.database.begin() as tx:
            job = work.get(tx, job_id)
        if job is not None and job.state not in work.OPEN:
            if job.state != "done":
                raise DemoFailed(f"the job ended as {job.state}: {job.reason}")
            return job
        time.sleep(0.25)
    raise DemoFailed("the job did not end")


@dataclass(slots=True)
class Hot:
    """Who submitted a form when, and what came of it."""

    baton: Baton
    account: MemoryConnector
    sent: dict[Ref, float] = field(default_factory=dict)
    took_ms: dict[Ref, int] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def send(self, refs: list[Ref]) -> None:
        """One after the other, until it is over."""
        for ref in refs:
            if self.over.wait(HOT_EVERY_S):
                return
            deed = Activity(str(uuid4()), ref, "trial", datetime.now(UTC) - timedelta(seconds=1))
            self.sent[ref] = time.monotonic()
            with self.baton.database.begin() as tx:
                wakes = receive.store(tx, [[Arrival("sfa", uuid4(), deed)]])
            self.baton.wake(wakes)

    def watch(self) -> None:
        """See tasks as they come."""
        while not (self.over.is_set() and len(self.took_ms) == len(self.sent)):
            now = time.monotonic()
            for task in self.account.vendor.alerts():
                if task.person in self.sent and task.person not in self.took_ms:
                    self.took_ms[task.person] = round(1000 * (now - self.sent[task.person]))
            time.sleep(0.01)

    def wait_for_answers(self) -> None:
        deadline = time.monotonic() + SETTLES_S
        while len(self.took_ms) < len(self.sent) and time.monotonic() < deadline:
            time.sleep(0.05)

    def figures(self) -> dict[str, Any]:
        took = list(self.took_ms.values())
        times = {f"p{part}_ms": percentile(took, part / 100) for part in (50, 95, 99)}
        return {"sent": len(self.sent), "raised": len(took), **times}


@contextmanager
def _probing(baton: Baton, refs: list[Ref]) -> Iterator[Hot]:
    hot = Hot(baton, _account(baton))
    sender = threading.Thread(target=hot.send, args=(refs,), daemon=True)
    watcher = threading.Thread(target=hot.watch, daemon=True)
    sender.start()
    watcher.start()
    try:
        yield hot
    finally:
        hot.over.set()
        sender.join(SETTLES_S)
