"""Lists as files: what needs attention, conflicts, and why records are not in sync."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from app.domain.activity import Language
from app.flows import rules as rules_
from app.flows.why import of_link
from app.store import attention, conflicts, people, traces
from app.store.attention import Item, What
from app.store.db import Tx
from app.web import exports
from app.web.api.listing import Text
from app.web.deps import VIEWER, PartsDep
from app.web.exports import AT_ONCE, Format
from app.web.fixes import fix
from app.web.why_words import answer, mends

routes = APIRouter()
MANY = 100  # records explained in one transaction
Language_ = Annotated[Language, Query(alias="language", description="of answers and fixes")]
As = Annotated[Format, Query(alias="format")]
FILE: dict[str, Any] = {
    "response_class": StreamingResponse,
    "responses": {
        200: {
            "description": "CSV for spreadsheets, NDJSON for programs",
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        }
    },
}


@routes.get(
    "/attention/export",
    openapi_extra=VIEWER,
    summary="What needs a person, as a file",
    tags=["attention"],
    **FILE,
)
def export_attention(
    parts: PartsDep,
    *,
    what: What | None = None,
    code: Text = None,
    connection: Text = None,
    language: Language_ = "en",
    format_: As = "csv",
) -> StreamingResponse:
    wanted = attention.Wanted(what, code, connection)
    found = exports.paged(
        parts.database,
        lambda tx, after: attention.items(tx, wanted, after, AT_ONCE),
        lambda item: (item.since, item.key),
    )
    return exports.answer((_attention(one, language) for one in found), format_, "attention")


def _attention(item: Item, language: Language) -> dict[str, Any]:
    return {
        "what": item.what,
        "code": item.code,
        "connection": item.connection,
        "link_id": item.link_id,
        "reason": item.reason,
        "since": item.since,
        "fix": fix(item.what, item.code).text(language),
        "key": item.key,
    }


@routes.get(
    "/conflicts/export",
    openapi_extra=VIEWER,
    summary="Conflicts to decide, as a file",
    tags=["conflicts"],
    **FILE,
)
def export_conflicts(
    parts: PartsDep, *, field: Text = None, connection: Text = None, format_: As = "csv"
) -> StreamingResponse:
    wanted = conflicts.Wanted(field=field, connection=connection)
    found = exports.paged(
        parts.database,
        lambda tx, after: conflicts.listed(tx, wanted, after, AT_ONCE),
        lambda row: (row["since"], row["link_id"], row["field"]),
    )
    return exports.answer(map(_conflict, found), format_, "conflicts")


def _conflict(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("link_id", "kind", "email", "field")
    values = {role: row["values"].get(role) for role in ("ma", "sfa")}
    later = ("base", "since", "version")
    return {**{n: row[n] for n in names}, **values, **{n: row[n] for n in later}}


@routes.get(
    "/why/export",
    openapi_extra=VIEWER,
    summary="Why records are not in sync, as a file",
    tags=["why"],
    **FILE,
)
def export_why(
    parts: PartsDep,
    *,
    connection: Text = None,
    language: Language_ = "en",
    format_: As = "csv",
) -> StreamingResponse:
    """One line for each record with a side (at `connection`) that is not in sync."""
    found = exports.paged(
        parts.database,
        lambda tx, after: _explained(tx, traces.unsynced(tx, connection, after, MANY), language),
        lambda row: row["link_id"],
    )
    return exports.answer(found, format_, "why")


def _explained(tx: Tx, ids: list[UUID], language: Language) -> list[dict[str, Any]]:
    rules, agreed = rules_.load(tx), people.agreed(tx, ids)
    rows: list[dict[str, Any]] = []
    for link_id in ids:
        why = of_link(tx, rules, link_id)
        if why is None:
            continue
        step, mend = why.answer, mends(why.answer)
        row = {
            "link_id": link_id,
            "email": agreed.get(link_id, {}).get("email"),
            "verdict": step.verdict,
            "code": step.code,
            "connection": step.connection,
            "answer": answer(why).text(language),
            "fix": None if mend is None else mend.text(language),
            "since": step.at,
        }
        rows.append(row)
    return rows
