"""Raise: a decided alert becomes rows. Who is told, by what, from when on, and who is next.

What is too much in a minute is held and told in one message, until a person lets it go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.activity import Language
from app.domain.alert_text import content
from app.domain.alerting import (
    Terms,
    calendar_of,
    held,
    later,
    next_escalation,
    reachable_at,
    recipient,
    rule_of,
    terms,
)
from app.domain.hot_lead import AlertPlan
from app.domain.hot_lead_document import HotLeadDocument
from app.domain.link import Link
from app.domain.scoring import Reason, Score
from app.flows import rules as rules_
from app.flows.round import Case
from app.flows.rules import Plan, Rules
from app.flows.ways import can_send, ways
from app.store import alert_messages, alerts, events, journal, links, storms
from app.store.alert_messages import NewMessage
from app.store.alerts import NewAlert
from app.store.connections import Connection
from app.store.db import Tx
from app.store.events import Happening
from app.store.journal import Line

LANGUAGES: tuple[Language, ...] = ("en", "ja")
SUMMED_UP_AFTER = timedelta(seconds=60)  # what is held meanwhile is counted in one message


def language(connection: Connection) -> Language:
    """The language of texts that are written into a connection."""
    return "ja" if connection.options.get("language") == "ja" else "en"


def plan(case: Case, result: Score, said: AlertPlan) -> None:
    """Add an alert to the round: its words, whom it is for, and what they are told when."""
    rules, link, now = case.round.rules, case.link, case.round.now
    connection = case.plan.connection("sfa")
    target = rules.connections.get(connection)
    if target is None or "RaisesAlerts" not in target.capabilities or rules.hot_lead is None:
        return
    document, version = rules.hot_lead
    mine = terms(document, rule_of(document, said.rule))
    who = recipient_of(rules, case.plan, link, mine)
    calendar = calendar_of(document, who)
    told_at = reachable_at(calendar, now)
    zone = ZoneInfo(calendar.time_zone) if calendar is not None else zone_of(target)
    plan_ = replace(said, due_at=later(calendar, told_at, mine.reaction_minutes))
    words = {one: content(plan_, link.agreed, result, one, zone=zone) for one in LANGUAGES}
    own = words[language(target)]
    rings = "notification" in mine.channels and "Notifies" in target.capabilities
    sfa = link.sides.get(connection)
    case.round.alerts.append(
        NewAlert(
            link_id=link.id,
            rule=said.rule,
            crossing=said.crossing,
            connection=connection,
            title=own.title,
            body=own.body,
            reasons=[reason_row(one) for one in said.reasons],
            owner=who,
            score=result.total,
            notice="pending" if rings and told_at == now else "off",
            cause_id=case.cause.id,
            caused_at=case.cause.at,
            react_by=plan_.due_at,
            version=version,
            content={one: text.as_row() for one, text in words.items()},
            watched={} if sfa is None else _watched(document, sfa.seen),
            wake_at=next_escalation(mine.escalation, 0, calendar, told_at),
            messages=first_messages(rules, mine, target, who, told_at=told_at, now=now),
        )
    )


def zone_of(target: Connection) -> ZoneInfo:
    """The zone that a connection's settings name: whose hours nobody said is read there."""
    return ZoneInfo(str(target.settings.get("time_zone") or "UTC"))


def _watched(document: HotLeadDocument, seen: Mapping[str, Any]) -> dict[str, Any]:
    """The fields whose change in the SFA is a reaction, as they are now."""
    return {name: seen.get(name) for name in document.reacted_by.fields}


def next_recipient(tx: Tx, link_id: UUID, rule: str) -> str | None:
    """Whom an alert is for by now, where whom it was for has left. None: nobody who is there."""
    rules, link = rules_.load(tx), links.read(tx, [link_id]).get(link_id)
    plan_ = None if link is None else rules.plan_of(link.kind, tuple(link.sides))
    if link is None or plan_ is None or rules.hot_lead is None:
        return None
    document, _ = rules.hot_lead
    return recipient_of(rules, plan_, link, terms(document, rule_of(document, rule)))


def recipient_of(rules: Rules, plan: Plan, link: Link, mine: Terms) -> str | None:
    """Whom an alert about somebody is for."""
    owner = link.agreed.get("owner")
    owners, directory = plan.document.owners, rules.directories.get(plan.connection("sfa"))

    def knows(who: str) -> bool:
        if directory is None or owners.queue(who) is not None:
            return True
        known = directory.users if "@" in who else directory.lines
        ids = known.get(who.strip().lower() if "@" in who else who.casefold(), ())
        return any(one not in directory.inactive for one in ids)

    territory = owners.territory(link.agreed)
    return recipient(mine.recipients, owner if isinstance(owner, str) else None, territory, knows)


