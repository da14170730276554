"""A body becomes activities, all of them or none."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from connectors import strict_json
from connectors.activity_shapes import MOST_ACTIVITIES, Happening, Person, Several
from connectors.base import Activity
from connectors.flawed import Flawed

MAX_BODY_BYTES = 1024 * 1024
MOST_PLACES = 20  # told at once; whoever mends these sends again and hears of the rest
BATCH = "activities"
LONGEST_PART = 60  # of a pointer that we did not choose
NAMES = [*Happening.model_fields, *Person.model_fields, BATCH]
TEXTS: Mapping[str, str] = {
    "missing": "this is required",
    "string_type": "expected text in quotes",
    "string_unicode": "it holds half a character (a lone surrogate); send whole ones",
    "model_type": "expected an object",
    "dict_type": "expected an object",
    "list_type": "expected a list of activities",
}


def activities(body: bytes, sent_at: datetime, region: str | None) -> Sequence[Activity]:
    """The activities of a genuine request. Raises: Flawed."""
    if len(body) > MAX_BODY_BYTES:
        tip = f"send fewer than these {len(body)} bytes, at most {MAX_BODY_BYTES} in one request"
        raise Flawed(tip, 413)
    try:
        value = strict_json.read(body)
    except ValueError as error:
        raise Flawed(str(error)) from error
    if not isinstance(value, dict):
        tip = f'expected one activity {{"id": …}}, or a batch {{"{BATCH}": […]}}'
        raise Flawed(tip, places=[("", tip)])
    several = value.get(BATCH)
    if isinstance(several, list) and len(several) > MOST_ACTIVITIES:
        tip = f"{len(several)} activities; send at most {MOST_ACTIVITIES} in one request"
        raise Flawed(tip, 413, places=[(f"/{BATCH}", tip)])
    return _checked(value, sent_at, region)


def _checked(value: Mapping[str, Any], sent_at: datetime, region: str | None) -> list[Activity]:
    context = {"region": region}
    try:
        if BATCH not in value:
            return [_meant(Happening.model_validate(value, strict=True, context=context), sent_at)]
        batch = Several.model_validate(value, strict=True, context=context)
    except ValidationError as error:
        raise _flawed(error) from error
    return _once_each(_meant(one, sent_at) for one in batch.activities)


def _meant(one: Happening, sent_at: datetime) -> Activity:
    at = sent_at if one.at is None else one.at
    return Activity(one.id, one.person.ref, one.type, at, one.title or "", one.detail or {})


def _once_each(found: Iterable[Activity]) -> list[Activity]:
    """A sender may repeat an activity in a batch; two different ones under one id are a mistake."""
    kept: dict[str, Activity] = {}
    clashes = [
        (f"/{BATCH}/{place}/id", "another activity of this request has the same id")
        for place, one in enumerate(found)
        if kept.setdefault(one.id, one) != one
    ]
    if clashes:
        raise _told(clashes)
    return list(kept.values())


def _flawed(error: ValidationError) -> Flawed:
    found = error.errors(include_url=False, include_input=False)
    return _told([(_pointer(one["loc"]), _message(one)) for one in found])


def _told(places: Sequence[tuple[str, str]]) -> Flawed:
    count = "1 problem" if len(places) == 1 else f"{len(places)} problems"
    pointer, message = places[0]
    reason = f"nothing was taken because of {count}, at {pointer or 'the top'}: {message}"
    return Flawed(reason, places=places[:MOST_PLACES])


def _pointer(loc: Sequence[int | str]) -> str:
    """A JSON pointer (RFC 6901); parts that the sender chose are cut and made readable."""
    parts = (str(part)[:LONGEST_PART] for part in loc if part != "[key]")
    escaped = (part.replace("~", "~0").replace("/", "~1") for part in parts)
    return "".join(f"/{_printable(part)}" for part in escaped)


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def _message(error: Any) -> str:
    """What is wrong and how to mend it, without the value."""
    kind = error["type"]
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(error["loc"][-1]), NAMES, n=1)
        return "there is no such name" + (f'; did you mean "{near[0]}"?' if near else "")
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "string_pattern_mismatch":
        return _pattern(error)
    return TEXTS.get(kind, str(error["msg"]))


def _pattern(error: Any) -> str:
    if error["loc"][-1] == "id":
        return "expected 1 to 200 visible ASCII characters, without spaces"
    return "expected a name such as page_view: a-z, 0-9 and _, a letter first, at most 40"
