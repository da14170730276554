"""Resolve: a person says which value of a field counts, in an open conflict or afterwards.

The value becomes what is agreed; what sides show instead is set aside, so that it is no opinion
any more, and they are told. An edit made after that is an edit as any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID, uuid4

from app.domain.link import Link, WriteState, times_of
from app.domain.merge import NEVER, Role
from app.flows.decide import decide, present
from app.flows.round import HISTORY, Cause
from app.flows.rules import Plan, Rules
from app.store import connections, journal, links
from app.store.db import Tx
from app.store.journal import Line
from connectors.base import Value
from mappings.document import FieldRule
from mappings.engine import to_vendor
from mappings.fit import refusals
from mappings.schema import Schema
from mappings.values import Unfit, normal

Choice: TypeAlias = Literal["ma", "sfa", "newest"]


class NotResolved(Exception):
    """It can't be; the text says why. `pointer` is what is wrong in the request, if that is."""

    def __init__(self, reason: str, pointer: str | None = None) -> None:
        super().__init__(reason)
        self.pointer = pointer


class NoSuchField(NotResolved):
    """There is no such record, or no such field of it."""


@dataclass(frozen=True, slots=True)
class Take:
    """The value that one side says; `newest`: of the side where the field was changed last."""

    side: Choice


@dataclass(frozen=True, slots=True)
class Say:
    """A value of one's own, told to both sides."""

    value: Value


def resolve(
    tx: Tx,
    rules: Rules,
    answers: Mapping[tuple[UUID, str], Take | Say],
    by: Mapping[str, str],
    *,
    now: datetime,
) -> set[str]:
    """Settle fields by (link, name); lanes to wake. `by`: who, for the journal.

    Raises: NotResolved, and then nothing was done.
    """
    found = links.lock(tx, {link_id for link_id, _ in answers})
    lines: list[Line] = []
    causes: dict[UUID, Cause] = {}
    for (link_id, name), answer in answers.items():
        link = found.get(link_id)
        plan = None if link is None else rules.plan_of(link.kind, tuple(link.sides))
        if link is None or plan is None:
            raise NoSuchField(f"there is no mapped record {link_id}")
        value = _value(plan, link, name, answer)
        if isinstance(answer, Say):
            _fits(tx, rules, plan, link, {name: value})
        _settle(plan, link, name, value)
        cause = causes.setdefault(link_id, Cause(uuid4(), HISTORY))
        detail = {"field": name, "kept": value, **by}
        line = Line("conflict_resolved", link_id, None, cause.id, detail, version=plan.label)
        lines.append(line)
    journal.write(tx, lines)
    return decide(tx, rules, {one: found[one] for one in causes}, causes, now=now)


def _value(plan: Plan, link: Link, name: str, answer: Take | Say) -> Value:
    rule = next((one for one in plan.document.fields if one.name == name), None)
    if rule is None or name not in plan.merge:
        raise NoSuchField(f'the mapping has no field "{name}" that the systems have a say in')
    if isinstance(answer, Say):
        return _said(plan, rule, answer.value)
    open_ = link.conflicts.get(name)
    if open_ is None:
        raise NotResolved(f'"{name}" has no open conflict (any more)')
    role = _newest(plan, link, name) if answer.side == "newest" else answer.side
    if role not in open_:
        raise NotResolved(f'{role} says nothing about "{name}"', "/take")
    value: Value = open_[role]
    return value


def _said(plan: Plan, rule: FieldRule, value: Value) -> Value:
    """A typed value in its canonical form."""
    if plan.merge[rule.name].writer is not None:
        raise NotResolved(f'only one system decides "{rule.name}": change it there', "/value")
    try:
        said = normal(rule.type, value, plan.document.region)
    except Unfit as unfit:
        raise NotResolved(f'"{rule.name}" {unfit}', "/value") from None
    if said is None and not rule.clears:
        raise NotResolved(f'the mapping never empties "{rule.name}"', "/value")
    return said


def _fits(tx: Tx, rules: Rules, plan: Plan, link: Link, said: Mapping[str, Value]) -> None:
    """A typed value is one that each side would take, by the fields that it described last."""
    for role, side in present(plan, link).items():
        fields = connections.described(tx, side.connection, link.kind)
        out = to_vendor(plan.document, role, side.object, said, rules.context(plan), creating=False)
        schema = None if fields is None else Schema(fields)
        refused = refusals(schema, side.object, out.fields, creating=False)
        if why := [*(one.message for one in out.problems), *(one.message for one in refused)]:
            raise NotResolved(f"{side.connection} would not take it: {why[0]}", "/value")


def _newest(plan: Plan, link: Link, name: str) -> Role:
    sides = present(plan, link)

    def since(role: Role) -> tuple[datetime, bool]:
        one = sides[role]
        return times_of(one).get(name) or one.modified_at or NEVER, role == "sfa"

    return max(sides, key=since)


def _settle(plan: Plan, link: Link, name: str, value: Value) -> None:
    link.base[name] = value
    for side in present(plan, link).values():
        if side.write_state != WriteState.IDLE and name in (side.write or {}):
            raise NotResolved(f'"{name}" is being written to {side.connection}: try again shortly')
        side.aside.pop(name, None)
        if name in side.seen and side.seen[name] != value:
            side.aside[name] = {"shown": side.seen[name]}
