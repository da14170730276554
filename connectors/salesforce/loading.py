"""Bulk API 2.0: many records in at once, one outcome each.

Creates are upserts by our key, updates go by id; so what is loaded twice is there once. An empty
cell leaves a field alone, `#N/A` blanks it. Source: Bulk API 2.0 developer guide, "Upload Job
Data", "Prepare CSV Files", "Get Job Successful Record Results".
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from connectors.base import AuthLost, Busy, Kind, Landed, Ref, Rejected, Unsure, Value, Write
from connectors.salesforce import bulk, primary_contact
from connectors.salesforce.batch import Item, Outcome
from connectors.salesforce.errors import error_of
from connectors.salesforce.ids import canonical
from connectors.salesforce.session import Api
from connectors.salesforce.writes import prepare

BLANK = "#N/A"
REMEMBERED = 3  # loads whose outcomes are kept, since they are asked for in parts
RESULTS = ("successfulResults", "failedResults", "unprocessedrecords")


def loads_from(api: Api) -> int | None:
    """From how many records on a load is worth it. None where settings ask for what the Bulk API
    has no word for: saving over duplicate rules, assignment rules.
    """
    settings = api.settings
    special = settings.allow_duplicates or settings.assignment_rules is not None
    return None if special else settings.bulk_from


def open_load(api: Api, name: str, *, creating: bool) -> str:
    """Open a load of records of an object; its job."""
    asked = {"object": name, "operation": "update", "contentType": "CSV", "lineEnding": "LF"}
    if creating:
        asked |= {"operation": "upsert", "externalIdFieldName": api.settings.key_field}
    return bulk.job_id(api.call("POST", "jobs/ingest", asked))


def send_load(api: Api, job: str, writes: Sequence[Write]) -> Mapping[str, Rejected]:
    """Upload the records and have them loaded; answer those that can't be sent at all. The primary
    contact goes along with a new opportunity; in one that is there it is changed first.

    Raises: Busy (nothing is loaded), AuthLost, Unsure.
    """
    refused = _contacts_changed(api, [each for each in writes if each.ref is not None])
    items: list[Item] = []
    for each in (one if one.ref is None else primary_contact.without(one) for one in writes):
        if each.key in refused:
            continue
        match prepare(api, each):
            case Rejected() as refusal:
                refused[each.key] = refusal
            case (_, item):
                items.append(item)
    api.csv("PUT", f"jobs/ingest/{job}/batches", _document(items))
    api.call("PATCH", f"jobs/ingest/{job}", {"state": "UploadComplete"})
    return refused


def _contacts_changed(api: Api, writes: Sequence[Write]) -> dict[str, Rejected]:
    """Have the primary contacts; the refusals. An opportunity that is gone is told by its row."""
    there = {one.key: Landed(one.ref) for one in writes if one.ref is not None}
    errors = primary_contact.assign(api, writes, there)
    for error in errors.values():
        if isinstance(error, Busy | AuthLost | Unsure):
            raise error
    return {key: error for key, error in errors.items() if isinstance(error, Rejected)}


def load_outcomes(
    api: Api, kind: Kind, job: str, writes: Sequence[Write]
) -> Mapping[str, Outcome] | None:
    """How each write of a load went; None while it is under way.

    A load that was never closed is given up: nothing of it was done.
    """
    if job not in api.loaded:
        state = bulk.state(api, "ingest", job)
        if state == "Open":
            api.call("PATCH", f"jobs/ingest/{job}", {"state": "Aborted"})
            return {write.key: Busy("the load was not sent") for write in writes}
        if state not in bulk.ENDED:
            return None
        if len(api.loaded) >= REMEMBERED:
            api.loaded.clear()
        api.loaded[job] = dict(_outcomes(api, kind, job))
    known: Mapping[str, Outcome] = api.loaded[job]
    lost = Unsure("the load does not name this record")
    names = {w.key: w.key if w.ref is None else canonical(w.ref.id) for w in writes}
    return {key: known.get(name, lost) for key, name in names.items()}


def _outcomes(api: Api, kind: Kind, job: str) -> Iterator[tuple[str, Outcome]]:
    """Every outcome by our key of a create, by the id of an update."""
    for results in RESULTS:
        text, _ = api.csv("GET", f"jobs/ingest/{job}/{results}")
        for row in bulk.rows(text):
            name = canonical(row["Id"]) if row.get("Id") else row.get(api.settings.key_field, "")
            yield name, _outcome(kind, row, by_id=bool(row.get("Id")))


def _outcome(kind: Kind, row: Mapping[str, str], *, by_id: bool) -> Outcome:
    if row.get("sf__Error"):
        code, _, rest = row["sf__Error"].partition(":")
        message, _, fields = rest.rpartition(":")
        named = fields.removesuffix("--").strip()
        told = {"statusCode": code, "message": message or rest, "fields": named.split(",")}
        error = error_of([told | ({} if named else {"fields": []})], named=by_id)
        return error if isinstance(error, Busy | Rejected) else Unsure(str(error))
    if row.get("sf__Id"):
        created = row.get("sf__Created", "") == "true"
        return Landed(Ref(kind, canonical(row["sf__Id"])), created=created)
    return Busy("the load ended before this record")


def _document(items: Sequence[Item]) -> str:
    header = sorted({name for item in items for name in item.row} - {"attributes"})
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow("Id" if name == "id" else name for name in header)
    for item in items:
        writer.writerow(_cell(item.row[name]) if name in item.row else "" for name in header)
    return target.getvalue()


def _cell(value: Value) -> str:
    if value is None or value == "":
        return BLANK
    return str(value).lower() if isinstance(value, bool) else str(value)
