"""Configuring: checked before it is stored, and what follows from it is set off."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.accounts import Accounts
from app.configuring import (
    MASK,
    ConnectionSpec,
    InUse,
    Invalid,
    keep_tried,
    pause,
    remove_connection,
    resume,
    save_connection,
    try_out,
)
from app.store import connections, lanes
from app.store import feeds as feed_rows
from app.store.connections import Connection
from app.store.db import Database
from app.vault import Vault
from connectors.base import AuthLost
from connectors.memory import MemoryConnector, MemoryVendor
from tests.support.world import World


@pytest.fixture
def accounts(database: Database) -> Iterator[Accounts]:
    """Accounts over the empty database."""
    with httpx.Client() as http:
        yield Accounts(database, Vault((b"k" * 32,)), http)


def save(accounts: Accounts, name: str = "ma", role: str = "ma", **more: Any) -> Connection:
    """Save a memory connection."""
    spec = ConnectionSpec.model_validate({"name": name, "vendor": "memory", "role": role, **more})
    with accounts.database.begin() as tx:
        return save_connection(tx, accounts, spec, by="test")


def refused(accounts: Accounts, **more: Any) -> list[tuple[str, str]]:
    """The problems that saving a connection is refused with."""
    with pytest.raises(Invalid) as caught:
        save(accounts, **more)
    return [(one.pointer, one.message) for one in caught.value.problems]


def feeds(database: Database, name: str) -> list[str]:
    with database.begin() as tx:
        return [feed["name"] for feed in feed_rows.of(tx, name)]


def test_a_connection_is_stored_with_what_it_can_do_and_its_feeds(accounts: Accounts) -> None:
    """Capabilities come from the connector, feeds from them; nothing is mapped yet."""
    saved = save(accounts)

    assert "ParsesWebhooks" in saved.capabilities
    assert feeds(accounts.database, "ma") == ["activities:behaviour", "owners"]


@pytest.mark.parametrize(
    ("custom", "pointer", "message"),
    [
        ({"person": "Human__c"}, "/settings/custom_objects", "person is a kind of Baton's"),
        ({"a1": "X", "b1": "X"}, "/settings/custom_objects", "one object can be of one kind"),
        ({"Bad Name": "X"}, "/settings/custom_objects/Bad Name", "small letters a-z"),
        ({"ok": "X/../Y"}, "/settings/custom_objects/ok", "must have the form"),
    ],
)
def test_custom_objects_are_checked(
    accounts: Accounts, custom: dict[str, str], pointer: str, message: str
) -> None:
    """A name stands in lanes and addresses; a kind of Baton's is no custom object."""
    ((where, said),) = refused(accounts, settings={"custom_objects": custom})

    assert where.startswith(pointer)
    assert message in said


def test_a_custom_object_is_a_kind_of_the_connection(accounts: Accounts) -> None:
    """Every vendor that has such objects has the setting, under the same name."""
    save(accounts, settings={"custom_objects": {"subscription": "Subscription"}})

    connector = accounts.connector("ma")

    assert isinstance(connector, MemoryConnector)
    assert connector.kinds() == ("person", "company", "opportunity", "subscription")


def test_an_unknown_vendor_names_the_nearest(accounts: Accounts) -> None:
    """With the place and what is installed."""
    [(pointer, message)] = refused(accounts, vendor="hubspto")

    assert pointer == "/vendor"
    assert message.startswith("no connector 'hubspto'; did you mean 'hubspot'?")


def test_a_role_that_the_vendor_can_not_play_is_refused(accounts: Accounts) -> None:
    """Salesforce is no marketing automation here."""
    assert refused(accounts, vendor="salesforce") == [("/role", "Salesforce can be sfa only")]


def test_settings_are_checked_by_the_vendors_model(accounts: Accounts) -> None:
    """Each problem with its JSON pointer."""
    problems = refused(
        accounts,
        vendor="hubspot",
        settings={"portal_id": 1, "base_url": "ftp://x", "nope": 1},
        secrets={"access_token": "canary-token"},
    )

    assert ("/settings/nope", "there is no such key") in problems
    assert ("/settings/base_url", "expected a URL such as https://api.hubapi.com") in problems


