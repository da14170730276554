"""The contract of `ListsRecords`: everybody who is there, once, from every checkpoint."""

import pytest

from connectors.base import Cursor, Listed, Rejected
from connectors.contract.feed import JUNK, everything, pages
from connectors.contract.stage import Stage


class ListsRecordsContract:
    """All people of an account, as a backfill or a comparison reads them."""

    def test_everybody_is_listed_once(self, stage: Stage) -> None:
        """With the fields that were asked for, and their number said first, if at all."""
        emails = [f"p{n}@example.com" for n in range(stage.more_than_a_page)]
        refs = stage.add_people(emails)

        walk = list(pages(lambda cursor: listed(stage, cursor)))
        shown = [record for page in walk for record in page.items]

        assert sorted(r.ref.id for r in shown) == sorted(ref.id for ref in refs)
        assert sorted(str(r.fields[stage.fields.email]) for r in shown) == sorted(emails)
        assert listed(stage, None).total in {None, len(emails)}

    def test_a_restart_from_every_checkpoint_is_complete(self, stage: Stage) -> None:
        """Wherever a host stopped, going on from the saved cursor misses nobody."""
        stage.add_people([f"p{n}@example.com" for n in range(stage.more_than_a_page)])
        walk = list(pages(lambda cursor: listed(stage, cursor)))
        complete = {record.ref.id for page in walk for record in page.items}

        seen: set[str] = set()
        for page in walk[:-1]:
            seen |= {record.ref.id for record in page.items}
            rest = everything(lambda cursor: listed(stage, cursor), page.cursor)
            assert seen | {record.ref.id for record in rest} == complete

    def test_the_deleted_are_not_listed(self, stage: Stage) -> None:
        """A list shows who is there."""
        kept = stage.add_person("ada@example.com")
        stage.delete(stage.add_person("bob@example.com"))

        shown = everything(lambda cursor: listed(stage, cursor))

        assert [record.ref for record in shown] == [kept]

    def test_an_empty_account_lists_nobody(self, stage: Stage) -> None:
        """And comes to an end."""
        assert everything(lambda cursor: listed(stage, cursor)) == []

    @pytest.mark.parametrize("junk", JUNK)
    def test_a_cursor_of_nobodys_is_refused(self, stage: Stage, junk: str) -> None:
        """It is not taken for the beginning."""
        with pytest.raises(Rejected):
            listed(stage, Cursor(junk))


def listed(stage: Stage, cursor: Cursor | None) -> Listed:
    """A page of all people."""
    names = [stage.fields.email, stage.fields.one]
    page: Listed = stage.connector.listing("person", names, cursor, None)
    return page
