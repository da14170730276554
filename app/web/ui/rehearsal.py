"""The page of a rehearsal: what a version of a mapping would do to records as they are now."""

from collections.abc import Mapping
from functools import partial

from fastapi import Request
from nicegui.element import Element

from app.configuring.previewing import Draft, preview
from app.flows.refer import Named
from app.flows.sample import Wanted
from app.web.api.previews import PreviewView, RehearsedView, SideView, view
from app.web.ui import actions
from app.web.ui.desk import Visit
from app.web.ui.frame import act, frame, visit_of, watch
from app.web.ui.pieces import (
    Tone,
    badge,
    blank_or_value,
    change,
    empty,
    fact,
    field_name,
    link,
    tag,
)
from app.web.ui.tried import head, trying

SAMPLE = 20
MINUTE_S = 60
TONES: Mapping[str, Tone] = {
    "created": "good", "updated": "good", "rejected": "bad", "conflict": "warn", "filtered": "warn",
}  # fmt: skip


async def page(request: Request, name: str, version: int) -> None:
    """The page `/documents/mapping/{name}/{version}`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    with frame(request, "documents", sight) as main:
        title = words("preview.title", name=name, version=version)
        buttons = partial(_buttons, visit, Draft(name, version=version))
        head(visit, (title, words("preview.intro")), buttons)
    watch(visit, main)


def _buttons(visit: Visit, draft: Draft, place: Element) -> None:
    words = visit.words
    rehearse = trying(
        visit,
        place,
        lambda: _read(visit, draft),
        lambda shown: _show(visit, *shown),
        waiting="preview.waiting",
    )
    tag("button", words("preview.start", n=SAMPLE), "button main", type="button").on(
        "click", rehearse
    )
    args = {"mapping": draft.name, "version": draft.version}
    everything = partial(actions.start_job, visit, "rehearse", args)
    tag("button", words("preview.all"), "button", type="button").on("click", act(visit, everything))
    link(words("nav.jobs"), "/jobs")


def _read(visit: Visit, draft: Draft) -> tuple[PreviewView, Named]:
    """What the rehearsal shows, and whom its values name."""
    parts = visit.desk.parts
    seen = preview(parts.database, parts.accounts.connector, draft, Wanted(SAMPLE))
    return view(seen), seen.named


def _show(visit: Visit, shown: PreviewView, named: Named) -> None:
    words = visit.words
    with tag("section", classes="card"):
        tag("h2", words("preview.totals"))
        with tag("div", classes="chips"):
            for outcome, n in sorted(shown.totals.items()):
                badge(f"{words(f'rehearsed.{outcome}')}: {n}", TONES.get(outcome, "calm"))
        for warning in shown.warnings:
            tag("p", f"{warning.pointer}: {warning.message}", "notice warn")
    _cost(visit, shown)
    if not shown.results:
        with tag("div", classes="card"):
            empty(words("preview.none"), "")
    with tag("ul", classes="plain-list"):
        for one in shown.results:
            _record(visit, one, named)


def _cost(visit: Visit, shown: PreviewView) -> None:
    words = visit.words
    with tag("section", classes="card"):
        tag("h2", words("preview.cost"))
        with tag("dl", classes="facts"):
            for cost in shown.costs:
                with fact(cost.connection):
                    tag("span", words("preview.calls", calls=f"{cost.total:,}"))
                    if cost.left_today is not None:
                        left = words("preview.left", left=f"{cost.left_today:,}")
                        tag("span", left, "muted")
                    if not cost.fits:
                        badge(words("preview.short"), "bad")
        if shown.lasts_s is not None:
            minutes = max(1, round(shown.lasts_s / MINUTE_S))
            tag("p", words("preview.lasts", minutes=minutes), "muted")


def _record(visit: Visit, one: RehearsedView, named: Named) -> None:
    words = visit.words
    with tag("li", classes="card"):
        with tag("div", classes="card-head"):
            if one.link_id is None:
                tag("span", one.label, "strong")
            else:
                link(one.label, f"/people/{one.link_id}")
            badge(words(f"rehearsed.{one.outcome}"), TONES.get(one.outcome, "calm"))
        with tag("dl", classes="facts grid"):
            for name, values in one.conflicts.items():
                with fact(field_name(visit, name)):
                    for role, value in values.items():
                        with tag("p", f"{words.known('connection_role', role)}: "):
                            blank_or_value(visit, (name, value), named)
            for side in one.sides:
                _side(visit, side, named)


def _side(visit: Visit, side: SideView, named: Named) -> None:
    words = visit.words
    for field in side.fields:
        with fact(f"{side.connection} · {field_name(visit, field.field)}"):
            change(visit, field.field, (field.before, field.after), named)
            why = words.known("why", field.why)
            tag("span", words("preview.from", source=field.source, why=why), "muted")
    for trouble in side.troubles:
        with fact(f"{side.connection} · {field_name(visit, trouble.field)}"):
            tag("span", trouble.message, "notice bad")
    if side.filter:
        with fact(side.connection):
            tag("span", words("preview.filter", filter=side.filter))
