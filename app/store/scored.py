"""People as their scores see them: what is agreed, what they did, how they are scored now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, func, literal, select, text

from app.domain.activity import Fact
from app.domain.threshold import Person
from app.store.activities import FACTS_PER_LINK
from app.store.db import Tx
from app.store.tables import link

MOST_REPLAYED = 4 * FACTS_PER_LINK  # activities of a person; older ones were forgotten then, too
_FACTS = text("""
    SELECT one.* FROM unnest(:ids ::uuid[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT link_id, type, at, title, detail FROM activity
        WHERE link_id = wanted.id ORDER BY at DESC, id DESC LIMIT :limit) AS one
""")


@dataclass(frozen=True, slots=True)
class Scored:
    """One of them. `name` is what the person may be called by: an address, else the id."""

    id: UUID
    name: str
    created_at: datetime
    priority: int | None
    person: Person


def people(tx: Tx, ids: Collection[UUID]) -> list[Scored]:
    """These people, in the order of their ids, with what they did, oldest first."""
    columns = (link.c.id, link.c.email, link.c.agreed, link.c.score, link.c.grade,
               link.c.priority, link.c.created_at)  # fmt: skip
    wanted = link.c.id == any_(literal(list(ids), ARRAY(Uuid)))
    rows = tx.execute(select(*columns).where(wanted).order_by(link.c.id)).all()
    did: dict[UUID, list[Fact]] = {row.id: [] for row in rows}
    asked = {"ids": list(did), "limit": MOST_REPLAYED}
    for row in tx.execute(_FACTS, asked):
        did[row.link_id].append(Fact(row.type, row.at, row.title, row.detail))
    return [_scored(row, did[row.id]) for row in rows]


def _scored(row: Any, newest_first: list[Fact]) -> Scored:
    agreed: Mapping[str, Any] = row.agreed
    facts = tuple(reversed(newest_first))
    person = Person(agreed, facts, row.score, row.grade)
    return Scored(row.id, row.email or str(row.id), row.created_at, row.priority, person)


def some(tx: Tx, limit: int, *, at_random: bool) -> list[UUID]:
    """So many people: any, or those that changed last."""
    order = func.random() if at_random else link.c.updated_at.desc()
    query = select(link.c.id).where(link.c.kind == "person").order_by(order).limit(limit)
    return list(tx.scalars(query))


def by_email(tx: Tx, emails: Collection[str]) -> list[UUID]:
    """The people with these addresses."""
    among = link.c.email == any_(literal([one.lower() for one in emails], ARRAY(Text)))
    return list(tx.scalars(select(link.c.id).where(link.c.kind == "person", among)))
