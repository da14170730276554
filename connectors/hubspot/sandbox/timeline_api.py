"""Timeline events: templates and tokens of the app, sending events, reading and rendering them.

Source: HubSpot's published OpenAPI, "Timeline" v3 and 2026-03 (there events are sent by the name
of their type). An e-mail nobody has makes a contact. What sending an id again answers (here 409)
is not confirmed.
"""

import uuid
from typing import Any

from connectors.hubspot.sandbox import objects_api, writes
from connectors.hubspot.sandbox.batch_api import outcome
from connectors.hubspot.sandbox.errors import ApiError, invalid, resource_not_found
from connectors.hubspot.sandbox.http import VERSIONS, Answer, Call, Endpoint, Handle
from connectors.hubspot.sandbox.moments import to_ms
from connectors.hubspot.sandbox.records import Record
from connectors.hubspot.sandbox.timeline import TOKEN_TYPES, Template, TimelineEvent, Token

MOST = 500
KEPT = ("email", "utk", "domain", "extraData", "timelineIFrame")
Row = dict[str, Any]


def _template(call: Call, named: Any = None) -> Template:
    """By id. Raises: ApiError."""
    wanted = str(named if named is not None else call.params["template_id"])
    found = call.portal.timeline.templates.get(wanted)
    if found is None and named is None:
        raise resource_not_found()
    if found is None:
        raise invalid(f"No event template with ID {wanted} exists", eventTemplateId=[wanted])
    return found


def _token(call: Call, given: Any) -> Token:
    row, now_ms = call.with_fields(given, "name", "label", "type"), call.portal.now_ms()
    if row["type"] not in TOKEN_TYPES:
        raise invalid(f"type must be one of {list(TOKEN_TYPES)}; was {row['type']}")
    options = [call.with_fields(one, "value", "label") for one in call.items(row.get("options"))]
    return Token(
        str(row["name"]), str(row["label"]), str(row["type"]), options,
        row.get("objectPropertyName"), now_ms, now_ms,
    )  # fmt: skip


def list_templates(call: Call) -> Answer:
    shown = [one.as_json() for one in call.portal.timeline.templates.values()]
    return 200, {"results": shown}


def create_template(call: Call) -> Answer:
    body, now_ms = call.mapping("name", "objectType"), call.portal.now_ms()
    tokens = {one.name: one for one in (_token(call, t) for t in call.items(body.get("tokens")))}
    kind = call.portal.kind(str(body["objectType"]))
    made = Template(
        call.portal.timeline.new_id(), str(body["name"]), kind.name,
        str(body.get("headerTemplate") or ""), str(body.get("detailTemplate") or ""),
        now_ms, now_ms, tokens,
    )  # fmt: skip
    call.portal.timeline.templates[made.id] = made
    return 201, made.as_json()


def get_template(call: Call) -> Answer:
    return 200, _template(call).as_json()


def change_template(call: Call) -> Answer:
    """Tokens that are given are added or exchanged; the others stay."""
    one, body = _template(call), call.mapping("name")
    tokens = [_token(call, given) for given in call.items(body.get("tokens"))]
    one.name = str(body["name"])
    one.header = str(body.get("headerTemplate") or one.header)
    one.detail = str(body.get("detailTemplate") or one.detail)
    one.tokens |= {token.name: token for token in tokens}
    one.updated_ms = call.portal.now_ms()
    return 200, one.as_json()


def delete_template(call: Call) -> Answer:
    """Its events go with it."""
    timeline, one = call.portal.timeline, _template(call)
    del timeline.templates[one.id]
    timeline.events = {k: e for k, e in timeline.events.items() if e.template_id != one.id}
    return 204, None


def create_token(call: Call) -> Answer:
    one, token = _template(call), _token(call, call.mapping())
    if token.name in one.tokens:
        raise ApiError(409, f"A token named {token.name} already exists", "CONFLICT")
    one.tokens[token.name] = token
    return 200, token.as_json()


def _held(call: Call) -> Token:
    found = _template(call).tokens.get(call.params["token_name"])
    if found is None:
        raise resource_not_found()
    return found


def change_token(call: Call) -> Answer:
    token, body = _held(call), call.mapping("label")
    token.label = str(body["label"])
    if "options" in body:
        rows = call.items(body["options"])
        token.options = [call.with_fields(one, "value", "label") for one in rows]
    token.property_name = body.get("objectPropertyName", token.property_name)
    token.updated_ms = call.portal.now_ms()
    return 200, token.as_json()


def delete_token(call: Call) -> Answer:
    del _template(call).tokens[_held(call).name]
    return 204, None


def send(call: Call) -> Answer:
    return 201, _send(call, call.mapping("eventTemplateId")).as_json()


def send_many(call: Call) -> Answer:
    """With errors where some can't be taken."""
    results: list[Row] = []
    errors: list[Row] = []
    for row in call.rows(MOST, "eventTemplateId"):
        try:
            results.append(_send(call, row).as_json())
        except ApiError as error:
            errors.append(error.row())
    return outcome(call, results, errors, 201)


