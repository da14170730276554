"""Processes that share a connection: a refresh token given to one serves the others."""

from collections.abc import Iterator

import httpx
import pytest
import respx
from sqlalchemy import text

from app.accounts import Accounts
from app.store import connections
from app.store.db import Database
from app.vault import Vault
from connectors.capabilities import ListsOwners

TOKENS = "https://api.hubapi.com/oauth/v3/token"
OWNERS = "https://api.hubapi.com/crm/"


@pytest.fixture
def database(migrated: Database) -> Iterator[Database]:
    vault = Vault((b"k" * 32,))
    secrets = {"client_id": "app", "client_secret": "s", "refresh_token": "first"}
    with migrated.begin() as tx:
        connections.put(
            tx,
            "hs",
            vendor="hubspot",
            role="ma",
            settings={},
            options={},
            capabilities=(),
            secret=vault.lock(secrets, "hs"),
        )
    yield migrated
    with migrated.begin() as tx:
        connections.remove(tx, "hs")
        tx.execute(text("TRUNCATE budget, usage"))


class Rotating:
    """HubSpot where each refresh token serves once."""

    def __init__(self) -> None:
        self.good, self.asked = "first", 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        given = dict(httpx.QueryParams(request.content.decode()))["refresh_token"]
        self.asked += 1
        if given != self.good:
            return httpx.Response(400, json={"status": "BAD_REFRESH_TOKEN", "message": "used"})
        self.good = f"token-{self.asked}"
        answer = {
            "access_token": f"access-{self.asked}",
            "refresh_token": self.good,
            "expires_in": 1800,
            "token_type": "bearer",
        }
        return httpx.Response(200, json=answer)


@respx.mock
def test_a_rotated_refresh_token_serves_the_other_process_too(database: Database) -> None:
    """The second process signs in with what the first one was given, not with what it knew."""
    vendor = Rotating()
    respx.post(TOKENS).mock(side_effect=vendor)
    owners = respx.get(url__startswith=OWNERS).respond(json={"results": []})
    with httpx.Client() as http:
        vault = Vault((b"k" * 32,))
        one, two = (Accounts(database, vault, http).connector("hs") for _ in range(2))

        for side in (one, two):
            assert isinstance(side, ListsOwners)
            side.owners()

    used = {call.request.headers["authorization"] for call in owners.calls}
    assert used == {"Bearer access-1", "Bearer access-2"}
