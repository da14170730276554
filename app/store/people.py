"""Read-only views of people (companies, opportunities): search, one, and by what they are known."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, literal, or_, select, true, tuple_

from app.store.db import Tx
from app.store.tables import link, side

Sort: TypeAlias = Literal["score", "updated"]
Place: TypeAlias = tuple[int | datetime, UUID]
UNSCORED = -1  # in a place: among those without a score, who stand behind all others
# The canonical names, by convention of the mapping presets, in which a name is looked for.
LAST, FIRST, WHOLE, COMPANY = "last_name", "first_name", "name", "company"
_BRIEF = (
    "id", "kind", "email", "agreed", "stage", "score", "fit", "intent", "timing", "grade",
    "priority", "hot_since", "conflicts", "created_at", "updated_at",
)  # fmt: skip
_SIDE_BRIEF = ("link_id", "connection", "external_id", "object", "state", "code", "reason")
_SIDE = (
    *_SIDE_BRIEF, "kind", "write_state", "attempts", "due_at", "changed_at", "modified_at", "seen",
    "problems", "bounces",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is looked for; what is None does not matter.

    Each word of `q` is part of a name, company or e-mail; `external` is (connection, id at the
    vendor); `state` is that of any side.
    """

    kind: str = "person"
    q: str | None = None
    email: str | None = None
    external: tuple[str, str] | None = None
    hot: bool | None = None
    min_score: int | None = None
    state: str | None = None
    stage: str | None = None
    grade: str | None = None
    connection: str | None = None


def search(
    tx: Tx, wanted: Wanted, *, sort: Sort, after: Place | None, limit: int
) -> list[dict[str, Any]]:
    """Those who fit, highest score or latest change first, each with its `sides`."""
    by = link.c.score.desc().nulls_last() if sort == "score" else link.c.updated_at.desc()
    query = select(*(link.c[name] for name in _BRIEF)).where(*_conditions(wanted))
    query = query.order_by(by, link.c.id.desc())
    found: list[dict[str, Any]] = []
    for stretch in _behind(sort, after):
        if len(found) < limit:
            rows = tx.execute(query.where(stretch).limit(limit - len(found)))
            found += [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name
    return _with_sides(tx, found, _SIDE_BRIEF)


def place(row: Mapping[str, Any], sort: Sort) -> Place:
    """Where a found row stands in the order."""
    if sort == "updated":
        return row["updated_at"], row["id"]
    return UNSCORED if row["score"] is None else row["score"], row["id"]


def one(tx: Tx, link_id: UUID) -> dict[str, Any] | None:
    """All that is known of one, with its `sides`."""
    row = tx.execute(select(link).where(link.c.id == link_id)).one_or_none()
    if row is None:
        return None
    return _with_sides(tx, [dict(row._mapping)], _SIDE)[0]  # noqa: SLF001  SQLAlchemy's public name


def some(tx: Tx, ids: Collection[UUID]) -> list[dict[str, Any]]:
    """Those of these that there are, each with its `sides`, as `search` shows them."""
    query = select(*(link.c[name] for name in _BRIEF)).where(link.c.id.in_(list(ids)))
    rows = [dict(row._mapping) for row in tx.execute(query)]  # noqa: SLF001  SQLAlchemy's public name
    return _with_sides(tx, rows, _SIDE_BRIEF)


def of_ids(tx: Tx, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """The same, by id."""
    return {row["id"]: row for row in some(tx, ids)}


def agreed(tx: Tx, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """The agreed values of these, by id."""
    rows = tx.execute(select(link.c.id, link.c.agreed).where(link.c.id.in_(list(ids))))
    return {row.id: row.agreed for row in rows}


def _behind(sort: Sort, after: Place | None) -> list[ColumnElement[bool]]:
    """What stands behind a place, in stretches that an index reads from where they begin."""
    if after is None:
        return [true()]
    value, link_id = after
    if sort == "updated":
        return [tuple_(link.c.updated_at, link.c.id) < tuple_(literal(value), literal(link_id))]
    unscored = link.c.score.is_(None)
    if value == UNSCORED:
        return [unscored & (link.c.id < link_id)]
    return [tuple_(link.c.score, link.c.id) < tuple_(literal(value), literal(link_id)), unscored]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [link.c.kind == wanted.kind]
    found += [_texts().icontains(word, autoescape=True) for word in (wanted.q or "").split()]
    if wanted.email is not None:
        found.append(link.c.email == wanted.email.strip().lower())
    if wanted.hot is not None:
        found.append(link.c.hot_since.is_not(None) if wanted.hot else link.c.hot_since.is_(None))
    if wanted.min_score is not None:
        found.append(link.c.score >= wanted.min_score)
    if wanted.stage is not None:
        found.append(link.c.stage == wanted.stage)
    if wanted.grade is not None:
        found.append(link.c.grade == wanted.grade)
    at_side: list[ColumnElement[bool]] = []
    if wanted.connection is not None:
        at_side.append(side.c.connection == wanted.connection)
    if wanted.state is not None:
        at_side.append(side.c.state == wanted.state)
    if at_side:
        found.append(exists().where(side.c.link_id == link.c.id, *at_side))
    if wanted.external is not None:
        found.append(_is_known_as(*wanted.external))
    return found


def _is_known_as(connection: str, external_id: str) -> ColumnElement[bool]:
    """An id at a vendor; Salesforce writes one id with 15 characters or with 18."""
    ids = or_(
        side.c.external_id == external_id,
        side.c.external_id.startswith(external_id, autoescape=True)
        & (func.length(side.c.external_id) == 18)  # noqa: PLR2004  said above
        & (literal(len(external_id)) == 15),  # noqa: PLR2004  said above
    )
    return exists().where(side.c.link_id == link.c.id, side.c.connection == connection, ids)


def ids_of(tx: Tx, external_id: str, connection: str | None) -> list[UUID]:
    """Those whom a vendor knows by an id; of one connection, or of all."""
    names = select(side.c.connection).distinct()
    at = [connection] if connection is not None else list(tx.scalars(names))
    known = or_(*(_is_known_as(name, external_id) for name in at)) if at else literal(value=False)
    return list(tx.scalars(select(link.c.id).where(known).order_by(link.c.created_at, link.c.id)))


def _texts() -> ColumnElement[str]:
    """What a person may be called; given and family name also without a space between them."""
    last, first, whole, company = (link.c.agreed[n].astext for n in (LAST, FIRST, WHOLE, COMPANY))
    joined = func.concat(last, first)
    return func.concat_ws(" ", link.c.email, first, joined, whole, company)


def _with_sides(tx: Tx, rows: list[dict[str, Any]], columns: Sequence[str]) -> list[dict[str, Any]]:
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        row["sides"] = []
    query = select(*(side.c[name] for name in columns)).where(side.c.link_id.in_(list(by_id)))
    for found in tx.execute(query.order_by(side.c.connection)):
        by_id[found.link_id]["sides"].append(dict(found._mapping))  # noqa: SLF001  as above
    return rows
