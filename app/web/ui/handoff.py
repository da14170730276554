"""One hand-off: the memo as a form that is judged as it is written, what is missing, the thread,
and what can be done now.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from fastapi import Request
from nicegui import ui
from nicegui.element import Element

from app.domain.handoff_moves import possible
from app.domain.handoff_quality import Judged, Line
from app.domain.handoff_words import next_step, reason_text
from app.flows.handoffs_acts import NoSuchHandoff
from app.flows.handoffs_known import NoDocument, Seen, name_of
from app.web.ui import handoff_actions, handoff_doing, handoff_judged, handoff_memo
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.handoff_actions import Shown
from app.web.ui.handoff_memo import Typed
from app.web.ui.handoffs import STATE_TONES
from app.web.ui.pieces import Moment, Tone, badge, empty, fact, link, tag

TOLD_TONES: dict[str, Tone] = {
    "sent": "good", "failed": "bad", "in_doubt": "warn", "pending": "calm", "flying": "calm",
    "dropped": "calm",
}  # fmt: skip
RETRIED = {"task", "note"}  # what a channel refused is told again from "needs attention"


async def page(request: Request, handoff_id: str) -> None:
    """The page `/handoffs/{id}`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    found = await asyncio.to_thread(_read, visit, handoff_id)
    with frame(request, "handoffs", sight, by_days=True) as main:
        if found is None:
            ui.context.client.status_code = 404
            empty(visit.words("app.not_found"), visit.words("handoffs.none_hint"))
        else:
            _show(visit, found)
    watch(visit, main)


def _read(visit: Visit, text: str) -> Shown | None:
    if not text.isdecimal() or len(text) > len(str(2**62)):
        return None
    try:
        return handoff_actions.look(visit, int(text))
    except (NoSuchHandoff, NoDocument):
        return None


def _show(visit: Visit, found: Shown) -> None:
    seen = found.seen
    again = partial(ui.navigate.to, f"/handoffs/{seen.kept.id}")
    _head(visit, seen)
    with tag("div", classes="columns"):
        with tag("div", classes="leads"):
            if visit.may_operate and possible(seen.kept.standing.state):
                with tag("section", classes="card"):
                    tag("h2", visit.words("handoffs.actions"))
                    handoff_doing.buttons(visit, seen, again)
            left = tag("section", classes="card memo")
        with tag("div", classes="aside"):
            side = tag("section", classes="card")
            gate = tag("section", classes="card")
            ticks = tag("section", classes="card")
            _thread(visit, found)
            _told(visit, found)
    _judge(visit, seen, seen.judged, (side, gate, ticks))
    with left:
        _memo(visit, seen, (side, gate, ticks))


def _head(visit: Visit, seen: Seen) -> None:
    words, kept, one = visit.words, seen.kept, seen.kept.standing
    with tag("div", classes="person-head"), tag("div"):
        tag("h1", name_of(seen.known.link))
        with tag("div", classes="chips"):
            badge(words(f"handoff_state.{one.state}"), STATE_TONES.get(one.state, "calm"))
            badge(words(f"handoffs.{kept.flow}"))
            link(seen.known.link.email or "", f"/people/{kept.link_id}")
    with tag("dl", classes="facts"):
        _fact(visit, "next", next_step(one.state, words.language))
        _fact(visit, "giver", kept.giver)
        _fact(visit, "receiver", one.receiver)
        _fact(visit, "reason", reason_text(seen.flow, one.reason, words.language))
        if kept.outcome not in {None, one.state}:
            _fact(visit, "outcome", words(f"handoff_state.{kept.outcome}"))
        _fact(visit, "opportunity", _opportunity(kept.opportunity))
        if one.override is not None:
            _fact(visit, "override", f"{one.override['by']}: {one.override['reason']}")
        for key, at in (("meeting", one.meeting_at), ("due", one.due_at)):
            if at is not None:
                with fact(words(f"handoffs.{key}")):
                    Moment(at, visit, "full")


def _opportunity(one: Mapping[str, Any] | None) -> str | None:
    """What ended it: name, stage, in which system."""
    if one is None:
        return None
    told = " · ".join(str(one[name]) for name in ("name", "stage") if one.get(name))
    return f"{told} ({one['connection']})" if one.get("connection") else told


