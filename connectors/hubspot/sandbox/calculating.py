"""Calculation properties of the account's own: their values follow what they are made from."""

from collections.abc import Iterable, Iterator

from connectors.hubspot.sandbox import derived
from connectors.hubspot.sandbox.formula_values import BadFormula
from connectors.hubspot.sandbox.formulas import Formula, parse
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.properties import Property
from connectors.hubspot.sandbox.records import Record, Version

ALWAYS = frozenset({"hs_object_id"})  # set with every record: when constant formulas are due


def after_change(portal: Portal, record: Record, changed: Iterable[str]) -> dict[str, str]:
    """The new values where they differ, also of formulas that read other formulas."""
    formulas = list(_formulas(portal, record.type))
    values = dict(record.values) if formulas else {}
    made: dict[str, str] = {}
    due = frozenset(changed)
    for _ in formulas:  # no chain of formulas is longer; a circle ends here
        new: dict[str, str] = {}
        for prop, formula in formulas:
            if (formula.names or ALWAYS) & due:
                value = formula.value(values, prop.type)
                if value != values.get(prop.name, ""):
                    values[prop.name] = new[prop.name] = value
        if not new:
            break
        made |= new
        due = frozenset(new)
    return made


def everywhere(portal: Portal, kind: ObjectType, changed: str) -> None:
    """All live records once this property's formula is new, without webhooks.

    At HubSpot that takes minutes. That it leaves the modified date alone is not confirmed.
    """
    table, now_ms = portal.table(kind), portal.now_ms()
    for record_id in list(table.ids()):
        record = table.records[record_id]
        formula = next((f for p, f in _formulas(portal, kind) if p.name == changed), None)
        if formula is None:
            return
        for name, value in after_change(portal, record, formula.names or ALWAYS).items():
            table.put(record, name, value)
            record.history.setdefault(name, []).insert(
                0, Version(value, now_ms, derived.CALCULATED)
            )


def _formulas(portal: Portal, kind: ObjectType) -> Iterator[tuple[Property, Formula]]:
    for prop in portal.schema(kind):
        if prop.formula and prop.calculated and prop.archived_ms is None:
            try:
                yield prop, parse(prop.formula)
            except BadFormula:  # kept by an older release
                continue