def first_messages(
    rules: Rules,
    mine: Terms,
    target: Connection,
    who: str | None,
    *,
    told_at: datetime,
    now: datetime,
) -> tuple[NewMessage, ...]:
    """What is told besides the task and the bell that rings at once."""
    found: list[NewMessage] = []
    late_bell = "notification" in mine.channels and told_at > now
    if late_bell and "Notifies" in target.capabilities:
        found.append(NewMessage(target.name, "notification", who or "", told_at))
    if "mention" in mine.channels and "Mentions" in target.capabilities:
        found.append(NewMessage(target.name, "mention", who or "", told_at))
    channels = [name for name in mine.messages if can_send(rules, name)]
    return (*found, *(NewMessage(name, "message", who or "", told_at) for name in channels))


@dataclass(frozen=True, slots=True)
class _Room:
    """How many alerts the last minute had: of a connection, and of each recipient there."""

    of_connection: dict[str, int]
    of_recipient: dict[tuple[str, str], int]


def keep(tx: Tx, rules: Rules, news: Sequence[NewAlert], *, now: datetime) -> set[str]:
    """Store decided alerts, each crossing once, and what they tell; answer the lanes to wake."""
    if not news or rules.hot_lead is None:
        return set()
    document, _ = rules.hot_lead
    wakes: set[str] = set()
    room = _Room(*storms.recent(tx, {one.connection for one in news}, now=now))
    for one, alert_id in zip(news, alerts.add(tx, news), strict=True):
        if alert_id is None:
            continue
        if _hold(tx, rules, document, one, alert_id, room=room, now=now):
            continue
        alert_messages.add(tx, alert_id, one.messages)
        lanes = {f"tell:{m.connection}" for m in one.messages if m.due_at <= now}
        wakes |= {f"alert:{one.connection}"} | lanes
        about = (alert_id, one.link_id, one.cause_id, one.connection, one.owner, one.react_by)
        events.tell(tx, [happening(*about, rule=one.rule, score=one.score)])
    return wakes


def _hold(
    tx: Tx,
    rules: Rules,
    document: HotLeadDocument,
    one: NewAlert,
    alert_id: int,
    *,
    room: _Room,
    now: datetime,
) -> bool:
    """Hold an alert that is one too many."""
    place = (one.connection, one.owner or "")
    of_nobody = 0  # what is nobody's floods nobody: only the connection's limit holds it
    mine = room.of_recipient.get(place, 0) if one.owner else of_nobody
    counts = (mine, room.of_connection.get(one.connection, 0))
    of_recipient, of_connection = held(counts, document)
    if not of_recipient and not of_connection:
        room.of_recipient[place] = counts[0] + 1
        room.of_connection[one.connection] = counts[1] + 1
        return False
    who = (one.owner or "") if of_recipient else ""
    storm_id, is_new = storms.hold(tx, one.connection, who, alert_id, now=now)
    if is_new:
        _began(tx, rules, document, one, (storm_id, who), now=now)
    detail = {"alert": alert_id, "storm": storm_id}
    line = Line("alert_held", one.link_id, one.connection, one.cause_id, detail)
    journal.write(tx, [line])
    return True


def _began(
    tx: Tx,
    rules: Rules,
    document: HotLeadDocument,
    one: NewAlert,
    storm: tuple[int, str],
    *,
    now: datetime,
) -> None:
    """A storm (its number, and whose it is) begins with an alert: others hear of it now, people
    by one message once it can say how many are held.
    """
    storm_id, who = storm
    hot = terms(document, rule_of(document, one.rule))
    tasks = [channel for channel in hot.channels if channel == "task"]
    by = ways(rules, one.connection, tasks, hot.messages)
    due_at = now + SUMMED_UP_AFTER
    told = [NewMessage(name, how, who, due_at, reason_for="storm") for name, how in by]
    alert_messages.add_summary(tx, storm_id, told)
    detail = {"storm": storm_id, "recipient": who or None}
    journal.write(tx, [Line("storm_began", None, one.connection, one.cause_id, detail)])


def happening(  # noqa: PLR0917 -- an alert as others hear of it
    alert_id: int,
    link_id: UUID,
    cause_id: UUID | None,
    connection: str,
    owner: str | None,
    react_by: datetime,
    **more: Any,
) -> Happening:
    """That somebody is told of a hot lead."""
    data = {
        "alert": alert_id,
        "connection": connection,
        "owner": owner,
        "react_by": react_by.isoformat(),
        **more,
    }
    return Happening("alert.raised", link_id, f"alert:{alert_id}", data, cause_id)


def reason_row(one: Reason) -> dict[str, Any]:
    """One reason of a score as rows keep it."""
    return {
        "axis": one.axis,
        "rule": one.rule,
        "label": one.label,
        "label_ja": one.label_ja or one.label,
        "points": one.points,
        "at": one.at.isoformat() if one.at else None,
        "text_en": one.text_en,
        "text_ja": one.text_ja,
        **({} if one.category is None else {"category": one.category}),
    }
