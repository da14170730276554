"""Collections: up to 200 records a call, one outcome a record.

Source: REST API Developer Guide, "SObject Collections".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from connectors.base import (
    AuthLost,
    Busy,
    ConnectorError,
    Gone,
    Kind,
    Landed,
    Ref,
    Rejected,
    Unsure,
)
from connectors.salesforce.errors import error_of, rejected
from connectors.salesforce.ids import canonical
from connectors.salesforce.records import Place, places
from connectors.salesforce.session import Api

BATCH = 200  # the most that one collections call takes; 201 is a 400
ROW_FAULTS = {"JSON_PARSER_ERROR", "INVALID_FIELD", "MALFORMED_ID"}  # one row's, not the request's

Outcome: TypeAlias = Landed | ConnectorError


@dataclass(frozen=True, slots=True)
class Item:
    """One record of a call. `about` says which record to look for when the answer is "gone":
    its object, the field that finds it, and that field's value.
    """

    key: str
    kind: Kind
    row: Mapping[str, Any]
    about: tuple[str, str, str]
    sent: Mapping[str, Any] = field(default_factory=dict)  # `Landed.fields`


@dataclass(frozen=True, slots=True)
class Call:
    """One collections request: an update by id or an upsert by our key; POST, for plain creates."""

    path: str
    items: Sequence[Item]
    headers: Mapping[str, str] = field(default_factory=dict)
    limit: str = "default"
    method: str = "PATCH"


def calls(
    path: str,
    items: Sequence[Item],
    *,
    headers: Mapping[str, str] | None = None,
    limit: str = "default",
) -> Iterator[Call]:
    for start in range(0, len(items), BATCH):
        yield Call(path, items[start : start + BATCH], headers or {}, limit)


def upsert_path(api: Api, name: str) -> str:
    return f"composite/sobjects/{name}/{api.settings.key_field}"


def send_all(api: Api, requests: Sequence[Call]) -> dict[str, Outcome]:
    """Make the calls in turn; when one fails as a whole, those after it are not tried.

    Raises: Busy, AuthLost where nothing was tried; Unsure where everything is in doubt.
    """
    outcomes: dict[str, Outcome] = {}
    for nth, request in enumerate(requests):
        try:
            outcomes |= _send(api, request)
        except (Busy, AuthLost, Unsure) as error:
            later = [item.key for call in requests[nth + 1 :] for item in call.items]
            if not outcomes and not (later and isinstance(error, Unsure)):
                raise
            outcomes |= {item.key: error for item in request.items}
            untried = error if isinstance(error, Busy | AuthLost) else Busy("not tried yet")
            return outcomes | dict.fromkeys(later, untried)
    return outcomes


def _send(api: Api, request: Call) -> dict[str, Outcome]:
    """One call. A refusal of the whole that one row may have caused is halved down to the row."""
    body = {"allOrNone": False, "records": [item.row for item in request.items]}
    try:
        answer = api.call(
            request.method, request.path, body, headers=request.headers, limit=request.limit
        )
    except (Rejected, Gone) as error:
        half = len(request.items) // 2
        if not half or getattr(error, "code", "") not in ROW_FAULTS:
            return {item.key: error for item in request.items}
        parts = (request.items[:half], request.items[half:])
        return send_all(api, [replace(request, items=part) for part in parts])
    if not isinstance(answer, list) or len(answer) != len(request.items):
        raise Unsure(f"{request.path}: an answer that does not fit the records sent")
    pairs = zip(request.items, answer, strict=True)
    return _located(api, request, {item.key: _outcome(api, item, each) for item, each in pairs})


def _outcome(api: Api, item: Item, answer: Any) -> Outcome:
    if not isinstance(answer, Mapping):
        return Unsure("an outcome that cannot be read")
    if answer.get("success") and answer.get("id"):
        ref = Ref(item.kind, canonical(str(answer["id"])))
        return Landed(ref, fields=item.sent, created=bool(answer.get("created")))
    errors = answer.get("errors") or []
    by_id = item.about[1] == "Id"
    error = error_of(errors if isinstance(errors, list) else [errors], named=by_id)
    if _is_race(error, api.settings.key_field, item.row):
        return Busy(f"created by another call at the same time: {error}")
    return error


def _is_race(error: ConnectorError, key_field: str, row: Mapping[str, Any]) -> bool:
    """An upsert that met its own key: the record came between, and a second upsert finds it."""
    is_twin = isinstance(error, Rejected) and error.code == "DUPLICATE_VALUE"
    return is_twin and key_field in row and key_field in str(error)


def _located(api: Api, request: Call, outcomes: dict[str, Outcome]) -> dict[str, Outcome]:
    """Complete each "gone" by where the record went to, one query an object.

    "Not found" can also be about another record that a field refers to: then ours is alive, and
    it is a refusal. Where the look fails, the part stays to be tried again.
    """
    gone = [item for item in request.items if isinstance(outcomes[item.key], Gone)]
    asked: dict[tuple[str, str], list[Item]] = {}
    for item in gone:
        asked.setdefault(item.about[:2], []).append(item)
    for (name, by), items in asked.items():
        values = sorted({item.about[2] for item in items})
        try:
            found = places(api, name, by, values, limit=request.limit)
        except ConnectorError as error:
            outcomes |= {i.key: Busy(f"could not look where it went: {error}") for i in items}
            continue
        for item in items:
            outcomes[item.key] = _fate(outcomes[item.key], found.get(item.about[2]))
    return outcomes


def _fate(outcome: Outcome, place: Place | None) -> Outcome:
    if place is not None and place.alive:
        return rejected("INVALID_REFERENCE", f"a field refers to a record that is gone: {outcome}")
    return Gone(str(outcome), moved_to=None if place is None else place.moved_to)
