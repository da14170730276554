"""Opportunities that came to another stage, were won or lost: one activity for each contact.

The org writes a line of history when stage, amount, probability or close date change; those of
the stage count here. A contact who gets a role later is told all that happened before, so the
roles are read on too; the ids stay the same. An opportunity without roles is nobody's. Lines of
changes that Baton's user made are left out: they were told by whoever had them made.
Source: Object Reference, "OpportunityHistory", "OpportunityStage", "OpportunityContactRole".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.base import Activity, Cursor, Page, Ref, Value
from connectors.salesforce.deals import contacts_of, rows_of
from connectors.salesforce.feed import Stream, idle, page
from connectors.salesforce.ids import canonical
from connectors.salesforce.owners import whoami
from connectors.salesforce.schema import ROLE, fields_if_there
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import parse_moment, select

HISTORY = "OpportunityHistory"
_ASKED = (
    "Id", "SystemModstamp", "CreatedDate", "CreatedById", "OpportunityId", "StageName", "Amount",
    "CloseDate",
)  # fmt: skip
_ROLE = ("Id", "SystemModstamp", "OpportunityId", "ContactId")
CURRENCY = "CurrencyIsoCode"


@dataclass(slots=True)
class Deal:
    """What the page shows of one opportunity: new lines of history, new roles."""

    lines: set[str] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)


def stages(api: Api, feed: str, cursor: Cursor | None) -> Page[Activity]:
    """Changes of stage since `cursor`, with the amount, for each contact of the opportunity."""
    if not fields_if_there(api, HISTORY) or not fields_if_there(api, ROLE):
        return Page((), idle(feed, cursor), more=False)
    streams = [Stream(HISTORY, _ASKED), Stream(ROLE, _ROLE)]
    rows, after, more = page(api, feed, streams, cursor)
    deals: dict[str, Deal] = {}
    for stream, row in rows:
        deal = deals.setdefault(canonical(str(row["OpportunityId"])), Deal())
        if stream.name == HISTORY:
            deal.lines.add(str(row["Id"]))
        else:
            deal.contacts.add(canonical(str(row["ContactId"])))
    return Page(tuple(_told(api, deals)) if deals else (), after, more)


def _told(api: Api, deals: Mapping[str, Deal]) -> Iterator[Activity]:
    """New lines for all contacts, all lines for new ones; oldest first."""
    contacts, ours = contacts_of(api, deals), whoami(api)
    closed = _closed_stages(api)
    found: list[Activity] = []
    for id_, changes in _changes(api, [id_ for id_ in deals if id_ in contacts]).items():
        deal = deals[id_]
        for row, before in changes:
            if canonical(str(row["CreatedById"])) == ours:
                continue
            is_new = str(row["Id"]) in deal.lines
            found += (
                _activity(api, row, before, contact, closed)
                for contact in contacts[id_]
                if is_new or contact in deal.contacts
            )
    return iter(sorted(found, key=lambda one: (one.at, one.id)))


def _changes(api: Api, deals: Sequence[str]) -> Mapping[str, list[tuple[Row, str | None]]]:
    """The lines at which the stage changed, with the stage before, by opportunity."""
    known = fields_if_there(api, "Opportunity")
    more = (api.settings.reason_field, CURRENCY)
    own = [f"Opportunity.{name}" for name in ("Name", *more) if name is not None and name in known]
    lines: dict[str, list[Row]] = {}
    for row in rows_of(api, HISTORY, (*_ASKED, *own), "OpportunityId", deals):
        lines.setdefault(canonical(str(row["OpportunityId"])), []).append(row)
    return {id_: list(_stage_changes(rows)) for id_, rows in lines.items()}


def _stage_changes(rows: Sequence[Row]) -> Iterator[tuple[Row, str | None]]:
    before: str | None = None
    for row in sorted(rows, key=lambda one: (str(one["CreatedDate"]), str(one["Id"]))):
        if (stage := str(row["StageName"])) != before:
            yield row, before
            before = stage


def _closed_stages(api: Api) -> Mapping[str, str]:
    """Stages that end an opportunity: name -> won or lost."""
    if not fields_if_there(api, "OpportunityStage"):
        return {}
    asked = ["Id", "ApiName", "MasterLabel", "IsWon"]
    found: dict[str, str] = {}
    for row in api.rows(select(asked, "OpportunityStage", "IsClosed = true")):
        end = "won" if row.get("IsWon") else "lost"
        found |= {str(row[name]): end for name in ("ApiName", "MasterLabel") if row.get(name)}
    return found


def _activity(
    api: Api, row: Row, before: str | None, contact: str, closed: Mapping[str, str]
) -> Activity:
    deal = row.get("Opportunity") or {}
    stage = str(row["StageName"])
    type_ = closed.get(stage, "stage_change")
    reason = deal.get(api.settings.reason_field or "") if type_ != "stage_change" else None
    detail: dict[str, Value] = {
        "stage": stage,
        "from_stage": before,
        "amount": row.get("Amount"),
        "currency": deal.get(CURRENCY),
        "reason": None if reason is None else str(reason),
        "close_date": row.get("CloseDate"),
    }
    return Activity(
        id=f"{canonical(str(row['Id']))}:{contact}",
        person=Ref("person", contact),
        type=type_,
        at=parse_moment(str(row["CreatedDate"])),
        title=": ".join(filter(None, (str(deal.get("Name") or ""), stage))),
        detail={name: value for name, value in detail.items() if value is not None},
        about=(Ref("opportunity", canonical(str(row["OpportunityId"]))),),
    )
