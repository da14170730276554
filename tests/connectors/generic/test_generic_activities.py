"""What a tool says, read as activities: all of a request, or nothing and the reason."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import Activity, Ref
from connectors.flawed import Flawed
from tests.connectors.generic.conftest import CALL, NOW, opened, request, told

WIDE = "\uff10\uff19\uff10-\uff11\uff12\uff13\uff14-\uff15\uff16\uff17\uff18"


def refused(payload: Any, region: str | None = None) -> Flawed:
    """How a payload is refused; one that is taken fails the test."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    with pytest.raises(Flawed) as caught:
        opened(region).parse(request(body), NOW)
    return caught.value


def with_(**changes: Any) -> dict[str, Any]:
    return {**CALL, **changes}


def test_one_activity_is_read() -> None:
    """With its person as a clue, its time in UTC and its facts as they came."""
    assert told(CALL) == [
        Activity(
            "call-1",
            Ref("person", "email:ada@example.com"),
            "call",
            datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
            "Call about prices",
            {"duration_s": 312, "outcome": "connected"},
        )
    ]


def test_a_batch_is_read_in_its_order() -> None:
    """A thousand at once; none is fine too."""
    many = [with_(id=f"a{n}") for n in range(1000)]

    assert [one.id for one in told({"activities": many})] == [f"a{n}" for n in range(1000)]
    assert told({"activities": []}) == []


def test_what_is_not_needed_may_be_left_out_or_null() -> None:
    """Then the time is that of the request."""
    least = {"id": "a1", "type": "demo_booked", "person": {"phone": "+81 3-1234-5678"}}
    nulls = {"at": None, "title": None, "detail": None}
    person = {"person": {"phone": "+81 3-1234-5678", "email": None}}
    expected = Activity("a1", Ref("person", "phone:+81312345678"), "demo_booked", NOW)

    assert told(least) == [expected]
    assert told({**least, **nulls, **person}) == [expected]


@pytest.mark.parametrize(
    ("person", "clue"),
    [
        ({"email": " Ada.L+x@Example.COM "}, "email:ada.l+x@example.com"),
        ({"phone": "03-1234-5678"}, "phone:+81312345678"),
        ({"phone": WIDE}, "phone:+819012345678"),
        ({"phone": "+1 (415) 555-0132"}, "phone:+14155550132"),
        ({"phone": "tel:+81-3-1234-5678"}, "phone:+81312345678"),
    ],
)
def test_a_person_is_named_in_one_way(person: Mapping[str, str], clue: str) -> None:
    """An address in small letters, a number as E.164, so that they can be compared."""
    assert told(with_(person=person), "JP")[0].person == Ref("person", clue)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-20T09:30:00Z", "2026-11-20 09:30:00+00:00"),
        ("2026-11-20t09:30:00.5z", "2026-11-20 09:30:00.500000+00:00"),
        ("2026-11-20 18:30:00.123456789+09:00", "2026-11-20 09:30:00.123456+00:00"),
    ],
)
def test_times_are_those_of_rfc_3339(at: str, expected: str) -> None:
    """With any zone; what is finer than a microsecond is cut off."""
    assert str(told(with_(at=at))[0].at) == expected


