"""Hooks: tell others of events, in order, each at least once.

Three parts like any verb: `plan` takes the next event, `call` posts it, `settle` notes what came
of it. A hook goes on behind the last event that it is done with; the `webhook-id` of an event is
always the same, so that a receiver knows one that comes again.
"""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.domain import events as catalogue
from app.domain.hook import HOOK_FAILING, HOOK_GONE, Answered, Health, Verdict, judge
from app.flows.step import Step
from app.store import events_read, hook_deliveries, hooks, journal
from app.store.db import Tx
from app.store.events_read import Wanted
from app.store.hook_deliveries import Result
from app.store.journal import Line
from connectors.outgoing import Posted, Posts
from connectors.standard_webhooks import key_of, signed

USER_AGENT = "Baton-Hooks/1"
REASONS: Mapping[str, str] = {
    HOOK_GONE: "the receiver answered 410: it wants no more events",
    HOOK_FAILING: "nothing was taken for three days",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What to send where. `secret` is sealed; `both`: the secret before signs, too."""

    hook: str
    url: str
    secret: bytes
    both: bool
    id: str
    body: bytes
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """The next event of a hook: at its head (`seq`), or `again` because somebody wants it."""

    letter: Letter
    event_id: int
    seq: int
    health: Health
    again: bool
    connection: None = None


Unseal = Callable[[bytes, str], Mapping[str, str]]


def lanes(
    post: Posts, unseal: Unseal, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Mapping[str, Callable[[str, str], Step]]:
    """The steps of the lanes `hook:{name}`."""
    return {"hook": lambda name, _: sending(name, post, unseal, now)}


def sending(name: str, post: Posts, unseal: Unseal, now: Callable[[], datetime]) -> Step:
    """The step of the lane `hook:{name}`."""
    return Step(
        None,
        lambda tx: plan(tx, name, now=now()),
        lambda _, ask: call(post, unseal, ask.letter),
        lambda tx, ask, posted: settle(tx, ask, posted, now=now(), luck=random.random()),  # noqa: S311  spreads waits
    )


@dataclass(frozen=True, slots=True)
class Numbered:
    """Events were numbered; these lanes have them to tell."""

    wakes: set[str]
    connection: None = None


def numbering() -> Step:
    """The step of the lane `events`: number what is committed, rouse who may want it."""
    return Step(None, _number, lambda _, ask: ask, lambda tx, ask, _: ask.wakes)  # noqa: ARG005  the interface


def _number(tx: Tx) -> Numbered | None:
    types = events_read.number(tx)
    wanting = [one.name for one in hooks.every(tx) if types & {*catalogue.matching(one.events)}]
    roused = hooks.rouse(tx, wanting) if wanting else set()
    return Numbered(roused) if types else None


def plan(tx: Tx, name: str, *, now: datetime) -> Ask | None:
    """The next event; None where there is none, or the hook waits. For the lane's holder only."""
    one = hooks.due(tx, name)
    if one is None:
        return None
    row = hook_deliveries.again(tx, name)
    again = row is not None
    if row is None:
        upto = events_read.last(tx)
        wanted = Wanted(types=catalogue.matching(one.events))
        row = next(iter(events_read.told(tx, wanted, one.cursor, 1)), None)
        if row is None:
            hooks.rest(tx, name, max(one.cursor, upto))
            return None
    both = one.previous_until is not None and one.previous_until > now
    letter = letter_of(one.name, one.url, one.secret, row, now=now, both=both)
    health = Health(one.attempts, one.failing_since)
    return Ask(letter, row["id"], row["seq"], health, again)


def letter_of(
    name: str, url: str, secret: bytes, row: Mapping[str, Any], *, now: datetime, both: bool
) -> Letter:
    """An event as it is sent."""
    body = json.dumps(catalogue.envelope(row), ensure_ascii=False, separators=(",", ":"))
    return Letter(name, url, secret, both, catalogue.public_id(row["id"]), body.encode(), now)


def call(post: Posts, unseal: Unseal, letter: Letter) -> Posted:
    """Sign and send."""
    secrets = unseal(letter.secret, owner_of(letter.hook))
    names = ("current", "previous") if letter.both else ("current",)
    keys = [key_of(secrets[name]) for name in names if name in secrets]
    stamp = str(int(letter.sent_at.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": USER_AGENT,
        **signed(keys, letter.id, stamp, letter.body),
    }
    return post(letter.url, headers, letter.body)


def owner_of(name: str) -> str:
    """What a hook's secrets are bound to."""
    return f"hook/{name}"


def settle(tx: Tx, ask: Ask, posted: Posted, *, now: datetime, luck: float) -> set[str]:
    """Note what came of it, and when to go on."""
    name = ask.letter.hook
    one = hooks.lock(tx, name)
    if one is None or events_read.get(tx, ask.event_id) is None:
        return set()  # deleted, or its person erased, meanwhile
    answered = Answered(posted.status, posted.reason, posted.retry_in_s)
    said = judge(ask.health, answered, now=now, luck=luck)
    fate = said.fate if not ask.again or posted.taken else "failed"
    result = Result(fate, posted.status, posted.reason, round(posted.took_s * 1000))
    hook_deliveries.note(tx, name, ask.event_id, result, now=now)
    if one.state != "active" or one.url != ask.letter.url:
        return set()  # changed meanwhile: it starts anew
    if said.code is not None and (not ask.again or said.code == HOOK_GONE):
        _switch_off(tx, name, said, posted)
    elif not ask.again:
        done = said.fate != "waiting"
        hooks.went(tx, name, ask.seq if done else one.cursor, said.health, said.wait_s or 0.0)
    return set()


def _switch_off(tx: Tx, name: str, said: Verdict, posted: Posted) -> None:
    code = said.code or HOOK_FAILING
    reason = f"{REASONS[code]} (last answer: {posted.reason})"
    hooks.fail(tx, name, code, reason)
    journal.write(tx, [Line("hook_failed", detail={"hook": name, "code": code, "reason": reason})])
