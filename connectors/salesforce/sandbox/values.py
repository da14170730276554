"""Is this JSON value right for this field, and how is it stored?"""

import math
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.salesforce.sandbox import stamps
from connectors.salesforce.sandbox.fields import TEXT_TYPES, Field
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.problems import Problem, unreadable

EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*/=?^_+\-`{|}~](?:[\w!#$%&'*/=?^+\-`{|}~]|\.(?=[^.@]))*"
    r"@[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?)+"
)
WHOLE = (-(2**31), 2**31 - 1)


def accept(one: Field, value: Any) -> Any:
    """The value as it is stored; blank text is null. Raises: Problem."""
    if value is None or value == "":
        return _null(one)
    if one.type in TEXT_TYPES:
        return _text(one, value)
    reader = READERS.get(one.type)
    return reader(one, value) if reader else value


def _null(one: Field) -> None:
    if one.type == "boolean":
        text = f"{one.label}: value not of required type: "
        raise Problem("INVALID_TYPE_ON_FIELD_IN_RECORD", text, fields=[one.name])


def _cannot_read(kind: str, value: Any) -> Problem:
    token = {str: "STRING", bool: f"{value}".upper(), int: "NUMBER_INT", float: "NUMBER_FLOAT"}
    shown = token.get(type(value), "START_OBJECT" if isinstance(value, dict) else "START_ARRAY")
    text = f"Cannot deserialize instance of {kind} from VALUE_{shown} value {value}"
    return unreadable(f"{text} or request may be missing a required field at [line:1, column:2]")


def _text(one: Field, value: Any) -> str | None:
    if not isinstance(value, str):
        raise _cannot_read("string", value)
    text = value if one.type == "textarea" else value.strip()
    if not text:
        return None
    if one.length and len(text) > one.length:
        detail = f"{one.label}: data value too large: {text} (max length={one.length})"
        raise Problem("STRING_TOO_LONG", detail, fields=[one.name])
    if one.type == "email" and not EMAIL.fullmatch(text):
        detail = f"{one.label}: invalid email address: {text}"
        raise Problem("INVALID_EMAIL_ADDRESS", detail, fields=[one.name])
    if one.restricted and one.choices:
        return _choice(one, text)
    return text


def _choice(one: Field, text: str) -> str:
    parts = text.split(";") if one.type == "multipicklist" else [text]
    for part in parts:
        if part not in one.choices:
            detail = f"{one.label}: bad value for restricted picklist field: {part}"
            raise Problem("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", detail, fields=[one.name])
    return text


def _boolean(_: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise _cannot_read("boolean", value)


def _whole(one: Field, value: Any) -> int:
    exact = _decimal("int", value)
    if exact != exact.to_integral_value():
        raise _cannot_read("int", value)
    if not WHOLE[0] <= exact <= WHOLE[1]:
        raise _out_of_range(one, value)
    return int(exact)


def _number(one: Field, value: Any) -> float:
    """With all its decimals: a field's scale bounds what its pages show and take, not the API.

    Source: Salesforce Help 000387302, "Number Field Stores More Decimal Places Than Defined".
    """
    exact = _decimal("double", value)
    if one.precision and abs(exact) >= Decimal(10) ** (one.precision - one.scale):
        raise _out_of_range(one, value)
    return float(exact)


def _decimal(kind: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _cannot_read(kind, value)
    if isinstance(value, float) and not math.isfinite(value):
        raise _cannot_read(kind, value)
    try:
        return Decimal(str(value).strip())
    except InvalidOperation as error:
        raise _cannot_read(kind, value) from error


def _out_of_range(one: Field, value: Any) -> Problem:
    detail = f"{one.label}: value outside of valid range on numeric field: {value}"
    return Problem("NUMBER_OUTSIDE_VALID_RANGE", detail, fields=[one.name])


def _date(_: Field, value: Any) -> str:
    try:
        return stamps.day(value)
    except (TypeError, ValueError) as error:
        raise _cannot_read("date", value) from error


def _datetime(_: Field, value: Any) -> str:
    """To the second. Source: Object Reference, "Primitive Data Types"."""
    try:
        return stamps.stamp(stamps.moment(value).replace(microsecond=0))
    except (TypeError, ValueError) as error:
        raise _cannot_read("datetime", value) from error


def _id(one: Field, value: Any) -> str:
    if (id_ := canonical(value)) is None:
        detail = f"{one.label}: id value of incorrect type: {value}"
        raise Problem("MALFORMED_ID", detail, fields=[one.name])
    return id_


READERS: dict[str, Callable[[Field, Any], Any]] = {
    "boolean": _boolean,
    "int": _whole,
    "double": _number,
    "currency": _number,
    "percent": _number,
    "date": _date,
    "datetime": _datetime,
    "reference": _id,
    "id": _id,
}
