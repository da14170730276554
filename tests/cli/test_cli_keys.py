"""`baton keys` and `baton migrate`."""

import json

import pytest

from app.store import api_keys
from app.store.db import Database
from app.store.embedded import Embedded
from tests.cli.conftest import Command


def test_a_key_opens_the_door_until_it_is_revoked(baton: Command, database: Database) -> None:
    """What `create` prints is a key of the role asked for; `revoke` ends it."""
    made = json.loads(baton("keys", "create", "ci", "--role", "viewer", "--json").out)
    with database.begin() as tx:
        known = api_keys.check(tx, made["key"])
    listed = json.loads(baton("keys", "list", "--json").out)

    assert known is not None
    assert (known["name"], known["role"]) == ("ci", "viewer")
    assert [row["name"] for row in listed] == ["ci"]
    assert made["key"] not in json.dumps(listed)

    assert baton("keys", "revoke", listed[0]["id"]).code == 0
    with database.begin() as tx:
        assert api_keys.check(tx, made["key"]) is None


def test_a_key_that_is_not_there_can_not_be_revoked(baton: Command) -> None:
    """The mistake is named, and the exit code is 1."""
    ended = baton("keys", "revoke", "nobody")

    assert ended.code == 1
    assert ended.err.startswith("baton: there is no live key 'nobody'")


@pytest.fixture
def empty_url(server: Embedded) -> str:
    """A database without any schema."""
    return server.database("cli_migrate").render_as_string(hide_password=False)


def test_migrate_brings_an_empty_database_to_this_release(baton: Command, empty_url: str) -> None:
    """`--check` fails before and passes after; other commands refuse until then."""
    here = {"BATON_DATABASE_URL": empty_url}

    assert baton("migrate", "--check", **here).code == 1
    assert "run `baton migrate`" in baton("status", **here).err
    assert baton("migrate", **here).code == 0
    assert baton("migrate", "--check", **here).code == 0
    assert baton("status", **here).out.endswith("nothing needs attention\n")
