"""What a sender says: one activity, or several. Checked strictly; the JSON Schema is made of it.

No error text quotes a value: the values are about people.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    TypeAdapter,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from connectors.base import Fields, Ref, Value

MOST_ACTIVITIES = 1_000
MOST_DETAILS = 50
LONGEST_TEXT = 8_000  # characters of one detail
LONGEST_DETAIL = 16_000  # characters of all names and texts of one activity's detail
MOST_NUMBERS = 10_000  # a CTI tells of the same ones again, and each takes a while to read
EXACT = 2**53 - 1  # JSON's readers agree on whole numbers up to here (RFC 8259, section 6)
FIRST_YEAR, LAST_YEAR = 1970, 2199
NAME = r"^[a-z][a-z0-9_]{0,39}$"
RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
PART = r"[^\x00-\x20\x7f\s@<>,;:\"]"
EMAIL = re.compile(rf"{PART}{{1,64}}@{PART}+\.{PART}+")


def _time(text: Any) -> datetime:
    """RFC 3339, which is narrower than what Python reads; finer than a microsecond is cut off."""
    tip = "expected a time such as 2026-11-20T09:30:00Z or 2026-11-20T18:30:00+09:00"
    if not isinstance(text, str) or not RFC_3339.fullmatch(text):
        raise ValueError(tip)
    try:
        at = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"there is no such time; {tip}") from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"expected a time of the years {FIRST_YEAR} to {LAST_YEAR}")
    return at


def _email(text: str) -> str:
    address = text.strip().lower()
    if not EMAIL.fullmatch(address):
        raise ValueError("expected one e-mail address such as ada@example.com")
    return address


def _phone(text: str, info: ValidationInfo) -> str:
    return _e164(text, (info.context or {}).get("region"))


@lru_cache(MOST_NUMBERS)
def _e164(text: str, region: str | None) -> str:
    """E.164. A number that is not valid where it is said to be could be somebody else's."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        where = f", or one of {region}" if region else "; numbers without need default_region"
        raise ValueError(f"expected a valid number with country code, such as +81312345678{where}")
    if number.extension:
        raise ValueError("a number with an extension names nobody: leave it out, or give email")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _scalar(value: Any) -> Value:
    match value:
        case None | bool():
            return value
        case str():
            return _readable(value)
        case int():
            if abs(value) > EXACT:
                raise ValueError(f"a whole number beyond {EXACT} is rounded on its way: use text")
            return value
        case float() if math.isfinite(value):
            return value
        case float():
            raise ValueError("the number is too large; use text")
        case _:
            raise ValueError("expected text, a number, true, false or null: no list, no object")


def _readable(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"at most {LONGEST_TEXT} characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("it holds half a character (a lone surrogate); send whole ones") from None
    return text


def _short(detail: Fields) -> Fields:
    size = sum(len(name) + len(str(value)) for name, value in detail.items())
    if size > LONGEST_DETAIL:
        raise ValueError(f"at most {LONGEST_DETAIL} characters in all")
    return detail


Name = Annotated[str, StringConstraints(pattern=NAME)]
Scalar = Annotated[
    Value,
    PlainValidator(_scalar),
    WithJsonSchema(
        {
            "type": ["string", "number", "boolean", "null"],
            "maxLength": LONGEST_TEXT,
            "minimum": -EXACT,
            "maximum": EXACT,
        }
    ),
]


class Person(BaseModel):
    """Who did it, by exactly one of these. Baton finds the person, or waits until there is one."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "oneOf": [
                {"required": [name], "properties": {name: {"type": "string"}}}
                for name in ("email", "phone")
            ]
        },
    )

    email: Annotated[str, StringConstraints(max_length=254), AfterValidator(_email)] | None = Field(
        default=None, description="in any case of letters", examples=["ada@example.com"]
    )
    phone: Annotated[str, StringConstraints(max_length=40), AfterValidator(_phone)] | None = Field(
        default=None,
        description="with its country code, or one of the connection's default_region",
        examples=["+81312345678"],
    )

    @model_validator(mode="after")
    def _is_one(self) -> "Person":
        if (self.email is None) == (self.phone is None):
            raise ValueError("give exactly one of email and phone")
        return self

    @property
    def ref(self) -> Ref:
        """The clue that the person is found by."""
        clue = f"email:{self.email}" if self.email is not None else f"phone:{self.phone}"
        return Ref("person", clue)


class Happening(BaseModel):
    """One thing that somebody did, once."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="Activity")

    id: str = Field(
        pattern=r"^[!-~]{1,200}$",
        description="The sender's own id of it: the same id again changes nothing. Visible ASCII.",
        examples=["call-2026-000123"],
    )
    type: Name = Field(
        description="One of Baton's types (page_view, call, seminar, chat and so on), or a name of "
        "your own.",
        examples=["call"],
    )
    at: (
        Annotated[
            datetime,
            BeforeValidator(_time),
            WithJsonSchema({"type": "string", "format": "date-time"}),
        ]
        | None
    ) = Field(
        default=None,
        description=f"When it happened, RFC 3339, {FIRST_YEAR} to {LAST_YEAR}. "
        "Without it: when the request was sent.",
        examples=["2026-11-20T18:30:00+09:00"],
    )
    person: Person
    title: Annotated[str, StringConstraints(max_length=500)] | None = Field(
        default=None, description="one line, in your words", examples=["Call about prices"]
    )
    detail: (
        Annotated[
            dict[Name, Scalar],
            Field(max_length=MOST_DETAILS, json_schema_extra={"additionalProperties": False}),
            AfterValidator(_short),
        ]
        | None
    ) = Field(
        default=None,
        description="Further facts, such as url, campaign, duration_s (seconds), outcome, "
        f"direction, channel. At most {LONGEST_DETAIL} characters in all.",
        examples=[{"duration_s": 312, "outcome": "connected", "direction": "outbound"}],
    )


class Several(BaseModel):
    """A batch: all of it is taken, or nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="Batch")

    activities: list[Happening] = Field(max_length=MOST_ACTIVITIES)


def schema() -> Mapping[str, Any]:
    """The JSON Schema of a body."""
    made = TypeAdapter[Any](Several | Happening).json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Activities for Baton",
        **made,
    }
