"""Conditions on fields: what mappings, scoring and hot-lead rules may ask about a value.

    {field: country, op: in, value: [JP, US]}      {field: email, op: exists}

Text compares without case and width (full-width and half-width letters are alike). A field
that is missing or blank satisfies only `exists: false`.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import eq, ge, gt, le, lt
from types import MappingProxyType
from typing import Annotated, Any, Generic, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Discriminator, StrictBool
from pydantic import Field as Limits

from connectors.base import Value
from mappings.plain_values import (
    TextTest,
    any_figure,
    any_glob,
    any_part,
    any_text,
    moment,
    number,
    plain,
)

ValueTest: TypeAlias = Callable[[Value], bool]
Order: TypeAlias = Literal["gt", "gte", "lt", "lte"]
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {"equals": eq, "gt": gt, "gte": ge, "lt": lt, "lte": le}
)
Words = TypeVar("Words", bound=str | tuple[str, ...])
Limit = TypeVar("Limit", bound=float | str)


class Part(BaseModel):
    """A piece of a document: frozen, and a key that is not known is an error."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, serialize_by_alias=True
    )


Name: TypeAlias = Annotated[str, Limits(min_length=1, max_length=100)]
Word: TypeAlias = Annotated[str, Limits(min_length=1, max_length=500)]
Scalar: TypeAlias = bool | int | float | Word


class FieldEquals(Part):
    field: Name
    op: Literal["equals"]
    value: Scalar


class FieldIn(Part):
    field: Name
    op: Literal["in"]
    value: tuple[Scalar, ...] = Limits(min_length=1, max_length=1_000)


class FieldText(Part, Generic[Words]):
    """`contains` a text, or `matches` a glob (`*@example.com`): the one, or one of some."""

    field: Name
    op: Literal["contains", "matches"]
    value: Words


class FieldOrder(Part, Generic[Limit]):
    field: Name
    op: Order
    value: Limit


class FieldExists(Part):
    field: Name
    op: Literal["exists"]
    value: StrictBool = True


FieldCondition: TypeAlias = FieldEquals | FieldIn | FieldText[Any] | FieldOrder[Any] | FieldExists


def by_key(noun: str, forms: Sequence[str]) -> Discriminator:
    """Tell the forms of a condition by the one key that each has; `noun` is what an error calls it.

    The tag of the form `field` is `(field)`: no key of the data, so that pointers leave it out.
    """

    def form(value: object) -> str | None:
        if isinstance(value, Part):
            keys = {info.alias or name for name, info in type(value).model_fields.items()}
        else:
            keys = set(value) if isinstance(value, Mapping) else set()
        named = [form for form in forms if form in keys]
        return f"({named[0]})" if len(named) == 1 else None

    return Discriminator(
        form,
        custom_error_type=f"{noun}_form",
        custom_error_message=f"a {noun} has exactly one of the keys {', '.join(forms)}",
    )


def field_test(condition: FieldCondition, *, reads_text: bool) -> ValueTest:
    """Prepare the test of a field's value.

    With `reads_text`, text that is a number or a time compares as one: "50.0" equals 50, and
    "2026-04-01" is a midnight in UTC. Without, equal is what has the same plain form, and text has
    an order only with text (that of the times, where both are in one ISO 8601 form).
    """
    any_value = any_figure if reads_text else any_text
    match condition:
        case FieldExists():
            wanted = condition.value
            return lambda value: bool(plain(value)) is wanted
        case FieldEquals():
            return _known(any_value([condition.value]))
        case FieldIn():
            return _known(any_value(condition.value))
        case FieldText():
            texts = any_part if condition.op == "contains" else any_glob
            return _known(texts(map(plain, listed(condition.value))))
        case _ if reads_text:
            return _known(_order(COMPARE[condition.op], condition.value))
        case _:
            return _typed_order(COMPARE[condition.op], condition.value)


def listed(value: Any) -> Any:
    """One text as a list of it; anything else as it is."""
    return [value] if isinstance(value, str) else value


def _known(test: TextTest) -> ValueTest:
    def known(value: Value) -> bool:
        text = plain(value)
        return bool(text) and test(text)

    return known


def _order(compare: Callable[[Any, Any], bool], limit: float | str) -> TextTest:
    read: Callable[[str], Any] = moment if isinstance(limit, str) else number
    wanted = read(limit) if isinstance(limit, str) else limit

    def test(text: str) -> bool:
        found = read(text)
        return found is not None and compare(found, wanted)

    return test


def _typed_order(compare: Callable[[Any, Any], bool], limit: float | str) -> ValueTest:
    of_text = isinstance(limit, str)

    def test(value: Value) -> bool:
        return bool(plain(value)) and isinstance(value, str) is of_text and compare(value, limit)

    return test
