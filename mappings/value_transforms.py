"""Named transforms of whole values: value maps, words for yes and no, places."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from pydantic.dataclasses import dataclass

from connectors.base import Fields, Value
from mappings.places import COUNTRIES, PREFECTURES, US_STATES, StateWriting, Writing
from mappings.transform import PARAMETERS, Projection, Transform, Undo
from mappings.values import Unfit, as_text, clean, unreadable

Scalar: TypeAlias = bool | int | float | str | None
Otherwise: TypeAlias = Literal["problem", "keep", "blank"]
Fixed: TypeAlias = dict[Literal["value"], Scalar]


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Values(Transform):
    """`{values: {NEW: Open, OPEN: Open}, otherwise: keep}`: this side's value -> canonical value.

    Back goes the first that means it (NEW), or what `back` names, which must mean it too if both
    sides may change the field. The key "" is this side's blank. `otherwise`, for values that are
    not in the table: `problem` leaves the field out and says so, `keep`, `blank`, or
    `{value: X}`. Back, a value without a counterpart is always a problem unless kept.
    """

    table: Annotated[Mapping[str, Scalar], Field(min_length=1, max_length=2_000)]
    otherwise: Otherwise | Fixed = "problem"
    back: Mapping[str, str] = Field(default_factory=dict)

    @property
    def undo(self) -> Undo:
        meant = (
            as_text(clean(self.table.get(mine))) == theirs for theirs, mine in self.back.items()
        )
        return "exact" if all(meant) else "one_way"

    def read(self, value: Value, record: Fields) -> Value:  # noqa: ARG002  as every transform
        return self.forward(value)

    def forward(self, value: Value) -> Value:
        key = as_text(value)
        if key in self.table:
            return clean(self.table[key])
        if value is None or self.otherwise == "blank":
            return None
        if self.otherwise == "keep":
            return value
        if isinstance(self.otherwise, dict):
            return clean(self.otherwise.get("value"))
        raise Unfit("unmapped", "is not in the value map")

    def backward(self, value: Value) -> Value:
        wanted = as_text(value)
        if wanted in self.back:
            return self.back[wanted]
        for mine, meant in self.table.items():
            if as_text(clean(meant)) == wanted:
                return mine
        if self.otherwise == "keep" and wanted not in self.table:
            return value
        raise Unfit("unmapped", "has no counterpart in the value map")


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class BoolWords(Transform):
    """`bool_words: [はい, いいえ]`: this side's words for true and false."""

    words: tuple[str, str]

    def forward(self, value: Value) -> Value:
        word = as_text(value)
        if word not in self.words:
            raise unreadable("one of the two words for true and false")
        return word == self.words[0]

    def backward(self, value: Value) -> Value:
        return self.words[0] if as_text(value) == "true" else self.words[1]


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Country(Projection):
    """`country: en`: canonically its ISO 3166-1 code; this side writes `code`, `en` or `ja`.

    Any known spelling is read; an unknown one is kept as it is.
    """

    write_as: Writing

    def forward(self, value: Value) -> Value:
        return COUNTRIES.code(as_text(value))

    def backward(self, value: Value) -> Value:
        return COUNTRIES.name(as_text(value), self.write_as)


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Prefecture(Projection):
    """`prefecture: ja`: a Japanese prefecture, canonically its ISO 3166-2 code, as `country`."""

    write_as: Writing

    def forward(self, value: Value) -> Value:
        return PREFECTURES.code(as_text(value))

    def backward(self, value: Value) -> Value:
        return PREFECTURES.name(as_text(value), self.write_as)


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class UsState(Projection):
    """`us_state: short`: a state of the US, canonically its ISO 3166-2 code (US-CA), as `country`;
    `short` writes what Americans write (CA).
    """

    write_as: StateWriting

    def forward(self, value: Value) -> Value:
        return US_STATES.code(as_text(value))

    def backward(self, value: Value) -> Value:
        return US_STATES.name(as_text(value), self.write_as)
