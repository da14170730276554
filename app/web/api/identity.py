"""Who is the same: likely pairs to decide, duplicates, and joining or parting records by hand."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.flows import regroup
from app.flows import rules as rules_
from app.flows.regroup import Regrouped, Unfit, Unknown
from app.store import candidates, duplicates, people
from app.store.candidates import Candidate, CandidateState
from app.store.db import Tx
from app.web.api.listing import ListingDep, Text
from app.web.api.people import Brief, brief
from app.web.deps import OPERATOR, VIEWER, CallerDep, PartsDep, TxDep, transacted
from app.web.paging import Page
from app.web.parts import Parts
from app.web.problems import Problem
from connectors.base import Kind

routes = APIRouter(tags=["identity"])


class CandidateView(BaseModel):
    """Two that may be one. `one` is the older, and is the one that stays."""

    id: int
    kind: str
    likeness: float = Field(description="0 to 1", examples=[0.92])
    reasons: list[str] = Field(description="what is alike", examples=[["name", "phone"]])
    state: CandidateState
    one: Brief
    two: Brief
    decided_by: str | None
    decided_at: datetime | None
    created_at: datetime


class DuplicateView(BaseModel):
    """Several with one value of a key, the oldest first: that one is linked, the others wait."""

    by: str = Field(examples=["email", "domain"])
    value: str = Field(examples=["ada@example.com"])
    email: str | None = Field(description="the value, where it is by e-mail")
    people: list[Brief]


class OfConnection(BaseModel):
    """Which record of a person: the one at this connection."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"connection": "salesforce"}]}
    )

    connection: str = Field(max_length=200)


class OfRecord(OfConnection):
    """A record that Baton knows, by its id at the vendor."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"connection": "salesforce", "external_id": "00Q5g00000ABCDEEA4"}]
        },
    )

    external_id: str = Field(max_length=200)


class OfPerson(BaseModel):
    """The other one: its records come here, and it ends."""

    model_config = ConfigDict(extra="forbid")

    other: UUID


class Undo(BaseModel):
    """The request that takes it back."""

    method: Literal["POST"] = "POST"
    path: str = Field(examples=["/api/v1/people/5f0c…/relink"])
    body: dict[str, Any]


class Done(BaseModel):
    """The person that it was about, the one that the record belongs to now, and how to undo it."""

    person: UUID
    record_of: UUID
    undo: list[Undo]


@routes.get(
    "/candidates",
    openapi_extra=VIEWER,
    summary="Pairs that may be one, the most alike first",
    response_model=Page[CandidateView],
)
def list_candidates(
    tx: TxDep,
    listing: ListingDep,
    kind: Kind | None = None,
    state: CandidateState | None = "open",
    person: UUID | None = None,
) -> dict[str, Any]:
    """Found where the mapping has `identity: {candidates: {enabled: true}}`. Nothing is joined
    before a person confirms it.
    """
    found = listing.page(
        lambda after, limit: candidates.listed(tx, kind, state, after, limit, link_id=person),
        lambda one: (one.likeness, one.id),
        float,
        int,
    )
    return {**found, "items": candidate_views(tx, found["items"])}


@routes.post("/candidates/{candidate_id}/confirm", openapi_extra=OPERATOR, summary="They are one")
def confirm_candidate(candidate_id: int, parts: PartsDep, caller: CallerDep) -> Done:
    def confirm(tx: Tx) -> tuple[list[str], Regrouped]:
        one = _candidate(tx, candidate_id)
        taken = _connections(tx, one.two_id)
        rules, now = rules_.load(tx), datetime.now(UTC)
        return taken, regroup.merge(tx, rules, one.one_id, one.two_id, by=caller.by, now=now)

    taken, done = _regrouped(parts, confirm)
    parts.wake(done.wakes)
    return _parting(done.link_id, taken)


@routes.post("/candidates/{candidate_id}/reject", openapi_extra=OPERATOR, summary="They are two")
def reject_candidate(candidate_id: int, tx: TxDep, caller: CallerDep) -> CandidateView:
    """They are not shown again. `reopen` takes it back."""
    return _decided(tx, candidate_id, "rejected", caller.by)


@routes.post(
    "/candidates/{candidate_id}/reopen", openapi_extra=OPERATOR, summary="Decide once more"
)
def reopen_candidate(candidate_id: int, tx: TxDep, caller: CallerDep) -> CandidateView:
    """A rejected pair is shown again."""
    return _decided(tx, candidate_id, "open", caller.by)


@routes.get(
    "/duplicates",
    openapi_extra=VIEWER,
    summary="Several with one e-mail, or another key",
    response_model=Page[DuplicateView],
)
def list_duplicates(
    tx: TxDep,
    listing: ListingDep,
    *,
    kind: Kind = "person",
    by: Text = None,
    value: Text = None,
    email: Text = None,
) -> dict[str, Any]:
    """Records of one system with the same value of a key: `by` is `email`, `phone`, or another
    key of the mapping (else its first one). Merge them there (Baton follows), or unlink and
    relink to choose another one.
    """
    key = by or ("email" if email is not None else _first_key(tx, kind))
    wanted = value if email is None else email.strip().lower()

    def read(after: tuple[str] | None, limit: int) -> list[Mapping[str, Any]]:
        last = None if after is None else after[0]
        return duplicates.shared(tx, kind, key, value=wanted, after=last, limit=limit)

    found = listing.page(read, lambda row: [row["value"]], str)
    briefs = _briefs(tx, (i for row in found["items"] for i in row["ids"]))
    items = [
        {
            "by": key, "value": row["value"], "email": row["value"] if key == "email" else None,
            "people": [briefs[i] for i in row["ids"] if i in briefs],
        }
        for row in found["items"]
    ]  # fmt: skip
    return {**found, "items": items}


def _first_key(tx: Tx, kind: Kind) -> str:
    """What records of a kind are recognised by first."""
    keys = (key for plan in rules_.load(tx).plans if plan.kind == kind for key in plan.keys)
    return next(keys, "email")


@routes.post("/people/{person_id}/unlink", openapi_extra=OPERATOR, summary="Take a record out")
def unlink_person(person_id: UUID, body: OfConnection, parts: PartsDep, caller: CallerDep) -> Done:
    """The record stands alone from then on: it joins this person no more by itself, and nothing
    is written to it. Also undoes `merge` and `confirm`.
    """

    def unlink(tx: Tx) -> tuple[str | None, Regrouped]:
        row = people.one(tx, person_id) or {"sides": []}
        ids = {side["connection"]: side["external_id"] for side in row["sides"]}
        rules, now = rules_.load(tx), datetime.now(UTC)
        done = regroup.unlink(tx, rules, person_id, body.connection, by=caller.by, now=now)
        return ids.get(body.connection), done

    external_id, done = _regrouped(parts, unlink)
    parts.wake(done.wakes)
    again = {"connection": body.connection, "external_id": external_id}
    undo = Undo(path=f"/api/v1/people/{person_id}/relink", body=again)
    return Done(person=person_id, record_of=done.link_id, undo=[undo])


@routes.post("/people/{person_id}/relink", openapi_extra=OPERATOR, summary="Put a record in")
def relink_person(person_id: UUID, body: OfRecord, parts: PartsDep, caller: CallerDep) -> Done:
    """Of a person who has none at that connection; the record may have been another's."""

    def relink(tx: Tx) -> Regrouped:
        rules, now, by = rules_.load(tx), datetime.now(UTC), caller.by
        where = (body.connection, body.external_id)
        return regroup.relink(tx, rules, person_id, *where, by=by, now=now)

    parts.wake(_regrouped(parts, relink).wakes)
    return _parting(person_id, [body.connection])


