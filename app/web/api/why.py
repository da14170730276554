"""Why a record is, or is not, in a system: also for records that Baton does not know."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.domain.activity import Label
from app.flows import asked as asked_
from app.flows import rules as rules_
from app.flows.asked import Asked, Looked
from app.flows.why import Step, Verdict, Why, of_link
from app.store.db import Tx
from app.web.api.people import nobody
from app.web.deps import OPERATOR, VIEWER, PartsDep, TxDep, transacted
from app.web.problems import Problem
from app.web.why_words import answer, mends, says
from connectors.base import Kind

routes = APIRouter(tags=["why"])
Text = Annotated[str | None, Query(max_length=300)]


class StepView(BaseModel):
    """One fact on the way from the news of a record to the last write."""

    code: str = Field(examples=["filtered"])
    verdict: Verdict
    connection: str | None
    at: datetime | None
    says: Label
    fix: Label | None
    facts: dict[str, Any] = Field(examples=[{"pointer": "/filters/ma/0", "values": "country = FR"}])


class WhyView(BaseModel):
    """`answer` says it in one sentence; `steps` are the whole chain. `link_id` is null where
    Baton does not know the record.
    """

    link_id: UUID | None
    verdict: Verdict
    answer: Label
    fix: Label | None
    steps: list[StepView]


class WhysView(BaseModel):
    """One for each record that fits; one that says why there is none."""

    items: list[WhyView]


class Look(BaseModel):
    """Which record to look at: a known one (`link_id` or `email`), or one by its id at a vendor."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"connection": "hubspot", "external_id": "101"}]},
    )

    link_id: UUID | None = None
    email: str | None = Field(None, max_length=300)
    connection: str | None = Field(None, max_length=200)
    external_id: str | None = Field(None, max_length=300)
    kind: Kind = "person"

    @model_validator(mode="after")
    def _says_which(self) -> "Look":
        if self.external_id is not None and self.connection is None:
            raise ValueError("an external_id needs its connection")
        if (self.link_id, self.email, self.external_id).count(None) != 2:  # noqa: PLR2004  one of three is given
            raise ValueError("say one of link_id, email and external_id")
        return self


class Looking(BaseModel):
    """What is under way: records that are looked at now, feeds that are read on now."""

    records: int
    feeds: list[str] = Field(examples=[["hubspot changes:person"]])


@routes.get("/people/{person_id}/why", openapi_extra=VIEWER, summary="Why one is (not) in a system")
def why_person(person_id: UUID, tx: TxDep) -> WhyView:
    found = of_link(tx, rules_.load(tx), person_id)
    if found is None:
        raise nobody(person_id)
    return view(found)


@routes.get("/why", openapi_extra=VIEWER, summary="Why a record is (not) in a system")
def why(
    tx: TxDep,
    *,
    email: Text = None,
    external_id: Text = None,
    connection: Text = None,
    key: Text = None,
    kind: Kind = "person",
) -> WhysView:
    """By e-mail, by the id at a vendor, or by `key`: Baton's own id (as vendors keep it), or that
    of a webhook delivery. Also where Baton has never seen the record.
    """
    if (email, external_id, key).count(None) != 2:  # noqa: PLR2004  one of three is given
        tip = "say one of email, external_id and key"
        raise Problem(422, "the request is not valid", errors=[("/query", tip)])
    asked = Asked(email, external_id, connection, key, kind)
    return WhysView(items=[view(one) for one in asked_.of_asked(tx, rules_.load(tx), asked)])


@routes.post("/why/look", openapi_extra=OPERATOR, summary="Look at a record now", status_code=202)
def look_now(body: Look, parts: PartsDep) -> Looking:
    """A record that is not known by id is looked for by reading on what has changed."""

    def ask(tx: Tx) -> Looked:
        asked = Asked(body.email, body.external_id, body.connection, None, body.kind)
        return asked_.look(tx, rules_.load(tx), asked, body.link_id)

    found = transacted(parts, ask)
    if not found.records and not found.feeds:
        raise Problem(404, "there is no such record, and no feed that could find it")
    parts.wake(found.wakes)
    return Looking(records=found.records, feeds=[f"{name} {feed}" for name, feed in found.feeds])


def view(found: Why) -> WhyView:
    """A chain with its words."""
    step = found.answer
    return WhyView(
        link_id=found.link_id,
        verdict=step.verdict,
        answer=answer(found),
        fix=mends(step),
        steps=[_step(one) for one in found.steps],
    )


def _step(step: Step) -> StepView:
    return StepView(
        code=step.code,
        verdict=step.verdict,
        connection=step.connection,
        at=step.at,
        says=says(step),
        fix=mends(step),
        facts=dict(step.facts),
    )
