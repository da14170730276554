"""The counters of campaigns, worked out whenever they are read.

Source: Object Reference, "Campaign". Counters over a hierarchy of campaigns are left out.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.records import Row

Count: TypeAlias = Callable[[Org, list[Row]], Any]


def _members(test: Callable[[Org, Row], bool]) -> tuple[str, Count]:
    return "CampaignMember", lambda org, rows: sum(1 for row in rows if test(org, row))


def _deals(count: Callable[[list[Row]], Any], *, won: bool) -> tuple[str, Count]:
    return "Opportunity", lambda _, rows: count([r for r in rows if r.fields["IsWon"] or not won])


def _amount(rows: list[Row]) -> float:
    return float(sum(row.fields["Amount"] or 0 for row in rows))


def _is_converted(org: Org, row: Row) -> bool:
    lead = org.row(row.fields["LeadId"])
    return lead is not None and bool(lead.fields["IsConverted"])


COUNTERS: Mapping[str, tuple[str, Count]] = {
    "NumberOfLeads": _members(lambda _, row: row.fields["LeadId"] is not None),
    "NumberOfConvertedLeads": _members(_is_converted),
    "NumberOfContacts": _members(lambda _, row: row.fields["ContactId"] is not None),
    "NumberOfResponses": _members(lambda _, row: row.fields["HasResponded"]),
    "NumberOfOpportunities": _deals(len, won=False),
    "NumberOfWonOpportunities": _deals(len, won=True),
    "AmountAllOpportunities": _deals(_amount, won=False),
    "AmountWonOpportunities": _deals(_amount, won=True),
}
NAMES = frozenset(COUNTERS)


def value(org: Org, row: Row, name: str) -> Any:
    """One counter of a campaign; a field of that name elsewhere is as it was stored."""
    if row.object.name != "Campaign":
        return row.fields.get(name)
    child, count = COUNTERS[name]
    made = org.schema.objects[child]
    return count(org, org.alive(made, made.fields["CampaignId"], row.id))
