"""A version of the lifecycle tried on people: who would move. Nothing is written."""

from datetime import UTC, datetime

from fastapi import Request

from app.configuring.stage_drafts import Draft, Tried, try_draft
from app.web.ui.desk import Visit
from app.web.ui.lifecycle_person import because
from app.web.ui.pieces import badge, fact, link, tag
from app.web.ui.tried import at_once


async def page(request: Request, name: str, version: int) -> None:
    """The page `/documents/lifecycle/{name}/{version}`."""

    def read(visit: Visit) -> Tried:
        draft = Draft(name, version=version)
        with visit.desk.parts.database.begin() as tx:
            return try_draft(tx, draft, now=datetime.now(UTC))

    await at_once(request, "stages", name, version, read=read, show=_show)


def _show(visit: Visit, shown: Tried) -> None:
    words = visit.words
    with tag("section", classes="card"):
        tag("p", words("stages.try_count", people=f"{shown.people:,}", of=f"{shown.of:,}"))
        with tag("p", classes="chips"):
            for (before, after), n in sorted(shown.moves.items()):
                badge(f"{_said(visit, before, after)}: {n:,}", "warn")
        if not shown.moves:
            tag("p", words("stages.try_none"), "strong")
        tag("h2", words("stages.try_after"))
        with tag("dl", classes="facts"):
            for stage, n in sorted(shown.stages.items()):
                with fact(words.known("stage", stage)):
                    tag("span", f"{n:,}")
    if shown.shown:
        with tag("ul", classes="plain-list rows card"):
            for one in shown.shown:
                with tag("li", classes="row"):
                    link(one.email or str(one.link_id), f"/people/{one.link_id}", "strong grow")
                    tag("span", _said(visit, one.before, one.after))
                    why = [w for move in one.moves for w in move.why]
                    tag("span", " · ".join(because(visit, one) for one in why), "muted")


def _said(visit: Visit, before: str, after: str) -> str:
    words = visit.words
    return f"{words.known('stage', before)} → {words.known('stage', after)}"
