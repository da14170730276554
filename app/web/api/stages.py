"""Stages: the funnel, who is where and for how long, drafts tried on people, deviations."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from app.configuring.stage_drafts import Draft, Tried, try_draft
from app.domain.lifecycle_document import LifecycleDocument, StageName
from app.flows import stage_review as reviewing
from app.flows import stage_shown as showing
from app.store import stage_figures
from app.store.db import Tx
from app.web.api.listing import ListingDep
from app.web.api.stage_views import (
    DeviationView,
    InsideView,
    PersonMovedView,
    RaciView,
    ReviewView,
    StageCountView,
    StagesView,
    StageTriedView,
    StageTryBody,
    StageView,
    WouldMoveView,
)
from app.web.called import name_of, text_of
from app.web.deps import VIEWER, TxDep
from app.web.paging import Page
from app.web.problems import Problem

routes = APIRouter(tags=["stages"])
PERIOD_DAYS = 90


Since = Annotated[AwareDatetime | None, Query(description="default: 90 days before `until`")]
Until = Annotated[AwareDatetime | None, Query(description="default: now")]


@routes.get("/stages", openapi_extra=VIEWER, summary="Funnel, time in stage, and who does what")
def get_stages(tx: TxDep, since: Since = None, until: Until = None) -> StagesView:
    document, version = _lifecycle(tx)
    begin, end = period(since, until)
    rows = showing.rows(tx, document, begin, end)
    return StagesView(
        version=version,
        since=begin,
        until=end,
        stages=[StageView.model_validate(row) for row in rows],
        raci=[_raci(document, i) for i in range(len(document.raci))],
    )


def _raci(document: LifecycleDocument, index: int) -> RaciView:
    row = document.raci[index]
    teams = {team: list(row.duties(team)) for team in showing.TEAMS}
    return RaciView(work=row.work.model_dump(), teams=teams)


@routes.get(
    "/stages/moves",
    openapi_extra=VIEWER,
    summary="Who moved, newest first",
    response_model=Page[PersonMovedView],
)
def list_moves(
    tx: TxDep,
    listing: ListingDep,
    *,
    source: StageName | None = None,
    target: StageName | None = None,
    moved_by: Annotated[str | None, Query(max_length=20, examples=["rule"])] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> dict[str, Any]:
    wanted = stage_figures.Wanted(source, target, moved_by, since, until)
    return listing.page(
        lambda after, limit: stage_figures.moves(
            tx, wanted, None if after is None else after[0], limit
        ),
        lambda row: [row["id"]],
        int,
    )


@routes.get("/stages/deviations", openapi_extra=VIEWER, summary="Score and outcome that disagree")
def get_deviations(tx: TxDep, since: Since = None, until: Until = None) -> ReviewView:
    """With the threshold that the outcomes suggest. The same tells a back-test of the scoring, by
    scores replayed; this one goes by the scores of that time.
    """
    document, _ = _lifecycle(tx)
    begin, end = period(since, until)
    found = reviewing.review(tx, document, begin, end)
    items = [
        DeviationView.model_validate({**row, **_called(row["agreed"]), "kind": kind})
        for row, kind in found.deviations[: reviewing.SHOWN]
    ]
    test = found.review.test
    return ReviewView(
        entered=document.review.entered,
        threshold=found.review.threshold,
        suggested=test.suggested,
        advice=found.review.advice,
        cases=test.cases,
        good=test.converted,
        thresholds=[
            {"threshold": t.threshold, "cases": t.cases, "precision": t.precision,
             "recall": t.recall} for t in test.thresholds
        ],
        counts=found.counts,
        items=items,
    )  # fmt: skip


@routes.post("/stages/preview", openapi_extra=VIEWER, summary="Who would move by a draft")
def preview_stages(body: StageTryBody, tx: TxDep) -> StageTriedView:
    draft = Draft(body.name, body.body, body.version, body.people)
    return tried_view(try_draft(tx, draft, now=datetime.now(UTC)))


def tried_view(found: Tried) -> StageTriedView:
    """As the API and the command line show it."""
    return StageTriedView(
        people=found.people,
        of=found.of,
        moves=[StageCountView(before=a, after=b, n=n) for (a, b), n in sorted(found.moves.items())],
        stages=dict(found.stages),
        shown=[
            WouldMoveView(
                link_id=one.link_id, email=one.email, before=one.before, after=one.after,
                why=[dict(why) for move in one.moves for why in move.why],
            )
            for one in found.shown
        ],
    )  # fmt: skip


@routes.get(
    "/stages/{stage}/people",
    openapi_extra=VIEWER,
    summary="Who is in a stage, the longest first",
    response_model=Page[InsideView],
)
def list_people(
    stage: StageName, tx: TxDep, listing: ListingDep, *, late: bool = False
) -> dict[str, Any]:
    """`late`: only those who are there longer than the stage's aim."""
    document, _ = _lifecycle(tx)
    limit_at = showing.late_before(document, stage, datetime.now(UTC))
    if late and limit_at is None:
        raise Problem(404, f"the stage {stage} has no aim")
    found = listing.page(
        lambda after, limit: stage_figures.inside(
            tx, stage, before=limit_at if late else None, after=after, limit=limit
        ),
        lambda row: (row["stage_since"], row["id"]),
        datetime,
        UUID,
    )
    return {**found, "items": [_inside(row, limit_at) for row in found["items"]]}


def _inside(row: dict[str, Any], limit_at: datetime | None) -> dict[str, Any]:
    since = row["stage_since"]
    late = limit_at is not None and since < limit_at
    said = {"since": since, "late": late, "reason": row["stage_reason"]}
    return row | _called(row["agreed"]) | said


def _called(agreed: dict[str, Any]) -> dict[str, str | None]:
    return {
        "name": name_of(agreed, "en", "") or None,
        "company": text_of(agreed, "company") or None,
    }


def _lifecycle(tx: Tx) -> tuple[LifecycleDocument, int]:
    found = showing.in_force(tx)
    if found is None:
        raise Problem(404, "no lifecycle is active")
    return found


def period(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """The period that is meant."""
    end = until or datetime.now(UTC)
    return since or end - timedelta(days=PERIOD_DAYS), end
