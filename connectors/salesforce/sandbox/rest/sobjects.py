"""Single records: create, read, update, upsert, delete, and the feeds of ids that changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.salesforce.sandbox import access, dml
from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.problems import (
    Problem,
    malformed_id,
    no_external_id,
    not_found,
)
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table, data_url, flag
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.soql import tree
from connectors.salesforce.sandbox.soql.columns import Names
from connectors.salesforce.sandbox.soql.shape import Shape
from connectors.salesforce.sandbox.stamps import moment, stamp
from connectors.salesforce.sandbox.values import accept

MAX_IDS = 600_000  # of getUpdated and getDeleted; beyond it EXCEEDED_ID_LIMIT


def success(row: Row, **more: Any) -> dict[str, Any]:
    """A platform event is told its uuid among the errors, as Salesforce does."""
    errors = []
    if row.object.is_event:
        uuid = row.fields["EventUuid"]
        errors = [{"statusCode": "OPERATION_ENQUEUED", "message": uuid, "fields": []}]
    return {"id": row.id, "success": True, "errors": errors, **more}


def location(call: Call, row: Row) -> dict[str, str]:
    return {"Location": f"{data_url(call)}/sobjects/{row.object.name}/{row.id}"}


def create(call: Call, object: str) -> Answer:  # noqa: A002  the template's name
    made = call.state.org.schema.get(object)
    row = dml.create(call.state.org, made, call.object(), call.actor)
    return Answer(201, success(row), location(call, row))


def read(call: Call, object: str, id: str) -> Answer:  # noqa: A002  the template's names
    org = call.state.org
    made = org.schema.get(object)
    row = org.row(canonical(id))
    if canonical(id) is None:
        raise malformed_id(id) if len(id) in {15, 18} else no_external_id(id)
    if row is None or row.object is not made or row.deleted:
        raise not_found()
    return Answer(body=show(call, made, row))


def show(call: Call, made: SObject, row: Row) -> dict[str, Any]:
    """A record with the fields that `?fields=` asks for, else all."""
    wanted = [name for name in call.query.get("fields", "").split(",") if name]
    return shape(call, made, wanted).show(row)


def shape(call: Call, made: SObject, wanted: list[str]) -> Shape:
    """Raises: Problem INVALID_FIELD."""
    org = call.state.org
    shown = Shape(org, call.version)
    names = Names(org, ",".join(wanted), made, user_id=call.actor.user_id)
    at = 0
    for name in wanted:
        column = names.column(tree.Path(tuple(name.strip().split(".")), at))
        shown.add_column(column.parents, column.field)
        at += len(name) + 1
    for one in () if wanted else access.fields(org, call.actor.user_id, made):
        shown.add_column((), one)
    return shown


def update(call: Call, object: str, id: str) -> Answer:  # noqa: A002  the template's names
    made = call.state.org.schema.get(object)
    dml.update(call.state.org, made, id, call.object(), call.actor)
    return Answer(204)


def delete(call: Call, object: str, id: str) -> Answer:  # noqa: A002  the template's names
    made = call.state.org.schema.get(object)
    dml.delete(call.state.org, made, id, call.actor)
    return Answer(204)


def key_field(call: Call, made: SObject, name: str) -> Field:
    """A field that can tell records apart. Raises: Problem NOT_FOUND."""
    field = access.find(call.state.org, call.actor.user_id, made, name)
    if field is None or not (field.external_id or field.id_lookup):
        raise no_external_id(name)
    return field


def _by_key(call: Call, object_name: str, field_name: str, value: str) -> Row:
    made = call.state.org.schema.get(object_name)
    field = key_field(call, made, field_name)
    rows = call.state.org.alive(made, field, accept(field, value))
    if len(rows) > 1:
        raise dml.Several(rows)
    if not rows:
        raise not_found()
    return rows[0]


def read_by_key(call: Call, object: str, field: str, value: str) -> Answer:  # noqa: A002  as above
    """By external id, or a relationship of a record: `/Contact/003…/Account`."""
    org = call.state.org
    made = org.schema.get(object)
    if made.find(field) is None and canonical(field) is not None:
        return _related(call, made, field, value)
    row = _by_key(call, object, field, value)
    return Answer(body=show(call, row.object, row))


def _related(call: Call, made: SObject, id_: str, relationship: str) -> Answer:
    org = call.state.org
    row = dml.live(org, made, id_)
    if (reference := made.parent(relationship)) is not None:
        parent = org.row(row.fields.get(reference.name))
        if parent is None or parent.deleted:
            raise not_found()
        return Answer(body=show(call, parent.object, parent))
    found = org.schema.children(made).get(relationship.lower())
    if found is None:
        raise not_found()
    child, field = found
    rows = [show(call, child, other) for other in org.alive(child, field, row.id)]
    return Answer(body={"totalSize": len(rows), "done": True, "records": rows})


def upsert(call: Call, object: str, field: str, value: str) -> Answer:  # noqa: A002  as above
    org = call.state.org
    made = org.schema.get(object)
    key = key_field(call, made, field)
    only = flag(call.query.get("updateOnly"))
    given = call.object()
    row, created = dml.upsert(org, made, (key, value), given, call.actor, update_only=only)
    status = 201 if created else org.config.upsert_update_status
    body = None if status == 204 else success(row, created=created)
    return Answer(status, body, location(call, row) if body else {})


def create_by_id(call: Call, object: str, id: str) -> Answer:  # noqa: A002  as above
    """`POST /sobjects/X/Id`: create, said as an upsert without an id."""
    if id.lower() != "id":
        raise not_found()
    return create(call, object)


def delete_by_key(call: Call, object: str, field: str, value: str) -> Answer:  # noqa: A002  as above
    row = _by_key(call, object, field, value)
    dml.delete(call.state.org, row.object, row.id, call.actor)
    return Answer(204)


# which records changed


def _window(call: Call, oldest_days: int) -> tuple[str, str]:
    """`start` and `end`, cut to whole minutes' seconds as Salesforce does. Raises: Problem."""
    try:
        start, end = (moment(call.query[name].replace(" ", "+")) for name in ("start", "end"))
    except (KeyError, ValueError) as error:
        raise Problem("MALFORMED_QUERY", "start and end must be dateTime values") from error
    start, end = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    now = datetime.fromtimestamp(call.state.org.now(), UTC)
    if end <= start or start < now - timedelta(days=oldest_days):
        text = "startDate before org replication enabled date, or not before endDate"
        raise Problem("INVALID_REPLICATION_DATE", text)
    return stamp(start), stamp(end)


