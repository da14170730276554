"""A HubSpot account as its sandbox plays it: people act in it, and calls are counted."""

from collections.abc import Mapping
from typing import Any

import httpx

from connectors.base import Activity, Cursor, Ref
from connectors.hubspot import HubSpot

OFF = {"limits": False, "search_lag_s": 0, "private_app_token": "sandbox-token"}
PORTAL = 48_000_001


class Account:
    """HubSpot's own API as other integrations use it, and the control routes of the sandbox."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self.url = url
        self.http = http
        self.control("POST", "reset", OFF)
        self.control("DELETE", "faults")

    def control(self, method: str, path: str, config: Any = None, **body: Any) -> Any:
        sent = {"config": config} if config else body
        answer = self.http.request(method, f"{self.url}/_sandbox/{path}", json=sent)
        return answer.raise_for_status().json()

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": "Bearer sandbox-token"}
        answer = self.http.request(method, f"{self.url}{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def contact(self, email: str, **properties: str) -> str:
        return str(self.create("contacts", {"email": email, **properties})["id"])

    def create(self, object_: str, properties: Mapping[str, Any], *ends: Any) -> Any:
        """A record, associated with {type id: id of the other record} each."""
        associations = [
            {
                "to": {"id": other},
                "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}],
            }
            for type_id, other in ends
        ]
        body = {"properties": dict(properties), "associations": associations}
        return self.call("POST", f"/crm/v3/objects/{object_}", body)

    def change(self, object_: str, id_: str, **properties: str) -> None:
        self.call("PATCH", f"/crm/v3/objects/{object_}/{id_}", {"properties": properties})

    def dump(self, object_: str) -> list[dict[str, Any]]:
        found = self.http.get(f"{self.url}/_sandbox/dump", params={"object": object_})
        records: list[dict[str, Any]] = found.raise_for_status().json()
        return records

    def ends(self, object_: str, id_: str, other: str) -> list[str]:
        """The ids of the records of another object that one is associated with."""
        found = self.call("GET", f"/crm/v4/objects/{object_}/{id_}/associations/{other}")
        return sorted(str(one["toObjectId"]) for one in found["results"])

    def calls(self) -> dict[str, int]:
        """How often each endpoint was called since they were last forgotten."""
        answer = self.http.get(f"{self.url}/_sandbox/calls").raise_for_status().json()
        return dict(answer["by_endpoint"])

    def forget_calls(self) -> None:
        self.control("DELETE", "calls")


def run(hubspot: HubSpot, feed: str, cursor: Cursor | None = None) -> tuple[list[Activity], Cursor]:
    """What one run of a feed shows, and where the next one begins."""
    found: list[Activity] = []
    for _ in range(300):
        page = hubspot.activities(feed, cursor)
        found += page.items
        cursor = page.cursor
        if not page.more:
            return found, cursor
    raise AssertionError("the feed does not end")


def person(contact: str) -> Ref:
    return Ref("person", contact)
