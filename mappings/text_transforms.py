"""Named transforms of text: letters, digits, phone numbers, prefixes, names."""

import re
import unicodedata
from typing import Annotated, Literal, TypeAlias

import phonenumbers
from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from connectors.base import Fields, Value
from mappings.transform import PARAMETERS, Gather, OneWay, Projection, Transform
from mappings.values import Unfit, as_text, clean, phone

Text: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
NameOrder: TypeAlias = Literal["auto", "first_last", "last_first"]
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_FORMATS = {
    "e164": phonenumbers.PhoneNumberFormat.E164,
    "national": phonenumbers.PhoneNumberFormat.NATIONAL,
    "international": phonenumbers.PhoneNumberFormat.INTERNATIONAL,
}


def _region(code: str) -> str:
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"{code!r} is no region such as JP or US")
    return code


def _nth(part: int) -> int:
    if part == 0:
        raise ValueError("parts are counted from 1, or from the end: -1 is the last")
    return part


Region: TypeAlias = Annotated[str, AfterValidator(_region)]


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Trim(Transform):
    """`trim`: no white space around it. All text is read so; this only says it aloud."""

    def forward(self, value: Value) -> Value:
        return clean(value)

    def backward(self, value: Value) -> Value:
        return value


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Lower(Projection):
    """`lower`: small letters."""

    def forward(self, value: Value) -> Value:
        return as_text(value).lower()


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Upper(Projection):
    """`upper`: capital letters."""

    def forward(self, value: Value) -> Value:
        return as_text(value).upper()


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Title(Projection):
    """`title`: each word with a capital letter."""

    def forward(self, value: Value) -> Value:
        return as_text(value).title()


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Digits(Projection):
    """`digits`: ASCII digits alone, full-width ones included: "〒150-0001" is "1500001"."""

    def forward(self, value: Value) -> Value:
        return re.sub("[^0-9]", "", unicodedata.normalize("NFKC", as_text(value))) or None


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Phone(Transform):
    """`phone: JP`: this side's numbers without a country code belong to that region.

    `write_as` is how this side gets them: e164, or national for numbers of that region and
    international for others, or international.
    """

    region: Region
    write_as: Literal["e164", "national", "international"] = "e164"

    def forward(self, value: Value) -> Value:
        return phone(as_text(value), self.region)

    def backward(self, value: Value) -> Value:
        text = as_text(value)
        try:
            number = phonenumbers.parse(text)
        except phonenumbers.NumberParseException:
            return text
        style = self.write_as
        if style == "national" and phonenumbers.region_code_for_number(number) != self.region:
            style = "international"
        if style == "e164":
            return text
        return phonenumbers.format_number(number, _FORMATS[style])


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class OwnerEmail(Transform):
    """`owner_email`: this side keeps the owner's e-mail address as text, and no id."""

    def forward(self, value: Value) -> Value:
        return as_text(value).lower()

    def backward(self, value: Value) -> Value:
        return value


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Truncate(OneWay):
    """`truncate: 80`: at most so many characters."""

    length: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]

    def forward(self, value: Value) -> Value:
        return as_text(value)[: self.length]


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Prefix(Transform):
    """`prefix: "HS-"`: put before what this side holds, and taken off what it is told."""

    text: Text

    def forward(self, value: Value) -> Value:
        return self.text + as_text(value)

    def backward(self, value: Value) -> Value:
        return _without(self.text, value)


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Unprefix(Transform):
    """`unprefix: "HS-"`: taken off what this side holds, and put before what it is told."""

    text: Text

    def forward(self, value: Value) -> Value:
        return _without(self.text, value)

    def backward(self, value: Value) -> Value:
        return self.text + as_text(value)


def _without(prefix: str, value: Value) -> str:
    text = as_text(value)
    if not text.startswith(prefix):
        raise Unfit("unmapped", f"does not begin with {prefix!r}")
    return text.removeprefix(prefix)


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class SplitName(OneWay):
    """`split_name: first|last|full`: a part of a full name; one word alone is the last name.

    "Last, First" says its order itself. Otherwise `order: auto` takes names in East Asian script
    as last name first, and others as last name last.
    """

    part: Literal["first", "last", "full"]
    order: NameOrder = "auto"

    def forward(self, value: Value) -> Value:
        text = " ".join(as_text(value).split())
        if self.part == "full":
            return text
        first, last = self._split(text)
        return (first if self.part == "first" else last) or None

    def _split(self, text: str) -> tuple[str, str]:
        if "," in text:
            last, _, first = text.partition(",")
            return first.strip(), last.strip()
        if _last_first(self.order, text):
            last, _, first = text.partition(" ")
        else:
            first, _, last = text.rpartition(" ")
        return first, last


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class JoinName(Gather):
    """`join_name: [firstname, lastname]`: the full name from these two fields of the record."""

    fields: tuple[Text, Text]
    order: NameOrder = "auto"

    @property
    def reads(self) -> tuple[str, ...]:
        return self.fields

    def join(self, record: Fields) -> Value:
        first, last = (as_text(clean(record[name])) for name in self.fields)
        names = [last, first] if _last_first(self.order, first + last) else [first, last]
        return " ".join(name for name in names if name) or None


def _last_first(order: NameOrder, text: str) -> bool:
    return order == "last_first" or (order == "auto" and bool(_EAST_ASIAN.search(text)))


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Concat(Gather):
    """`{concat: [address, address2], separator: ", "}`: these fields, leaving blanks out."""

    fields: Annotated[tuple[Text, ...], Field(min_length=2, max_length=20)]
    separator: str = " "

    @property
    def reads(self) -> tuple[str, ...]:
        return self.fields

    def join(self, record: Fields) -> Value:
        parts = (as_text(clean(record[name])) for name in self.fields)
        return self.separator.join(part for part in parts if part) or None


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Split(OneWay):
    """`{split: ",", part: 1}`: a part of a text, counted from 1, or from the end: -1 is the last.

    Several separators may be named (`split: [",", "、"]`). A part that is not there is blank.
    """

    separator: Text | Annotated[tuple[Text, ...], Field(min_length=1, max_length=20)]
    part: Annotated[int, Field(strict=True, ge=-100, le=100), AfterValidator(_nth)]

    def forward(self, value: Value) -> Value:
        marks = (self.separator,) if isinstance(self.separator, str) else self.separator
        parts = re.split("|".join(map(re.escape, marks)), as_text(value))
        nth = self.part - 1 if self.part > 0 else len(parts) + self.part
        return clean(parts[nth]) if 0 <= nth < len(parts) else None
