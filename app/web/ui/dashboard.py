"""The dashboard: who is hot now, and how the connections are. Refreshes itself."""

from fastapi import Request

from app.store.board import HotLead, LeadAlert
from app.web.ui import answering
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.health_card import health_cards
from app.web.ui.live import Sight
from app.web.ui.pieces import (
    Moment,
    Tone,
    badge,
    company_of,
    empty,
    fact,
    link,
    name_of,
    reason_line,
    score_pill,
    tag,
)
from app.web.ui.section import Section

REASONS_SHOWN = 3
ALERT_TONES: dict[str, Tone] = {
    "sent": "good",
    "failed": "bad",
    "in_doubt": "warn",
    "pending": "calm",
    "flying": "calm",
    "off": "calm",
}
QUEUES = ("hints", "writes", "activities", "alerts")


async def page(request: Request) -> None:
    """The page `/`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    with frame(request, "dashboard", sight) as main:
        tag("h1", visit.words("nav.dashboard"), "unseen")
        sections = _sections(visit)
    for section in sections:
        section.show(sight)

    def show(now: Sight) -> None:
        for section in sections:
            section.show(now)

    watch(visit, main, show)


def _sections(visit: Visit) -> list[Section]:
    """The page's parts, each with what it depends on."""
    stale = tag("div", aria_live="polite")
    with tag("div", classes="columns"):
        leads = tag("section", classes="leads", aria_label=visit.words("leads.title"))
        with tag("div", classes="aside"):
            attention = tag("section", aria_label=visit.words("attention.title"))
            health = tag("section", aria_label=visit.words("health.title"))
            queue = tag("section", aria_label=visit.words("queue.title"))
    return [
        Section(stale, lambda s: s.current, lambda s: _stale(visit, s)),
        Section(
            leads,
            lambda s: (s.board.leads, s.board.hot, bool(s.board.health)),
            lambda s: _leads(visit, s),
        ),
        Section(attention, lambda s: s.board.attention, lambda s: _attention(visit, s)),
        Section(health, lambda s: s.board.health, lambda s: _health(visit, s)),
        Section(queue, _depths, lambda s: _queue(visit, s)),
    ]


def _stale(visit: Visit, sight: Sight) -> None:
    if not sight.current:
        tag("p", visit.words("app.stale"), "notice bad", role="alert")


def _leads(visit: Visit, sight: Sight) -> None:
    words, board = visit.words, sight.board
    with tag("h2", words("leads.title")):
        if board.hot:
            tag("span", str(board.hot), "count hot")
    if not board.leads:
        with tag("div", classes="card"):
            empty(words("leads.none"), words("leads.none_hint"))
        return
    with tag("ul", classes="plain-list", aria_live="polite", aria_relevant="additions"):
        for lead in board.leads:
            _lead(visit, lead)
    if board.hot > len(board.leads):
        tag("p", words("leads.more", shown=len(board.leads), all=board.hot), "muted")


def _lead(visit: Visit, lead: HotLead) -> None:
    words = visit.words
    with tag("li", classes="card lead"):
        with tag("div", classes="lead-head"):
            with tag("div", classes="grow"):
                name = name_of(lead.fields, words.language, words("person.unknown"))
                with tag("h3"):
                    link(name, f"/people/{lead.id}")
                tag("p", company_of(lead.fields), "muted")
            score_pill(lead.score, lead.grade, visit)
        with tag("ul", classes="reasons", aria_label=words("leads.why")):
            for reason in lead.reasons[:REASONS_SHOWN]:
                reason_line(reason, visit)
        with tag("dl", classes="facts"):
            with fact(words("leads.hot_since")):
                Moment(lead.hot_since, visit)
            with fact(words("leads.owner")):
                tag("span", lead.owner_name or lead.owner or words("leads.no_owner"))
            _alert(visit, lead.alert)
        if lead.alert is not None:
            answering.buttons(visit, answering.of_lead(lead.alert), _nothing_more)


def _alert(visit: Visit, alert: LeadAlert | None) -> None:
    words = visit.words
    if alert is None:
        with fact(words("alert.task")):
            tag("span", words("alert.none"), title=words("alert.none_hint"))
        return
    for label, state, at in (
        ("alert.task", alert.state, alert.task_at),
        ("alert.bell", alert.notice, alert.notified_at),
    ):
        with fact(words(label)):
            text = words.known("alert.state", state)
            badge(text, ALERT_TONES.get(state, "calm")).props["title"] = alert.reason or text
            if at is not None:
                Moment(at, visit).classes("muted")
    one = answering.of_lead(alert)
    with fact(words("alert.answer")):
        answering.state(visit, one)
    if one.stands in answering.OPEN:
        with fact(words("alert.react_by")):
            Moment(alert.react_by, visit, "until", words("alert.late"))


def _nothing_more() -> None:
    """The live board shows it within a second."""


def _attention(visit: Visit, sight: Sight) -> None:
    words = visit.words
    if not sight.board.attention:
        return
    with tag("div", classes="card attention"):
        tag("h2", words("attention.title"))
        with tag("ul", classes="plain-list counts"):
            for what, count in sight.board.attention.items():
                with tag("li"):
                    tag("span", str(count), "count bad")
                    tag("span", words(f"attention.{what}"))
        link(words("attention.see"), "/attention")


def _health(visit: Visit, sight: Sight) -> None:
    tag("h2", visit.words("health.title"))
    health_cards(visit, sight.board.health)


def _depths(sight: Sight) -> dict[str, int]:
    every = [one.depths for one in sight.board.health]
    return {name: sum(depths.get(name, 0) for depths in every) for name in QUEUES}


def _queue(visit: Visit, sight: Sight) -> None:
    words, depths = visit.words, _depths(sight)
    if not sight.board.health:
        return
    tag("h2", words("queue.title"))
    with tag("div", classes="card"):
        if not any(depths.values()):
            tag("p", words("queue.empty"), "muted")
            return
        with tag("ul", classes="plain-list counts"):
            for name, count in depths.items():
                with tag("li"):
                    tag("span", str(count), "count")
                    tag("span", words(f"queue.{name}"))
