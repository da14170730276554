"""Named transforms of numbers and money."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from connectors.base import Fields, Value
from mappings.transform import PARAMETERS, Gather, Projection, Transform
from mappings.values import Unfit, as_text, clean, number

Digits: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=12)]
Code: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Rate: TypeAlias = Annotated[float, Field(gt=0, le=1e12)]
FieldName: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]


def _other_than_zero(factor: float) -> float:
    if factor == 0:
        raise ValueError("a factor of 0 loses the number")
    return factor


def _exact(value: Value) -> Decimal:
    return Decimal(repr(number(value)))


def rounded(amount: Decimal, digits: int) -> float:
    """So many digits after the point; a half goes away from zero, as people and vendors round."""
    return number(str(amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)))


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Scale(Transform):
    """`scale: 1000`: this side counts in thousands. 15 digits count, as many as a float keeps."""

    factor: Annotated[float, Field(strict=True), AfterValidator(_other_than_zero)]

    def forward(self, value: Value) -> Value:
        product = _exact(value) * Decimal(repr(self.factor))
        return number(f"{product:.15g}")

    def backward(self, value: Value) -> Value:
        return number(float(_exact(value) / Decimal(repr(self.factor))))


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Round(Projection):
    """`round: 2`: so many digits after the point; a half goes away from zero."""

    digits: Digits

    def forward(self, value: Value) -> Value:
        return rounded(_exact(value), self.digits)


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Grouped(Transform):
    """`{grouped: ",", point: "."}`: this side writes numbers as text, "1,234.5".

    What stands between thousands is left out when read, wherever it is; so is a currency sign.
    """

    separator: Literal[",", ".", " ", "'", ""]
    point: Literal[".", ","] = "."

    def __post_init__(self) -> None:
        if self.separator == self.point:
            raise ValueError("the separator and the point are the same")

    def forward(self, value: Value) -> Value:
        text = as_text(value).strip("¥$€£ \u00a0")
        return number(text.replace(self.separator, "").replace(self.point, "."))

    def backward(self, value: Value) -> Value:
        whole, _, rest = as_text(number(value)).partition(".")
        grouped = f"{int(whole):,}".replace(",", self.separator)
        sign = "-" if whole.startswith("-") and not grouped.startswith("-") else ""
        return sign + grouped + (self.point + rest if rest else "")


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Convert(Gather):
    """`{convert: amount, currency: deal_currency_code, rates: {JPY: 1, USD: 150}, decimals: 0}`: an
    amount in one currency, by fixed rates (what one unit of each is worth there).
    """

    amount: FieldName
    currency: FieldName
    rates: Annotated[Mapping[Code, Rate], Field(min_length=1, max_length=200)]
    decimals: Digits = 2

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.amount, self.currency)

    def join(self, record: Fields) -> Value:
        amount = clean(record[self.amount])
        if amount is None:
            return None
        code = as_text(clean(record[self.currency])).upper()
        if code not in self.rates:
            raise Unfit("unmapped", "is in a currency for which the mapping has no rate")
        return rounded(_exact(amount) * Decimal(repr(float(self.rates[code]))), self.decimals)
