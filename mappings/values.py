"""Normal forms: equal canonical values mean agreement, whatever a vendor's spelling.

    text, long_text, choice   NFC, line ends as LF, no white space around it; nothing else changed
    email                     lower case
    phone                     E.164, with " ext. N" where it has one; not a valid number: as typed
    number                    int where it is whole and at most 2**53, else float
    bool, date                true or false; YYYY-MM-DD
    datetime                  YYYY-MM-DDTHH:MM:SS.000Z, UTC, cut to seconds: Salesforce keeps no
                              more (Object Reference, "Primitive Data Types")
    multi_choice              sorted, each once, joined by ";"
    reference                 the id of a link

A blank ("" or white space) is None. NUL and lone surrogates, which no database holds, become
U+FFFD. CJK compatibility ideographs stay as typed although NFC would replace them: they are the
correct writing of some people's names.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeAlias

import phonenumbers

from connectors.base import Value

CanonicalType: TypeAlias = Literal[
    "text", "long_text", "email", "phone", "number", "bool", "date", "datetime", "choice",
    "multi_choice", "owner", "reference",
]  # fmt: skip
Format: TypeAlias = Literal["strings", "json"]

SEPARATOR = ";"  # HubSpot and Salesforce both join and split multiple choices by it
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXACT = 2**53  # whole numbers beyond it are not all exact in JSON
TRUE = frozenset({"true", "yes", "1", "on"})
FALSE = frozenset({"false", "no", "0", "off"})
_COMPOSABLE = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_EPOCH_MS = re.compile(r"-?\d{1,16}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)", re.ASCII
)


class Unfit(ValueError):
    """A value that cannot be turned into what is asked. The message never holds the value, but for
    the address of a colleague: of an owner whom a side does not have.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def unreadable(what: str) -> Unfit:
    return Unfit("unreadable", f"is not {what}")


def clean(value: Value) -> Value:
    """Bring text into its normal form; a blank is None. Other values stay."""
    if not isinstance(value, str):
        return value
    if value.isascii() and "\r" not in value and "\0" not in value:  # most are
        return value.strip() or None
    text = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return _COMPOSABLE.sub(lambda part: unicodedata.normalize("NFC", part[0]), text) or None


def normal(type_: CanonicalType, value: Value, region: str) -> Value:
    """Bring a value into the normal form of its type; `region` is where phone numbers without
    a country code belong. Idempotent. An owner is lower-case e-mail here. Raises: Unfit.
    """
    cleaned = clean(value)
    if cleaned is None:
        return None
    if type_ == "phone":
        return phone(as_text(cleaned), region)
    return _FORMS[type_](cleaned)


def wire(value: Value, format_: Format) -> Value:
    """Write a value the way a side takes it: JSON types with null, or strings with "" for blank."""
    if format_ == "json":
        return value
    return "" if value is None else as_text(value)


def as_text(value: Value) -> str:
    """Write any value as text: plain digits, `true` and `false`."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return format(Decimal(repr(float_or_int(value))), "f")
        case _:
            return str(value)


def float_or_int(value: float) -> float:
    """One spelling for each number: whole ones up to 2**53 are int."""
    return int(value) if abs(value) <= EXACT and value == int(value) else value


def phone(text: str, region: str) -> str:
    """Write a phone number as E.164; what is not a valid number in `region` stays as typed.

    Validity matters: "(415) 555-0132" without its country code is no Japanese number, and
    must not become one.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_valid_number(number):
        return text
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{e164} ext. {number.extension}" if number.extension else e164


def number(value: Value) -> float:
    """Read a number. Neither separators nor units; a whole number that JSON would round is none."""
    if isinstance(value, bool) or (isinstance(value, str) and not _NUMBER.fullmatch(value)):
        raise unreadable("a number")
    exact = Decimal(value if isinstance(value, int) else str(value))
    rounded = float(exact)
    if not math.isfinite(rounded):
        raise unreadable("a finite number")
    if exact == exact.to_integral_value() and Decimal(repr(rounded)) != exact:
        raise Unfit("unreadable", "has more digits than a number keeps; map it as text")
    return float_or_int(rounded)


def moment(value: Value) -> datetime:
    """Read a time: ISO 8601 with a zone, or milliseconds since 1970 (int or digits).

    Source: HubSpot and Salesforce developer docs; Salesforce writes "+0000" without a colon.
    """
    if isinstance(value, str) and (parts := _MOMENT.fullmatch(value)):
        day, minute, second, fraction, zone = parts.groups()
        try:
            text = f"{day}T{minute}{second or ':00'}{(fraction or '.0')[:7]}{zone}"
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise unreadable("a time") from error
    try:
        return EPOCH + timedelta(milliseconds=_milliseconds(value))
    except OverflowError as error:
        raise unreadable("a time") from error


def _milliseconds(value: Value) -> int:
    whole = isinstance(value, float) and value.is_integer()
    if isinstance(value, bool) or not (whole or _EPOCH_MS.fullmatch(str(value))):
        raise unreadable("a time with its zone (ISO 8601 or milliseconds since 1970)")
    return int(value or 0)


def day(value: Value) -> str:
    """Read a date. A time is one only at midnight UTC, which is how HubSpot writes dates; any
    other depends on a zone (transform `date_of`).
    """
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            datetime.fromisoformat(value)
        except ValueError as error:
            raise unreadable("a date") from error
        return value
    at = moment(value)
    if at != at.replace(hour=0, minute=0, second=0, microsecond=0):
        raise Unfit("unreadable", "is a time, not a date; use the transform date_of with a zone")
    return at.date().isoformat()


def stamp(at: datetime) -> str:
    """Write a time in its normal form."""
    utc = at.astimezone(UTC).replace(microsecond=0)
    return f"{utc.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def truth(value: Value) -> bool:
    """Read a yes or no in its common English spellings (transform `bool_words` has others)."""
    word = as_text(value).lower()
    if word not in TRUE | FALSE:
        raise unreadable("true or false")
    return word in TRUE


def choices(text: str) -> tuple[str, ...]:
    """Split joined choices: sorted, each once, no blanks."""
    parts = (clean(part) for part in text.split(SEPARATOR))
    return tuple(sorted({part for part in parts if isinstance(part, str)}))


def _lower(value: Value) -> Value:
    return clean(as_text(value).lower())


def _joined(value: Value) -> Value:
    return SEPARATOR.join(choices(as_text(value))) or None


def _moment_text(value: Value) -> str:
    return stamp(moment(value))


_FORMS: Mapping[CanonicalType, Callable[[Value], Value]] = MappingProxyType({
    "text": as_text,
    "long_text": as_text,
    "choice": as_text,
    "email": _lower,
    "owner": _lower,
    "reference": as_text,
    "number": number,
    "bool": truth,
    "date": day,
    "datetime": _moment_text,
    "multi_choice": _joined,
})  # fmt: skip
