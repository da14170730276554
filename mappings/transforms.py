"""The transforms that documents can name, and how a step of a document is read.

A step is a name (`trim`) or a mapping of the name to its first parameter, with the others beside
it: `{truncate: 80}`, `{values: {NEW: Open}, otherwise: keep}`. What cannot be read is kept with
its fault, so that `check` can show it next to all other findings.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias

from pydantic import PlainSerializer, PlainValidator, ValidationError, WithJsonSchema

from connectors.base import Value
from mappings import number_transforms as figure
from mappings import text_transforms as text
from mappings import time_transforms as times
from mappings import value_transforms as value
from mappings.expression import Expression
from mappings.transform import OneWay, Transform
from mappings.values import Unfit

REGISTRY: Mapping[str, type[Transform]] = MappingProxyType({
    "trim": text.Trim,
    "lower": text.Lower,
    "upper": text.Upper,
    "title": text.Title,
    "digits": text.Digits,
    "phone": text.Phone,
    "owner_email": text.OwnerEmail,
    "truncate": text.Truncate,
    "prefix": text.Prefix,
    "unprefix": text.Unprefix,
    "split_name": text.SplitName,
    "join_name": text.JoinName,
    "concat": text.Concat,
    "split": text.Split,
    "expr": Expression,
    "values": value.Values,
    "bool_words": value.BoolWords,
    "scale": figure.Scale,
    "round": figure.Round,
    "grouped": figure.Grouped,
    "convert": figure.Convert,
    "date_of": times.DateOf,
    "time_of": times.TimeOf,
    "local_time": times.LocalTime,
    "country": value.Country,
    "prefecture": value.Prefecture,
    "us_state": value.UsState,
})  # fmt: skip


class Unreadable(OneWay):
    """Stands for a step that could not be read: it lets no value through."""

    def forward(self, value: Value) -> Value:  # noqa: ARG002  it looks at none
        raise Unfit("transform", "has a transform that cannot be read; check the mapping")


@dataclass(frozen=True, slots=True)
class Step:
    """A transform as the document writes it. `fault` says why it could not be read."""

    source: str | Mapping[str, Any]
    transform: Transform = field(compare=False)
    fault: str = ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message: the nearest of the known words, if one is near."""
    names = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.65)
    return f'; did you mean "{names[near[0]]}"?' if near else ""


def read_step(source: object) -> Step:
    """Read one step of a document. Raises: ValueError if it is neither a name nor a mapping."""
    if isinstance(source, Step):
        return source
    if isinstance(source, str):
        return _built(source, source, {})
    if not isinstance(source, Mapping) or not source or not all(isinstance(k, str) for k in source):
        raise ValueError("a transform is a name, or a mapping of a name to its parameter")
    named = [key for key in source if key in REGISTRY]
    if len(named) > 1:
        return Step(source, Unreadable(), f"two transforms in one step: {' and '.join(named)}")
    name = named[0] if named else next(iter(source))
    if name not in REGISTRY:
        return _built(source, name, {})
    kind: Any = REGISTRY[name]  # all are dataclasses
    first = next(iter(fields(kind)), None)
    rest = {key: value for key, value in source.items() if key != name}
    if first is None:
        return Step(source, Unreadable(), f'transform "{name}" takes no parameters')
    return _built(source, name, {first.name: source[name], **rest})


def _built(source: str | Mapping[str, Any], name: str, parameters: Mapping[str, Any]) -> Step:
    if name not in REGISTRY:
        hint = did_you_mean(name, REGISTRY) or f"; there are {', '.join(REGISTRY)}"
        return Step(source, Unreadable(), f'unknown transform "{name}"{hint}')
    try:
        return Step(source, REGISTRY[name](**parameters))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        return Step(source, Unreadable(), f'transform "{name}": {where}: {said}')


def _as_written(step: Step) -> str | Mapping[str, Any]:
    return step.source


StepField: TypeAlias = Annotated[
    Step,
    PlainValidator(read_step),
    PlainSerializer(_as_written),
    WithJsonSchema(
        {
            "description": "A transform's name, or its name with its parameter.",
            "anyOf": [{"enum": sorted(REGISTRY)}, {"type": "object", "minProperties": 1}],
        }
    ),
]
