"""A person's data: all of it in one answer, and its erasure everywhere, with a receipt."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.flows import erase
from app.flows import rules as rules_
from app.store import (
    alerts,
    campaigns_listing,
    handoffs_listing,
    happenings,
    journal,
    ledger,
    links,
    people,
    tombstones,
)
from app.store.db import Tx
from app.store.ledger import Scope
from app.store.tombstones import Tombstone
from app.web.api.listing import ListingDep
from app.web.deps import ADMIN, OPERATOR, CallerDep, PartsDep, TxDep, transacted
from app.web.paging import Page
from app.web.problems import Problem
from connectors.base import Kind

routes = APIRouter(tags=["privacy"])
MOST = 10_000  # of each sort of row in an export


class Erase(BaseModel):
    """With `dry_run` it is only said what would be erased."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"dry_run": True}]})

    dry_run: bool = False


class EraseByEmail(Erase):
    """All who have this address, or an address that nobody has yet and nobody may come with."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"email": "ada@example.com", "dry_run": True}]},
    )

    email: str = Field(max_length=320, pattern=r"^[^@\s]+@[^@\s]+$")
    kind: Kind = "person"

    @model_validator(mode="after")
    def _no_nul(self) -> "EraseByEmail":
        if "\x00" in self.email:
            raise ValueError("not an e-mail address")
        return self


class AtSystem(BaseModel):
    """How it stands in one system. `by_hand`: its API can't; delete the record there."""

    connection: str
    state: Literal["pending", "erased", "failed", "by_hand"]
    reason: str | None = None


class ErasureView(BaseModel):
    """A receipt. It names nobody: what is kept of the person is a keyed digest."""

    id: UUID
    kind: str
    source: Literal["api", "webhook"]
    by: str
    at: datetime
    completed_at: datetime | None = Field(description="null while a system has not confirmed it")
    systems: list[AtSystem]
    digests: list[str] = Field(
        description="what they are kept out by: keyed digests (HMAC-SHA-256) of ids and addresses",
        examples=[["9f2c0e57a1…"]],
    )


class WouldErase(BaseModel):
    """What an erasure would take: `records` as connection:id, and rows of Baton's own."""

    people: list[UUID]
    records: list[str]
    rows: dict[str, int] = Field(examples=[{"activities": 12, "journal_lines": 40}])
    same_email: list[UUID] = Field(description="others with this e-mail, who are not erased along")


class Erased(BaseModel):
    """The receipts, one for each who was erased; or, of a dry run, what would be."""

    erasures: list[ErasureView] = []
    would: WouldErase | None = None


class Export(BaseModel):
    """All that Baton has of one person. At most 10,000 rows of a sort, the newest."""

    person: dict[str, Any]
    base: dict[str, Any] = Field(description="what was agreed last")
    activities: list[dict[str, Any]]
    scores: list[dict[str, Any]]
    alerts: list[dict[str, Any]]
    campaigns: list[dict[str, Any]]
    handoffs: list[dict[str, Any]] = Field(description="with their memos and threads")
    journal: list[dict[str, Any]]
    ledger: list[dict[str, Any]]


@routes.post("/people/{person_id}/erase", openapi_extra=ADMIN, summary="Erase one everywhere")
def erase_person(person_id: UUID, body: Erase, parts: PartsDep, caller: CallerDep) -> Erased:
    """Here at once; at the vendors as soon as they confirm it (see the receipt). They are not
    made anew by any feed, webhook or backfill.
    """

    def act(tx: Tx) -> tuple[Erased, set[str]]:
        if not links.existing(tx, [person_id]):
            raise Problem(404, f"there is no person {person_id}")
        return erase_all(tx, [person_id], None, by=caller.by, dry_run=body.dry_run)

    done, wakes = transacted(parts, act)
    parts.wake(wakes)
    return done