def _fact(visit: Visit, key: str, text: str | None) -> None:
    if text:
        with fact(visit.words(f"handoffs.{key}")):
            tag("span", text)


def _judge(
    visit: Visit, seen: Seen, said: Judged, places: tuple[Element, Element, Element]
) -> None:
    """Show how good it is, anew."""
    again = partial(ui.navigate.to, f"/handoffs/{seen.kept.id}")

    async def tick(line: Line) -> None:
        act = partial(handoff_actions.tick, visit, seen, line.name, done=not line.done)
        await handoff_doing.doing(visit, act, again)()

    may = visit.may_operate and "tick" in possible(seen.kept.standing.state)
    side, gate, ticks = places
    for place in places:
        place.clear()
    with side:
        handoff_judged.quality(visit, said)
    with gate:
        handoff_judged.gate(visit, said)
    with ticks:
        handoff_judged.checklist(visit, said, tick if may else None)


def _memo(visit: Visit, seen: Seen, places: tuple[Element, Element, Element]) -> None:
    words = visit.words
    tag("h2", words("handoffs.memo"))
    if not visit.may_operate or "edit" not in possible(seen.kept.standing.state):
        handoff_memo.shown(visit, seen)
        return

    def changed() -> None:
        said = handoff_actions.preview(seen, typed.values)
        _judge(visit, seen, said, places)
        total.set_text(words("handoffs.quality_of", n=said.quality.total))
        hint.set_visibility(True)

    typed = Typed(visit, seen, changed)
    handoff_memo.form(typed)
    with tag("div", classes="card-foot"):
        total = tag("span", words("handoffs.quality_of", n=seen.judged.quality.total), "strong")
        hint = tag("span", words("handoffs.unsaved"), "badge warn")
        hint.set_visibility(False)
        save = tag("button", words("handoffs.save"), "button main", type="button")
    again = partial(ui.navigate.to, f"/handoffs/{seen.kept.id}")
    write = partial(handoff_actions.write, visit, seen, typed.values)
    save.on("click", handoff_doing.doing(visit, write, again))


def _thread(visit: Visit, found: Shown) -> None:
    if not found.thread:
        return
    with tag("section", classes="card"):
        tag("h2", visit.words("handoffs.thread"))
        with tag("ul", classes="timeline"):
            for one in found.thread:
                with tag("li"):
                    with tag("div", classes="chips"):
                        badge(visit.words(f"handoff_said.{one['what']}"))
                        tag("span", one["by"], "muted")
                        Moment(one["at"], visit).classes("muted")
                    tag("p", one["text"])


def _told(visit: Visit, found: Shown) -> None:
    feedback = found.seen.kept.standing.feedback
    if feedback:
        with tag("section", classes="card"):
            tag("h2", visit.words("handoffs.feedback"))
            with tag("dl", classes="facts wide"):
                for name, value in feedback.items():
                    with fact(visit.words(f"handoff_place.{name}")):
                        tag("span", visit.words.known("handoff_choice", str(value)))
    if not found.told:
        return
    with tag("section", classes="card"):
        tag("h2", visit.words("handoffs.told"))
        with tag("ul", classes="plain-list counts"):
            for one in found.told:
                with tag("li"):
                    badge(visit.words(f"handoff_told.{one['state']}"), TOLD_TONES[one["state"]])
                    what = visit.words(f"handoff_told.{one['what']}")
                    tag("span", f"{what}: {one['title']}")
                    if one["reason"]:
                        tag("span", one["reason"], "muted")
                    if one.get("due_at") and one["due_at"] > datetime.now(UTC):
                        tag("span", visit.words("handoffs.waits_until"), "muted")
                        Moment(one["due_at"], visit, "full").classes("muted")
        failed = (one for one in found.told if one["state"] == "failed")
        if visit.may_operate and any(one["what"] in RETRIED for one in failed):
            again = partial(ui.navigate.to, f"/handoffs/{found.seen.kept.id}")
            retry = partial(handoff_actions.retry, visit, found.seen)
            button = tag("button", visit.words("handoffs.retry"), "button", type="button")
            button.on("click", handoff_doing.doing(visit, retry, again))
