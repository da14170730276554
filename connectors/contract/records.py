"""Contracts of looking: `ReadsRecords` and `FindsRecords`."""

from datetime import UTC
from typing import Literal

import pytest

from connectors.base import AuthLost, Busy, Landed, Record, Ref, Write
from connectors.contract.stage import Stage

UNKNOWN_EMAIL = "nobody@example.com"


def by_ref(records: object) -> dict[Ref, Record]:
    """Records by where they are; each may be there once only."""
    assert isinstance(records, list | tuple)
    found = {record.ref: record for record in records}
    assert len(found) == len(records)
    return found


class ReadsRecordsContract:
    """Looking at records by their id."""

    def test_what_a_person_entered_is_read(self, stage: Stage) -> None:
        """The fields that were asked for come back with their values."""
        names = stage.fields
        ref = stage.add_person("ada@example.com", **{names.one: "Ada", names.other: "Lovelace"})

        (record,) = stage.connector.read([ref], [names.email, names.one, names.other])

        assert record.ref == ref
        assert not record.deleted
        assert record.fields[names.email] == "ada@example.com"
        assert record.fields[names.one] == "Ada"
        assert record.fields[names.other] == "Lovelace"

    def test_a_blank_field_is_there_and_blank(self, stage: Stage) -> None:
        """A field without a value is told apart from one that was not looked at."""
        ref = stage.add_person("ada@example.com")

        (record,) = stage.connector.read([ref], [stage.fields.one])

        assert record.fields[stage.fields.one] in (None, "")

    def test_values_come_back_as_they_were_entered(self, stage: Stage) -> None:
        """Quotes, markup, backslashes and other scripts survive."""
        value = 'O\'Hara "<b>&amp;</b>" \\n 日本語 🔥'
        ref = stage.add_person("ada@example.com", **{stage.fields.one: value})

        (record,) = stage.connector.read([ref], [stage.fields.one])

        assert record.fields[stage.fields.one] == value

    def test_looking_at_nothing_answers_nothing(self, stage: Stage) -> None:
        """No ids, no records."""
        assert list(stage.connector.read([], [stage.fields.email])) == []

    def test_an_edit_is_seen_and_moves_the_modified_time(self, stage: Stage) -> None:
        """A second look shows the new value and a time that is not earlier."""
        ref = stage.add_person("ada@example.com", **{stage.fields.one: "old"})
        (before,) = stage.connector.read([ref], [stage.fields.one])

        stage.edit(ref, {stage.fields.one: "new"})
        (after,) = stage.connector.read([ref], [stage.fields.one])

        assert after.fields[stage.fields.one] == "new"
        assert after.modified_at >= before.modified_at
        assert after.modified_at.tzinfo == UTC

    def test_a_missing_record_is_deleted_and_stops_no_other(self, stage: Stage) -> None:
        """An id that was deleted comes back as deleted, next to the ones that are there."""
        here = stage.add_person("here@example.com")
        gone = stage.add_person("gone@example.com")
        stage.delete(gone)

        found = by_ref(stage.connector.read([gone, here], [stage.fields.email]))

        assert set(found) == {here, gone}
        assert found[gone].deleted
        assert not found[here].deleted

    def test_an_id_that_never_was_is_deleted(self, stage: Stage) -> None:
        """Ids that the vendor cannot even read come back as deleted, and stop no other."""
        here = stage.add_person("here@example.com")
        junk = ["no-such-id", "0", "' OR ''='", "../companies/1", "?x=1", "é", "9" * 30]
        refs = [Ref("person", id_) for id_ in junk]

        found = {r.ref: r for r in stage.connector.read([*refs, here], [stage.fields.email])}

        assert not found[here].deleted
        for ref in refs:
            assert found[ref].deleted, ref

    def test_a_record_that_moved_says_where(self, stage: Stage) -> None:
        """After a merge or conversion the old id is deleted and points to the new one."""
        old = stage.add_person("ada@example.com")
        new = stage.move(old)

        (record,) = stage.connector.read([old], [stage.fields.email])

        assert (record.ref, record.deleted, record.moved_to) == (old, True, new)

    def test_a_full_batch_is_read_at_once(self, stage: Stage) -> None:
        """`read_batch` ids give as many records."""
        refs = stage.add_people([f"p{n}@example.com" for n in range(stage.connector.read_batch)])

        found = by_ref(stage.connector.read(refs, [stage.fields.email]))

        assert set(found) == set(refs)
        assert not any(record.deleted for record in found.values())

    @pytest.mark.parametrize("how", ["html", "truncate"])
    def test_a_garbled_answer_is_busy(self, stage: Stage, how: Literal["html", "truncate"]) -> None:
        """A look whose answer cannot be read is repeated later."""
        ref = stage.add_person("ada@example.com")
        stage.garble_once(how)

        with pytest.raises(Busy):
            stage.connector.read([ref], [stage.fields.email])
        assert len(stage.connector.read([ref], [stage.fields.email])) == 1

    def test_a_busy_vendor_is_busy(self, stage: Stage) -> None:
        """A refusal for load is `Busy`, and the same look succeeds afterwards."""
        ref = stage.add_person("ada@example.com")
        stage.busy_once()

        with pytest.raises(Busy):
            stage.connector.read([ref], [stage.fields.email])
        assert len(stage.connector.read([ref], [stage.fields.email])) == 1

    def test_a_lost_sign_in_is_said(self, stage: Stage) -> None:
        """A sign-in that the vendor takes no more is `AuthLost`."""
        ref = stage.add_person("ada@example.com")
        stage.revoke()

        with pytest.raises(AuthLost):
            stage.connector.read([ref], [stage.fields.email])


