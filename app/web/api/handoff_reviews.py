"""Hand-offs whose quality and end disagree, and what that suggests to change of the rules."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from app.domain.handoff_document import FlowName
from app.domain.handoff_review import Suggestion
from app.flows import handoff_review as reviewing
from app.flows import rules as rules_
from app.flows.handoff_review import Deviation
from app.store.handoffs_review import Period
from app.web.api.stages import period
from app.web.deps import VIEWER, TxDep
from app.web.problems import Problem

routes = APIRouter(tags=["handoffs"])
Since = Annotated[AwareDatetime | None, Query(description="default: 90 days before `until`")]
Until = Annotated[AwareDatetime | None, Query(description="default: now")]


class HandoffDeviationView(BaseModel):
    """One hand-off that disagrees. `kind`: good_but_failed (enough quality, but rejected or lost),
    poor_but_won, rated_lower or rated_higher by its receiver than its quality says.
    """

    id: int
    link_id: UUID
    name: str = Field(examples=["山田 綾"])
    kind: str = Field(examples=["good_but_failed"])
    quality: int = Field(description="at the end", examples=[85])
    state: str = Field(examples=["lost"])
    reason: str | None = Field(description="why rejected, lost or won", examples=["competitor"])
    overridden: bool = Field(description="the gate was overridden")
    rating: int | None = Field(description="the receiver's, 1-5")
    missing: str | None = Field(description="what the receiver missed")


class SuggestionView(BaseModel):
    """A change of the rules. `raise` or `lower` the quality that the gate asks for to `value`;
    `drop` a rule of the gate that makes no difference; `require` one that does.
    """

    what: str = Field(examples=["require"])
    rule: str | None = Field(description="area and name", examples=["criterion.champion"])
    label: dict[str, str] | None
    value: int | None
    rate_with: float | None = Field(description="won of those that meet it", examples=[0.6])
    rate_without: float | None = Field(examples=[0.2])


class HandoffReviewView(BaseModel):
    """What the ends of a period say. `advice` about `threshold`: too_few, no_difference, keep,
    raise or lower.
    """

    flow: str
    threshold: int = Field(description="the least quality by the rules in force", examples=[60])
    suggested: int | None
    advice: str = Field(examples=["keep"])
    verdict: str = Field(description="whether the quality tells what is won from what is not")
    cases: int
    good: int
    thresholds: list[dict[str, Any]]
    suggestions: list[SuggestionView]
    counts: dict[str, int] = Field(description="deviations by kind")
    items: list[HandoffDeviationView] = Field(description="the latest of them")


@routes.get(
    "/handoffs/deviations",
    openapi_extra=VIEWER,
    summary="Hand-offs whose quality and end disagree",
)
def get_handoff_deviations(
    tx: TxDep, flow: FlowName = "is_fs", since: Since = None, until: Until = None
) -> HandoffReviewView:
    """With what to change of the hand-off's rules, as far as the ends tell."""
    rules = rules_.load(tx)
    document = None if rules.handoff is None else rules.handoff[0]
    if document is None or flow not in document.flows:
        raise Problem(404, f'no hand-off document with the flow "{flow}" is published')
    begin, end = period(since, until)
    found = reviewing.reviewed(tx, rules, document, Period(flow, begin, end), now=datetime.now(UTC))
    review, test = found.review, found.review.test
    return HandoffReviewView(
        flow=flow, threshold=review.threshold, suggested=test.suggested, advice=review.advice,
        verdict=test.verdict, cases=test.cases, good=test.converted,
        thresholds=[
            {"threshold": t.threshold, "cases": t.cases, "precision": t.precision,
             "recall": t.recall} for t in test.thresholds
        ],
        suggestions=[_suggestion(one) for one in review.suggestions],
        counts=found.counts,
        items=[_deviation(one) for one in found.deviations[: reviewing.SHOWN]],
    )  # fmt: skip


def _suggestion(one: Suggestion) -> SuggestionView:
    return SuggestionView(
        what=one.what,
        rule=one.rule,
        label=None if one.label is None else {"en": one.label.en, "ja": one.label.ja},
        value=one.value,
        rate_with=None if one.result is None else one.result.rate_with,
        rate_without=None if one.result is None else one.result.rate_without,
    )


def _deviation(one: Deviation) -> HandoffDeviationView:
    kept = one.one.kept
    return HandoffDeviationView(
        id=kept.id, link_id=kept.link_id, name=one.one.name, kind=one.kind, quality=kept.quality,
        state=kept.standing.state, reason=kept.standing.reason,
        overridden=kept.standing.override is not None, rating=one.rating, missing=one.missing,
    )  # fmt: skip
