"""Names in a query to what they mean: a field, and how to get its value from a record."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any, TypeAlias

from connectors.salesforce.sandbox import access, rollups
from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.soql import tree
from connectors.salesforce.sandbox.soql.lexer import error_at
from connectors.salesforce.sandbox.stamps import moment

Get: TypeAlias = Callable[[Any], Any]
PLEASE = "Please reference your WSDL or the describe call for the appropriate names."
PASS_THROUGH = {"TOLABEL", "CONVERTCURRENCY", "CONVERTTIMEZONE"}
SHOWN_CALLS = PASS_THROUGH - {"CONVERTTIMEZONE"} | {"FORMAT"}  # what may be selected of a record
MAX_PARENTS = 5  # levels of child-to-parent relationships; SOQL and SOSL Reference
TYPE = Field(name="Type", label="Type", type="string")  # of a polymorphic parent


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the last part as describe spells it; `parents` are the references on the way."""

    field: Field
    get: Get
    parents: tuple[Field, ...] = ()

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def is_text(self) -> bool:
        kind = self.field.type
        return kind not in {"id", "reference", "boolean", "int", "double", "currency", "percent"}


def date_part(name: str) -> Callable[[str], Any] | None:
    """SOQL's date functions, over dates and stamps as text."""
    return {
        "CALENDAR_YEAR": lambda v: int(v[:4]),
        "FISCAL_YEAR": lambda v: int(v[:4]),
        "CALENDAR_MONTH": lambda v: int(v[5:7]),
        "FISCAL_MONTH": lambda v: int(v[5:7]),
        "CALENDAR_QUARTER": lambda v: (int(v[5:7]) + 2) // 3,
        "FISCAL_QUARTER": lambda v: (int(v[5:7]) + 2) // 3,
        "DAY_IN_MONTH": lambda v: int(v[8:10]),
        "DAY_IN_WEEK": lambda v: moment(v[:10]).isoweekday() % 7 + 1,
        "DAY_IN_YEAR": lambda v: moment(v[:10]).timetuple().tm_yday,
        "DAY_ONLY": lambda v: v[:10],
        "HOUR_IN_DAY": lambda v: moment(v).astimezone(UTC).hour,
    }.get(name)


