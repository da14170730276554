"""The first law of sync: what the sides agree on, field by field.

Per field against `base` (what was agreed last): nobody differs, the base stays; one side
differs, or all that differ say the same, that value; otherwise it is a conflict and the field's
policy decides. Values are canonical, so equality means agreement.

Two kinds of field go by a law of their own: one that a side `always_…` decides is what that side
shows, whoever else edits it; and an opt-out (`tightens`) is true as soon as one side shows true.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from connectors.base import Value

Role: TypeAlias = Literal["ma", "sfa"]
Policy: TypeAlias = Literal["prefer_ma", "prefer_sfa", "newest", "always_ma", "always_sfa", "ask"]
ALWAYS: Mapping[Policy, Role] = {"always_ma": "ma", "always_sfa": "sfa"}
Values: TypeAlias = Mapping[str, Value]
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field is agreed. `writer` is the only side whose changes count, None for both.

    With `blank_clears` an emptied field empties the other side; otherwise a blank is no opinion.
    With `tightens` true wins over false, whichever side shows it and whatever the policy.
    """

    policy: Policy = "prefer_sfa"
    writer: Role | None = None
    blank_clears: bool = False
    tightens: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """One side's values as we last saw them, when its record was changed, and when a field was
    (`times`), as far as that is known.
    """

    values: Values
    modified_at: datetime | None = None
    times: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agreement:
    """`values` are agreed; a field in `conflicts` waits for a person and is told to nobody.

    `lost` holds, per field decided by policy, the value that lost.
    """

    values: Mapping[str, Value]
    conflicts: Mapping[str, Mapping[Role, Value]] = field(default_factory=dict)
    lost: Mapping[str, Mapping[Role, Value]] = field(default_factory=dict)


def agree(base: Values, sides: Mapping[Role, Seen], rules: Mapping[str, Rule]) -> Agreement:
    """Merge all sides' values. A field that a side has not shown yet is no opinion of it."""
    values: dict[str, Value] = {}
    conflicts: dict[str, Mapping[Role, Value]] = {}
    lost: dict[str, Mapping[Role, Value]] = {}
    for name, rule in rules.items():
        opinions = _opinions(name, rule, base, sides)
        different = set(opinions.values())
        decided = _decided(name, rule, base, sides)
        if decided is not None:
            values[name] = sides[decided].values[name]
            if others := {r: v for r, v in opinions.items() if v != values[name]}:
                lost[name] = others
        elif not different:
            if name in base:
                values[name] = base[name]
        elif len(different) == 1:
            values[name] = different.pop()
        elif rule.policy == "ask":
            conflicts[name] = opinions
        else:
            winner = _winner(rule.policy, name, opinions, sides)
            values[name] = opinions[winner]
            lost[name] = {role: value for role, value in opinions.items() if role != winner}
    return Agreement(values, conflicts, lost)


def _opinions(name: str, rule: Rule, base: Values, sides: Mapping[Role, Seen]) -> dict[Role, Value]:
    """The sides' values that differ from the base and count."""
    agreed_before = name in base
    opinions: dict[Role, Value] = {}
    for role, seen in sides.items():
        if name not in seen.values or rule.writer not in {None, role}:
            continue
        value = seen.values[name]
        if value is None and not (rule.blank_clears and agreed_before):
            continue
        if not agreed_before or value != base[name]:
            opinions[role] = value
    return opinions


def _decided(name: str, rule: Rule, base: Values, sides: Mapping[Role, Seen]) -> Role | None:
    """The side that needs no agreement: one that shows an opt-out, or that always decides."""
    if rule.tightens:
        return next((role for role, seen in sides.items() if seen.values.get(name) is True), None)
    master = ALWAYS.get(rule.policy)
    if master is None or master not in sides or name not in sides[master].values:
        return None
    blank = sides[master].values[name] is None
    return None if blank and not (rule.blank_clears and name in base) else master


def _winner(
    policy: Policy, name: str, opinions: Mapping[Role, Value], sides: Mapping[Role, Seen]
) -> Role:
    preferred: Role = "ma" if policy in {"prefer_ma", "always_ma"} else "sfa"
    if policy != "newest":
        return preferred

    def since(role: Role) -> tuple[datetime, bool]:
        one = sides[role]
        return one.times.get(name) or one.modified_at or NEVER, role == preferred

    return max(opinions, key=since)
