"""Whatever a tool signs, it is taken as storable activities or refused: nothing else happens."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Activity
from connectors.flawed import Flawed
from tests.connectors.generic.conftest import CALL, NOW, opened, request

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
PLACES = (
    ("id",), ("type",), ("at",), ("title",), ("person",), ("person", "email"),
    ("person", "phone"), ("detail",), ("detail", "a"), ("odd",),
)  # fmt: skip


def outcome(body: bytes) -> list[Activity] | Flawed:
    """What a signed body becomes; any other exception fails the test."""
    try:
        return list(opened("JP").parse(request(body), NOW))
    except Flawed as flawed:
        return flawed


def changed(place: tuple[str, ...], value: Any) -> dict[str, Any]:
    """An activity with something else at one place."""
    found: dict[str, Any] = copy.deepcopy(dict(CALL))
    inner = found
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    return found


@given(st.sampled_from(PLACES), VALUES, st.booleans())
def test_any_value_at_any_place_has_a_defined_answer(
    place: tuple[str, ...],
    value: Any,
    batch: bool,  # noqa: FBT001  drawn at random
) -> None:
    """Storable, or refused with texts that can be answered and logged."""
    one = changed(place, value)
    found = outcome(json.dumps({"activities": [one]} if batch else one).encode())

    if isinstance(found, Flawed):
        assert found.status == 400
        (str(found) + str(found.places)).encode()
        return
    for activity in found:
        assert activity.at.tzinfo is not None
        (activity.id + activity.title + json.dumps(dict(activity.detail))).encode()
        assert activity.person.id.partition(":")[0] in {"email", "phone"}
        assert "\x00" not in activity.id + activity.person.id + activity.type


@given(st.binary(max_size=200))
def test_any_bytes_have_a_defined_answer(body: bytes) -> None:
    """Nobody's bytes are an activity."""
    assert isinstance(outcome(body), Flawed)
