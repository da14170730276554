"""Ripe: which of those that are due may be created now, and which wait.

What can't be sought by e-mail alone, or has another key, is created only when all that is there
was seen once, for else it may exist already. What may be one that is there waits for a person, who
confirms or rejects the pair, but not for ever; somebody hot does not wait.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.link import Link
from app.flows.rules import Plan
from app.store import candidates, feeds, links
from app.store.db import Tx

UNREAD_WAIT = timedelta(seconds=5)  # until it is asked again whether a feed was read through
UNDECIDED_WAIT = timedelta(seconds=30)  # until it is asked again whether a person has decided


def ripe(
    tx: Tx, plan: Plan, connection: str, order: Sequence[Link], *, now: datetime
) -> list[Link]:
    """Of these locked links those that may be written now; the others are due again later."""
    early = [one for one in order if one.sides[connection].external_id is None]
    about = (tx, plan, connection, early, now)
    waits = _unread(*about) or _undecided(*about)
    held = [one for one in early if one.id in waits]
    for link in held:
        link.sides[connection].due_at = waits[link.id]
    links.save(tx, held)
    return [one for one in order if one.id not in waits]


def _unread(
    tx: Tx, plan: Plan, connection: str, early: Sequence[Link], now: datetime
) -> Mapping[UUID, datetime]:
    identity = plan.document.identity
    by_email = "email" in identity.of(plan.kind) and not identity.own(plan.kind)
    if not early or (by_email and not identity.candidates.holds):
        return {}
    if feeds.read_through(tx, connection, plan.kind):
        return {}
    return {link.id: now + UNREAD_WAIT for link in early}


def _undecided(
    tx: Tx, plan: Plan, connection: str, early: Sequence[Link], now: datetime
) -> Mapping[UUID, datetime]:
    wanted = plan.document.identity.candidates
    cool = [link.id for link in early if link.hot_since is None]
    if not wanted.holds or not cool:
        return {}
    hold = timedelta(hours=wanted.hold_hours)
    since = candidates.open_at(tx, connection, cool)
    return {
        link_id: min(now + UNDECIDED_WAIT, at + hold)
        for link_id, at in since.items()
        if now < at + hold
    }


def one_of_address(tx: Tx, plan: Plan, connection: str, order: Sequence[Link]) -> list[Link]:
    """Of several with one address who are to be created the oldest goes; the others are sought
    again behind it.
    """
    early = {one.id: one for one in order if one.sides[connection].external_id is None}
    counted = Counter(one.email for one in early.values() if one.email)
    shared = {email for email, n in counted.items() if n > 1}
    if not shared or "email" not in plan.document.identity.of(plan.kind):
        return list(order)
    alike = links.by_email(tx, plan.kind, shared).values()
    later = {id_ for ids in alike for id_ in [one for one in ids if one in early][1:]}
    for id_ in later:
        early[id_].sides[connection].sought = False
    links.save(tx, [early[id_] for id_ in later])
    return [one for one in order if one.id not in later]
