"""Opportunities' people: the contacts that have a role in one."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from connectors.salesforce.batch import Item
from connectors.salesforce.ids import canonical
from connectors.salesforce.schema import ROLE
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import batches, one_of, select

_ASKED = ("Id", "OpportunityId", "ContactId", "IsPrimary")


def rows_of(
    api: Api, name: str, fields: Collection[str], by: str, ids: Collection[str]
) -> Iterator[Row]:
    """All rows of an object whose field `by` is one of `ids`, in the order of their ids."""
    head = select([*fields], name, order="Id ASC")
    for part in batches(sorted(ids), head):
        yield from api.rows(select([*fields], name, one_of(by, part), order="Id ASC"))


def roles_of(api: Api, deals: Collection[str]) -> Mapping[str, list[Row]]:
    """The roles in each opportunity, in the order of their ids."""
    found: dict[str, list[Row]] = {}
    for row in rows_of(api, ROLE, _ASKED, "OpportunityId", deals):
        found.setdefault(canonical(str(row["OpportunityId"])), []).append(row)
    return found


def contact_of(role: Row) -> str:
    return canonical(str(role["ContactId"]))


def contacts_of(api: Api, deals: Collection[str]) -> Mapping[str, list[str]]:
    """The contacts of each opportunity, each once."""
    return {
        deal: list(dict.fromkeys(contact_of(role) for role in roles))
        for deal, roles in roles_of(api, deals).items()
    }


def new_role(key: str, place: tuple[str, str], about: tuple[str, str, str], **fields: Any) -> Item:
    """A role of a contact in an opportunity (`place`: opportunity, contact) to be created."""
    row = {"attributes": {"type": ROLE}, "OpportunityId": place[0], "ContactId": place[1]}
    return Item(key, "opportunity", row | fields, about)
