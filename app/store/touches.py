"""Touches of links: counted as activities come, in any order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import delete, func, select, text

from app.domain.activity import EARLY, Fact
from app.domain.touch import NONE, Touch, touched, without
from app.store import bulk
from app.store.db import Tx
from app.store.fact_tables import touch

COLUMNS = tuple(one.name for one in fields(Touch))
_TIMES = ("last_at", "page_at", "campaign_at")
_FIRST = "touch.first_at IS NULL OR excluded.first_at < touch.first_at"


def _later(at: str) -> str:
    return f"touch.{at} IS NULL OR excluded.{at} >= touch.{at}"


def _if(condition: str, column: str) -> str:
    chosen = f"CASE WHEN {condition} THEN excluded.{column} ELSE touch.{column} END"
    return f"{column} = {chosen}"


_MERGE = ", ".join([
    "count = touch.count + excluded.count",
    _if(_FIRST, "first_channel"),
    _if(_later("last_at"), "last_channel"),
    _if(_later("page_at"), "page"),
    _if(_later("campaign_at"), "campaign"),
    "first_at = least(touch.first_at, excluded.first_at)",
    *(f"{at} = greatest(touch.{at}, excluded.{at})" for at in _TIMES),
])  # fmt: skip
_OTHERWISE = f"ON CONFLICT (link_id) DO UPDATE SET {_MERGE}"
_ADD = bulk.adding(touch, ("link_id", *COLUMNS), _OTHERWISE)
_MOVE = text(f"""
    INSERT INTO touch (link_id, {", ".join(COLUMNS)})
    SELECT :new, {", ".join(COLUMNS)} FROM touch WHERE link_id = :old {_OTHERWISE}
""")  # noqa: S608  names of our own columns


LOOKED_BACK = 200  # activities before now, among which the last touch is looked for
_AHEAD = touch.c.last_at > func.now() + EARLY
_NEWEST = text(f"""
    (SELECT type, at, title, detail, true AS ahead FROM activity
     WHERE link_id = :link_id AND at > now() + interval '{EARLY.total_seconds()} s'
     ORDER BY at LIMIT :limit)
    UNION ALL
    (SELECT type, at, title, detail, false FROM activity
     WHERE link_id = :link_id AND at <= now() + interval '{EARLY.total_seconds()} s'
     ORDER BY at DESC LIMIT :limit)
""")  # noqa: S608  a constant of ours


class Attached(Protocol):
    """An activity and whose it is."""

    @property
    def link_id(self) -> UUID | None: ...
    @property
    def fact(self) -> Fact: ...


def add(tx: Tx, new: Sequence[Attached]) -> None:
    """Count activities that were just given to their links."""
    by_link: dict[UUID, list[Fact]] = {}
    for one in new:
        if one.link_id is not None:
            by_link.setdefault(one.link_id, []).append(one.fact)
    counted = {link_id: touched(facts) for link_id, facts in sorted(by_link.items())}
    bulk.run(tx, _ADD, (_row(link_id, one) for link_id, one in counted.items() if one != NONE))


def recount(tx: Tx, link_id: UUID, facts: Iterable[Fact]) -> None:
    """Count anew from all that there is."""
    tx.execute(delete(touch).where(touch.c.link_id == link_id))
    bulk.run(tx, _ADD, [_row(link_id, touched(facts))])


def move(tx: Tx, old: UUID, new: UUID) -> None:
    """Two links turned out to be one person."""
    tx.execute(_MOVE, {"old": old, "new": new})
    tx.execute(delete(touch).where(touch.c.link_id == old))


def of(tx: Tx, link_ids: Collection[UUID]) -> Mapping[UUID, Touch]:
    """The touches of those links that were touched at all, up to now."""
    query = select(touch, _AHEAD.label("ahead")).where(touch.c.link_id.in_(list(link_ids)))
    rows = tx.execute(query).all()
    counted = {row.link_id: Touch(*(getattr(row, name) for name in COLUMNS)) for row in rows}
    ahead = {row.link_id: counted[row.link_id] for row in rows if row.ahead}
    return {**counted, **_so_far(tx, ahead)}


def _so_far(tx: Tx, counted: Mapping[UUID, Touch]) -> Mapping[UUID, Touch]:
    """Those of links of which something lies ahead, such as a meeting that is arranged."""
    found: dict[UUID, Touch] = {}
    for link_id, one in counted.items():
        rows = tx.execute(_NEWEST, {"link_id": link_id, "limit": LOOKED_BACK}).all()
        parts: tuple[list[Fact], list[Fact]] = ([], [])
        for row in rows:
            parts[row.ahead].append(Fact(row.type, row.at, row.title, row.detail))
        found[link_id] = without(one, ahead=parts[True], behind=parts[False])
    return found


def _row(link_id: UUID, one: Touch) -> dict[str, Any]:
    return {"link_id": link_id, **asdict(one)}
