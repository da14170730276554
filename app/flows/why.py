"""Why is this record (not) in a system? The chain of facts from the news of it to the last write.

Every step has a code; `app/web/why_words.py` has its words and its fix. Nothing is changed here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from app.domain.link import Link, Side, SideState, WriteState, quarantined
from app.domain.merge import Role
from app.flows.decide import present, tell
from app.flows.moves import merged_into
from app.flows.rules import Plan, Rules
from app.store import candidates, ledger, links, people, references, traces
from app.store.db import Tx
from app.store.ledger import Scope
from mappings.engine import unmet_filter
from mappings.filters import fields_of
from mappings.references import AWAITS, UNKNOWN
from mappings.sides import OTHER

Verdict: TypeAlias = Literal["ok", "waiting", "stopped"]
# What answers the question: the first of these that is there. What is not named comes last.
GRAVITY = (
    "erased", "not_mapped", "failed", "unmapped", "filtered", "not_created", "merged", "gone",
    "apart", "paused", "needs_attention", "conflict", "not_understood", "reformatted", "put_back",
    "awaits", "undecided", "feed_failed", "never_seen", "lane_waits", "look_due", "unknown",
    "flying", "pending", "to_be_created", "catching_up", "activities_wait", "summaries",
)  # fmt: skip
MOST_ALIKE = 5  # likely doubles that are named
_WAITS: tuple[str, Verdict] = ("awaits", "waiting")
_NOT_UNDERSTOOD: tuple[str, Verdict] = ("not_understood", "stopped")
BLANK = '""'  # how a blank is shown, in any language


@dataclass(frozen=True, slots=True)
class Step:
    """One fact on the way. `facts` fill the places of its words; `at` is when it came to be.

    `named`: other links that it is about, by the ids that stand in `facts`: what is agreed of them.
    """

    code: str
    verdict: Verdict = "ok"
    at: datetime | None = None
    connection: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    named: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Why:
    """The chain, and the step that answers the question. `link_id` where Baton knows the record."""

    link_id: UUID | None
    steps: tuple[Step, ...]

    @property
    def answer(self) -> Step:
        """The gravest that is not ok; else that all is well."""
        open_ = [step for step in self.steps if step.verdict != "ok"]
        if not open_:
            return Step("all_well", facts={"where": self.where})
        return min(open_, key=_gravity)

    @property
    def where(self) -> str:
        """The connections at which it stands as agreed."""
        return ", ".join(one.connection or "" for one in self.steps if one.code == "in_sync")


def _gravity(step: Step) -> int:
    return GRAVITY.index(step.code) if step.code in GRAVITY else len(GRAVITY)


def of_link(tx: Tx, rules: Rules, link_id: UUID) -> Why | None:
    """Explain a link; None where there is none."""
    row = people.one(tx, link_id)
    link = links.read(tx, [link_id]).get(link_id)
    if row is None or link is None:
        return None
    steps = [Step("known", at=row["created_at"])]
    steps += _news(tx, link, row)
    plan = rules.plan_of(link.kind, tuple(link.sides))
    if plan is None:
        names = ", ".join(sorted(link.sides))
        steps.append(Step("not_mapped", "stopped", facts={"kind": link.kind, "where": names}))
    else:
        steps.append(Step("mapped", facts={"version": plan.label}))
        steps += _doubles(tx, link)
        steps += _fields(plan, link)
        for role, name in plan.roles():
            steps += _at(tx, _Sight(rules, plan, link, traces.waits(tx)), role, name)
    return Why(link_id, _named(tx, steps))


def _named(tx: Tx, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps with what is agreed of the links that they are about."""
    ids = {UUID(one) for step in steps for one in step.named}
    found = {str(id_): values for id_, values in people.agreed(tx, ids).items()} if ids else {}
    return tuple(
        replace(step, named={one: found[one] for one in step.named if one in found})
        for step in steps
    )


