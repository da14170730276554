"""The contract of `ListsChanges`: nothing is ever skipped, and reading ends."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from connectors.base import Busy, Cursor, Kind, Page, Record, Ref, Rejected, Write
from connectors.contract.feed import (
    check_corrupt_cursors,
    check_every_checkpoint,
    end,
    everything,
    pages,
)
from connectors.contract.stage import Stage


class ListsChangesContract:
    """Polling and backfill: one feed of people, from any cursor."""

    def test_from_nothing_everything_is_listed(self, stage: Stage) -> None:
        """A backfill shows every person with the fields that were asked for."""
        refs = [stage.add_person(f"p{n}@example.com") for n in range(5)]

        found = {record.ref: record for record in everything(changes(stage))}

        assert set(refs) <= set(found)
        assert [found[ref].fields[stage.fields.email] for ref in refs] == [
            f"p{n}@example.com" for n in range(5)
        ]

    def test_an_empty_account_has_a_cursor(self, stage: Stage) -> None:
        """Where nothing is yet, reading ends with a cursor that sees what comes."""
        cursor = end(changes(stage))
        ref = stage.add_person("ada@example.com")

        assert ref in {record.ref for record in everything(changes(stage), cursor)}

    def test_every_edit_appears(self, stage: Stage) -> None:
        """After a cursor was given, an edit and a new person are shown from it on."""
        refs = [stage.add_person(f"p{n}@example.com") for n in range(4)]
        cursor = end(changes(stage))

        stage.edit(refs[1], {stage.fields.one: "edited"})
        stage.edit(refs[3], {stage.fields.one: "edited too"})
        new = stage.add_person("new@example.com")
        later = {record.ref: record for record in everything(changes(stage), cursor)}

        assert {refs[1], refs[3], new} <= set(later)
        assert later[refs[1]].fields[stage.fields.one] == "edited"
        assert later[refs[3]].fields[stage.fields.one] == "edited too"

    def test_a_second_reading_shows_nothing_new(self, stage: Stage) -> None:
        """From the end on, only repetitions of what was seen (an overlap) may come."""
        for n in range(4):
            stage.add_person(f"p{n}@example.com")
        seen = {version(record) for record in everything(changes(stage))}

        again = {version(record) for record in everything(changes(stage), end(changes(stage)))}

        assert again <= seen

    def test_a_restart_from_every_checkpoint_is_complete(self, stage: Stage) -> None:
        """Wherever a host stopped, going on from the saved cursor misses nobody."""
        stage.add_people([f"p{n}@example.com" for n in range(stage.more_than_a_page)])

        check_every_checkpoint(
            changes(stage), lambda record: record.ref.id, count=stage.more_than_a_page
        )

    def test_one_modified_time_for_more_than_a_page_is_complete(self, stage: Stage) -> None:
        """Many records with an identical modified time are all shown, and reading ends."""
        refs = stage.add_people([f"p{n}@example.com" for n in range(stage.more_than_a_page)])

        first, shown = changes(stage)(None), everything(changes(stage))

        assert first.more
        assert set(refs) <= {record.ref for record in shown}

    def test_what_changes_while_it_is_read_is_seen(self, stage: Stage) -> None:
        """An edit behind the reader's back, between two pages, is not lost."""
        refs = stage.add_people([f"p{n}@example.com" for n in range(stage.more_than_a_page)])
        first = changes(stage)(None)

        stage.edit(first.items[0].ref, {stage.fields.one: "late"})
        rest = {record.ref: record for record in everything(changes(stage), first.cursor)}

        assert rest[first.items[0].ref].fields[stage.fields.one] == "late"
        assert set(refs) <= {record.ref for record in first.items} | set(rest)

    def test_a_glimpse_names_a_record_that_a_read_shows(self, stage: Stage) -> None:
        """An index may lag behind: what it shows of a record is of that record, nothing more."""
        stage.add_people([f"p{n}@example.com" for n in range(stage.more_than_a_page)])
        feed = changes(stage)

        glimpses = [one for page in pages(feed.page) for one in page.glimpses]
        read = {record.ref: record for record in feed.read([one.ref for one in glimpses])}

        for one in glimpses:
            assert not read[one.ref].deleted
            assert (one.object, *sorted(one.fields)) == (
                read[one.ref].object,
                *sorted(read[one.ref].fields),
            )

    def test_a_corrupt_cursor_is_refused(self, stage: Stage) -> None:
        """Junk, half a cursor, or two: Rejected, and never a silent start from zero."""
        stage.add_person("ada@example.com")

        check_corrupt_cursors(changes(stage))

    def test_a_cursor_of_another_kind_is_refused(self, stage: Stage) -> None:
        """Each kind is a feed of its own; their cursors are not mixed up."""
        stage.add_person("ada@example.com")
        cursor = end(changes(stage))

        for kind in stage.other_kinds:
            with pytest.raises(Rejected):
                stage.connector.changes(kind, [], cursor)

    def test_other_kinds_have_their_own_feeds(self, stage: Stage) -> None:
        """A company or opportunity appears among its kind, after its cursor, and only there."""
        for kind, fields in stage.other_kinds.items():
            feed = Changes(stage, kind, list(fields))
            cursor = end(feed)
            outcome = stage.connector.write([Write("k1", kind, None, fields)])["k1"]

            assert outcome.ref in {record.ref for record in everything(feed, cursor)}
        assert everything(changes(stage)) == []

    def test_deletions_are_told(self, stage: Stage) -> None:
        """A vendor whose feed can tell of deletions shows the record as deleted."""
        if not stage.shows_deletions:
            pytest.skip("this vendor's change feed cannot tell of deletions")
        ref = stage.add_person("ada@example.com")
        cursor = end(changes(stage))
        stage.delete(ref)

        later = {record.ref: record for record in everything(changes(stage), cursor)}

        assert later[ref].deleted

    def test_a_busy_vendor_loses_no_place(self, stage: Stage) -> None:
        """A refusal for load is `Busy`; the same cursor works afterwards."""
        cursor = end(changes(stage))
        ref = stage.add_person("ada@example.com")
        stage.busy_once()

        with pytest.raises(Busy):
            changes(stage)(cursor)
        assert ref in {record.ref for record in everything(changes(stage), cursor)}


class Changes:
    """The feed of a kind, read as a host does: what it only glimpses is looked at."""

    def __init__(self, stage: Stage, kind: Kind, fields: Sequence[str]) -> None:
        self.connector, self.kind, self.fields = stage.connector, kind, fields

    def __call__(self, cursor: Cursor | None) -> Page[Record]:
        page = self.page(cursor)
        looked = self.read([one.ref for one in page.glimpses])
        return replace(page, items=(*page.items, *looked), glimpses=())

    def page(self, cursor: Cursor | None) -> Page[Record]:
        found: Page[Record] = self.connector.changes(self.kind, self.fields, cursor)
        return found

    def read(self, refs: Sequence[Ref]) -> list[Record]:
        starts = range(0, len(refs), self.connector.read_batch) if refs else ()
        parts = [refs[start : start + self.connector.read_batch] for start in starts]
        return [one for part in parts for one in self.connector.read(part, self.fields)]


def changes(stage: Stage) -> Changes:
    """The feed of people, with the fields that the contract looks at."""
    names = stage.fields
    return Changes(stage, "person", [names.email, names.one, names.other])


def version(record: Record) -> tuple[object, ...]:
    """What makes two showings of a record the same."""
    return (record.ref, record.deleted, record.modified_at, tuple(sorted(record.fields.items())))
