"""All live records of a kind: by pages of a query, or above 2,000 records by bulk query jobs.

A cursor names the object that it is in, and there the last id (query) or the job and its locator
(bulk). A job that failed, or is not kept any more, is replaced by pages of a query.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.base import Cursor, Gone, Kind, Listed, Rejected
from connectors.salesforce import bulk
from connectors.salesforce.records import columns, to_record
from connectors.salesforce.schema import fields_of, fields_of_kind, with_live_schema
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import moment, select

POLL_S = 2.0
_Id = Annotated[str, Field(pattern=r"^([A-Za-z0-9]{15}([A-Za-z0-9]{3})?)?$")]


class Place(BaseModel):
    """Where a listing stands: in the object number `turn`, behind `last`, or in a bulk `job`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    v: Literal[1] = 1
    kind: str
    turn: int = Field(0, ge=0)
    bulk: bool = False
    last: _Id = ""
    job: _Id | None = None
    locator: str | None = Field(None, max_length=200)

    def moved(self, **changes: object) -> "Place":
        return self.model_copy(update=changes)


def listing(
    api: Api, kind: Kind, fields: Collection[str], cursor: Cursor | None, since: datetime | None
) -> Listed:
    """The next page. Raises: Busy, AuthLost, Rejected (a cursor that is not of this kind)."""
    fields_of_kind(api, kind, fields)
    return with_live_schema(api, lambda: _listing(api, kind, fields, cursor, since))


def _listing(
    api: Api, kind: Kind, fields: Collection[str], cursor: Cursor | None, since: datetime | None
) -> Listed:
    names = api.settings.objects(kind)
    total = None
    if cursor is None:
        total = sum(_count(api, name, since) for name in names)
        place = Place(kind=kind, bulk=total > api.settings.bulk_from)
    else:
        place = _loaded(cursor, kind, len(names))
    name = names[place.turn]
    soql = select(columns(api, name, fields), name, *_where(api, name, since))
    step = _bulk if place.bulk else _query
    try:
        found, place, wait_s = step(api, place, soql)
    except Gone:
        found, place, wait_s = (), place.moved(bulk=False, job=None, locator=None), 0.0
    if step is _bulk:
        found = [bulk.typed(row, fields_of(api, name)) for row in found]
    records = [to_record(api, name, row, fields) for row in found]
    more = place.turn < len(names)
    return Listed(tuple(records), Cursor(place.model_dump_json()), more, total=total, wait_s=wait_s)


def _loaded(cursor: Cursor, kind: Kind, objects: int) -> Place:
    try:
        place = Place.model_validate_json(cursor)
    except ValidationError as error:
        raise Rejected("the cursor cannot be read", code="BAD_CURSOR") from error
    if place.kind != kind or place.turn >= objects:
        raise Rejected(f"the cursor is not one of {kind!r}", code="BAD_CURSOR")
    return place


def _where(api: Api, name: str, since: datetime | None) -> list[str]:
    """Converted leads live on as contacts."""
    where = ["IsConverted = false"] if "IsConverted" in fields_of(api, name) else []
    return where + ([] if since is None else [f"SystemModstamp >= {moment(since)}"])


def _count(api: Api, name: str, since: datetime | None) -> int:
    soql = select(["COUNT()"], name, *_where(api, name, since))
    answer = api.call("GET", "query/", params={"q": soql})
    return int(answer.get("totalSize", 0)) if isinstance(answer, Mapping) else 0


def _query(api: Api, place: Place, soql: str) -> tuple[Sequence[Row], Place, float]:
    """The next page by id: none is skipped or shown twice, whatever changes meanwhile."""
    size = api.settings.page_size
    joint = " AND " if " WHERE " in soql else " WHERE "
    behind = f"{joint}Id > '{place.last}'" if place.last else ""
    answer = api.query(f"{soql}{behind} ORDER BY Id ASC LIMIT {size}")
    found = list(answer["records"])
    if not found or (len(found) < size and answer.get("done", True)):
        return found, place.moved(turn=place.turn + 1, last=""), 0.0
    return found, place.moved(last=str(found[-1]["Id"])), 0.0


def _bulk(api: Api, place: Place, soql: str) -> tuple[Sequence[Row], Place, float]:
    """The next step of a bulk query: have it run, wait for it, a page of its results."""
    if place.job is None:
        return (), place.moved(job=bulk.start_query(api, soql)), POLL_S
    if place.locator is None:
        state = bulk.state(api, "query", place.job)
        if state not in bulk.ENDED:
            return (), place, POLL_S
        if state != "JobComplete":
            return (), place.moved(bulk=False, job=None), 0.0
    page = bulk.results(api, place.job, place.locator, api.settings.page_size)
    if page.locator is None:
        return page.rows, place.moved(turn=place.turn + 1, job=None, locator=None), 0.0
    return page.rows, place.moved(locator=page.locator), 0.0
