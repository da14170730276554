"""What a mapping says of identity and deletion is checked when it is saved."""

from typing import Any

import pytest
from sqlalchemy import text

from app.configuring import Invalid, save_document
from app.store.db import Database
from tests.support.world import MAPPING, World


def refused(database: Database, **changes: Any) -> dict[str, str]:
    """The problems that saving is refused with, by pointer."""
    with database.begin() as tx, pytest.raises(Invalid) as caught:
        save_document(tx, "mapping", "main", {**MAPPING, **changes})
    return {one.pointer: one.message for one in caught.value.problems}


def test_a_deletion_spreads_only_to_where_records_can_be_deleted(database: Database) -> None:
    """The pointer names the side whose deletions would spread."""
    World(database)
    with database.begin() as tx:
        tx.execute(text("UPDATE connection SET capabilities = capabilities - 'Deletes'"))

    found = refused(database, deletes={"ma": "propagate"})

    assert found == {"/deletes/ma": 'the connection "sfa" can\'t delete records'}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"identity": {"keys": ["e-mail"]}}, "/identity/keys/0"),
        ({"identity": {"candidates": {"at_least": 0.2}}}, "/identity/candidates/at_least"),
        ({"identity": {"likely": True}}, "/identity/likely"),
        ({"deletes": {"ma": "always"}}, "/deletes/ma"),
        ({"deletes": {"most_per_hour": 0}}, "/deletes/most_per_hour"),
    ],
)
def test_what_makes_no_sense_is_refused(
    database: Database, changes: dict[str, Any], pointer: str
) -> None:
    """With a pointer to it."""
    World(database)

    assert list(refused(database, **changes)) == [pointer]


def test_a_key_without_a_field_is_doubtful(database: Database) -> None:
    """It is saved, and says that it joins nobody."""
    World(database)
    body = {**MAPPING, "identity": {"keys": ["email", "domain"]}}

    with database.begin() as tx:
        saved = save_document(tx, "mapping", "main", body)

    assert [(one.pointer, one.message) for one in saved.warnings] == [
        ("/identity/keys/1", "no field is named domain or website: it joins nobody")
    ]
