"""Opportunities' people: the contacts that have a role in one."""

from collections.abc import Collection, Iterator, Mapping

from connectors.salesforce.ids import canonical
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import batches, one_of, select

ROLE = "OpportunityContactRole"


def rows_of(
    api: Api, name: str, fields: Collection[str], by: str, ids: Collection[str]
) -> Iterator[Row]:
    """All rows of an object whose field `by` is one of `ids`, in the order of their ids."""
    head = select([*fields], name, order="Id ASC")
    for part in batches(sorted(ids), head):
        yield from api.rows(select([*fields], name, one_of(by, part), order="Id ASC"))


def contacts_of(api: Api, deals: Collection[str]) -> Mapping[str, list[str]]:
    """The contacts of each opportunity, each once."""
    found: dict[str, dict[str, None]] = {}
    for row in rows_of(api, ROLE, ("Id", "OpportunityId", "ContactId"), "OpportunityId", deals):
        deal, contact = canonical(str(row["OpportunityId"])), canonical(str(row["ContactId"]))
        found.setdefault(deal, {})[contact] = None
    return {deal: list(contacts) for deal, contacts in found.items()}
