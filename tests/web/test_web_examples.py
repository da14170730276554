"""Whoever reads the API's description finds an example of each body that rules take."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.web.conftest import Site

TAGS = {"stages", "alerts", "handoffs", "sla", "scoring", "events", "hooks"}
Schema = Mapping[str, Any]


def bodies(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Operation, and the name of its body's schema."""
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            content = one.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema", {})
            if TAGS & {*one.get("tags", ())} and "$ref" in schema:
                yield f"{method.upper()} {path}", schema["$ref"].rpartition("/")[2]


def has_example(schema: Schema) -> bool:
    """A whole one; or one of each key that must be given, so that one can be put together."""
    if "examples" in schema or "example" in schema:
        return True
    keys = schema.get("properties", {})
    needed = schema.get("required", ())
    shown = [key for key, one in keys.items() if is_plain(one)]
    return all(key in shown for key in needed) and (bool(needed) or not keys or bool(shown))


def is_plain(one: Schema) -> bool:
    """Whether a key's value is shown, or said by its kind: one of a few words, a bounded number."""
    return bool({"examples", "enum", "const", "default", "maximum"} & one.keys())


def test_every_body_of_rules_has_an_example(site: Site) -> None:
    """Also those without a key that must be given."""
    document = site.call("GET", "/api/v1/openapi.json", None).json()
    schemas = document["components"]["schemas"]
    without = {what: name for what, name in bodies(document) if not has_example(schemas[name])}

    assert without == {}
    assert len(list(bodies(document))) > 20
