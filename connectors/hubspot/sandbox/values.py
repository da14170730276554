"""Property values on their way in: checked as HubSpot does, stored as HubSpot shows them.

Every stored value is a string. Sources: recorded errors; HubSpot developer docs, "Properties";
changelog "Enhanced validations for non-string properties" (whitespace).
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from connectors.hubspot.sandbox.errors import Problem, invalid_json
from connectors.hubspot.sandbox.moments import iso, to_ms
from connectors.hubspot.sandbox.properties import Property

LONGEST = 65_536  # characters of a text value
EMAIL = re.compile(r"[^@\s,;<>()\[\]\"]+@[^@\s,;<>()\[\]\".]+(\.[^@\s,;<>()\[\]\".]+)+")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")  # no exponents: 1e-14 is refused in reality
EMAIL_PROPERTIES = {"email", "work_email"}
Known = Callable[[Property, str], bool]


def as_text(raw: Any) -> str:
    """A JSON scalar as text; null and "" both clear. Raises: ApiError for anything nested."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, dict | list):
        kind = "Object" if isinstance(raw, dict) else "Array"
        raise invalid_json(
            f"line 1, column 1: Cannot deserialize value of type `java.lang.String` from {kind}"
        )
    return str(raw)


def checked(prop: Property, text: str, known: Known) -> str | Problem:
    """The value as stored, or why not. `known` judges options kept outside the definition
    (owners, pipelines, stages).
    """
    if text == "":
        return ""
    if prop.type != "string" and text != text.strip():
        message = f'"{text}" includes leading or trailing whitespace.'
        return Problem(prop.name, "LEADING_TRAILING_WHITESPACE", message, text)
    return CHECKS.get(prop.type, _text)(prop, text, known)


def _text(prop: Property, text: str, _: Known) -> str | Problem:
    if len(text) > LONGEST:
        message = f"{prop.name} was too long: at most {LONGEST} characters"
        return Problem(prop.name, "PROPERTY_VALUE_TOO_LONG", message)
    if prop.name in EMAIL_PROPERTIES:
        text = text.strip().lower()
        if not EMAIL.fullmatch(text):
            return Problem(prop.name, "INVALID_EMAIL", f"Email address {text} is invalid", text)
    return text


def _number(prop: Property, text: str, _: Known) -> str | Problem:
    if NUMBER.fullmatch(text):
        return text
    return Problem(prop.name, "INVALID_INTEGER", f"{text} was not a valid number.", text)


def _bool(prop: Property, text: str, _: Known) -> str | Problem:
    if text.lower() in {"true", "false"}:
        return text.lower()
    return _not_allowed(prop, text, ("true", "false"))


def _datetime(prop: Property, text: str, _: Known) -> str | Problem:
    ms = to_ms(text)
    if ms is None:
        return Problem(prop.name, "INVALID_LONG", f"{text} was not a valid long.", text)
    return iso(ms)


def _date(prop: Property, text: str, _: Known) -> str | Problem:
    ms = to_ms(text)
    if ms is None:
        return Problem(prop.name, "INVALID_LONG", f"{text} was not a valid long.", text)
    moment = datetime.fromtimestamp(ms / 1000, UTC)
    if (moment.hour, moment.minute, moment.second) != (0, 0, 0):
        message = f"{text} is at {moment:%H:%M:%S.000} UTC, not midnight!"
        return Problem(prop.name, "INVALID_DATE", message, text)
    return f"{moment:%Y-%m-%d}"


def _enumeration(prop: Property, text: str, known: Known) -> str | Problem:
    parts = [p for p in text.split(";") if p] if prop.multiple else [text]
    for part in parts:
        if prop.external:
            if not known(prop, part):
                return _not_known(prop, part)
        elif part not in prop.choices:
            return _not_allowed(prop, part, prop.choices)
    return text if prop.multiple and text.startswith(";") else ";".join(parts)


def _not_allowed(prop: Property, text: str, choices: tuple[str, ...]) -> Problem:
    message = f"{text} was not one of the allowed options: [{', '.join(choices)}]"
    return Problem(prop.name, "INVALID_OPTION", message, text)


def _not_known(prop: Property, text: str) -> Problem:
    if prop.referenced == "OWNER":
        return Problem(prop.name, "INVALID_OWNER_ID", f"Owner with id {text} does not exist", text)
    return _not_allowed(prop, text, ())


CHECKS: dict[str, Callable[[Property, str, Known], str | Problem]] = {
    "number": _number,
    "bool": _bool,
    "datetime": _datetime,
    "date": _date,
    "enumeration": _enumeration,
}


def appended(current: str, addition: str) -> str:
    """A multi-checkbox write that begins with `;` adds to what is there."""
    if not addition.startswith(";"):
        return addition
    parts = [*current.split(";"), *addition.split(";")]
    return ";".join(dict.fromkeys(p for p in parts if p))
