"""Small facts about HubSpot that other software meets."""

from typing import Any

import pytest

from tests.connectors.hubspot_sandbox.conftest import CONTACTS


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["hs_communication_channel_type", "hs_communication_logged_from"]),
        ({"hs_communication_channel_type": "SMS"}, ["hs_communication_logged_from"]),
    ],
)
def test_what_a_communication_needs(account: Any, given: Any, missing: list[str]) -> None:
    """Its channel, and where it was logged from."""
    answer = account.ask("POST", "/crm/v3/objects/communications", {"properties": given})

    assert answer.status_code == 400
    assert answer.json()["context"] == {"properties": missing}


def test_a_blocklisted_email_cannot_come_back(account: Any) -> None:
    """The privacy deletion of an e-mail that nobody has bars it; of a contact's id, it does not."""
    kept = account.make(email="kept@x.com")["id"]
    forget = f"{CONTACTS}/gdpr-delete"
    account.ok("POST", forget, {"objectId": kept})
    account.ok("POST", forget, {"objectId": "Never@x.com", "idProperty": "email"})

    made = account.make(email="kept@x.com")
    refused = account.ask("POST", CONTACTS, {"properties": {"email": "never@x.com"}})
    moved = {"properties": {"email": "NEVER@x.com"}}
    renamed = account.ask("PATCH", f"{CONTACTS}/{made['id']}", moved)
    account.configure(blocklist_refuses=False)
    taken = account.ask("POST", CONTACTS, {"properties": {"email": "never@x.com"}})

    assert [one.status_code for one in (refused, renamed, taken)] == [400, 400, 201]
    assert refused.json()["errors"][0]["code"] == "INVALID_EMAIL"
