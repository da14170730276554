"""A formula over one record: as it is to be, and as it was."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from connectors.salesforce.sandbox.fields import NUMBER_TYPES, Field
from connectors.salesforce.sandbox.formula.functions import FUNCTIONS
from connectors.salesforce.sandbox.formula.parser import Apply, BadFormula, Constant, Name, Node
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.stamps import moment

GLOBALS = {"$user": "User", "$organization": "Organization"}


def check(org: Org, made: SObject, node: Node) -> None:
    """Raises: BadFormula for a function or field that there is not."""
    match node:
        case Apply(function=name, arguments=arguments):
            if name not in OWN and name not in FUNCTIONS:
                raise BadFormula(f"Unknown function {name}. Check spelling.")
            for one in arguments:
                check(org, made, one)
        case Name():
            resolve(org, made, node)


def resolve(org: Org, made: SObject, name: Name) -> tuple[list[Field], Field]:
    """The references on the way to a field, and the field. Raises: BadFormula."""
    *relationships, last = name.parts
    way: list[Field] = []
    if relationships and relationships[0].lower() in GLOBALS:
        made = org.schema.get(GLOBALS[relationships.pop(0).lower()])
    for named in relationships:
        relationship, _, kind = named.partition(":")
        reference = made.parent(relationship)
        if reference is None or (kind and kind not in reference.refers_to):
            raise BadFormula(f"Field {relationship} does not exist. Check spelling.")
        way.append(reference)
        made = org.schema.get(kind or reference.refers_to[0])
    if (field := made.find(last)) is None:
        raise BadFormula(f"Field {last} does not exist. Check spelling.")
    return way, field


@dataclass(frozen=True, slots=True)
class Formula:
    """`before` is empty for a new record."""

    org: Org
    made: SObject
    now: Mapping[str, Any]
    before: Mapping[str, Any]
    user_id: str

    def value(self, node: Node) -> Any:
        """Raises: BadFormula."""
        match node:
            case Constant(value=value):
                return value
            case Name():
                return self._field(node, self.now)
            case Apply(function=name, arguments=arguments):
                return self._apply(name, arguments)

    def _apply(self, name: str, given: tuple[Node, ...]) -> Any:
        if name in OWN:
            return self._own(name, given)
        if (function := FUNCTIONS.get(name)) is None:
            raise BadFormula(f"Unknown function {name}. Check spelling.")
        try:
            return function(*(self.value(one) for one in given))
        except BadFormula:
            raise
        except (ArithmeticError, AttributeError, IndexError, TypeError, ValueError) as error:
            raise BadFormula(f"{name}: {error}") from error

    def _own(self, name: str, given: tuple[Node, ...]) -> Any:
        """The functions that look at the record, or not at all of their arguments."""
        try:
            return OWN[name](self, *given)
        except TypeError as error:
            text = f"Incorrect number of parameters for function '{name}()'."
            raise BadFormula(text) from error

    def changed(self, one: Node) -> bool:
        return bool(self.before) and self.value(one) != self.prior(one)

    def prior(self, one: Node) -> Any:
        """The value before; of a new record the present one."""
        if not isinstance(one, Name):
            raise BadFormula("A field is needed here.")
        return self._field(one, self.before or self.now)

    def _field(self, name: Name, record: Mapping[str, Any]) -> Any:
        way, field = resolve(self.org, self.made, name)
        at: Mapping[str, Any] = record
        if name.parts[0].lower() in GLOBALS:
            ids = {"$user": self.user_id, "$organization": self.org.id}
            row = self.org.row(ids[name.parts[0].lower()])
            at = row.fields if row else {}
        for reference in way:
            row = self.org.row(at.get(reference.name))
            at = row.fields if row else {}
        return _read(field, at.get(field.name))


def _either(formula: Formula, test: Node, then: Node, other: Node) -> Any:
    return formula.value(then) if formula.value(test) else formula.value(other)


def _all(formula: Formula, *given: Node) -> bool:
    return all(formula.value(one) for one in given)


def _any(formula: Formula, *given: Node) -> bool:
    return any(formula.value(one) for one in given)


def _now(formula: Formula) -> datetime:
    return datetime.fromtimestamp(formula.org.now(), UTC)


OWN: Mapping[str, Callable[..., Any]] = {
    "AND": _all,
    "&&": _all,
    "OR": _any,
    "||": _any,
    "NOT": lambda formula, one: not formula.value(one),
    "IF": _either,
    "ISNEW": lambda formula: not formula.before,
    "ISCLONE": lambda _: False,
    "ISCHANGED": Formula.changed,
    "PRIORVALUE": Formula.prior,
    "NOW": _now,
    "TODAY": lambda formula: _now(formula).date(),
}


def _read(field: Field, value: Any) -> Any:
    """A stored value as formulas have it."""
    if value is None:
        return False if field.type == "boolean" else None
    if field.type == "date":
        return date.fromisoformat(value)
    if field.type == "datetime":
        return moment(value)
    return float(value) if field.type in NUMBER_TYPES else value
