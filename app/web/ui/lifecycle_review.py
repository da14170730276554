"""Deviations: leads whose score and outcome disagree, and what that says of the threshold."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import Request

from app.flows import stage_review as reviewing
from app.flows import stage_shown as showing
from app.flows.stage_review import Reviewed
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.lifecycle import APPLY, DAYS, share
from app.web.ui.pieces import Moment, Tone, badge, company_of, empty, fact, link, name_of, tag

TONES: Mapping[str, Tone] = {"high_but_bad": "bad", "low_but_good": "good", "missed": "warn"}
STEP = 10  # of the thresholds that are shown


async def page(request: Request) -> None:
    """The page `/deviations`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    found = await asyncio.to_thread(_read, visit)
    with frame(request, "stages", sight) as main:
        tag("h1", words("deviations.title"))
        with tag("p"):
            link(words("handoff_review.link"), "/deviations/handoffs")
        if found is None:
            with tag("div", classes="card"):
                empty(words("stages.none"), words("stages.none_hint"), APPLY)
        else:
            tag("p", words("deviations.intro", days=DAYS), "muted")
            _advice(visit, found)
            _leads(visit, found)
    watch(visit, main)


def _read(visit: Visit) -> Reviewed | None:
    now = datetime.now(UTC)
    with visit.desk.parts.database.begin() as tx:
        lifecycle = showing.in_force(tx)
        if lifecycle is None:
            return None
        return reviewing.review(tx, lifecycle[0], now - timedelta(days=DAYS), now)


def _advice(visit: Visit, found: Reviewed) -> None:
    words, review = visit.words, found.review
    figures = (
        ("threshold", review.threshold), ("suggested", review.test.suggested),
        ("cases", review.test.cases), ("good", review.test.converted),
    )  # fmt: skip
    with tag("section", classes="card"):
        tag("p", words(f"advice.{review.advice}"), "strong")
        with tag("dl", classes="facts"):
            for key, value in figures:
                with fact(words(f"deviations.{key}")):
                    tag("span", "-" if value is None else f"{value:,}")
        if not review.test.cases:
            return
        with tag("details"):
            tag("summary", words("deviations.table"))
            _table(visit, found)


def _table(visit: Visit, found: Reviewed) -> None:
    words = visit.words
    with tag("table", classes="compared"), tag("tbody"):
        with tag("tr"):
            for key in ("threshold", "cases", "precision", "recall"):
                tag("th", words(f"deviations.{key}"), scope="col")
        for row in found.review.test.thresholds:
            if row.threshold % STEP == 0:
                with tag("tr"):
                    tag("th", str(row.threshold), scope="row")
                    tag("td", f"{row.cases:,}")
                    tag("td", share(row.precision))
                    tag("td", share(row.recall))


def _leads(visit: Visit, found: Reviewed) -> None:
    words = visit.words
    if not found.deviations:
        with tag("div", classes="card"):
            empty(words("deviations.none"), "")
        return
    with tag("p", classes="chips"):
        for kind, n in sorted(found.counts.items()):
            badge(f"{words(f'deviation.{kind}')}: {n:,}", TONES[kind])
    with tag("ul", classes="plain-list rows card"):
        for row, kind in found.deviations[: reviewing.SHOWN]:
            _row(visit, row, kind)


def _row(visit: Visit, row: Mapping[str, Any], kind: str) -> None:
    words, fields = visit.words, row["agreed"]
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            name = name_of(fields, words.language, words("person.unknown"))
            link(name, f"/people/{row['link_id']}", "strong")
            tag("p", company_of(fields), "muted")
            outcome = words.known("stage", row["outcome"])
            tag("p", words("deviations.outcome", outcome=outcome, score=row["score"]))
            if row["reason"]:
                tag("p", row["reason"], "muted")
        with tag("div", classes="chips"):
            badge(words(f"deviation.{kind}"), TONES[kind])
            Moment(row["outcome_at"], visit)
