"""Activities: stored once, by month, and attached to the link that they are about.

No foreign key leads here (`migrations/versions/0004_activities.sql`): whoever ends a link moves or
forgets what it did. Who is added while its link ends is found by `attach_strays`.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from app.domain.activity import Fact
from app.store import clues, links, tombstones, touches
from app.store.db import Tx
from app.store.fact_tables import activity
from connectors.base import Activity, Ref

FACTS_PER_LINK = 500  # the newest; older ones have decayed out of every score
BY_EMAIL, BY_PHONE = "email:", "phone:"  # persons whom a source knows by no record
FIRST_MONTH, LAST_MONTH = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

_MONTHS = text("""
    SELECT activity_partition(ARRAY['activity', 'delivery'], month)
    FROM unnest(:months ::date[]) AS month
    WHERE to_regclass('activity_' || to_char(month, 'YYYYMM')) IS NULL
       OR to_regclass('delivery_' || to_char(month, 'YYYYMM')) IS NULL
""")
_ADD = text("""
    WITH new AS (
        SELECT *, md5(connection || '/' || external_id)::uuid AS key
        FROM unnest(:connections ::text[], :ids ::text[], :kinds ::text[], :persons ::text[],
                    :links ::uuid[], :types ::text[], :times ::timestamptz[], :titles ::text[],
                    :details ::jsonb[], :abouts ::jsonb[], :causes ::uuid[])
             AS new (connection, external_id, person_kind, person_id, link_id, type, at, title,
                     detail, about, cause_id)),
    fresh AS (
        INSERT INTO activity_key (key, activity_id, at)
        SELECT key, nextval('activity_number'), at FROM new ORDER BY key
        ON CONFLICT DO NOTHING RETURNING key, activity_id),
    owner AS (
        SELECT new.key, link.id FROM new
        LEFT JOIN side ON side.connection = new.connection AND side.kind = new.person_kind
                      AND side.external_id = new.person_id
        JOIN link ON link.id = coalesce(side.link_id, new.link_id)
        ORDER BY link.id FOR KEY SHARE OF link)
    INSERT INTO activity (id, at, connection, external_id, link_id, person_kind, person_id, type,
                          title, detail, about, history, cause_id)
    SELECT fresh.activity_id, new.at, new.connection, new.external_id, owner.id, new.person_kind,
           new.person_id, new.type, new.title, new.detail, new.about, :history, new.cause_id
    FROM new JOIN fresh USING (key) LEFT JOIN owner USING (key)
    RETURNING id, link_id, external_id
