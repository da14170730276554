"""Hand-offs whose quality and end disagree, and what of their rules the ends suggest to change."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request

from app.domain.handoff_document import FlowName
from app.domain.handoff_review import Suggestion
from app.flows import handoff_review as reviewing
from app.flows import rules as rules_
from app.flows.handoff_review import Deviation, Reviewed
from app.store.handoffs_review import Period
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.lifecycle import DAYS, share
from app.web.ui.pieces import Tone, badge, empty, fact, link, tag

FLOWS: tuple[FlowName, ...] = ("is_fs", "fs_cs")
TONES: Mapping[str, Tone] = {
    "good_but_failed": "bad", "poor_but_won": "good", "rated_lower": "bad", "rated_higher": "good",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow with its words and what its ends say."""

    label: str
    found: Reviewed


async def page(request: Request) -> None:
    """The page `/deviations/handoffs`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    flows = await asyncio.to_thread(_read, visit)
    with frame(request, "handoffs", sight) as main:
        tag("h1", words("handoff_review.title"))
        tag("p", words("handoff_review.intro", days=DAYS), "muted")
        with tag("p"):
            link(words("handoff_review.leads"), "/deviations")
        if not flows:
            with tag("div", classes="card"):
                empty(words("handoff_review.none"), words("handoffs.no_document"))
        for one in flows:
            tag("h2", one.label)
            _advice(visit, one.found)
            _rows(visit, one.found)
    watch(visit, main)


def _read(visit: Visit) -> list[Flow]:
    now = datetime.now(UTC)
    since, flows = now - timedelta(days=DAYS), list[Flow]()
    with visit.desk.parts.database.begin() as tx:
        rules = rules_.load(tx)
        if rules.handoff is None:
            return []
        document = rules.handoff[0]
        for name in FLOWS:
            if name in document.flows:
                period = Period(name, since, now)
                found = reviewing.reviewed(tx, rules, document, period, now=now)
                label = document.flows[name].label.text(visit.words.language)
                flows.append(Flow(label, found))
    return flows


def _advice(visit: Visit, found: Reviewed) -> None:
    words, review = visit.words, found.review
    suggested = review.test.suggested
    with tag("section", classes="card"):
        tag("p", words(f"handoff_advice.{review.advice}"), "strong")
        with tag("dl", classes="facts"):
            for key, value in (
                ("threshold", f"{review.threshold}"),
                ("suggested", "-" if suggested is None else f"{suggested}"),
                ("cases", f"{review.test.cases:,}"), ("good", f"{review.test.converted:,}"),
            ):  # fmt: skip
                with fact(words(f"handoff_review.{key}")):
                    tag("span", value)
        if review.suggestions:
            tag("h3", words("handoff_review.suggestions"))
            with tag("ul"):
                for one in review.suggestions:
                    tag("li", _suggestion(visit, one))


def _suggestion(visit: Visit, one: Suggestion) -> str:
    words = visit.words
    if one.label is None or one.result is None:
        return words(f"handoff_change.{one.what}", value=one.value)
    return words(
        f"handoff_change.{one.what}",
        rule=one.label.text(words.language),
        rate_with=share(one.result.rate_with),
        rate_without=share(one.result.rate_without),
    )


def _rows(visit: Visit, found: Reviewed) -> None:
    words = visit.words
    if not found.deviations:
        tag("p", words("handoff_review.agree"), "muted")
        return
    with tag("p", classes="chips"):
        for kind, n in sorted(found.counts.items()):
            badge(f"{words(f'handoff_deviation.{kind}')}: {n:,}", TONES[kind])
    with tag("ul", classes="plain-list rows card"):
        for one in found.deviations[: reviewing.SHOWN]:
            _row(visit, one)


def _row(visit: Visit, found: Deviation) -> None:
    words, kept = visit.words, found.one.kept
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            link(found.one.name, f"/handoffs/{kept.id}", "strong")
            state = words(f"handoff_state.{kept.standing.state}")
            tag("p", words("handoff_review.line", state=state, quality=kept.quality))
            if found.rating is not None:
                tag("p", words("handoff_review.rating", n=found.rating), "muted")
            if found.missing:
                tag("p", words("handoff_review.missing", what=found.missing), "muted")
        badge(words(f"handoff_deviation.{found.kind}"), TONES[found.kind])
