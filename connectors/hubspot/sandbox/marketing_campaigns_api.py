"""Campaigns: read, made, changed; their budget and spend.

Source: HubSpot developer docs, "Campaigns API": without `properties` a campaign is shown with none;
unknown and read-only properties are ignored; items may come in any order.
"""

import uuid
from functools import partial
from typing import Any

from connectors.hubspot.sandbox.errors import invalid, resource_not_found
from connectors.hubspot.sandbox.http import VERSIONS, Answer, Call, Endpoint
from connectors.hubspot.sandbox.marketing_campaigns import Item, ItemKind, MarketingCampaign
from connectors.hubspot.sandbox.objects_api import paging

READ, WRITE = "marketing.campaigns.read", "marketing.campaigns.write"
DEFAULT_PAGE, MOST_PER_PAGE = 50, 100
WRITABLE = (
    "hs_name", "hs_start_date", "hs_end_date", "hs_notes", "hs_audience", "hs_currency_code",
    "hs_campaign_status", "hs_owner", "hs_utm",
)  # fmt: skip


def needed(call: Call) -> MarketingCampaign:
    """Raises: ApiError (404)."""
    found = call.portal.marketing_campaigns.all.get(call.params["campaign"])
    if found is None:
        raise resource_not_found()
    return found


def list_campaigns(call: Call) -> Answer:
    limit = call.whole("limit", DEFAULT_PAGE, MOST_PER_PAGE)
    name = (call.query.get("name") or "").lower()
    found = [
        one
        for one in call.portal.marketing_campaigns.all.values()
        if name in str(one.values.get("hs_name", "")).lower()
    ]
    start = call.number(call.query.get("after") or 0)
    names = call.names("properties")
    page = [one.as_json(names) for one in found[start : start + limit]]
    body: dict[str, Any] = {"total": len(found), "results": page}
    if start + limit < len(found):
        body["paging"] = paging(call, str(start + limit))
    return 200, body


def get(call: Call) -> Answer:
    return 200, needed(call).as_json(call.names("properties"))


def create(call: Call) -> Answer:
    values = _values(call)
    if not values.get("hs_name"):
        raise invalid("hs_name is required", properties=["hs_name"])
    now_ms = call.portal.now_ms()
    made = MarketingCampaign(str(uuid.uuid4()), values, now_ms, now_ms)
    call.portal.marketing_campaigns.all[made.id] = made
    return 201, made.as_json(list(values))


def change(call: Call) -> Answer:
    one, values = needed(call), _values(call)
    one.values |= values
    one.updated_ms = call.portal.now_ms()
    return 200, one.as_json(list(values))


def delete(call: Call) -> Answer:
    call.portal.marketing_campaigns.all.pop(call.params["campaign"], None)
    return 204, None


def _values(call: Call) -> dict[str, Any]:
    given = call.with_fields(call.mapping("properties")["properties"])
    return {name: given[name] for name in WRITABLE if name in given}


def totals(call: Call) -> Answer:
    return 200, needed(call).totals()


def _item(call: Call, kind: ItemKind) -> Item:
    found = needed(call).items(kind).get(call.params["item"])
    if found is None:
        raise resource_not_found()
    return found


def add_item(kind: ItemKind, call: Call) -> Answer:
    one, held = needed(call), call.portal.marketing_campaigns
    held.made += 1
    now_ms = call.portal.now_ms()
    made = Item(str(held.made), 0.0, "", 0, "", now_ms, now_ms)
    _fill(call, made)
    one.items(kind)[made.id] = made
    return 200, made.as_json()


def get_item(kind: ItemKind, call: Call) -> Answer:
    return 200, _item(call, kind).as_json()


def put_item(kind: ItemKind, call: Call) -> Answer:
    found = _item(call, kind)
    _fill(call, found)
    found.updated_ms = call.portal.now_ms()
    return 200, found.as_json()


def delete_item(kind: ItemKind, call: Call) -> Answer:
    needed(call).items(kind).pop(call.params["item"], None)
    return 204, None


def _fill(call: Call, item: Item) -> None:
    body = call.mapping("amount", "name", "order")
    amount = body["amount"]
    if not isinstance(amount, int | float) or isinstance(amount, bool):
        raise invalid("amount must be a number")
    item.amount, item.name = float(amount), str(body["name"])
    item.order, item.description = call.number(body["order"]), str(body.get("description") or "")


def paths(rest: str = "") -> tuple[str, ...]:
    roots = (
        "/marketing/v3/campaigns",
        *(f"/marketing/campaigns/{version}" for version in VERSIONS),
    )
    return tuple(f"{root}{rest}" for root in roots)


def _items(kind: ItemKind) -> tuple[Endpoint, ...]:
    one = f"/{{campaign}}/{kind}"
    return (
        Endpoint("POST", paths(one), partial(add_item, kind), scope=WRITE),
        Endpoint("GET", paths(f"{one}/{{item}}"), partial(get_item, kind), scope=READ),
        Endpoint("PUT", paths(f"{one}/{{item}}"), partial(put_item, kind), scope=WRITE),
        Endpoint("DELETE", paths(f"{one}/{{item}}"), partial(delete_item, kind), scope=WRITE),
    )


_ONE = "/{campaign}"
ENDPOINTS = (
    Endpoint("GET", paths(f"{_ONE}/budget/totals"), totals, scope=READ),
    *_items("budget"),
    *_items("spend"),
    Endpoint("GET", paths(), list_campaigns, scope=READ),
    Endpoint("POST", paths(), create, scope=WRITE),
    Endpoint("GET", paths(_ONE), get, scope=READ),
    Endpoint("PATCH", paths(_ONE), change, scope=WRITE),
    Endpoint("DELETE", paths(_ONE), delete, scope=WRITE),
)
