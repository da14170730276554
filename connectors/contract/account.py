"""Contracts of the account itself: `DescribesFields`, `ListsOwners`, `Probes`."""

from collections import Counter

import pytest

from connectors.base import AuthLost
from connectors.contract.stage import Stage


class DescribesFieldsContract:
    """The live schema of people."""

    def test_the_fields_that_we_use_are_described(self, stage: Stage) -> None:
        """E-mail and text fields are there, writable, with their type."""
        described = {field.name: field for field in stage.connector.describe("person")}
        names = stage.fields

        assert described[names.email].type == "email"
        for name in (names.one, names.other):
            assert described[name].type in {"text", "long_text"}
            assert described[name].writable
            assert described[name].label

    def test_every_kind_of_the_account_is_described(self, stage: Stage) -> None:
        """Each with at least one object; people are among them."""
        kinds = stage.connector.kinds()

        assert "person" in kinds
        assert all({field.object for field in stage.connector.describe(kind)} for kind in kinds)

    def test_a_field_is_described_once_per_object(self, stage: Stage) -> None:
        """No (object, name) comes twice."""
        seen = Counter((f.object, f.name) for f in stage.connector.describe("person"))

        assert [pair for pair, times in seen.items() if times > 1] == []

    def test_choices_belong_to_choice_fields(self, stage: Stage) -> None:
        """Only fields of a choice type carry choices, and none of them is empty."""
        for field in stage.connector.describe("person"):
            if field.choices:
                assert field.type in {"choice", "multi_choice", "bool"}, field
            assert all(choice != "" for choice in field.choices), field

    def test_some_fields_are_read_only(self, stage: Stage) -> None:
        """Ids and system times are not offered for writing."""
        assert not all(field.writable for field in stage.connector.describe("person"))


class ListsOwnersContract:
    """Users and queues."""

    def test_a_user_is_listed_with_email_and_id(self, stage: Stage) -> None:
        """The id is what owner fields hold."""
        id_ = stage.add_owner("rep@example.com")

        found = {owner.id: owner for owner in stage.connector.owners()}

        assert found[id_].email == "rep@example.com"
        assert found[id_].active
        assert not found[id_].is_queue

    def test_ids_are_unique(self, stage: Stage) -> None:
        """No owner comes twice, however many there are."""
        for n in range(5):
            stage.add_owner(f"rep{n}@example.com")
        ids = [owner.id for owner in stage.connector.owners()]

        assert len(ids) == len(set(ids)) >= 5


class ProbesContract:
    """The test of a connection."""

    def test_it_says_who_we_are(self, stage: Stage) -> None:
        """A stable id and a name."""
        account = stage.connector.probe()

        assert account.id
        assert account.name
        assert stage.connector.probe().id == account.id

    def test_a_lost_sign_in_is_said(self, stage: Stage) -> None:
        """A sign-in that the vendor takes no more is `AuthLost`."""
        stage.revoke()

        with pytest.raises(AuthLost):
            stage.connector.probe()
