"""The org written down and read back, for the state file: the schema, every record with its
history, what people were notified of. The rest is in keeping_work.py.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.records import Change, Row, Table
from connectors.salesforce.sandbox.schema import SObject, sobject
from connectors.salesforce.sandbox.state import State

FIELDS = TypeAdapter(list[Field])
LOG = TypeAdapter(list[Change])


def keep(state: State) -> Iterator[dict[str, Any]]:
    """The schema first, then the records."""
    org = state.org
    yield {"org": org.id, "user": org.user_id, "ids": dict(org.ids.made)}
    yield from (_object_line(made) for made in org.schema.objects.values())
    for table in org.tables.values():
        for row in map(table.rows.glance, table.rows):
            yield {
                "row": row.id, "object": row.object.name, "fields": row.fields,
                "deleted_at": row.deleted_at, "log": LOG.dump_python(row.log, mode="json"),
            }  # fmt: skip
    yield {"notifications": state.notifications}


def restore(
    state: State,
    lines: Iterable[Mapping[str, Any]],
    rest: Callable[[Mapping[str, Any]], bool],
) -> None:
    """Instead of whatever a fresh org holds. `rest` takes the lines of keeping_work.py."""
    org = state.org
    for line in lines:
        match line:
            case {"org": org_id, "user": user_id, "ids": ids}:
                org.id, org.user_id = org_id, user_id
                org.ids.made.clear()
                org.ids.made.update(ids)
            case {"name": _, "fields": _, "prefix": _}:
                _object(state, line)
            case {"row": _}:
                _row(state, line)
            case {"notifications": given}:
                state.notifications[:] = given
            case _ if not rest(line):
                raise ValueError(f"unknown line with {', '.join(line)}")
    org.commit()


def _object_line(made: SObject) -> dict[str, Any]:
    return {
        "name": made.name, "label": made.label, "plural": made.plural, "prefix": made.prefix,
        "createable": made.createable, "updateable": made.updateable,
        "deletable": made.deletable,
        "fields": FIELDS.dump_python(list(made.fields.values()), mode="json"),
    }  # fmt: skip


def _object(state: State, line: Mapping[str, Any]) -> None:
    """The object as it was; its table is emptied, as its rows follow."""
    org = state.org
    fields = FIELDS.validate_python(line["fields"])
    made = org.schema.find(line["name"])
    if made is None:
        flags = {name: line[name] for name in ("createable", "updateable", "deletable")}
        made = sobject(
            line["name"], line["plural"], line["prefix"], fields, label=line["label"], **flags
        )
    else:
        made.replace(fields)
    org.schema.add(made)
    org.tables[made.name] = Table(made, org.config.live_records)
    org.schema_touched()


def _row(state: State, line: Mapping[str, Any]) -> None:
    org = state.org
    made = org.schema.objects[line["object"]]
    log = LOG.validate_python(line["log"])
    org.table(made).insert(Row(made, line["row"], dict(line["fields"]), log, line["deleted_at"]))
