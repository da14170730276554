"""Figures of stages: how many are in each, how many came and went, how long they stayed, and whose
outcome says something about the score with which they began.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text, tuple_

from app.store.db import Tx
from app.store.people import COMPANY
from app.store.stage_tables import stage_change
from app.store.tables import link

# A move into the same stage again (of two that turned out to be one) begins no new stay.
_STAYS = """
    WITH wanted AS (
        SELECT name, place FROM unnest(:names ::text[], :places ::int[]) AS w (name, place)),
    stays AS (
        SELECT c.link_id, c.target AS stage, c.at, wanted.place,
               lead(c.at) OVER later AS left_at, lead(c.target) OVER later AS next,
               max(wanted.place) OVER (PARTITION BY c.link_id ORDER BY c.id
                   ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS furthest
        FROM stage_change AS c LEFT JOIN wanted ON wanted.name = c.target
        WINDOW later AS (PARTITION BY c.link_id ORDER BY c.id))
"""
_FLOW = text(f"""
    {_STAYS}
    SELECT stage, count(*) AS entered, count(left_at) AS left_,
           count(*) FILTER (WHERE furthest > place) AS moved_on,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM left_at - at))
               FILTER (WHERE left_at IS NOT NULL) / 3600 AS median_hours
    FROM stays WHERE at >= :since AND at < :until GROUP BY stage
""")  # noqa: S608  no input
_NEXT = text(f"""
    {_STAYS}
    SELECT stage, next, count(*) AS n FROM stays
    WHERE at >= :since AND at < :until AND next IS NOT NULL GROUP BY stage, next
""")  # noqa: S608  no input
_NOW = text("""
    SELECT stage, count(*) AS n,
           count(*) FILTER (WHERE stage_since < now() - make_interval(secs => aim * 3600)) AS late,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM now() - stage_since))
               / 3600 AS median_hours
    FROM link LEFT JOIN unnest(:names ::text[], :aims ::float8[]) AS w (name, aim) ON name = stage
    WHERE kind = 'person' AND stage_since IS NOT NULL GROUP BY stage
""")


@dataclass(frozen=True, slots=True)
class Figures:
    """One stage: people in it now, of whom `late` longer than the aim; of those who came in the
    period, how many left and how many got further (also later); hours in the middle: of those who
    left, of those who are there.
    """

    now: int = 0
    late: int = 0
    now_hours: float | None = None
    entered: int = 0
    left: int = 0
    moved_on: int = 0
    median_hours: float | None = None
    next: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """A stage in the order: `place` is 0 where it is no step forward; `aim` in hours."""

    name: str
    place: int
    aim: float | None


def figures(tx: Tx, ranks: Sequence[Rank], since: datetime, until: datetime) -> dict[str, Figures]:
    """The figures of each stage that anybody is, or was, in."""
    names = [one.name for one in ranks]
    period = {"names": names, "places": [one.place for one in ranks],
              "since": since, "until": until}  # fmt: skip
    flow = {row.stage: row for row in tx.execute(_FLOW, period)}
    following: dict[str, dict[str, int]] = {}
    for row in tx.execute(_NEXT, period):
        following.setdefault(row.stage, {})[row.next] = row.n
    aims = {"names": names, "aims": [one.aim for one in ranks]}
    here = {row.stage: row for row in tx.execute(_NOW, aims)}
    return {
        name: _figures(here.get(name), flow.get(name), following.get(name, {}))
        for name in {*flow, *here, *names}
    }


def _figures(here: Any, flow: Any, following: Mapping[str, int]) -> Figures:
    return Figures(
        now=here.n if here else 0,
        late=here.late if here else 0,
        now_hours=_hours(here.median_hours) if here else None,
        entered=flow.entered if flow else 0,
        left=flow.left_ if flow else 0,
        moved_on=flow.moved_on if flow else 0,
        median_hours=_hours(flow.median_hours) if flow else None,
        next=following,
    )


def _hours(value: float | None) -> float | None:
    return None if value is None else round(float(value), 2)


def inside(
    tx: Tx, stage: str, *, before: datetime | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Who is in a stage, those first who have been longest; `before`: only since before then."""
    where: list[ColumnElement[bool]] = [
        link.c.kind == "person",
        link.c.stage == stage,
        link.c.stage_since.is_not(None),
    ]
    if before is not None:
        where.append(link.c.stage_since < before)
    if after is not None:
        where.append(tuple_(link.c.stage_since, link.c.id) > tuple_(*after))
    query = select(
        link.c.id, link.c.email, link.c.agreed, link.c.score, link.c.grade, link.c.stage,
        link.c.stage_since, link.c.stage_reason,
    )  # fmt: skip
    rows = tx.execute(query.where(*where).order_by(link.c.stage_since, link.c.id).limit(limit))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


