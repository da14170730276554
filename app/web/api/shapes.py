"""JSON Schemas for people: a type as a phrase of HTML, and an example of a value."""

from collections.abc import Mapping
from html import escape
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]
EMPTY = '""'
DEEPEST = 8  # as deep goes an example of a schema that holds itself
SAMPLES: Mapping[str, Any] = {
    "date-time": "2026-01-31T09:30:00Z",
    "uuid": "5f0c2f7e-0f5a-4c53-9d6f-0a4f3a1d9b11",
    "string": "text",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "null": None,
}
LIMITS: Mapping[str, str] = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "pattern {}",
    "default": "default {}",
}


def phrase(schema: Schema) -> str:
    """What a value may be, as HTML. Names of schemas lead to them."""
    found = _kind(schema)
    limits = [text.format(code(schema[key])) for key, text in LIMITS.items() if key in schema]
    return ", ".join([found, *limits])


def _kind(schema: Schema) -> str:
    match schema:
        case {"$ref": ref}:
            found = _link(ref)
        case {"anyOf": choices}:
            found = " or ".join(phrase(one) for one in choices)
        case {"enum": values}:
            found = " | ".join(code(one) for one in values)
        case {"const": value}:
            found = code(value)
        case {"type": "array"}:
            found = f"list of {phrase(schema.get('items', {}))}"
        case {"additionalProperties": Mapping() as of}:
            found = f"object of {phrase(of)}"
        case _:
            found = escape(str(schema.get("format") or schema.get("type") or "anything"))
    return found


def code(value: object) -> str:
    """A literal."""
    text = "none" if value is None else str(value)
    return f"<code>{escape(text or EMPTY)}</code>"


def example(schema: Schema, schemas: Mapping[str, Schema], depth: int = 0) -> Any:
    """A value that fits, with the examples that the schema gives wherever it gives some."""
    if depth > DEEPEST:
        return None
    match schema:
        case {"examples": [value, *_]} | {"const": value} | {"enum": [value, *_]}:
            found = value
        case {"$ref": ref}:
            found = example(schemas[_name(ref)], schemas, depth + 1)
        case {"anyOf": [one, *_]}:
            found = example(one, schemas, depth + 1)
        case {"type": "array"}:
            found = [example(schema.get("items", {}), schemas, depth + 1)]
        case {"properties": parts}:
            found = {name: example(one, schemas, depth + 1) for name, one in parts.items()}
        case _:
            found = _plain(schema)
    return found


def _plain(schema: Schema) -> Any:
    if schema.get("default") is not None:
        return schema["default"]
    if schema.get("type") == "object":
        return {}
    return SAMPLES.get(str(schema.get("format")), SAMPLES.get(str(schema.get("type"))))


def _link(ref: str) -> str:
    """A link to where a schema is explained."""
    return f'<a href="#schema-{escape(_name(ref))}">{escape(_name(ref))}</a>'


def _name(ref: str) -> str:
    return ref.rpartition("/")[2]
