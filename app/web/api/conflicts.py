"""Conflicts that a person decides: both values, how they came about, and the decision."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from app.flows import rules as rules_
from app.flows.resolve import Choice, NoSuchField, NotResolved, Say, Take, resolve
from app.flows.rules import Rules
from app.store import conflicts, field_past, ledger
from app.store.conflicts import Wanted
from app.store.db import Tx
from app.web import bulk
from app.web.api.listing import ListingDep, Text
from app.web.deps import OPERATOR, VIEWER, CallerDep, PartsDep, TxDep, transacted
from app.web.paging import Page
from app.web.problems import Problem
from connectors.base import Kind

routes = APIRouter(tags=["conflicts"])
MOST = 5000
PAST = 10  # of what became of a field before, so much is shown
Scalar = str | int | float | bool | None
Name = Annotated[str, Path(max_length=200, examples=["phone"])]


class LastWrite(BaseModel):
    """When Baton last wrote the field there, and what."""

    at: datetime
    value: Any
    version: str | None = Field(examples=["main@3"])
    stands: bool = Field(description="the side still shows it: nobody has changed it there since")


class Says(BaseModel):
    """What one side says, and since when as far as is known."""

    role: Literal["ma", "sfa"]
    connection: str | None
    external_id: str | None
    value: Any
    modified_at: datetime | None = Field(description="when the record was last changed there")
    last_write: LastWrite | None


class PastView(BaseModel):
    """What became of the field before: a write (`told`, with `before` and `after`), or a line of
    the journal; a decision says what was `kept`, what was `lost`, and `by` whom.
    """

    at: datetime
    event: str = Field(examples=["told", "conflict_decided"])
    connection: str | None
    version: str | None = Field(examples=["person/main@3"])
    facts: dict[str, Any] = Field(examples=[{"before": "+81312345678", "after": "+81387654321"}])


class ConflictView(BaseModel):
    """One field about which the systems say different things."""

    link_id: UUID
    kind: str
    email: str | None
    field: str = Field(examples=["phone"])
    base: Any = Field(description="what was last agreed")
    since: datetime
    age_s: int
    version: str | None = Field(description="the mapping version", examples=["person/main@3"])
    sides: list[Says]
    history: list[PastView] = Field(description="newest first, at most 10")


class Resolution(BaseModel):
    """`take` what one side says, or a `value` of your own, which both are told."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"take": "sfa"}, {"value": "+81312345678"}]}
    )

    take: Choice | None = Field(None, description="newest: of the record that was changed last")
    value: Scalar = None

    @model_validator(mode="after")
    def _says_one(self) -> "Resolution":
        if self.model_fields_set != ({"value"} if self.take is None else {"take"}):
            raise ValueError("say either take or value")
        return self

    @property
    def answer(self) -> Take | Say:
        return Say(self.value) if self.take is None else Take(self.take)


class BulkResolution(BaseModel):
    """Decide all that fit; `until`: those that came up before then."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"take": "sfa", "field": "phone"}]}
    )

    take: Choice
    kind: Kind | None = None
    field: str | None = Field(None, max_length=200)
    connection: str | None = Field(None, max_length=200)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    most: int = Field(1000, ge=1, le=MOST)


class Resolved(BaseModel):
    """How many were decided, and how many of the wanted are still open."""

    resolved: int
    left: int


@routes.get(
    "/conflicts",
    openapi_extra=VIEWER,
    summary="Conflicts to decide, newest first",
    response_model=Page[ConflictView],
)
def list_conflicts(
    tx: TxDep,
    listing: ListingDep,
    *,
    kind: Kind | None = None,
    field: Text = None,
    connection: Text = None,
    link: UUID | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> dict[str, Any]:
    """Fields whose policy is `ask`. `since` and `until`: when the conflict came up."""
    wanted = Wanted(kind, field, connection, link, since, until)
    found = listing.page(
        lambda after, limit: conflicts.listed(tx, wanted, after, limit),
        lambda row: (row["since"], row["link_id"], row["field"]),
        datetime,
        UUID,
        str,
    )
    return {**found, "items": views(tx, found["items"])}


@routes.post(
    "/conflicts/{link_id}/{field}/resolve", openapi_extra=OPERATOR, summary="Decide a conflict"
)
def resolve_conflict(
    link_id: UUID, field: Name, body: Resolution, parts: PartsDep, caller: CallerDep
) -> Resolved:
    """With `value` also where no conflict is open: to use what lost an automatic decision."""
    by = {"by": caller.name, "key": caller.id}

    def decide(tx: Tx) -> tuple[set[str], int]:
        answers = {(link_id, field): body.answer}
        wakes = resolve(tx, rules_.load(tx), answers, by, now=datetime.now(UTC))
        return wakes, conflicts.count(tx, Wanted(link=link_id))

    try:
        wakes, left = transacted(parts, decide)
    except NotResolved as error:
        raise _problem(error) from None
    parts.wake(wakes)
    return Resolved(resolved=1, left=left)


@routes.post("/conflicts/resolve", openapi_extra=OPERATOR, summary="Decide many conflicts")
def resolve_conflicts(body: BulkResolution, parts: PartsDep, caller: CallerDep) -> Resolved:
    """Takes the same side in all that fit, at most `most`. What can't be decided so (a side that
    says nothing, a write under way) is left.
    """
    wanted = Wanted(body.kind, body.field, body.connection, None, body.since, body.until)
    by = {"by": caller.name, "key": caller.id}
    resolved = bulk.resolve_all(parts, wanted, body.take, by, most=body.most)
    with parts.database.begin() as tx:
        return Resolved(resolved=resolved, left=conflicts.count(tx, wanted))


def views(tx: Tx, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Conflicts with what each side says, what Baton wrote there last, and how it came about."""
    rules = rules_.load(tx)
    writes = ledger.last_writes(tx, {row["link_id"] for row in rows})
    past = field_past.of(tx, {(row["link_id"], row["field"]) for row in rows}, PAST)
    now = datetime.now(UTC)
    found = []
    for row in rows:
        age_s = max(0, int((now - row["since"]).total_seconds()))
        said = sorted(row["values"].items())
        sides = [_says(rules, row, role, value, writes) for role, value in said]
        history = past[row["link_id"], row["field"]]
        found.append({**row, "age_s": age_s, "sides": sides, "history": history})
    return found


def _says(
    rules: Rules, row: dict[str, Any], role: str, value: Any, writes: dict[Any, dict[str, Any]]
) -> dict[str, Any]:
    plan = rules.plan_of(row["kind"], tuple(side["connection"] for side in row["sides"]))
    names = {} if plan is None else dict(plan.roles())
    name = names.get("ma" if role == "ma" else "sfa")
    side = next((one for one in row["sides"] if one["connection"] == name), None)
    entry = None if name is None else writes.get((row["link_id"], name, row["field"]))
    last = None
    if entry is not None:
        wrote = entry["changes"][row["field"]][1]
        version = f"{entry['mapping']}@{entry['version']}" if entry["mapping"] else None
        stands = wrote == value
        last = {"at": entry["at"], "value": wrote, "version": version, "stands": stands}
    return {
        "role": role,
        "connection": name,
        "external_id": None if side is None else side["external_id"],
        "value": value,
        "modified_at": None if side is None else side["modified_at"],
        "last_write": last,
    }


def _problem(error: NotResolved) -> Problem:
    if isinstance(error, NoSuchField):
        return Problem(404, str(error))
    if error.pointer is None:
        return Problem(409, str(error))
    return Problem(422, "this does not resolve the conflict", errors=[(error.pointer, str(error))])