""")
_FACTS = text("""
    SELECT one.* FROM unnest(:ids ::uuid[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT link_id, type, at, title, detail FROM activity
        WHERE link_id = wanted.id ORDER BY at DESC, id DESC LIMIT :limit) AS one
""")
_WAITS = text("""
    SELECT EXISTS (
        SELECT FROM unnest(:connections ::text[], :ids ::text[]) AS person (connection, id)
        JOIN activity ON activity.person_id = person.id AND activity.link_id IS NULL
                     AND (activity.connection = person.connection OR person.connection IS NULL))
""")
_ATTACH = text("""
    UPDATE activity SET link_id = side.link_id FROM side
    WHERE side.link_id = ANY(:ids ::uuid[]) AND activity.link_id IS NULL
      AND activity.person_id = side.external_id AND activity.connection = side.connection
      AND activity.person_kind = side.kind
    RETURNING activity.*
""")
_ATTACH_BY_CLUE = text("""
    UPDATE activity SET link_id = known.link_id
    FROM unnest(:clues ::text[], :ids ::uuid[]) AS known (clue, link_id)
    WHERE activity.link_id IS NULL AND activity.person_id = known.clue
    RETURNING activity.*
""")
_STRAYS = text("""
    UPDATE activity SET link_id = side.link_id FROM side
    WHERE activity.link_id IS NULL AND activity.person_id = side.external_id
      AND activity.connection = side.connection AND activity.person_kind = side.kind
      AND activity.at >= now() - make_interval(days => :days)
    RETURNING activity.*
""")
_NEWS = text("""
    SELECT link.id, newest.at, newest.new FROM unnest(:ids ::uuid[]) AS wanted (id)
    JOIN link USING (id)
    CROSS JOIN LATERAL (
        SELECT max(at) AS at, bool_or(received_at >= coalesce(link.scored_at, received_at)) AS new
        FROM (SELECT at, received_at FROM activity WHERE link_id = wanted.id
              ORDER BY at DESC, id DESC LIMIT :limit) AS recent) AS newest
    WHERE newest.at IS NOT NULL
""")


@dataclass(frozen=True, slots=True)
class Stored:
    """An activity as it is kept; `link_id` is None while its person is unknown."""

    id: int
    connection: str
    link_id: UUID | None
    person: Ref
    fact: Fact
    history: bool
    cause_id: UUID | None


def add(
    tx: Tx,
    connection: str,
    items: Sequence[Activity],
    causes: UUID | Mapping[str, UUID],
    *,
    history: bool = False,
) -> list[Stored]:
    """Store activities, each once; answer the new ones. `causes`: of all, or by the activity's id.
    `history`: they are no news.
    """
    erased = tombstones.known(tx, {_mark(connection, item.person) for item in items})
    unique = {one.id: one for one in items if _mark(connection, one.person) not in erased}
    ordered = [unique[key] for key in sorted(unique)]
    if not ordered:
        return []
    _make_months(tx, [one.at for one in ordered])
    people = _by_clue(tx, [one.person for one in ordered])
    rows = tx.execute(
        _ADD,
        {
            "connections": [connection] * len(ordered),
            "ids": [a.id for a in ordered],
            "kinds": [a.person.kind for a in ordered],
            "persons": [a.person.id for a in ordered],
            "links": [people.get(a.person) for a in ordered],
            "types": [a.type for a in ordered],
            "times": [a.at for a in ordered],
            "titles": [a.title.replace("\x00", "") for a in ordered],
            "details": [_json(dict(a.detail)) for a in ordered],
            "abouts": [_json([[ref.kind, ref.id] for ref in a.about]) for a in ordered],
            "history": history,
            "causes": [_cause(causes, a) for a in ordered],
        },
    )
    new = [
        Stored(
            row.id, connection, row.link_id, one.person, _fact(one), history, _cause(causes, one)
        )
        for row in rows
        if (one := unique[row.external_id])
    ]
    touches.add(tx, new)
    return new


def _cause(causes: UUID | Mapping[str, UUID], one: Activity) -> UUID:
    return causes if isinstance(causes, UUID) else causes[one.id]


def _mark(connection: str, person: Ref) -> str:
    """By what an erased person would be known."""
    if person.id.startswith(BY_EMAIL):
        return tombstones.by_email(person.kind, person.id.removeprefix(BY_EMAIL))
    if person.id.startswith(BY_PHONE):
        return tombstones.by_phone(person.kind, person.id.removeprefix(BY_PHONE))
    return tombstones.by_ref(connection, person)


def _json(value: object) -> str:
    return json.dumps(value).replace("\\u0000", "")


def _fact(one: Activity) -> Fact:
    return Fact(one.type, one.at, one.title, one.detail)


def _make_months(tx: Tx, times: Collection[datetime]) -> None:
    """Make the partitions of these months where they are missing."""
    months = {at.astimezone(UTC).date().replace(day=1) for at in times if _has_month(at)}
    tx.execute(_MONTHS, {"months": sorted(months)})


def _has_month(at: datetime) -> bool:
    """What is earlier or later than all months has one partition."""
    return FIRST_MONTH <= at < LAST_MONTH


def _by_clue(tx: Tx, people: Collection[Ref]) -> dict[Ref, UUID]:
    """Those whom a source knows by e-mail or phone only; the oldest where several share it."""
    by_email = {ref: ref.id[len(BY_EMAIL) :] for ref in people if ref.id.startswith(BY_EMAIL)}
    by_phone = {ref: ref.id[len(BY_PHONE) :] for ref in people if ref.id.startswith(BY_PHONE)}
    found: dict[Ref, UUID] = {}
    for kind in {ref.kind for ref in (*by_email, *by_phone)}:
        emails = {one for ref, one in by_email.items() if ref.kind == kind}
        known = clues.owners(tx, kind, [f"{clues.EMAIL}{one}" for one in emails])
        theirs = {key.removeprefix(clues.EMAIL): ids for key, ids in known.items()}
        theirs |= links.by_email(tx, kind, emails) if emails else {}
        phones = clues.by_phone(tx, kind, {o for ref, o in by_phone.items() if ref.kind == kind})
        for refs, owners in ((by_email, theirs), (by_phone, phones)):
            found |= {r: owners[o][0] for r, o in refs.items() if r.kind == kind and o in owners}
    return found


def any_waits(tx: Tx, persons: Collection[tuple[str | None, Ref]]) -> bool:
    """Whether an activity of one of these records (connection, or None for any) waits for its
    link.
    """
    places = {"connections": [name for name, _ in persons], "ids": [ref.id for _, ref in persons]}
    return bool(persons) and bool(tx.scalar(_WAITS, places))


def attach(tx: Tx, link_ids: Collection[UUID]) -> list[Stored]:
    """Give activities that waited for their person to the links that are that person now."""
    return _attached(tx, tx.execute(_ATTACH, {"ids": list(link_ids)}))


def attach_by_clue(tx: Tx, known: Mapping[str, UUID]) -> list[Stored]:
    """The same by e-mail or phone: `email:…` or `phone:…` -> link."""
    refs = [(None, Ref("person", clue)) for clue in known]
    if not any_waits(tx, refs):
        return []
    values = {"clues": list(known), "ids": list(known.values())}
    return _attached(tx, tx.execute(_ATTACH_BY_CLUE, values))


def attach_strays(tx: Tx, *, days: int) -> list[Stored]:
    """The same for all of the last days: what came just when its link ended."""
    return _attached(tx, tx.execute(_STRAYS, {"days": days}))


def make_months(tx: Tx, now: datetime) -> None:
    """Make the partitions of this month and the next two, before anything falls into them."""
    _make_months(tx, [now + timedelta(days=days) for days in (0, 31, 62)])


def _attached(tx: Tx, rows: Any) -> list[Stored]:
    found = [stored(row) for row in rows]
    touches.add(tx, found)
    return found


def stored(row: Any) -> Stored:
    """A row of the table."""
    fact = Fact(row.type, row.at, row.title, row.detail)
    person = Ref(row.person_kind, row.person_id)
    return Stored(row.id, row.connection, row.link_id, person, fact, row.history, row.cause_id)


def facts(tx: Tx, link_ids: Collection[UUID]) -> dict[UUID, list[Mapping[str, Any]]]:
    """The newest activities of each link as (type, at, title, detail) mappings."""
    found: dict[UUID, list[Mapping[str, Any]]] = {link_id: [] for link_id in link_ids}
    for row in tx.execute(_FACTS, {"ids": list(link_ids), "limit": FACTS_PER_LINK}).mappings():
        found[row["link_id"]].append(dict(row))
    return found


def news(tx: Tx, link_ids: Collection[UUID]) -> dict[UUID, tuple[datetime, bool]]:
    """Link -> time of its newest activity, and whether any came after its last scoring."""
    rows = tx.execute(_NEWS, {"ids": list(link_ids), "limit": FACTS_PER_LINK})
    return {row.id: (row.at, row.new) for row in rows}


def move(tx: Tx, old: UUID, new: UUID) -> None:
    """Give all activities of a link to another one (two links turned out to be one person)."""
    tx.execute(update(activity).where(activity.c.link_id == old).values(link_id=new))


def part(tx: Tx, old: UUID, new: UUID, connection: str, ref: Ref) -> None:
    """Give a record's activities to another link (the record was taken out of its link)."""
    theirs = (
        (activity.c.link_id == old)
        & (activity.c.connection == connection)
        & (activity.c.person_kind == ref.kind)
        & (activity.c.person_id == ref.id)
    )
    tx.execute(update(activity).where(theirs).values(link_id=new))
    for link_id in (old, new):
        touches.recount(tx, link_id, _all_facts(tx, link_id))


def _all_facts(tx: Tx, link_id: UUID) -> list[Fact]:
    query = select(activity).where(activity.c.link_id == link_id).order_by(activity.c.at)
    return [stored(row).fact for row in tx.execute(query)]
