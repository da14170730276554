"""Recognise: keep what links may be known by, and show a person those that may be one.

Bounded: only links whose keys changed are compared, each with those that share a key with it.
"""

from collections.abc import Collection, Mapping
from itertools import chain
from uuid import UUID

from app.domain import likeness
from app.domain.link import Link, exists
from app.flows.moves import both_at
from app.flows.rules import Plan
from app.store import candidates, clues, links
from app.store.candidates import Pair
from app.store.db import Tx


def recognise(
    tx: Tx,
    plan: Plan,
    found: Mapping[UUID, Link],
    emails: Mapping[UUID, Collection[str]],
    *,
    anew: bool = False,
) -> None:
    """After these links were decided about and saved. `emails`: further addresses, of those links
    whose vendor showed them now; `anew`: compare them though nothing changed.
    """
    searching = plan.document.identity.candidates.enabled
    identity = plan.document.identity
    clued = {"domain", "name"} & {*identity.of(plan.kind)} or identity.own(plan.kind)
    if not (searching or clued or emails):
        return
    known = clues.of(tx, found)
    changed: dict[UUID, tuple[set[str], set[str]]] = {}
    for link_id, link in found.items():
        old, new = known[link_id], _keys(plan, link, searching=searching)
        new |= (
            {f"{clues.EMAIL}{email}" for email in emails[link_id]}
            if link_id in emails
            else {key for key in old if key.startswith(clues.EMAIL)}
        )
        if old != new:
            changed[link_id] = (old - new, new - old)
    clues.replace(tx, plan.kind, changed)
    if searching and (changed or anew):
        search(tx, plan, [link for link_id, link in found.items() if anew or link_id in changed])


def _keys(plan: Plan, link: Link, *, searching: bool) -> set[str]:
    own, shown = plan.document.identity.own(plan.kind), [link.agreed]
    shown += [side.seen for side in link.sides.values() if exists(side)]  # also of one-way fields
    exact = likeness.exact(plan.kind, plan.document.identity.of(plan.kind), link.agreed)
    keys = {clues.exact(key, exact[key]) for key in exact.keys() & {"domain", "name"}}
    keys |= {
        clues.exact(key, text) for key in own for of in shown if (text := likeness.own(key, of))
    }
    return keys | (likeness.blocks(plan.kind, link.agreed) if searching else set())


def search(tx: Tx, plan: Plan, these: Collection[Link]) -> int:
    """Look for links that may be one with these; answer how many pairs there are."""
    mine = {link.id: link for link in these}
    near = clues.neighbours(tx, mine)
    others = links.read(tx, set(chain.from_iterable(near.values())) - mine.keys()) | mine
    at_least = plan.document.identity.candidates.at_least
    pairs: dict[frozenset[UUID], Pair] = {}
    ages = candidates.ages(tx, others)
    for one_id, ids in near.items():
        for two_id in ids:
            one, two = sorted((one_id, two_id), key=lambda link_id: ages[link_id])
            alike = likeness.compare(plan.kind, others[one].agreed, others[two].agreed)
            apart = both_at(others[one], others[two]) or not plan.spans(others[one], others[two])
            if alike.degree >= at_least and not apart:
                pair = Pair(one, two, alike.degree, alike.reasons)
                pairs[frozenset((one, two))] = pair
    candidates.drop_unlike(tx, mine, [(pair.one_id, pair.two_id) for pair in pairs.values()])
    candidates.add(tx, plan.kind, list(pairs.values()))
    return len(pairs)
