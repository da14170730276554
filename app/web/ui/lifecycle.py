"""The funnel: who is in which stage, how many get further, how long they stay; who does what."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import Request

from app.domain.lifecycle_document import LifecycleDocument
from app.flows import stage_shown as showing
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.pieces import badge, empty, fact, link, tag
from app.web.ui.sla_clocks import span

DAYS = 90
APPLY = ("baton apply -f lifecycle.yaml",)


@dataclass(frozen=True, slots=True)
class Shown:
    """The lifecycle in force and the figures of its stages."""

    document: LifecycleDocument
    rows: Sequence[Mapping[str, Any]]


async def page(request: Request) -> None:
    """The page `/stages`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    shown = await asyncio.to_thread(_read, visit)
    with frame(request, "stages", sight) as main:
        tag("h1", words("stages.title"))
        if shown is None:
            with tag("div", classes="card"):
                empty(words("stages.none"), words("stages.none_hint"), APPLY)
        else:
            with tag("p", classes="chips"):
                tag("span", words("stages.intro", days=DAYS), "muted")
                link(words("deviations.title"), "/deviations")
            with tag("ul", classes="plain-list rows card", aria_label=words("stages.funnel")):
                for row in shown.rows:
                    _row(visit, row)
            _raci(visit, shown.document)
    watch(visit, main)


def _read(visit: Visit) -> Shown | None:
    now = datetime.now(UTC)
    with visit.desk.parts.database.begin() as tx:
        found = showing.in_force(tx)
        if found is None:
            return None
        return Shown(found[0], showing.rows(tx, found[0], now - timedelta(days=DAYS), now))


def _row(visit: Visit, row: Mapping[str, Any]) -> None:
    words, name = visit.words, row["name"]
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            link(words(f"stage.{name}"), f"/stages/{name}", "strong")
            tag("p", words(f"team.{row['owner']}"), "muted")
            if row["late"]:
                aim = lasting(visit, row["aim_hours"])
                with link("", f"/stages/{name}?late=1"):
                    badge(words("stages.late", n=f"{row['late']:,}", hours=aim), "bad")
        with tag("dl", classes="facts even"):
            with fact(words("stages.now")):
                tag("span", f"{row['now']:,}", "strong")
            with fact(words("stages.entered")):
                tag("span", f"{row['entered']:,}")
            with fact(words("stages.conversion")):
                tag("span", share(row["conversion"]))
            with fact(words("stages.median")):
                tag("span", lasting(visit, row["median_hours"]))
            if row["next"]:
                with fact(words("stages.next")):
                    tag("span", _next(visit, row["next"]))


def _next(visit: Visit, following: Mapping[str, int]) -> str:
    """Where people went, the most first."""
    order = sorted(following.items(), key=lambda one: (-one[1], one[0]))
    return " · ".join(f"{visit.words.known('stage', to)} {n:,}" for to, n in order)


def share(value: float | None) -> str:
    """A share in percent."""
    return "-" if value is None else f"{value:.0%}"


def lasting(visit: Visit, hours: float | None) -> str:
    """How long, from hours."""
    return span(visit, None if hours is None else hours * 60)


def _raci(visit: Visit, document: LifecycleDocument) -> None:
    words = visit.words
    if not document.raci:
        return
    with tag("section", classes="card"):
        tag("h2", words("stages.raci"))
        with tag("table", classes="compared"), tag("tbody"):
            with tag("tr"):
                tag("th", words("stages.work"), scope="col")
                for team in showing.TEAMS:
                    tag("th", words(f"team.{team}"), scope="col")
            for row in document.raci:
                with tag("tr"):
                    tag("th", row.work.text(words.language), scope="row")
                    for team in showing.TEAMS:
                        tag("td", "/".join(row.duties(team)) or "-")
        tag("p", words("stages.raci_hint"), "muted")
