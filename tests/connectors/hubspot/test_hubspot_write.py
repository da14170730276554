"""Batch writes: whatever the shape of HubSpot's answer, one outcome per key."""

import json
import math
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest
import respx

from connectors.base import Busy, Fields, Landed, Ref, Rejected, Unsure, Write
from connectors.hubspot import HubSpot

UPSERT = "/crm/v3/objects/contacts/batch/upsert"
UPDATE = "/crm/v3/objects/contacts/batch/update"
READ = "/crm/v3/objects/contacts/batch/read"
INVALID = {"category": "VALIDATION_ERROR", "message": "Property values were not valid"}


def create(key: str, **fields: str) -> Write:
    return Write(key, "person", None, fields or {"firstname": key})


def creates(count: int) -> list[Write]:
    return [create(f"k{n}") for n in range(count)]


def item(key: str, record_id: str, *, new: bool = True) -> dict[str, Any]:
    properties = {"baton_key": key, "firstname": key, "hs_object_id": record_id}
    return {"id": record_id, "properties": properties, "new": new}


class Portal:
    """Takes batches of creates as HubSpot without per-part errors does: all or nothing."""

    def __init__(self, bad: Sequence[str], code: str = "INVALID_OPTION", name: str = "") -> None:
        self.bad = set(bad)
        self.detail = {"message": "bad", "code": code, "context": {"propertyName": [name]}}
        self.calls = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        keys = [one["id"] for one in json.loads(request.content)["inputs"]]
        if guilty := sorted(self.bad & set(keys)):
            body = {**INVALID, "message": f"refused: {guilty[0]}", "errors": [self.detail]}
            return httpx.Response(400, json=body)
        results = [item(key, f"1{key[1:]}") for key in reversed(keys)]
        return httpx.Response(200, json={"status": "COMPLETE", "results": results})


def test_results_are_matched_by_key_and_not_by_place(
    hubspot: HubSpot, router: respx.MockRouter, sent: Callable[..., Any]
) -> None:
    """HubSpot answers a batch in another order than it was asked in."""
    results = [item("k2", "102"), item("k0", "100", new=False), item("k1", "101")]
    route = router.post(UPSERT).respond(200, json={"status": "COMPLETE", "results": results})

    outcomes = hubspot.write(creates(3))

    assert outcomes == {
        "k0": Landed(Ref("person", "100"), {"firstname": "k0"}, created=False),
        "k1": Landed(Ref("person", "101"), {"firstname": "k1"}, created=True),
        "k2": Landed(Ref("person", "102"), {"firstname": "k2"}, created=True),
    }
    assert sent(route)["inputs"][0] == {
        "id": "k0",
        "idProperty": "baton_key",
        "objectWriteTraceId": "k0",
        "properties": {"firstname": "k0", "baton_key": "k0"},
    }


def test_values_are_sent_as_text(
    hubspot: HubSpot, router: respx.MockRouter, sent: Callable[..., Any]
) -> None:
    """All of HubSpot's values are text; the empty one clears."""
    route = router.post(UPDATE).respond(200, json={"results": [{"id": "17"}]})
    fields: Fields = {"a": None, "b": True, "c": 5, "d": 2.0, "e": 2.5, "f": "x", "g": False}

    hubspot.write([Write("k", "person", Ref("person", "17"), fields)])

    assert sent(route)["inputs"][0]["properties"] == {
        "a": "", "b": "true", "c": "5", "d": "2", "e": "2.5", "f": "x", "g": "false",
    }  # fmt: skip


def test_a_207_has_an_outcome_for_each_part(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """Errors name their part by trace id; what is not mentioned at all is in doubt."""
    conflict = {
        "status": "error",
        "category": "CONFLICT",
        "message": "Contact already exists",
        "context": {"objectWriteTraceId": ["k0"], "existingId": ["42"]},
    }
    limited = {"category": "RATE_LIMITS", "context": {"objectWriteTraceId": ["k2"]}}
    body = {"results": [item("k1", "101")], "numErrors": 2, "errors": [limited, conflict]}
    router.post(UPSERT).respond(207, json=body)

    outcomes = hubspot.write(creates(4))

    assert isinstance(outcomes["k0"], Rejected)
    assert outcomes["k0"].existing == Ref("person", "42")
    assert isinstance(outcomes["k1"], Landed)
    assert isinstance(outcomes["k2"], Busy)
    assert isinstance(outcomes["k3"], Unsure)


def test_an_error_without_a_name_is_that_of_the_part_left_over(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """Older endpoints do not say which part failed."""
    body = {"results": [item("k1", "101")], "errors": [INVALID]}
    router.post(UPSERT).respond(207, json=body)

    outcomes = hubspot.write(creates(2))

    assert isinstance(outcomes["k0"], Rejected)
    assert isinstance(outcomes["k1"], Landed)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64, 99, 100])