@routes.post("/people/{person_id}/merge", openapi_extra=OPERATOR, summary="Make two one")
def merge_people(person_id: UUID, body: OfPerson, parts: PartsDep, caller: CallerDep) -> Done:
    """Where no system has a record of each; else merge the two there, and Baton follows."""

    def merge(tx: Tx) -> tuple[list[str], Regrouped]:
        taken = _connections(tx, body.other)
        rules, now = rules_.load(tx), datetime.now(UTC)
        return taken, regroup.merge(tx, rules, person_id, body.other, by=caller.by, now=now)

    taken, done = _regrouped(parts, merge)
    parts.wake(done.wakes)
    return _parting(person_id, taken)


def _regrouped(parts: Parts, act: Callable[[Tx], Any]) -> Any:
    """Do it in a transaction. Raises: Problem (404, 409)."""
    try:
        return transacted(parts, act)
    except Unknown as error:
        raise Problem(404, str(error.args[0])) from None
    except Unfit as error:
        raise Problem(409, str(error)) from None


def _parting(person_id: UUID, connections: Iterable[str]) -> Done:
    path = f"/api/v1/people/{person_id}/unlink"
    undo = [Undo(path=path, body={"connection": name}) for name in connections]
    return Done(person=person_id, record_of=person_id, undo=undo)


def _connections(tx: Tx, person_id: UUID) -> list[str]:
    row = people.one(tx, person_id) or {"sides": []}
    return [side["connection"] for side in row["sides"] if side["external_id"]]


def _candidate(tx: Tx, candidate_id: int) -> Candidate:
    found = candidates.get(tx, candidate_id) if abs(candidate_id) < 2**63 else None
    if found is None:
        raise Problem(404, f"there is no candidate {candidate_id} (any more)")
    return found


def _decided(tx: Tx, candidate_id: int, state: CandidateState, by: str) -> CandidateView:
    _candidate(tx, candidate_id)
    candidates.decide(tx, candidate_id, state, by)
    return CandidateView.model_validate(candidate_views(tx, [_candidate(tx, candidate_id)])[0])


def candidate_views(tx: Tx, found: Iterable[Candidate]) -> list[dict[str, Any]]:
    """Candidates with both who they are about."""
    pairs = list(found)
    briefs = _briefs(tx, (i for one in pairs for i in (one.one_id, one.two_id)))
    return [
        {
            "id": c.id, "kind": c.kind, "likeness": c.likeness, "reasons": c.reasons,
            "state": c.state, "one": briefs[c.one_id], "two": briefs[c.two_id],
            "decided_by": c.decided_by, "decided_at": c.decided_at, "created_at": c.created_at,
        }
        for c in pairs
        if c.one_id in briefs and c.two_id in briefs
    ]  # fmt: skip


def _briefs(tx: Tx, ids: Iterable[UUID]) -> Mapping[UUID, dict[str, Any]]:
    return {row["id"]: brief(row) for row in people.some(tx, set(ids))}
