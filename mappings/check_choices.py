"""Check one rule's choices: what is mapped must exist at the side that is told it."""

from collections.abc import Iterator, Sequence

from connectors.base import Field
from mappings.finding import Finding, error, warning
from mappings.schema import Spot
from mappings.transforms import did_you_mean
from mappings.value_transforms import Values
from mappings.values import as_text, clean

SHOWN = 5  # so many choices stand in a message


def check_choices(spot: Spot) -> Iterator[Finding]:
    """The choices of one side of a rule."""
    if spot.rule.type in {"owner", "bool"}:
        return
    for field in spot.fields:
        if field.choices:
            yield from _own_table(spot, field)
            yield from _told(spot, field)
    yield from _counterparts(spot)


def _meanings(table: Values) -> list[str]:
    """The canonical values that a table leads to."""
    fixed = [table.otherwise.get("value")] if isinstance(table.otherwise, dict) else []
    values = (as_text(clean(value)) for value in (*table.table.values(), *fixed))
    return list(dict.fromkeys(value for value in values if value))


def _own_table(spot: Spot, field: Field) -> Iterator[Finding]:
    """Keys of this side's own map that are none of its choices."""
    steps = spot.rule.transform(spot.role)
    if not steps or not isinstance(steps[0], Values):
        return
    found = error if spot.told else warning
    for key in dict.fromkeys((*steps[0].table, *steps[0].back.values())):
        if key and key not in field.choices:
            yield found(spot.pointer("transforms", spot.role, 0), _no_choice(spot, field, key))


def _told(spot: Spot, field: Field) -> Iterator[Finding]:
    """Values that come from the other side's map, or are its choices, and do not exist here."""
    other = spot.other
    if not spot.told or spot.rule.steps(spot.role):
        return
    steps = spot.rule.transform(other.role)
    if steps and isinstance(steps[-1], Values):
        where = spot.pointer("transforms", other.role, len(steps) - 1)
        for value in _meanings(steps[-1]):
            if value not in field.choices:
                yield error(where, _no_choice(spot, field, value))
    elif not steps:
        theirs = {choice for described in other.fields for choice in described.choices}
        if unknown := sorted(theirs - set(field.choices)):
            yield warning(
                spot.pointer(spot.role),
                f"{spot.naming(field)} lacks choices of {other.connection}: {_list(unknown)}; "
                "map them with values",
            )


def _counterparts(spot: Spot) -> Iterator[Finding]:
    """Where both sides have a map: meanings of the other side's that this one cannot say."""
    mine, theirs = spot.rule.transform(spot.role), spot.rule.transform(spot.other.role)
    if not spot.told or not mine or not theirs:
        return
    table, source = mine[-1], theirs[-1]
    if not isinstance(table, Values) or not isinstance(source, Values) or table.otherwise == "keep":
        return
    said = {*_meanings(table), *table.back}
    if unsaid := [value for value in _meanings(source) if value not in said]:
        yield warning(
            spot.pointer("transforms", spot.role, len(mine) - 1),
            f"{spot.connection} has no counterpart for {_list(unsaid)}; "
            "these values will be left out and reported",
        )


def _no_choice(spot: Spot, field: Field, value: str) -> str:
    return f'{spot.naming(field)} has no choice "{value}"{did_you_mean(value, field.choices)}'


def _list(values: Sequence[str]) -> str:
    quoted = [f'"{value}"' for value in values]
    more = f" and {len(quoted) - SHOWN} more" if len(quoted) > SHOWN else ""
    return ", ".join(quoted[:SHOWN]) + more