def test_one_bad_row_is_found_in_few_calls(
    hubspot: HubSpot, router: respx.MockRouter, count: int
) -> None:
    """Wherever it stands: at most ceil(log2 n) + 1 further calls, and all others land."""
    route = router.post(UPSERT)
    for place in range(0, count, max(1, count // 9)):
        portal = Portal([f"k{place}"])
        route.mock(side_effect=portal)

        outcomes = hubspot.write(creates(count))

        refused = [key for key, outcome in outcomes.items() if isinstance(outcome, Rejected)]
        landed = [key for key, outcome in outcomes.items() if isinstance(outcome, Landed)]
        assert (refused, len(landed)) == ([f"k{place}"], count - 1)
        assert str(outcomes[f"k{place}"]) == "bad"
        assert portal.calls - 1 <= math.ceil(math.log2(count)) + 1


@pytest.mark.parametrize("bad", [2, 5, 40, 100])
def test_many_bad_rows_each_fail_alone(
    hubspot: HubSpot, router: respx.MockRouter, bad: int
) -> None:
    """Every good row lands, and even a batch that is all bad takes a bounded number of calls."""
    keys = [f"k{n}" for n in range(0, 100, 100 // bad)][:bad]
    portal = Portal(keys)
    router.post(UPSERT).mock(side_effect=portal)

    outcomes = hubspot.write(creates(100))

    assert {key for key, o in outcomes.items() if isinstance(o, Rejected)} == set(keys)
    assert sum(isinstance(outcome, Landed) for outcome in outcomes.values()) == 100 - bad
    assert portal.calls <= 150


def test_an_unknown_property_condemns_all_rows_that_have_it(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """A schema error is not looked for row by row."""
    portal = Portal([f"k{n}" for n in range(0, 100, 2)], "PROPERTY_DOESNT_EXIST", "oops")
    router.post(UPSERT).mock(side_effect=portal)
    writes = [create(f"k{n}", **({"oops": "1"} if n % 2 == 0 else {"a": "1"})) for n in range(100)]

    outcomes = hubspot.write(writes)

    assert sum(isinstance(outcome, Rejected) for outcome in outcomes.values()) == 50
    assert sum(isinstance(outcome, Landed) for outcome in outcomes.values()) == 50
    assert portal.calls == 2


def test_a_portal_without_our_property_says_what_to_do(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """The reason tells to install, not only what is missing."""
    router.post(UPSERT).mock(side_effect=Portal(["k0"], "PROPERTY_DOESNT_EXIST", "baton_key"))

    outcome = hubspot.write(creates(1))["k0"]

    assert isinstance(outcome, Rejected)
    assert "install Baton's properties" in str(outcome)


def test_a_vendor_that_gets_busy_on_the_way_loses_no_outcome(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """What landed before is told; what was not tried comes back Busy."""
    landed = {"results": [item("k0", "100"), item("k1", "101")]}
    answers = [
        httpx.Response(400, json=INVALID),
        httpx.Response(200, json=landed),
        httpx.Response(429, json={"policyName": "SECONDLY"}),
    ]
    route = router.post(UPSERT).mock(side_effect=answers)

    outcomes = hubspot.write(creates(4))

    assert [type(outcomes[f"k{n}"]) for n in range(4)] == [Landed, Landed, Busy, Busy]
    assert route.call_count == 3


def test_one_of_two_calls_that_fails_does_not_hide_the_other(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """Creates and updates are two calls; an error of one is that of its rows."""
    router.post(UPSERT).respond(503)
    router.post(UPDATE).respond(200, json={"results": [{"id": "17"}]})

    outcomes = hubspot.write([create("k0"), Write("k1", "person", Ref("person", "17"), {"a": "1"})])

    assert isinstance(outcomes["k0"], Busy)
    assert outcomes["k1"] == Landed(Ref("person", "17"))


def test_a_nameless_duplicate_is_looked_up_by_email(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """A batch says only "already exists"; whom it collides with is then found out."""
    body = {"status": "error", "message": "Contact already exists", "category": "CONFLICT"}
    router.post(UPSERT).respond(409, json=body)
    there = {"id": "42", "properties": {"email": "ada@example.com"}}
    router.post(READ).respond(200, json={"results": [there]})

    outcome = hubspot.write([create("k0", email="Ada@example.com")])["k0"]

    assert isinstance(outcome, Rejected)
    assert outcome.existing == Ref("person", "42")


def test_more_than_a_batch_is_refused(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """No request is made for what HubSpot would refuse as a whole."""
    with pytest.raises(Rejected) as refused:
        hubspot.write(creates(101))

    assert refused.value.code == "batch_too_large"
    assert len(router.calls) == 0
