"""The contract of `Deletes` and `Erases`: gone is gone, and asking twice does no harm."""

import pytest

from connectors.base import AuthLost, Busy, Ref
from connectors.contract.stage import Stage


class DeletesContract:
    """Deleting people. The connector also reads records (`ReadsRecords`)."""

    def test_what_was_deleted_is_gone(self, stage: Stage) -> None:
        """And nothing else is."""
        gone, kept = stage.add_person("ada@example.com"), stage.add_person("bob@example.com")

        assert stage.connector.delete([gone]) == {gone: None}

        assert [one.deleted for one in stage.connector.read([gone, kept], [])] == [True, False]

    def test_deleting_again_is_no_error(self, stage: Stage) -> None:
        """What is not there any more, or never was, is what was asked for."""
        ref = stage.add_person("ada@example.com")
        never = Ref("person", "no-such-record")
        stage.delete(ref)

        assert stage.connector.delete([ref, never]) == {ref: None, never: None}

    def test_deleting_nothing_is_no_error(self, stage: Stage) -> None:
        """And answers nothing."""
        assert stage.connector.delete([]) == {}

    def test_a_busy_vendor_deletes_nothing(self, stage: Stage) -> None:
        """The record is there still, and goes at the next try."""
        ref = stage.add_person("ada@example.com")
        stage.busy_once()

        with pytest.raises(Busy):
            stage.connector.delete([ref])

        assert not stage.connector.read([ref], [])[0].deleted
        assert stage.connector.delete([ref]) == {ref: None}

    def test_lost_sign_in_is_said(self, stage: Stage) -> None:
        """Nobody who is not signed in deletes."""
        ref = stage.add_person("ada@example.com")
        stage.revoke()

        with pytest.raises(AuthLost):
            stage.connector.delete([ref])


class ErasesContract:
    """Erasing people. The connector also reads records (`ReadsRecords`)."""

    def test_who_was_erased_is_gone(self, stage: Stage) -> None:
        """A look finds nobody, and nobody else is gone."""
        gone, kept = stage.add_person("ada@example.com"), stage.add_person("bob@example.com")

        assert stage.connector.erase([gone]) == {gone: None}

        assert [one.deleted for one in stage.connector.read([gone, kept], [])] == [True, False]

    def test_erasing_who_was_deleted_or_erased_is_no_error(self, stage: Stage) -> None:
        """It can be asked again after a crash."""
        ref = stage.add_person("ada@example.com")
        stage.delete(ref)

        assert stage.connector.erase([ref]) == {ref: None}
        assert stage.connector.erase([ref]) == {ref: None}