def _covered(org: Org, end: str) -> str:
    """How far the feed is complete: not later than now, and behind it by the configured lag."""
    now = datetime.fromtimestamp(org.now() - org.config.replication_lag_s, UTC)
    return min(end, stamp(now.replace(microsecond=0)))


def updated(call: Call, object: str) -> Answer:  # noqa: A002  the template's name
    org = call.state.org
    made = org.schema.get(object)
    start, end = _window(call, org.config.updated_window_days)
    covered = _covered(org, end)
    rows = org.table(made).changed_between(start, covered)
    ids = [row.id for row in rows if not row.deleted]
    _check_count(ids)
    return Answer(body={"ids": ids, "latestDateCovered": covered})


def deleted(call: Call, object: str) -> Answer:  # noqa: A002  the template's name
    org = call.state.org
    made = org.schema.get(object)
    start, end = _window(call, org.config.deleted_window_days)
    covered = _covered(org, end)
    rows = org.table(made).changed_between(start, None)
    gone = [
        {"id": row.id, "deletedDate": row.deleted_at}
        for row in rows
        if row.deleted and start <= (row.deleted_at or "") <= covered
    ]
    _check_count(gone)
    now = datetime.fromtimestamp(org.now(), UTC)
    earliest = stamp(now - timedelta(days=org.config.deleted_window_days))
    body = {"deletedRecords": gone, "earliestDateAvailable": earliest, "latestDateCovered": covered}
    return Answer(body=body)


def _check_count(found: list[Any]) -> None:
    if len(found) > MAX_IDS:
        raise Problem("EXCEEDED_ID_LIMIT", f"more than {MAX_IDS} ids")


TABLE: Table = [
    ("POST", "/sobjects/{object}", create),
    ("GET", "/sobjects/{object}/updated", updated),
    ("GET", "/sobjects/{object}/deleted", deleted),
    ("GET", "/sobjects/{object}/{id}", read),
    ("POST", "/sobjects/{object}/{id}", create_by_id),
    ("PATCH", "/sobjects/{object}/{id}", update),
    ("DELETE", "/sobjects/{object}/{id}", delete),
    ("GET", "/sobjects/{object}/{field}/{value}", read_by_key),
    ("PATCH", "/sobjects/{object}/{field}/{value}", upsert),
    ("DELETE", "/sobjects/{object}/{field}/{value}", delete_by_key),
]
