"""The page on which hot-lead rules are tried: who would be alerted, by what, and when."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial

from fastapi import Request
from nicegui.element import Element

from app.configuring.alert_drafts import Draft, Tried, try_draft
from app.domain.alerting import rule_of
from app.flows.alert_preview import Would
from app.web import moments
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.pieces import Moment, badge, empty, fact, link, score_pill, tag
from app.web.ui.tried import head, trying

DAYS = (1, 7, 31)
MAIN = 7
SHOWN = 50


async def page(request: Request, name: str, version: int) -> None:
    """The page `/documents/hot_lead/{name}/{version}`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    with frame(request, "documents", sight) as main:
        title = words("alert_trial.title", name=name, version=version)
        head(visit, (title, words("alert_trial.intro")), partial(_buttons, visit, name, version))
    watch(visit, main)


def _buttons(visit: Visit, name: str, version: int, place: Element) -> None:
    for days in DAYS:
        _button(visit, Draft(name, version=version, days=days), place)


def _button(visit: Visit, draft: Draft, place: Element) -> None:
    words = visit.words
    tried = trying(
        visit, place, lambda: _read(visit, draft), lambda shown: _show(visit, shown, draft.days)
    )
    text = words(f"alert_trial.days_{draft.days}")
    classes = "button main" if draft.days == MAIN else "button"
    tag("button", text, classes, type="button").on("click", tried)


def _read(visit: Visit, draft: Draft) -> Tried:
    """What the rules would do."""
    with visit.desk.parts.database.begin() as tx:
        return try_draft(tx, draft, now=datetime.now(UTC))


def _show(visit: Visit, tried: Tried, days: int) -> None:
    words, trial = visit.words, tried.trial
    for warning in tried.warnings:
        tag("p", f"{warning.pointer}: {warning.message}", "notice warn")
    if not trial.scored or not trial.people:
        key = "nobody" if trial.scored else "unscored"
        with tag("div", classes="card"):
            empty(words(f"alert_trial.{key}"), words(f"alert_trial.{key}_hint"))
        return
    with tag("section", classes="card"):
        tag("h2", words("alert_trial.now", n=f"{len(trial.now):,}"))
        tag("p", words("alert_trial.now_hint"), "muted")
        _list(visit, tried, trial.now, is_now=True)
    with tag("section", classes="card"):
        tag("h2", words("alert_trial.lately", n=f"{len(trial.alerts):,}"))
        _figures(visit, tried, days)
        _list(visit, tried, trial.alerts, is_now=False)


def _figures(visit: Visit, tried: Tried, days: int) -> None:
    words, trial = visit.words, tried.trial
    seen = {"people": f"{trial.people:,}", "of": f"{trial.of:,}", "raised": f"{trial.raised:,}"}
    tag("p", words("alert_trial.counts", days=days, **seen), "muted")
    if trial.held:
        tag("p", words("alert_trial.held", n=f"{trial.held:,}"), "notice warn")
    labels = {name: _label(visit, tried, name) for name in trial.per_rule}
    _counts(visit, "rule", {labels[name]: n for name, n in sorted(trial.per_rule.items())})
    nobody = words("alert_trial.nobodys")
    _counts(
        visit, "recipient", {who or nobody: n for who, n in sorted(trial.per_recipient.items())}
    )
    days_of = {_day(visit, day): n for day, n in sorted(trial.per_day.items())}
    _counts(visit, "day", days_of)


def _day(visit: Visit, text: str) -> str:
    return moments.date_of(date.fromisoformat(text), visit.words.language)


def _counts(visit: Visit, what: str, counts: Mapping[str, int]) -> None:
    if counts:
        with tag("p", classes="chips"):
            tag("span", visit.words(f"alert_trial.per_{what}"), "muted")
            for name, n in counts.items():
                badge(f"{name}: {n:,}")


def _list(visit: Visit, tried: Tried, found: Sequence[Would], *, is_now: bool) -> None:
    words = visit.words
    with tag("ul", classes="plain-list rows"):
        for one in found[:SHOWN]:
            _would(visit, tried, one, is_now=is_now)
    if len(found) > SHOWN:
        shown = {"shown": SHOWN, "all": f"{len(found):,}"}
        tag("p", words("alert_trial.more", **shown), "muted")


def _would(visit: Visit, tried: Tried, one: Would, *, is_now: bool) -> None:
    words = visit.words
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            with tag("p", classes="chips"):
                link(one.name, f"/people/{one.link_id}", "strong")
                badge(_label(visit, tried, one.rule), "warn")
                if is_now and one.hot_since is not None:
                    badge(words("alert_trial.hot"))
                Moment(one.at, visit, "full").classes("muted")
            reasons = one.reasons_ja if words.language == "ja" else one.reasons
            tag("p", " · ".join(reasons), "muted")
            with tag("dl", classes="facts"):
                _told(visit, one)
        score_pill(one.score, one.grade, visit)


def _told(visit: Visit, one: Would) -> None:
    words = visit.words
    with fact(words("alert_trial.to")):
        tag("span", one.recipient or words("alert_trial.nobodys"))
        if one.rung_at > one.at:
            badge(words("alert_trial.quiet"), "warn")
    for way in one.ways:
        with fact(f"{way.connection} · {words.known('channel', way.channel)}"):
            Moment(way.at, visit, "full")
    if not one.ways:
        with fact(words("alerts.told")):
            tag("span", words("alert_trial.no_way"), "notice warn")
    with fact(words("alert_trial.react_by")):
        Moment(one.react_by, visit, "full")
    if one.escalates_at is not None:
        with fact(words("alert_trial.escalates")):
            Moment(one.escalates_at, visit, "full")


def _label(visit: Visit, tried: Tried, name: str) -> str:
    rule = rule_of(tried.document, name)
    return name if rule is None else rule.label.text(visit.words.language)