@dataclass(frozen=True, slots=True)
class Names:
    """What names mean in a query over `made`."""

    org: Org
    text: str
    made: SObject
    aliases: frozenset[str] = frozenset()
    user_id: str | None = None  # whose field-level security counts

    def column(self, expression: tree.Expression) -> Column:
        """Raises: Problem INVALID_FIELD or MALFORMED_QUERY."""
        if isinstance(expression, tree.Path):
            return self._path(expression)
        if expression.argument is None:
            raise self.fail(expression.at, "MALFORMED_QUERY", f"unexpected token: '{')'}'")
        inner = self.column(expression.argument)
        if expression.name == "FORMAT":
            return formatted(inner)
        if expression.name in PASS_THROUGH:
            return inner
        if (part := date_part(expression.name)) is None:
            detail = f"unexpected token: '{expression.name}'"
            raise self.fail(expression.at, "MALFORMED_QUERY", detail)
        return _computed(inner, expression.name, part)

    def source(self, name: str, at: int) -> SObject:
        """Raises: Problem INVALID_TYPE."""
        if (found := self.org.schema.find(name)) is None:
            detail = (
                f"sObject type '{name}' is not supported. If you are attempting to use a custom "
                f"object, be sure to append the '__c' after the entity name. {PLEASE}"
            )
            raise self.fail(at, "INVALID_TYPE", detail)
        if found.is_event:
            detail = f"entity type {found.name} does not support query"
            raise self.fail(at, "INVALID_TYPE_FOR_OPERATION", detail)
        return found

    def parents(self, path: tree.Path) -> tuple[str, ...]:
        """The parts of a path without the alias of the object it may start with."""
        first = path.parts[0].lower()
        if len(path.parts) > 1 and first in self.aliases and self.made.parent(first) is None:
            return path.parts[1:]
        return path.parts

    def fail(self, at: int, code: str, detail: str) -> Problem:
        return error_at(self.text, at, code, detail)

    def _path(self, path: tree.Path) -> Column:
        *relationships, last = self.parents(path)
        targets = [self.made]
        references: list[Field] = []
        for relationship in relationships[:MAX_PARENTS]:
            references.append(self._reference(targets, relationship, path.at))
            names = references[-1].refers_to
            targets = [self.org.schema.objects[n] for n in names if n in self.org.schema.objects]
        field = self._last(targets, references, last, path.at)
        return Column(field, self._getter(tuple(references), field), tuple(references))

    def _reference(self, targets: list[SObject], relationship: str, at: int) -> Field:
        for target in targets:
            found = target.parent(relationship)
            if found is not None and access.may_read(self.org, self.user_id, target, found):
                return found
        detail = (
            f"Didn't understand relationship '{relationship}' in field path. If you are attempting "
            "to use a custom relationship, be sure to append the '__r' after the custom "
            f"relationship name. {PLEASE}"
        )
        raise self.fail(at, "INVALID_FIELD", detail)

    def _last(self, targets: list[SObject], refs: list[Field], name: str, at: int) -> Field:
        if refs and refs[-1].polymorphic and name.lower() == "type":
            return TYPE
        for target in targets:
            if (found := access.find(self.org, self.user_id, target, name)) is not None:
                return found
        entity = "Name" if len(targets) > 1 else targets[0].name
        detail = (
            f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom "
            f"field, be sure to append the '__c' after the custom field name. {PLEASE}"
        )
        raise self.fail(at, "INVALID_FIELD", detail)

    def _getter(self, references: tuple[Field, ...], field: Field) -> Get:
        read = reader(self.org, field)
        if not references:
            return read
        row_of = self.org.row

        def get(row: Row) -> Any:
            at: Row | None = row
            for reference in references:
                at = row_of(at.fields.get(reference.name)) if at else None
            return read(at) if at else None

        return get


def reader(org: Org, field: Field) -> Get:
    """How to read one field of a record."""
    name = field.name
    if name in rollups.NAMES:
        return lambda row: rollups.value(org, row, name)
    if field is TYPE:
        return lambda row: row.object.name
    if field.type == "address":
        return lambda row: address(row, field)
    return lambda row: row.fields.get(name)


def address(row: Row, field: Field) -> dict[str, Any] | None:
    """A compound address: its parts, or null where all are blank."""
    parts = {part: row.fields.get(name) for part, name in field.parts}
    return parts if any(value is not None for value in parts.values()) else None


def formatted(inner: Column) -> Column:
    """FORMAT: numbers and dates as text, in the manner of en_US."""
    shape = _shown.get(inner.field.type)
    if shape is None:
        return inner
    text = Field(name=inner.field.name, label=inner.field.label, type="string")
    get = inner.get
    return Column(text, lambda row: None if (v := get(row)) is None else shape(v), inner.parents)


def _american(text: str) -> str:
    at = moment(text).astimezone(UTC)
    day = f"{at.month}/{at.day}/{at.year}"
    return day if len(text) == 10 else f"{day}, {at.hour % 12 or 12}:{at:%M %p}"


_shown: dict[str, Callable[[Any], str]] = {
    "currency": lambda value: f"${value:,.2f}",
    "percent": lambda value: f"{value:g}%",
    "double": lambda value: f"{value:,.10g}",
    "int": lambda value: f"{value:,}",
    "date": _american,
    "datetime": _american,
}


def _computed(inner: Column, name: str, part: Callable[[str], Any]) -> Column:
    def get(row: Row) -> Any:
        value = inner.get(row)
        return None if value is None else part(value)

    kind = "date" if name == "DAY_ONLY" else "int"
    return Column(replace(inner.field, type=kind), get)