@dataclass(frozen=True, slots=True)
class Wanted:
    """Moves that are looked for; what is None does not matter."""

    source: str | None = None
    target: str | None = None
    moved_by: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def moves(tx: Tx, wanted: Wanted, before: int | None, limit: int) -> list[dict[str, Any]]:
    """Moves of everybody, newest first."""
    table = stage_change.c
    where: list[ColumnElement[bool]] = []
    for column, value in ((table.source, wanted.source), (table.target, wanted.target),
                          (table.moved_by, wanted.moved_by)):  # fmt: skip
        if value is not None:
            where.append(column == value)
    if wanted.since is not None:
        where.append(table.at >= wanted.since)
    if wanted.until is not None:
        where.append(table.at < wanted.until)
    if before is not None:
        where.append(table.id < before)
    query = select(stage_change, link.c.email).join(link, link.c.id == table.link_id)
    rows = tx.execute(query.where(*where).order_by(table.id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


# Of each stay that began with `entered`: its last outcome before the next one begins; and who came
# to an outcome without it, by the score at that time.
_OUTCOMES = text("""
    WITH marked AS (
        SELECT c.*, count(*) FILTER (WHERE target = :entered)
                        OVER (PARTITION BY link_id ORDER BY id) AS turn
        FROM stage_change AS c
        WHERE target = :entered OR target = ANY(:good) OR target = ANY(:bad)),
    ended AS (
        SELECT DISTINCT ON (link_id, turn) * FROM marked
        WHERE target <> :entered ORDER BY link_id, turn, id DESC),
    began AS (
        SELECT DISTINCT ON (link_id, turn) * FROM marked
        WHERE target = :entered OR turn = 0 ORDER BY link_id, turn, id)
    SELECT began.link_id, began.at, began.score, began.grade, began.moved_by, began.who,
           began.turn > 0 AS entered, ended.target AS outcome, ended.at AS outcome_at, ended.reason,
           link.email, link.agreed
    FROM began JOIN ended USING (link_id, turn) JOIN link ON link.id = began.link_id
    WHERE ended.at >= :since AND ended.at < :until AND began.score IS NOT NULL
    ORDER BY ended.at DESC, began.link_id
""")


@dataclass(frozen=True, slots=True)
class Question:
    """Which stages begin a case, and which prove it good or bad, in which period."""

    entered: str
    good: Sequence[str]
    bad: Sequence[str]
    since: datetime
    until: datetime


def outcomes(tx: Tx, asked: Question) -> list[dict[str, Any]]:
    """Every case that came to an outcome in the period, newest first. Plain reading."""
    rows = tx.execute(
        _OUTCOMES,
        {"entered": asked.entered, "good": list(asked.good), "bad": list(asked.bad),
         "since": asked.since, "until": asked.until},
    )  # fmt: skip
    return [dict(row) for row in rows.mappings()]


def company_of(row: Mapping[str, Any]) -> str | None:
    """The company of somebody, by the canonical name of the presets."""
    found = row["agreed"].get(COMPANY)
    return None if found is None else str(found)


def people(tx: Tx) -> int:
    """How many people there are."""
    return tx.scalar(select(func.count()).where(link.c.kind == "person")) or 0