@routes.post("/erasures", openapi_extra=ADMIN, summary="Erase by e-mail")
def erase_by_email(body: EraseByEmail, parts: PartsDep, caller: CallerDep) -> Erased:
    """All who have this address. Where nobody has it, it is remembered (as a digest), and nobody
    comes in with it.
    """

    def act(tx: Tx) -> tuple[Erased, set[str]]:
        email = body.email.strip().lower()
        ids = links.by_email(tx, body.kind, [email]).get(email, [])
        nobodys = None if ids else email
        return erase_all(tx, ids, nobodys, by=caller.by, dry_run=body.dry_run, kind=body.kind)

    done, wakes = transacted(parts, act)
    parts.wake(wakes)
    return done


@routes.get(
    "/erasures", openapi_extra=OPERATOR, summary="Receipts, newest first",
    response_model=Page[ErasureView],
)  # fmt: skip
def list_erasures(tx: TxDep, listing: ListingDep) -> dict[str, Any]:
    """Who was erased is in none of them; erasing somebody takes the role admin."""
    found = listing.page(
        lambda after, limit: tombstones.listed(tx, after, limit),
        lambda one: (one.at, one.id),
        datetime,
        UUID,
    )
    return {**found, "items": [view(one) for one in found["items"]]}


@routes.get("/erasures/{erasure_id}", openapi_extra=OPERATOR, summary="One receipt")
def get_erasure(erasure_id: UUID, tx: TxDep) -> ErasureView:
    found = tombstones.get(tx, erasure_id)
    if found is None:
        raise _no_receipt(erasure_id)
    return view(found)


@routes.delete(
    "/erasures/{erasure_id}", openapi_extra=ADMIN, summary="Let them come again", status_code=204
)
def lift_erasure(erasure_id: UUID, tx: TxDep) -> None:
    """The receipt and its digests are forgotten, and what is still to be erased is not any more."""
    if not tombstones.lift(tx, erasure_id):
        raise _no_receipt(erasure_id)


@routes.get("/people/{person_id}/export", openapi_extra=ADMIN, summary="All data of one, as JSON")
def export_person(person_id: UUID, tx: TxDep) -> Export:
    row = people.one(tx, person_id)
    if row is None:
        raise Problem(404, f"there is no person {person_id}")
    theirs = happenings.Wanted(link_id=person_id)
    base = row.pop("base")
    return Export(
        person=row,
        base=base,
        activities=[dict(one) for one in happenings.activities(tx, theirs, None, MOST)],
        scores=alerts.scores(tx, person_id, None, MOST),
        alerts=[dict(one) for one in happenings.alerts(tx, theirs, None, MOST)],
        campaigns=campaigns_listing.of_person(tx, person_id),
        handoffs=handoffs_listing.of_person(tx, person_id, MOST),
        journal=journal.trail(tx, person_id, None, MOST),
        ledger=ledger.page(tx, Scope(link=person_id), None, MOST),
    )


def erase_all(
    tx: Tx,
    ids: Collection[UUID],
    nobodys: str | None,
    *,
    by: str,
    dry_run: bool,
    kind: Kind = "person",
) -> tuple[Erased, set[str]]:
    """Erase these and answer the receipts and the lanes to wake, or say what would go.
    `nobodys`: an address that nobody has, and nobody shall come in with.
    """
    if dry_run:
        return Erased(would=WouldErase(**asdict(erase.would(tx, ids)))), set()
    rules = rules_.load(tx)
    receipts = erase.everybody(tx, rules, ids, by=by)
    if nobodys is not None:
        receipts += erase.beforehand(tx, kind, nobodys, by=by)
    stones = [one for i in receipts if (one := tombstones.get(tx, i)) is not None]
    return Erased(erasures=[view(one) for one in stones]), erase.wakes(rules)


def view(one: Tombstone) -> ErasureView:
    """A receipt as it stands."""
    systems = [
        AtSystem(connection=name, state=side["state"], reason=side.get("reason"))
        for name, side in sorted(one.sides.items())
    ]
    return ErasureView(
        id=one.id, kind=one.kind, source=one.source, by=one.by, at=one.at,
        completed_at=one.completed_at, systems=systems, digests=list(one.digests),
    )  # fmt: skip


def _no_receipt(erasure_id: UUID) -> Problem:
    return Problem(404, f"there is no erasure {erasure_id}")