def _news(tx: Tx, link: Link, row: Mapping[str, Any]) -> Iterator[Step]:
    """How it is heard of, and when it was looked at."""
    news = traces.news(tx, link.id)
    if news is not None:
        yield Step("webhook", at=news["received_at"], connection=news["connection"])
    due = traces.hints(
        tx, [s.external_id for s in link.sides.values() if s.external_id], link.sides
    )
    for hint in due:
        side = link.sides[hint["connection"]]
        if side.external_id == hint["external_id"]:
            facts = {"attempts": hint["attempts"]}
            yield Step("look_due", "waiting", hint["received_at"], hint["connection"], facts)
    for side in row["sides"]:
        if side["external_id"] and side["seen"]:
            facts = {"record": f"{side['object'] or link.kind} {side['external_id']}"}
            yield Step("looked", at=side["changed_at"], connection=side["connection"], facts=facts)
        for problem in side["problems"]:
            waits = problem["code"] == UNKNOWN
            facts = {"field": problem["field"], "message": problem["message"]}
            facts |= {"reason": problem["message"]} if waits else {}
            code, verdict = _WAITS if waits else _NOT_UNDERSTOOD
            yield Step(code, verdict, side["changed_at"], side["connection"], facts)


def _doubles(tx: Tx, link: Link) -> Iterator[Step]:
    """Who else may be the same."""
    if link.email is not None:
        same = links.by_email(tx, link.kind, [link.email]).get(link.email, [])
        others = [str(one) for one in same if one != link.id]
        if others:
            facts = {"n": len(others), "others": ", ".join(others)}
            yield Step("same_email", facts=facts, named=_ids(others))
    for pair in candidates.listed(tx, link.kind, "open", None, MOST_ALIKE, link_id=link.id):
        other = str(pair.two_id if pair.one_id == link.id else pair.one_id)
        facts = {"other": other}
        yield Step("undecided", "waiting", pair.created_at, facts=facts, named=_ids([other]))
    for one in traces.kept_apart(tx, link.id):
        facts = {"record": one["external_id"], "by": one["by"]}
        yield Step("apart", "stopped", one["at"], one["connection"], facts)


