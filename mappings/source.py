"""Mapping documents as text: YAML or JSON in, YAML out.

The YAML is the plain part that JSON can say: keys are text, `NO` is a word and not false, there
are no dates, aliases or tags, and a key that stands twice in one mapping is an error.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Never

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mappings.document import MappingDocument

LONGEST = 1_000_000  # characters; a mapping of a thousand fields is a tenth of it
LIST = "a list is needed here: [a, b], or lines that begin with -"
MAPPING = "expected a mapping of keys to values"
SAID = {
    "value_error": "{error}",
    "union_tag_invalid": "{discriminator} must be one of {expected_tags}",
    "union_tag_not_found": "the key {discriminator} is required",
    "extra_forbidden": "there is no such key",
    "missing": "this key is required",
    "model_type": MAPPING,
    "dict_type": MAPPING,
    "mapping_type": MAPPING,
    "tuple_type": LIST,
    "list_type": LIST,
    "string_type": "a text is wanted",
    "int_type": "a whole number is wanted",
    "int_from_float": "a whole number is wanted",
    "float_type": "a number is wanted",
    "bool_type": "true or false is wanted",
    "timezone_aware": "a time is wanted with its zone, such as 2026-11-30T09:00:00+09:00",
    "datetime_parsing": "a time is wanted, such as 2026-11-30T09:00:00+09:00",
    "datetime_from_date_parsing": "a time is wanted, such as 2026-11-30T09:00:00+09:00",
}
JSON_TAGS = {
    "tag:yaml.org,2002:null": r"~|null|",
    "tag:yaml.org,2002:bool": r"true|false",
    "tag:yaml.org,2002:int": r"-?(?:0|[1-9]\d{0,999})",
    "tag:yaml.org,2002:float": r"-?(?:0|[1-9]\d*)(?:\.\d+(?:[eE][-+]?\d{1,3})?|[eE][-+]?\d{1,3})",
}


class DocumentError(ValueError):
    """A text that is no mapping document. `problems` are (JSON pointer or "line N", message)."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("\n".join(f"{where}: {message}" for where, message in problems))
        self.problems = tuple(problems)


def parse(text: str) -> MappingDocument:
    """Read a document from YAML or JSON. Raises: DocumentError with every problem found."""
    return validate(load(text))


def validate(data: object) -> MappingDocument:
    """Read a document from plain data. Raises: DocumentError with every problem found."""
    try:
        return MappingDocument.model_validate(data)
    except ValidationError as error:
        raise DocumentError(problems(error, data)) from error


def dump(doc: MappingDocument) -> str:
    """Write a document as YAML, leaving defaults out; `parse` reads the same document."""
    data = doc.model_dump(mode="json", exclude_defaults=True)
    ordered = {name: data[name] for name in type(doc).model_fields if name in data}
    return yaml.dump(ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def load(text: str) -> object:
    if len(text) > LONGEST:
        raise DocumentError([("line 1", f"the text is longer than {LONGEST} characters")])
    try:
        if text.lstrip().startswith("{"):
            return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError:
        pass  # a YAML mapping in braces
    except RecursionError:
        raise _too_deep() from None
    return _load_yaml(text)


def _load_yaml(text: str) -> object:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  _Loader is a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = ", ".join(part for part in (error.context, error.problem) if part)
        raise DocumentError([(f"line {line}", message)]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise DocumentError([(f"line {line}", "a character that YAML does not allow")]) from error
    except RecursionError:
        raise _too_deep() from None


def _too_deep() -> DocumentError:
    return DocumentError([("line 1", "the text is nested too deeply")])


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DocumentError([("JSON", f'the key "{key}" stands twice in one object')])
        found[key] = value
    return found


def _no_constant(name: str) -> Never:
    raise DocumentError([("JSON", f"{name} is not a number in JSON")])


class _Loader(yaml.SafeLoader):
    """Plain YAML: what JSON can say."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  how PyYAML is configured

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML has no types here
        refused = isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None)
        if refused:
            message = "aliases and tags are not allowed"
            raise yaml.composer.ComposerError(None, None, message, event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002  PyYAML's signature
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._refusal("a key must be plain text", key_node)
            if key_node.value in found:
                raise self._refusal(f'the key "{key_node.value}" stands twice', key_node)
            found[key_node.value] = self.construct_object(value_node, deep=deep)
        return found

    @staticmethod
    def _refusal(message: str, node: yaml.Node) -> yaml.constructor.ConstructorError:
        return yaml.constructor.ConstructorError(None, None, message, node.start_mark)


class _Dumper(yaml.SafeDumper):
    """Quotes every text that YAML 1.1 or 1.2 could take for something else, and writes no alias."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  PyYAML's signature
        return True


for _tag, _pattern in JSON_TAGS.items():
    for _plain in (_Loader, _Dumper):  # the dumper quotes text that the loader would take for it
        _plain.add_implicit_resolver(_tag, re.compile(f"(?:{_pattern})$"), None)


def pointer(found: ErrorDetails, data: object) -> str:
    """The JSON pointer of an error. Names that pydantic adds for unions are not in the data."""
    parts: list[str] = []
    here: Any = data
    last = len(found["loc"]) - 1
    for index, part in enumerate(found["loc"]):
        inside = isinstance(here, dict) and part in here
        if inside or (isinstance(here, (list, tuple)) and isinstance(part, int)):
            here = here[part]
        elif not (index == last and found["type"] == "missing"):
            continue
        parts.append(token(part))
    return "".join(f"/{part}" for part in parts) or "/"


def token(part: object) -> str:
    """One part of a JSON pointer, as it is written there (RFC 6901)."""
    return str(part).replace("~", "~0").replace("/", "~1")


def message(found: Mapping[str, Any]) -> str:
    """What is wrong and how it would be right, in words that name no type of a programme."""
    context = found.get("ctx", {})
    kind = found["type"]
    if kind == "string_pattern_mismatch":
        return _form(str(context["pattern"]))
    if kind in {"too_short", "too_long"}:
        end, limit = ("least", "min_length") if kind == "too_short" else ("most", "max_length")
        return f"it must have at {end} {context[limit]} item{'s' * (context[limit] != 1)}"
    if kind == "string_too_short" and context["min_length"] == 1:
        return "a text is wanted; this one is empty"
    if kind in SAID:
        return SAID[kind].format(**context)
    said = str(found["msg"])
    return said[:1].lower() + said[1:]


def _form(pattern: str) -> str:
    """What a text must look like."""
    if pattern.startswith("^[a-z][a-z0-9_"):
        signs = ", _ and -" if "-]" in pattern else " and _"
        return f"write it with small letters a-z, digits{signs}; it begins with a letter"
    if "@" in pattern and "~" not in pattern:
        return "this is no e-mail address"
    return f"it must have the form {pattern}"


def problems(found: ValidationError, data: object) -> list[tuple[str, str]]:
    """The pointer and message of every error in data, each that is really there.

    A list with a wrong item is said to be too short besides, for the item is not counted.
    """
    return [
        (pointer(one, data), message(one))
        for one in found.errors(include_url=False)
        if not (one["type"] == "too_short" and len(one["input"]) >= one["ctx"]["min_length"])
    ]
