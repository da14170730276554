"""What a campaign costs, what came of it, and crediting opportunities to it.

An opportunity has one primary campaign source (`CampaignId`), which people set, too: it is written
only where it is empty. Its people are `OpportunityContactRole`s, of contacts alone.
Source: Object Reference, "Campaign", "Opportunity", "OpportunityContactRole".
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from connectors.base import Gone, Landed, Ref, Rejected
from connectors.campaigns import CAMPAIGN, Cost, Credit, Deal, Group, Summary
from connectors.salesforce.batch import BATCH, Call, Item, Outcome, send_all
from connectors.salesforce.deals import contact_of, new_role, roles_of, rows_of
from connectors.salesforce.ids import canonical, object_of
from connectors.salesforce.schema import fields_of, fields_of_kind, with_live_schema
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import equals, select

PATH = "composite/sobjects"
CURRENCY = "CurrencyIsoCode"  # of orgs with several currencies alone
COSTS = {"ActualCost": "actual", "BudgetedCost": "budget"}
_DEALS = ("Id", "Amount", "IsWon", "IsClosed")


def summary(api: Api, group: Group) -> Summary:
    """Two queries. Raises: Gone (no such campaign), Busy, AuthLost, Rejected."""
    return with_live_schema(api, lambda: _summary(api, group))


def _summary(api: Api, group: Group) -> Summary:
    asked = [n for n in (*COSTS, "StartDate", CURRENCY) if n in fields_of(api, "Campaign")]
    found = api.query(select(["Id", *asked], "Campaign", equals("Id", group.id)))["records"]
    if not found:
        raise Gone(f"there is no campaign {group.id}")
    shown = [*_DEALS, *(n for n in (CURRENCY,) if n in fields_of(api, "Opportunity"))]
    rows = api.rows(select(shown, "Opportunity", equals("CampaignId", group.id)))
    return Summary(_costs(found[0]), tuple(_deal(row) for row in rows))


def _costs(row: Row) -> tuple[Cost, ...]:
    """They count on the day on which the campaign starts."""
    currency, day = str(row.get(CURRENCY) or ""), row.get("StartDate")
    starts_on = date.fromisoformat(str(day)) if day else None
    given = ((n, kind, row.get(n)) for n, kind in COSTS.items())
    return tuple(
        Cost(name, float(value), "actual" if kind == "actual" else "budget", currency, starts_on)
        for name, kind, value in given
        if value is not None
    )


def _deal(row: Row) -> Deal:
    amount = row.get("Amount")
    return Deal(
        canonical(str(row["Id"])),
        None if amount is None else float(amount),
        bool(row.get("IsWon")),
        bool(row.get("IsClosed")),
        str(row.get(CURRENCY) or ""),
    )


def credit(api: Api, credits_: Sequence[Credit]) -> Mapping[str, Outcome]:
    """Two queries and at most two writes for up to 200. Raises: as `batch.send_all`."""
    if len(credits_) > BATCH:
        raise Rejected(f"{len(credits_)} at once; the most is {BATCH}", code="batch_too_large")
    ids = sorted({canonical(one.opportunity.id) for one in credits_})
    outcomes: dict[str, Outcome] = dict(_without_field(api, credits_))
    more = sorted({n for one in credits_ if one.key not in outcomes for n in one.fields})
    asked = rows_of(api, "Opportunity", ("Id", "CampaignId", *more), "Id", ids)
    there = {canonical(str(row["Id"])): row for row in asked}
    items: list[Item] = []
    for one in credits_:
        if one.key in outcomes:
            continue
        row = there.get(canonical(one.opportunity.id))
        if row is None:
            outcomes[one.key] = Gone(f"there is no opportunity {one.opportunity.id}")
        elif row.get("CampaignId"):
            outcomes[one.key] = Landed(Ref(CAMPAIGN, canonical(str(row["CampaignId"]))))
        else:
            items.append(_item(one, row))
    if items:
        campaigns = {one.key: one.campaign for one in credits_}
        for key, outcome in send_all(api, [Call(PATH, items)]).items():
            landed = isinstance(outcome, Landed)
            outcomes[key] = Landed(Ref(CAMPAIGN, campaigns[key])) if landed else outcome
    return outcomes | _with_people(api, credits_, ids, outcomes)


def _without_field(api: Api, credits_: Sequence[Credit]) -> Iterator[tuple[str, Rejected]]:
    """Those that name a field which opportunities do not have, or which we may not write."""
    wanted = {name for one in credits_ for name in one.fields}
    if not wanted:
        return
    known = fields_of_kind(api, "opportunity", wanted)["Opportunity"]
    for one in credits_:
        wrong = sorted(n for n in one.fields if not known.get(n, {}).get("updateable"))
        if wrong:
            told = f"Opportunity has no field that we may write: {', '.join(wrong)}"
            yield one.key, Rejected(told, code="NO_FIELD", fields=tuple(wrong))


def _item(one: Credit, row: Row) -> Item:
    id_ = canonical(one.opportunity.id)
    empty = {name: value for name, value in one.fields.items() if row.get(name) in {None, ""}}
    body = {"attributes": {"type": "Opportunity"}, "Id": id_, "CampaignId": one.campaign, **empty}
    return Item(one.key, "opportunity", body, ("Opportunity", "Id", id_))


def _with_people(
    api: Api, credits_: Sequence[Credit], ids: Sequence[str], outcomes: Mapping[str, Outcome]
) -> dict[str, Outcome]:
    """Have contact roles of the people, where there are none; answer those that failed."""
    wanted = {
        (canonical(one.opportunity.id), canonical(one.person.id)): one
        for one in credits_
        if one.person is not None
        and object_of(one.person, {}) == "Contact"
        and isinstance(outcomes.get(one.key), Landed)
    }
    if not wanted:
        return {}
    roles = roles_of(api, ids)
    there = {(deal, contact_of(role)) for deal, rows in roles.items() for role in rows}
    items = [_role(place, one) for place, one in wanted.items() if place not in there]
    if not items:
        return {}
    told = send_all(api, [Call(PATH, items, method="POST")])
    return {key: outcome for key, outcome in told.items() if not isinstance(outcome, Landed)}


def _role(place: tuple[str, str], one: Credit) -> Item:
    more = {"Role": one.role} if one.role else {}
    return new_role(one.key, place, ("Contact", "Id", place[1]), **more)
