"""A version of the hand-off document tried on the hand-offs there are. Nothing is written."""

from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import Request

from app.configuring.handoff_drafts import Sums, Tried, try_handoffs
from app.configuring.previewing import Draft
from app.domain.handoff_quality import Judged
from app.flows.handoff_preview import Would
from app.web.ui.desk import Visit
from app.web.ui.handoffs import BAND_TONES
from app.web.ui.pieces import badge, fact, link, tag
from app.web.ui.tried import at_once

MOST = 200
SHOWN = 50


async def page(request: Request, name: str, version: int) -> None:
    """The page `/documents/handoff/{name}/{version}`."""

    def read(visit: Visit) -> Tried:
        draft = Draft(name, version=version)
        with visit.desk.parts.database.begin() as tx:
            return try_handoffs(tx, draft, MOST, now=datetime.now(UTC))

    await at_once(request, "handoffs", name, version, read=read, show=_show)


def _show(visit: Visit, shown: Tried) -> None:
    words = visit.words
    with tag("section", classes="card"):
        tag("p", words("handoffs.try_count", n=f"{len(shown.results):,}", of=f"{shown.of:,}"))
        for which in ("before", "after"):
            tag("h2", words(f"handoffs.try_{which}"))
            said = [one.before if which == "before" else one.after for one in shown.results]
            _sums(visit, shown.before if which == "before" else shown.after, said)
    if not shown.changed:
        tag("p", words("handoffs.try_none"), "strong")
        return
    with tag("ul", classes="plain-list rows card"):
        for one in shown.changed[:SHOWN]:
            _row(visit, one)


def _sums(visit: Visit, sums: Sums, said: Sequence[Judged | None]) -> None:
    words = visit.words
    bands = {one.quality.band.name: one.quality.band.label for one in said if one is not None}
    quality = "-" if sums.quality is None else f"{sums.quality:g}"
    with tag("dl", classes="facts"):
        for key, value in (
            ("handoffs.try_judged", f"{sums.judged:,}"),
            ("handoffs.try_passing", f"{sums.passing:,}"), ("handoffs.try_quality", quality),
        ):  # fmt: skip
            with fact(words(key)):
                tag("span", value)
    with tag("p", classes="chips"):
        for band, n in sorted(sums.bands.items()):
            text = bands[band].text(words.language)
            badge(f"{text}: {n:,}", BAND_TONES.get(band, "calm"))


def _row(visit: Visit, one: Would) -> None:
    words = visit.words
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            link(one.name, f"/handoffs/{one.kept.id}", "strong")
            tag("span", words(f"handoff_state.{one.kept.standing.state}"), "muted")
        tag("span", f"{_said(visit, one.before)} → {_said(visit, one.after)}")


def _said(visit: Visit, said: Judged | None) -> str:
    """Points, and what of the gate is not met."""
    if said is None:
        return "-"
    lacks = [line.label.text(visit.words.language) for line in said.unmet]
    points = visit.words("handoffs.try_points", n=said.quality.total)
    if not lacks:
        return points
    comma = "、" if visit.words.language == "ja" else ", "
    return visit.words("handoffs.try_unmet", points=points, what=comma.join(lacks))
