"""What calculation formulas work with: numbers (also moments, in epoch ms), texts and booleans."""

import math
import operator
from collections.abc import Callable, Sequence
from typing import TypeAlias

from connectors.hubspot.sandbox.moments import to_ms

Value: TypeAlias = float | str | bool
Read: TypeAlias = Callable[[str], str]
Node: TypeAlias = Callable[[Read], Value]

MOST_INPUTS = 100
SIGNS: dict[str, Callable[[float, float], Value]] = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


class BadFormula(ValueError):
    """What is wrong with a formula."""


class NoValue(Exception):
    """A part of the formula cannot be worked out."""


def as_text(value: Value) -> str:
    """`10`, `2.5`, `true`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def constant(value: Value) -> Node:
    return lambda _: value


def nothing(_: Read) -> Value:
    raise NoValue


def chain(first: Node, rest: Sequence[tuple[str, Node]]) -> Node:
    """Operators of one level, from left to right; `and` and `or` stop when decided."""

    def work_out(read: Read) -> Value:
        value = first(read)
        for sign, node in rest:
            if sign in {"and", "or"}:
                if true(value) == (sign == "or"):
                    return value
                value = true(node(read))
            else:
                value = operate(sign, value, node(read))
        return value

    return work_out


def operate(sign: str, left: Value, right: Value) -> Value:
    """Raises: NoValue."""
    if sign in {"=", "equals", "!="}:
        return (type(left) is type(right) and left == right) == (sign != "!=")
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    try:
        value: Value = SIGNS[sign](real(left), real(right))
    except ZeroDivisionError:
        raise NoValue from None
    return value if isinstance(value, bool) else finite(real(value))


def apply(function: str, inputs: Sequence[Node]) -> Node:
    """Raises: BadFormula for a function that is not there or takes another number of inputs."""
    if function == "is_present" and len(inputs) == 1:
        return lambda read: is_present(inputs[0], read)
    if function not in FUNCTIONS:
        raise BadFormula(f"there is no function '{function}'")
    fewest, most, work = FUNCTIONS[function]
    if not fewest <= len(inputs) <= most:
        raise BadFormula(f"'{function}' does not take {len(inputs)} inputs")
    return lambda read: work([one(read) for one in inputs])


def is_present(node: Node, read: Read) -> bool:
    try:
        node(read)
    except NoValue:
        return False
    return True


def finite(value: float) -> float:
    if not math.isfinite(value):
        raise NoValue
    return value


def true(value: Value) -> bool:
    if not isinstance(value, bool):
        raise NoValue
    return value


def real(value: Value) -> float:
    if not isinstance(value, float):
        raise NoValue
    return value


def string(value: Value) -> str:
    if not isinstance(value, str):
        raise NoValue
    return value


def number(text: str) -> float:
    """What a property holds, as a number; of a date its epoch milliseconds."""
    try:
        return finite(float(text))
    except ValueError:
        moment = to_ms(text)
    if moment is None:
        raise NoValue
    return float(moment)


def filled(text: str) -> str:
    if not text:
        raise NoValue
    return text


def boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise NoValue
    return text == "true"


TYPED: dict[str, Callable[[str], Value]] = {"string": filled, "bool": boolean}
FUNCTIONS: dict[str, tuple[int, int, Callable[[Sequence[Value]], Value]]] = {
    "max": (2, MOST_INPUTS, lambda given: max(real(one) for one in given)),
    "min": (2, MOST_INPUTS, lambda given: min(real(one) for one in given)),
    "contains": (2, 2, lambda given: string(given[1]) in string(given[0])),
    "concatenate": (2, MOST_INPUTS, lambda given: "".join(string(one) for one in given)),
    "number_to_string": (1, 1, lambda given: as_text(real(given[0]))),
    "string_to_number": (1, 1, lambda given: number(string(given[0]))),
}