class FindsRecordsContract:
    """Looking for people by e-mail and by our key."""

    def test_an_email_is_found_whatever_its_case(self, stage: Stage) -> None:
        """The answer is under the value as it was asked."""
        ref = stage.add_person("Ada.Lovelace@Example.com")

        found = stage.connector.find(
            "person", "email", ["aDA.lovelace@example.COM"], [stage.fields.email]
        )

        assert [r.ref for r in found["aDA.lovelace@example.COM"]] == [ref]

    def test_two_spellings_are_both_answered(self, stage: Stage) -> None:
        """One person asked for in two ways is under both."""
        ref = stage.add_person("ada@example.com")

        found = stage.connector.find("person", "email", ["ADA@example.com", "ada@example.com"], [])

        assert {value: [r.ref for r in records] for value, records in found.items()} == {
            "ADA@example.com": [ref],
            "ada@example.com": [ref],
        }

    def test_what_matches_nothing_is_absent(self, stage: Stage) -> None:
        """Only values with a match are in the answer."""
        stage.add_person("ada@example.com")
        asked = ["ada@example.com", UNKNOWN_EMAIL]

        assert set(stage.connector.find("person", "email", asked, [])) == {"ada@example.com"}
        assert stage.connector.find("person", "key", ["no-such-key"], []) == {}
        assert stage.connector.find("person", "email", [], []) == {}

    def test_an_email_is_matched_whole(self, stage: Stage) -> None:
        """Part of an address finds nobody."""
        stage.add_person("ada@example.com")
        asked = ["ada@example.co", "da@example.com", "ada", "%", "*", "ada@%"]

        assert stage.connector.find("person", "email", asked, []) == {}

    def test_quotes_in_values_are_harmless(self, stage: Stage) -> None:
        """Values cannot break out of the vendor's query language, and still match."""
        ref = stage.add_person("o'hara@example.com")
        stage.add_person("ada@example.com")
        evil = ["' OR Id != '", '" OR ""="', "\\", "\\' OR 1=1 --", "a,b;c)", "x\ny", "{}[]"]

        found = stage.connector.find("person", "email", [*evil, "o'hara@example.com"], [])

        assert {value: [r.ref for r in rs] for value, rs in found.items()} == {
            "o'hara@example.com": [ref]
        }
        assert stage.connector.find("person", "key", evil, []) == {}

    def test_a_key_is_found_exactly(self, stage: Stage) -> None:
        """Our key finds its record, and nothing near it does."""
        landed = create(stage, "Key-1a", "ada@example.com")
        near = ["Key-1", "Key-1a2", "ey-1a", "key-1A"]

        found = stage.connector.find("person", "key", ["Key-1a", *near], [stage.fields.email])

        assert set(found) == {"Key-1a"}
        (record,) = found["Key-1a"]
        assert (record.ref, record.key) == (landed.ref, "Key-1a")
        assert record.fields[stage.fields.email] == "ada@example.com"

    def test_deleted_people_are_not_found(self, stage: Stage) -> None:
        """Only live records are in the answer."""
        landed = create(stage, "k1", "ada@example.com")
        stage.delete(landed.ref)

        assert stage.connector.find("person", "email", ["ada@example.com"], []) == {}
        assert stage.connector.find("person", "key", ["k1"], []) == {}

    def test_twins_are_all_found_oldest_first(self, stage: Stage) -> None:
        """Several people with one e-mail come in the order of their creation."""
        if not stage.allows_twins:
            pytest.skip("this vendor lets no two people have the same e-mail")
        refs = [stage.add_person("ada@example.com") for _ in range(3)]

        found = stage.connector.find("person", "email", ["ada@example.com"], [])

        assert [record.ref for record in found["ada@example.com"]] == refs

    def test_a_long_list_is_searched_completely(self, stage: Stage) -> None:
        """As many values as `read_batch` are looked up in one call."""
        emails = [f"p{n}@example.com" for n in range(stage.connector.read_batch)]
        stage.add_people(emails)

        assert set(stage.connector.find("person", "email", emails, [])) == set(emails)


def create(stage: Stage, key: str, email: str) -> Landed:
    """A record made by the connector."""
    write = Write(key, "person", None, stage.new_person(email), stage.person_object)
    outcome = stage.connector.write([write])[key]
    assert isinstance(outcome, Landed), outcome
    return outcome
