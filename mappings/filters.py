"""Which records may be created on the other side: conditions on canonical fields.

{field: country, op: in, value: [JP, US]}      {field: email, op: exists}
{any: [...]}    {all: [...]}    {not: {...}}
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, TypeAlias

from pydantic import Discriminator, Tag
from pydantic import Field as Limits

from connectors.base import Value
from mappings.field_conditions import (
    FieldEquals,
    FieldExists,
    FieldIn,
    FieldOrder,
    FieldText,
    Part,
    Word,
    by_key,
    field_test,
)


class Text(FieldText[Word]):
    """`contains` that text, or `matches` that glob (`*@example.com`)."""


class Order(FieldOrder[int | float | Word]):
    """Numbers as numbers; dates and times, which are ISO 8601, as text."""


class AllOf(Part):
    all: tuple["Filter", ...] = Limits(min_length=1, max_length=100)


class AnyOf(Part):
    any: tuple["Filter", ...] = Limits(min_length=1, max_length=100)


class NotSo(Part):
    so: "Filter" = Limits(alias="not")


FieldIs: TypeAlias = Annotated[
    FieldEquals | FieldIn | Text | Order | FieldExists, Discriminator("op")
]
Filter: TypeAlias = Annotated[
    Annotated[FieldIs, Tag("(field)")]
    | Annotated[AllOf, Tag("(all)")]
    | Annotated[AnyOf, Tag("(any)")]
    | Annotated[NotSo, Tag("(not)")],
    by_key("filter", ("field", "all", "any", "not")),
]
for model in (AllOf, AnyOf, NotSo):
    model.model_rebuild()


def passes(test: Filter, values: Mapping[str, Value]) -> bool:
    """Tell whether canonical values, whose types are known, satisfy a filter."""
    match test:
        case AllOf():
            return all(passes(part, values) for part in test.all)
        case AnyOf():
            return any(passes(part, values) for part in test.any)
        case NotSo():
            return not passes(test.so, values)
        case _:
            return field_test(test, reads_text=False)(values.get(test.field))


def fields_of(test: Filter, pointer: str) -> Iterator[tuple[str, str]]:
    """Every (JSON pointer, canonical field) that a filter asks about."""
    match test:
        case AllOf():
            for index, part in enumerate(test.all):
                yield from fields_of(part, f"{pointer}/all/{index}")
        case AnyOf():
            for index, part in enumerate(test.any):
                yield from fields_of(part, f"{pointer}/any/{index}")
        case NotSo():
            yield from fields_of(test.so, f"{pointer}/not")
        case _:
            yield f"{pointer}/field", test.field
