"""How the store of activities behaves as it grows: on a database of its own, filled by SQL.

At each size activities are added by the code that takes them in, in batches as from webhooks, and
the timelines of people are read by the code that pages show. Turn by turn the same is added to a
store that stays small, on the same server: the ratio of both is what growing costs.
"""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from app.demo.show import percentile
from app.demo.stage import folder
from app.store import activities, embedded, happenings, migrate
from app.store.db import Database, connect
from app.store.happenings import Wanted
from connectors.base import Activity, Ref

PEOPLE = 100_000
MONTHS = 24
AT_ONCE = 1_000
BATCHES = 20
READS = 200
PAGE = 50
CHUNK = 100_000
FILLERS = 2
MONTH_S = 30.4 * 86_400
TOOL = "tool"
TYPES = ("page_view", "email_open", "email_click", "form_submit", "call")
Progress = Callable[[int], None]

_PEOPLE = text("""
    WITH made AS (
        INSERT INTO link (id, kind) SELECT gen_random_uuid(), 'person'
        FROM generate_series(1, :people) RETURNING id),
    numbered AS (SELECT id, row_number() OVER () AS n FROM made)
    INSERT INTO side (link_id, connection, kind, external_id)
    SELECT id, :tool, 'person', n::text FROM numbered
""")
_FILL = text("""
    WITH new AS (
        SELECT nextval('activity_number') AS id, n,
               now() - make_interval(secs => :span_s * (1 - n / :rows ::float))
                     - random() * interval '1 day' AS at,
               (1 + floor(random() * :people))::text AS person,
               (ARRAY['page_view', 'email_open', 'email_click', 'form_submit', 'call'])
                   [1 + floor(random() * 5)] AS type
        FROM generate_series(:first ::bigint, :last ::bigint) AS n),
    keyed AS (
        INSERT INTO activity_key (key, activity_id, at)
        SELECT md5(:tool || '/fill-' || n)::uuid, id, at FROM new)
    INSERT INTO activity (id, at, connection, external_id, link_id, person_kind, person_id, type,
                          title, detail)
    SELECT new.id, new.at, :tool, 'fill-' || new.n, side.link_id, 'person', new.person, new.type,
           'Page ' || new.n % 50, jsonb_build_object('url', 'https://example.com/' || new.n % 50)
    FROM new JOIN side ON side.connection = :tool AND side.kind = 'person'
                      AND side.external_id = new.person
""")
_SIZES = text("""
    SELECT pg_size_pretty(sum(pg_total_relation_size(inhrelid))) FROM pg_inherits
    WHERE inhparent = 'activity'::regclass
""")
_PLAN = """
    EXPLAIN (ANALYZE, BUFFERS, SUMMARY)
    SELECT * FROM activity WHERE link_id = '{link}' ORDER BY at DESC, id DESC LIMIT 50
"""


def timeline_bench(rows: int, *, filled: Progress) -> dict[str, Any]:
    """Fill up to `rows`; answer the figures at the beginning, at half and at the end."""
    with _databases() as (small, large):
        sizes: list[dict[str, Any]] = []
        done = 0
        _adding(small, large)  # what is slow only once is not counted
        for goal in (0, rows // 2, rows):
            _fill(large, done, goal, rows, filled)
            done = goal
            _vacuum(large)
            sizes.append({"rows": goal, **_adding(small, large), **_reading(large)})
        return {"sizes": sizes, "disk": _disk(large), "plan": _plan(large)}


@contextmanager
def _databases() -> Iterator[tuple[Database, Database]]:
    with folder(None) as home, ExitStack() as stack:
        server = embedded.start(home)
        stack.callback(server.stop)
        made = []
        for name in ("small", "large"):
            database = connect(server.database(name))
            stack.callback(database.close)
            migrate.upgrade(database)
            _prepare(database)
            made.append(database)
        yield made[0], made[1]


def _prepare(database: Database) -> None:
    make = text("""
        SELECT activity_partition(ARRAY['activity', 'delivery'], month::date)
        FROM generate_series(date_trunc('month', now()) - make_interval(months => :months),
                             now() + interval '1 month', interval '1 month') AS month
    """)
    with database.begin() as tx:
        tx.execute(make, {"months": MONTHS + 1})
        tx.execute(_PEOPLE, {"people": PEOPLE, "tool": TOOL})
    _vacuum(database)


def _fill(database: Database, done: int, goal: int, rows: int, filled: Progress) -> None:
    """Add what two years bring, oldest first."""
    span_s = MONTHS * MONTH_S
    what = {"people": PEOPLE, "tool": TOOL, "span_s": span_s, "rows": rows}

    def add(first: int) -> int:
        last = min(first + CHUNK, goal)
        with database.begin() as tx:
            tx.execute(text("SET LOCAL synchronous_commit = off"))
            tx.execute(_FILL, {**what, "first": first + 1, "last": last})
        return last

    with ThreadPoolExecutor(FILLERS) as pool:
        for last in pool.map(add, range(done, goal, CHUNK)):
            filled(last)


def _vacuum(database: Database) -> None:
    with database.engine.connect() as raw:
        session = raw.execution_options(isolation_level="AUTOCOMMIT")
        session.execute(text("VACUUM ANALYZE"))
        session.execute(text("CHECKPOINT"))


def _adding(small: Database, large: Database) -> dict[str, Any]:
    """Activities a second, a batch in a transaction; the median batches tell."""
    took: dict[str, list[float]] = {"small": [], "large": []}
    for _ in range(BATCHES):
        for name, database in (("small", small), ("large", large)):
            batch = [_deed() for _ in range(AT_ONCE)]
            begun = time.monotonic()
            with database.begin() as tx:
                activities.add(tx, TOOL, batch, uuid4())
            took[name].append(time.monotonic() - begun)
    few, many = (median(took[name]) for name in ("small", "large"))
    return {
        "added_per_s": round(AT_ONCE / many),
        "small_per_s": round(AT_ONCE / few),
        "ratio_to_small": round(few / many, 2),
    }


def _deed() -> Activity:
    person = Ref("person", str(random.randint(1, PEOPLE)))  # noqa: S311  no secret
    at = datetime.now(UTC) - timedelta(minutes=random.random() * 60)  # noqa: S311  as above
    number = random.randint(1, 50)  # noqa: S311  as above
    detail = {"url": f"https://example.com/{number}"}
    return Activity(str(uuid4()), person, TYPES[number % 5], at, f"Page {number}", detail)


def _reading(database: Database) -> dict[str, Any]:
    """First pages of the timelines of people at random."""
    links = _links(database)
    times = []
    for _ in range(READS):
        wanted = Wanted(link_id=random.choice(links))  # noqa: S311  as above
        begun = time.monotonic()
        with database.begin() as tx:
            happenings.activities(tx, wanted, None, PAGE)
        times.append(round(1e6 * (time.monotonic() - begun)))
    return {
        f"timeline_p{round(100 * part)}_ms": (percentile(times, part) or 0) / 1000
        for part in (0.5, 0.99)
    }


def _links(database: Database) -> list[UUID]:
    with database.begin() as tx:
        return list(tx.scalars(text("SELECT id FROM link LIMIT 1000")))


def _disk(database: Database) -> str:
    with database.begin() as tx:
        return str(tx.scalar(_SIZES))


def _plan(database: Database) -> list[str]:
    with database.begin() as tx:
        return list(tx.scalars(text(_PLAN.format(link=_links(database)[0]))))
