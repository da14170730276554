"""The JSON Schema that senders check against says what the connector takes."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from connectors.activity_shapes import schema
from connectors.flawed import Flawed
from tests.connectors.generic.conftest import CALL, told

PUBLISHED = Path(__file__).parents[3] / "connectors" / "generic" / "activity.schema.json"
WRITE = "BATON_WRITE_DOCS"


def fits(payload: Any) -> bool:
    return Draft202012Validator(dict(schema())).is_valid(payload)


def is_taken(payload: Any) -> bool:
    try:
        told(payload)
    except Flawed:
        return False
    return True


def test_the_published_schema_is_the_one_that_is_served() -> None:
    """The file beside the connector is generated (BATON_WRITE_DOCS=1 writes it)."""
    text = json.dumps(schema(), indent=2) + "\n"
    if os.environ.get(WRITE):
        PUBLISHED.write_text(text, "utf-8")

    assert PUBLISHED.read_text("utf-8") == text


@pytest.mark.parametrize(
    "payload",
    [
        CALL,
        {"activities": [CALL]},
        {"activities": []},
        {"id": "a", "type": "own_type", "person": {"phone": "+81312345678"}},
        {**CALL, "person": {"email": "ada@example.com", "phone": None}},
        {**CALL, "at": None, "title": None, "detail": None},
        {**CALL, "detail": {"text": "x", "number": 1.5, "flag": True, "nothing": None}},
    ],
)
def test_what_fits_the_schema_is_taken(payload: Any) -> None:
    """One activity or a batch, with what may be left out."""
    assert fits(payload)
    assert is_taken(payload)


@pytest.mark.parametrize(
    "payload",
    [
        [],
        {},
        {**CALL, "id": 7},
        {**CALL, "id": "two words"},
        {**CALL, "type": "Page View"},
        {**CALL, "at": 1_795_176_000},
        {**CALL, "titel": "x"},
        {**CALL, "title": "x" * 501},
        {**CALL, "person": {}},
        {**CALL, "person": {"email": "a@b.jp", "phone": "+81312345678"}},
        {**CALL, "person": {"email": "a@b.jp", "name": "Ada"}},
        {**CALL, "detail": {"list": []}},
        {**CALL, "detail": {"Bad Key": 1}},
        {**CALL, "detail": {"much": 2**53}},
        {**CALL, "detail": {"long": "x" * 8001}},
        {**CALL, "detail": {f"a{n}": n for n in range(51)}},
        {**CALL, "activities": []},
        {"activities": [CALL] * 1001},
    ],
)
def test_what_does_not_fit_the_schema_is_refused(payload: Any) -> None:
    """Each rule that a schema can say is in it."""
    assert not fits(payload)
    assert not is_taken(payload)