def _fields(plan: Plan, link: Link) -> Iterator[Step]:
    """Fields that are not the same everywhere, on purpose or for a person to decide."""
    for name, values in sorted(link.conflicts.items()):
        said = " / ".join(f"{role}: {value}" for role, value in sorted(values.items()))
        held = [value for value in values.values() if name in plan.references]
        facts = {"field": name, "values": said}
        yield Step("conflict", "stopped", facts=facts, named=_ids(held))
    for side in present(plan, link).values():
        for name, one in sorted(side.aside.items()):
            if "agreed" in one:
                facts = {"field": name, "value": one["shown"], "job": one["job"]}
                yield Step("put_back", "stopped", connection=side.connection, facts=facts)
        for name in sorted(side.bounces):
            if name in link.agreed and quarantined(side, name, link.agreed[name]):
                facts = {"field": name}
                yield Step("reformatted", "stopped", connection=side.connection, facts=facts)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What is known when a link is explained at one connection."""

    rules: Rules
    plan: Plan
    link: Link
    waits: Mapping[str, Mapping[str, Any]]


def _at(tx: Tx, sight: _Sight, role: Role, name: str) -> list[Step]:
    """How it stands at one connection, and what keeps it from being told."""
    side = sight.link.sides.get(name)
    steps = _not_there(sight, role, name) if side is None else list(_standing(sight, role, side))
    steps = [_awaiting(tx, sight, role, step) if step.code == "awaits" else step for step in steps]
    last = ledger.page(tx, Scope(link=sight.link.id, connection=name), None, 1)
    if last:
        facts = {"fields": ", ".join(sorted(last[0]["changes"]))}
        steps.append(Step("written", at=last[0]["at"], connection=name, facts=facts))
    if any(step.verdict == "waiting" for step in steps):
        steps += _held_up(sight, name, f"deliver:{name}:{sight.link.kind}")
    return steps


def _awaiting(tx: Tx, sight: _Sight, role: Role, step: Step) -> Step:
    """A step with the links that this one refers to and that have no record at its connection, or
    one of an object that can't be referred to (`object`; it has to be a `wanted`).
    """
    agreed = sight.link.agreed
    held = {one: UUID(str(agreed[one])) for one in sight.plan.references if agreed.get(one)}
    there = {
        one.link_id: one.object
        for one in references.places(tx, held.values())
        if one.connection == step.connection
    }
    named, facts = set(held.values()) - there.keys(), dict(step.facts)
    for rule in sight.plan.document.fields:
        objects, link_id = rule.to_objects.of(role), held.get(rule.name)
        if objects and link_id in there and (object_ := there[link_id]) not in objects:
            named.add(link_id)
            facts |= {"object": object_, "wanted": " / ".join(objects)} if object_ else {}
    return replace(step, facts=facts, named=_ids(sorted(named)))


def _ids(found: Iterable[Any]) -> dict[str, Mapping[str, Any]]:
    """Links that a step names, of which it is not read yet what they are called."""
    return {str(one): {} for one in found if one}


def _held_up(sight: _Sight, name: str, lane: str) -> Iterator[Step]:
    """Why a connection is not worked for at the moment."""
    found = sight.rules.connections.get(name)
    if found is not None and found.state != "active":
        yield Step(found.state, "stopped", connection=name, facts={"reason": found.reason or ""})
    if lane in sight.waits:
        wait = sight.waits[lane]
        facts = {"until": wait["not_before"], "reason": wait["reason"] or ""}
        yield Step("lane_waits", "waiting", connection=name, facts=facts)


def _not_there(sight: _Sight, role: Role, name: str) -> list[Step]:
    plan, link = sight.plan, sight.link
    if not present(plan, link):
        return []
    unmet = unmet_filter(plan.document, OTHER[role], link.agreed)
    if unmet is not None:
        index = int(unmet.rpartition("/")[2])
        test = (plan.document.filters.of(OTHER[role]) or ())[index]
        names = dict.fromkeys(name for _, name in fields_of(test, unmet))
        held = {one: link.agreed.get(one) for one in names}
        said = ", ".join(f"{one} = {BLANK if v is None else v}" for one, v in held.items())
        facts = {"pointer": unmet, "values": said}
        ids = _ids(link.agreed.get(one) for one in names if one in plan.references)
        return [Step("filtered", "stopped", connection=name, facts=facts, named=ids)]
    if not plan.creates(role, link.agreed):
        facts = {"pointer": f"/create/{role}", "kind": link.kind}
        return [Step("not_created", "stopped", connection=name, facts=facts)]
    return [Step("to_be_created", "waiting", connection=name)]


def _standing(sight: _Sight, role: Role, side: Side) -> Iterator[Step]:
    name = side.connection
    untold = tell(sight.plan, role, sight.link, side).keys()
    todo = ", ".join(sorted(untold))
    said = {"reason": side.reason or "", "code": side.code or ""}
    if winner := merged_into(side):
        facts, named = {"person": winner}, _ids([winner])
        yield Step("merged", "stopped", connection=name, facts=facts, named=named)
    elif side.state == SideState.GONE:
        yield Step("gone", "stopped", connection=name, facts=said)
    elif side.state == SideState.FAILED:
        yield Step("failed", "stopped", connection=name, facts=said)
    elif side.write_state == WriteState.FLYING:
        yield Step("flying", "waiting", connection=name)
    elif side.write_state == WriteState.UNKNOWN:
        yield Step("unknown", "waiting", connection=name)
    elif side.ref is None:
        yield Step("to_be_created", "waiting", side.due_at, name)
    elif side.code == AWAITS:
        yield Step("awaits", "waiting", connection=name, facts=said)
    elif side.code is not None:
        yield Step("unmapped", "stopped", connection=name, facts=said)
    elif todo:
        calm = sight.plan.summaries(role, side.object).issuperset(untold)
        code = "summaries" if calm and not side.attempts else "pending"
        yield Step(code, "waiting", side.due_at, name, {"fields": todo})
    else:
        yield Step("in_sync", connection=name)