def _send(call: Call, row: Row) -> TimelineEvent:
    """Raises: ApiError."""
    portal, template = call.portal, _template(call, row["eventTemplateId"])
    given = call.with_fields(row.get("tokens") or {})
    if strange := [name for name in given if name not in template.tokens]:
        raise invalid(f"Tokens {strange} do not exist on the template", tokens=strange)
    event_id = str(row.get("id") or uuid.uuid4())
    if portal.timeline.event(template.id, event_id) is not None:
        raise ApiError(409, f"An event with ID {event_id} already exists", "CONFLICT")
    at_ms = to_ms(str(row["timestamp"])) if row.get("timestamp") else portal.now_ms()
    if at_ms is None:
        raise invalid(f"timestamp is not a date and time: {row['timestamp']}")
    record = _record(call, template, row)
    tokens = {str(name): str(value) for name, value in given.items()}
    event = TimelineEvent(
        event_id, template.id, template.kind, record.id, tokens,
        {key: row[key] for key in KEPT if row.get(key) is not None}, at_ms, portal.now_ms(),
    )  # fmt: skip
    portal.timeline.add(event)
    portal.events.add(template.id, record.type.label, record.id, at_ms, tokens, listed=False)
    _follow(call, template, record, tokens)
    return event


def _record(call: Call, template: Template, row: Row) -> Record:
    """By `objectId`, or a contact by e-mail, a company by domain. Raises: ApiError."""
    portal, kind = call.portal, call.portal.types[template.kind]
    email = str(row.get("email") or "")
    found: Record | None = None
    if row.get("objectId"):
        found = objects_api.find(portal, kind, str(row["objectId"]))
    elif kind.name == "contacts" and email:
        found = objects_api.find(portal, kind, email, "email")
        if found is None:
            values = writes.check(portal, kind, {"email": email})
            return writes.create(portal, kind, values, call.actor)
    elif kind.name == "companies" and row.get("domain"):
        found = portal.table(kind).live_with("domain", str(row["domain"]))
    if found is None:
        raise invalid(f"No {kind.label} could be found for the event")
    return found


def _follow(call: Call, template: Template, record: Record, tokens: dict[str, str]) -> None:
    """Properties that tokens stand for."""
    names = {n: t.property_name for n, t in template.tokens.items() if t.property_name}
    values = {names[n]: value for n, value in tokens.items() if n in names}
    if values:
        checked = writes.check(call.portal, record.type, values)
        writes.update(call.portal, record, checked, call.actor)


def send_by_name(call: Call) -> Answer:
    _send(call, _by_name(call, call.mapping("id", "eventTypeName")))
    return 204, None


def send_many_by_name(call: Call) -> Answer:
    rows = call.rows(MOST, "id", "eventTypeName")
    for row in rows:
        _send(call, _by_name(call, row))
    return outcome(call, rows, [])


def _by_name(call: Call, row: Row) -> Row:
    """Of version 2026-03: `eventTypeName` is a template's name, `properties` are its tokens."""
    name, known = str(row["eventTypeName"]), call.portal.timeline.templates.values()
    found = next((one.id for one in known if name in {one.name, one.id}), name)
    return {**row, "eventTemplateId": found, "tokens": row.get("properties") or {}}


def _event(call: Call) -> TimelineEvent:
    found = call.portal.timeline.event(call.params["template_id"], call.params["event_id"])
    if found is None:
        raise resource_not_found()
    return found


def get_event(call: Call) -> Answer:
    return 200, _event(call).as_json()


def get_detail(call: Call) -> Answer:
    """The detail template, filled in."""
    return 200, {"details": _event(call).rendered(_template(call).detail)}


def get_render(call: Call) -> Answer:
    """Header (or, with `detail=true`, detail) as text."""
    template, detail = _template(call), call.query.get("detail") == "true"
    return 200, _event(call).rendered(template.detail if detail else template.header)


def _at(method: str, rest: str, handle: Handle) -> Endpoint:
    """What belongs to the app needs a developer's key, what belongs to the account a token."""
    bases = ("/integrators/timeline/v3", "/crm/v3/timeline")
    paths = tuple(f"{base}{rest}" for base in bases)
    ours = rest.startswith("/{app_id}")
    scope = None if ours else "timeline"
    return Endpoint(method, paths, handle, scope=scope, developer=ours, text="text/html")


_DATED = tuple(f"/integrators/timeline/{version}/events" for version in VERSIONS)
_ONE = "/{app_id}/event-templates/{template_id}"
_SENT = "/events/{template_id}/{event_id}"
ENDPOINTS = (
    _at("POST", "/events", send),
    _at("POST", "/events/batch/create", send_many),
    Endpoint("POST", _DATED, send_by_name, scope="timeline"),
    Endpoint("POST", tuple(f"{p}/batch" for p in _DATED), send_many_by_name, scope="timeline"),
    _at("GET", f"{_SENT}/detail", get_detail),
    _at("GET", f"{_SENT}/render", get_render),
    _at("GET", _SENT, get_event),
    _at("GET", "/{app_id}/event-templates", list_templates),
    _at("POST", "/{app_id}/event-templates", create_template),
    _at("GET", _ONE, get_template),
    _at("PUT", _ONE, change_template),
    _at("DELETE", _ONE, delete_template),
    _at("POST", f"{_ONE}/tokens", create_token),
    _at("PUT", f"{_ONE}/tokens/{{token_name}}", change_token),
    _at("DELETE", f"{_ONE}/tokens/{{token_name}}", delete_token),
)