def test_no_message_echoes_a_secret(accounts: Accounts) -> None:
    """Neither in the problems nor in the text of the error."""
    with pytest.raises(Invalid) as caught:
        save(accounts, secrets={"webhook_secret": "canary-1234", "canary-5678": "x"})

    assert "canary-1234" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_secrets_are_sealed_and_bound_to_their_connection(accounts: Accounts) -> None:
    """They open for that connection only, and are not in the row as such."""
    saved = save(accounts, secrets={"webhook_secret": "canary"})

    assert saved.secret is not None
    assert b"canary" not in saved.secret
    assert accounts.vault.open(saved.secret, "ma") == {"webhook_secret": "canary"}


@pytest.mark.parametrize("secrets", [None, {"webhook_secret": MASK}])
def test_what_is_not_said_or_masked_stays(
    accounts: Accounts, secrets: dict[str, str] | None
) -> None:
    """Saving what was read back keeps the secrets."""
    save(accounts, secrets={"webhook_secret": "canary"})
    saved = save(accounts, secrets=secrets, options={"poll_s": 5})

    assert accounts.vault.open(saved.secret, "ma") == {"webhook_secret": "canary"}
    assert saved.options["poll_s"] == 5


def test_saving_the_same_again_changes_nothing(accounts: Accounts) -> None:
    """So connectors stay open, and configuration as code can be applied every hour."""
    before = save(accounts, secrets={"webhook_secret": "canary"})
    after = save(accounts, secrets={"webhook_secret": "canary"})

    assert after.updated_at == before.updated_at


def test_a_connection_keeps_its_vendor(accounts: Accounts) -> None:
    """Ids and cursors of one vendor mean nothing at another."""
    save(accounts)
    [(pointer, _)] = refused(accounts, vendor="hubspot")

    assert pointer == "/vendor"


def test_new_secrets_bring_a_connection_back(accounts: Accounts) -> None:
    """One whose sign-in was lost goes on when it gets new ones."""
    save(accounts, secrets={"webhook_secret": "old"})
    with accounts.database.begin() as tx:
        connections.set_state(tx, "ma", "needs_attention", "401")

    assert save(accounts, secrets={"webhook_secret": "new"}).state == "active"


def test_a_connection_in_use_can_not_be_removed(database: Database) -> None:
    """The mapping that needs it is named."""
    World(database)
    with database.begin() as tx, pytest.raises(InUse, match='mapping "main" uses'):
        remove_connection(tx, "sfa")


def test_resuming_drains_what_waited(database: Database) -> None:
    """Lanes that are due are answered, and waits forgotten."""
    world = World(database)
    contact = world.ma.add_person("ada@example.com", "Contact")
    with database.begin() as tx:
        pause(tx, "ma", "lunch")
        lanes.wait(tx, "fetch:ma", 3600, "busy")
    world.hint("ma", [contact])
    assert not any(lane.endswith(":ma") for lane in world.due())

    with database.begin() as tx:
        wakes = resume(tx, "ma")

    assert "fetch:ma" in wakes
    assert "fetch:ma" in world.due()


def test_trying_out_stores_account_schema_and_owners(database: Database) -> None:
    """The calls first, then the rows."""
    world = World(database)
    world.sfa.add_owner("rep@example.com")
    tried = try_out(world.connectors["sfa"])
    with database.begin() as tx:
        keep_tried(tx, "sfa", tried)
        stored = connections.get(tx, "sfa")
        described = connections.described(tx, "sfa", "person")
        owners, _ = connections.owner_emails(tx)

    assert stored is not None
    assert (stored.account or {})["name"] == "In-memory account"
    assert described
    assert list(owners["sfa"].values()) == ["rep@example.com"]


def test_a_lost_sign_in_is_told_not_raised(database: Database) -> None:
    """And the connection needs attention."""
    World(database)
    vendor = MemoryVendor()
    vendor.fail_next("probe", AuthLost("401 unauthorised"))
    tried = try_out(MemoryConnector(vendor))
    with database.begin() as tx:
        keep_tried(tx, "ma", tried)
        stored = connections.get(tx, "ma")

    assert not tried.ok
    assert stored is not None
    assert (stored.state, stored.reason) == ("needs_attention", "401 unauthorised")