@pytest.mark.parametrize(
    ("payload", "pointer", "says"),
    [
        (with_(id=None), "/id", "expected text"),
        (with_(id=7), "/id", "expected text"),
        (with_(id="two words"), "/id", "visible ASCII"),
        (with_(id=""), "/id", "visible ASCII"),
        (with_(id="a\n"), "/id", "visible ASCII"),
        (with_(id="a" * 201), "/id", "1 to 200"),
        (with_(type="Page View"), "/type", "such as page_view"),
        (with_(type="a" * 41), "/type", "at most 40"),
        (with_(type="\ud800"), "/type", "half a character"),
        (with_(titel="x"), "/titel", 'did you mean "title"?'),
        (with_(**{"a/b~c": 1}), "/a~1b~0c", "no such name"),
        (with_(**{"電話\x00": 1}), "/電話\\x00", "no such name"),
        (with_(**{"\ud800": 1}), "", "half a character"),
        (with_(title=7), "/title", "expected text"),
        (with_(title="x" * 501), "/title", "at most 500"),
        (with_(title="\udfff"), "/title", "half a character"),
        (with_(at="2026-11-20"), "/at", "2026-11-20T18:30:00+09:00"),
        (with_(at="2026-11-20T09:30:00"), "/at", "expected a time such as"),
        (with_(at="2026-02-30T09:30:00Z"), "/at", "no such time"),
        (with_(at="2026-11-20T24:30:00Z"), "/at", "no such time"),
        (with_(at="0001-01-01T00:00:00+09:00"), "/at", "no such time"),
        (with_(at="9999-12-31T23:59:59-09:00"), "/at", "no such time"),
        (with_(at="1969-12-31T23:59:59Z"), "/at", "1970 to 2199"),
        (with_(at=1_795_176_000), "/at", "expected a time such as"),
        (with_(person=None), "/person", "expected an object"),
        (with_(person={}), "/person", "exactly one of email and phone"),
        (with_(person={"email": "a@b.jp", "phone": "+81312345678"}), "/person", "exactly one"),
        (with_(person={"email": "ada"}), "/person/email", "one e-mail address"),
        (with_(person={"email": "a@b.jp, c@d.jp"}), "/person/email", "one e-mail address"),
        (with_(person={"email": "a\x00@b.jp"}), "/person/email", "one e-mail address"),
        (with_(person={"email": f"{'a' * 64}@{'b' * 190}.jp"}), "/person/email", "at most 254"),
        (with_(person={"phone": "03-1234-5678"}), "/person/phone", "default_region"),
        (with_(person={"phone": "+81 12"}), "/person/phone", "valid number"),
        (with_(person={"phone": "+81312345678 ext. 9"}), "/person/phone", "extension"),
        (with_(person={"mail": "ada@example.com"}), "/person/mail", 'did you mean "email"?'),
        (with_(detail=[]), "/detail", "expected an object"),
        (with_(detail={"a": {}}), "/detail/a", "no list, no object"),
        (with_(detail={"a": ["x"]}), "/detail/a", "no list, no object"),
        (with_(detail={"a": 2**53}), "/detail/a", "use text"),
        (with_(detail={"a": "x" * 8001}), "/detail/a", "at most 8000"),
        (with_(detail={"a": "\ud800"}), "/detail/a", "half a character"),
        (with_(detail={"a": "x" * 8000, "b": "x" * 8000}), "/detail", "at most 16000"),
        (with_(detail={f"a{n}": n for n in range(51)}), "/detail", "at most 50"),
        (with_(detail={"Bad Key": 1}), "/detail/Bad Key", "a letter first"),
        ({"activities": {}}, "/activities", "list of activities"),
        ({"activities": [7]}, "/activities/0", "expected an object"),
        ({"activities": [], "id": "a1"}, "/id", "no such name"),
        ({"activities": [CALL, with_(id="a 2")]}, "/activities/1/id", "visible ASCII"),
        ([], "", "expected one activity"),
        (None, "", "expected one activity"),
        ("call", "", "expected one activity"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(payload: Any, pointer: str, says: str) -> None:
    """A JSON pointer, and how to mend it."""
    flawed = refused(payload)

    assert flawed.status == 400
    assert [one for one, _ in flawed.places] == [pointer]
    assert says in flawed.places[0][1]
    assert says in str(flawed)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not JSON"),
        (b'{"id": "a1"', "line 1 column 12"),
        (b'{"id": "a1", "id": "a2"}', 'the name "id" stands twice'),
        (b'{"detail": {"a": NaN}}', "NaN is no JSON number"),
        (b'{"detail": {"a": -Infinity}}', "-Infinity is no JSON number"),
        (b'{"detail": {"a": ' + b"9" * 5000 + b"}}", "a number is too long"),
        (b'{"detail": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"id": "\xff"}', "not UTF-8 (byte 8)"),
        (b"\xef\xbb\xbf{}", "BOM"),
    ],
)
def test_a_body_that_is_not_json_of_one_meaning_is_refused(body: bytes, says: str) -> None:
    """And the reason is said."""
    flawed = refused(body)

    assert (flawed.status, flawed.places) == (400, ())
    assert says in str(flawed)


def test_a_number_beyond_all_bounds_is_refused() -> None:
    """1e999 is JSON, and no number that can be kept."""
    body = json.dumps(with_(detail={"a": 0})).replace('"a": 0', '"a": 1e999').encode()

    assert refused(body).places == (("/detail/a", "the number is too large; use text"),)


def test_too_much_is_a_413_that_says_how_much_is_fine() -> None:
    """More activities, or more bytes."""
    many = refused({"activities": [with_(id=f"a{n}") for n in range(1001)]})
    big = refused(b" " * (1024 * 1024 + 1))

    assert (many.status, str(many)) == (
        413,
        "1001 activities; send at most 1000 in one request",
    )
    assert big.status == 413
    assert "at most 1048576" in str(big)


def test_all_that_is_wrong_is_counted_and_the_first_places_are_told() -> None:
    """Twenty places at most, so that an answer stays small."""
    flawed = refused({"activities": [with_(id=f"a {n}") for n in range(500)]})

    assert str(flawed).startswith("nothing was taken because of 500 problems, at /activities/0/id")
    assert len(flawed.places) == 20


def test_an_activity_that_is_repeated_in_a_batch_is_taken_once() -> None:
    """Two different ones under one id are a mistake of the sender."""
    twice = told({"activities": [CALL, with_(id="b"), CALL]})
    flawed = refused({"activities": [CALL, with_(id="b"), with_(title="another")]})

    assert [one.id for one in twice] == ["call-1", "b"]
    assert flawed.places == (
        ("/activities/2/id", "another activity of this request has the same id"),
    )


def test_no_reason_quotes_a_value() -> None:
    """Values are about people, and reasons are logged."""
    payloads = [
        with_(id="canary canary"),
        with_(type="Canary!"),
        with_(at="canary"),
        with_(title="canary" * 100),
        with_(person={"email": "canary"}),
        with_(person={"phone": "canary"}),
        with_(person="canary"),
        with_(detail={"a": ["canary"]}),
        with_(detail="canary"),
    ]

    told_of = [str(flawed) + str(flawed.places) for flawed in map(refused, payloads)]

    assert [one for one in told_of if "canary" in one.lower()] == []
