"""The contract of `WritesRecords`: one outcome per key, and each effect once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import pytest

from connectors.base import (
    AuthLost,
    Busy,
    ConnectorError,
    Gone,
    Landed,
    Record,
    Ref,
    Rejected,
    Unsure,
    Value,
    Write,
)
from connectors.contract.stage import Stage


class WritesRecordsContract:
    """Creating and updating people. The connector also reads records (`ReadsRecords`)."""

    def test_what_was_written_is_read_back(self, stage: Stage) -> None:
        """A create lands somewhere, and a look there shows the values and our key."""
        names = stage.fields
        landed = write_one(stage, new(stage, "k1", "ada@example.com", **{names.one: "Ada"}))

        record = look(stage, landed.ref)

        assert landed.created
        assert record.fields[names.email] == "ada@example.com"
        assert record.fields[names.one] == "Ada"
        assert record.key == "k1"

    def test_values_survive_as_they_are(self, stage: Stage) -> None:
        """Quotes, markup, backslashes and other scripts come back unchanged."""
        value = 'O\'Hara "<b>&amp;</b>" \\n 日本語 🔥'
        landed = write_one(stage, new(stage, "k1", "ada@example.com", **{stage.fields.one: value}))

        assert look(stage, landed.ref).fields[stage.fields.one] == value

    def test_an_update_changes_what_it_names_and_nothing_else(self, stage: Stage) -> None:
        """Fields that a write does not name keep their values."""
        names = stage.fields
        ref = stage.add_person("ada@example.com", **{names.one: "Ada", names.other: "Byron"})

        landed = write_one(stage, Write("k1", "person", ref, {names.other: "Lovelace"}))
        record = look(stage, ref)

        assert (landed.ref, landed.created) == (ref, False)
        assert record.fields[names.email] == "ada@example.com"
        assert record.fields[names.one] == "Ada"
        assert record.fields[names.other] == "Lovelace"

    def test_none_makes_a_field_blank(self, stage: Stage) -> None:
        """Writing no value clears the old one."""
        ref = stage.add_person("ada@example.com", **{stage.fields.one: "Ada"})

        write_one(stage, Write("k1", "person", ref, {stage.fields.one: None}))

        assert look(stage, ref).fields[stage.fields.one] in (None, "")

    def test_what_is_said_to_be_stored_is_stored(self, stage: Stage) -> None:
        """Values in the answer, where it has any, are those of the next look."""
        landed = write_one(stage, new(stage, "k1", "Ada@Example.com", **{stage.fields.one: "x"}))

        record = look(stage, landed.ref)

        for name in {stage.fields.email, stage.fields.one} & set(landed.fields):
            assert landed.fields[name] == record.fields[name]

    def test_a_create_repeated_with_its_key_makes_one_record(self, stage: Stage) -> None:
        """The second create is an update of the first one's record."""
        before = stage.count_people()
        first = write_one(stage, new(stage, "k1", "ada@example.com"))
        second = write_one(stage, new(stage, "k1", "ada@example.com", **{stage.fields.one: "Ada"}))

        assert second.ref == first.ref
        assert (first.created, second.created) == (True, False)
        assert stage.count_people() == before + 1
        assert look(stage, first.ref).fields[stage.fields.one] == "Ada"

    def test_a_create_whose_answer_was_lost_is_repeated_harmlessly(self, stage: Stage) -> None:
        """The outcome is in doubt, not failed; once repeated there is one record."""
        before = stage.count_people()
        write = new(stage, "k1", "ada@example.com")
        stage.lose_answer_once()

        assert in_doubt(stage, [write])
        landed = write_one(stage, write)

        assert stage.count_people() == before + 1
        assert look(stage, landed.ref).fields[stage.fields.email] == "ada@example.com"

    def test_one_bad_row_fails_alone(self, stage: Stage) -> None:
        """The row that the vendor refuses is Rejected with a reason; the others land."""
        writes = [new(stage, f"k{n}", f"p{n}@example.com") for n in range(5)]
        bad = {**writes[2].fields, **stage.rejected}
        writes[2] = Write("k2", "person", None, bad, stage.person_object)

        outcomes = stage.connector.write(writes)

        assert set(outcomes) == {"k0", "k1", "k2", "k3", "k4"}
        assert isinstance(outcomes["k2"], Rejected)
        assert str(outcomes["k2"])
        for n in (0, 1, 3, 4):
            assert isinstance(outcomes[f"k{n}"], Landed), outcomes[f"k{n}"]
            record = look(stage, outcomes[f"k{n}"].ref)
            assert record.fields[stage.fields.email] == f"p{n}@example.com"

    def test_one_bad_update_fails_alone(self, stage: Stage) -> None:
        """The same for rows that are there already."""
        refs = [stage.add_person(f"p{n}@example.com") for n in range(3)]
        writes = [
            Write(f"k{n}", "person", ref, {stage.fields.one: f"new {n}"})
            for n, ref in enumerate(refs)
        ]
        writes[1] = Write("k1", "person", refs[1], {**writes[1].fields, **stage.rejected})

        outcomes = stage.connector.write(writes)

        assert isinstance(outcomes["k1"], Rejected)
        assert look(stage, refs[0]).fields[stage.fields.one] == "new 0"
        assert look(stage, refs[2]).fields[stage.fields.one] == "new 2"

    def test_a_field_that_is_not_there_is_named(self, stage: Stage) -> None:
        """A write to an unknown field is Rejected and says which."""
        ref = stage.add_person("ada@example.com")

        outcome = outcomes_of(stage, [Write("k1", "person", ref, {"no_such_field_x": "1"})])["k1"]

        assert isinstance(outcome, Rejected)
        assert "no_such_field_x" in f"{outcome} {outcome.fields}"

    def test_a_write_to_a_deleted_record_says_gone(self, stage: Stage) -> None:
        """`Gone`, and the others of the batch land."""
        here, gone = stage.add_person("here@example.com"), stage.add_person("gone@example.com")
        stage.delete(gone)

        outcomes = stage.connector.write(
            [
                Write("k1", "person", gone, {stage.fields.one: "x"}),
                Write("k2", "person", here, {stage.fields.one: "y"}),
            ]
        )

        assert isinstance(outcomes["k1"], Gone)
        assert isinstance(outcomes["k2"], Landed)
        assert look(stage, here).fields[stage.fields.one] == "y"

    def test_a_full_batch_lands(self, stage: Stage) -> None:
        """`write_batch` creates in one call give as many records, each under its own key."""
        count = stage.connector.write_batch
        writes = [new(stage, f"k{n}", f"p{n}@example.com") for n in range(count)]

        outcomes = stage.connector.write(writes)

        refs = {outcome.ref for outcome in outcomes.values() if isinstance(outcome, Landed)}
        assert len(refs) == count
        assert look(stage, outcomes["k7"].ref).fields[stage.fields.email] == "p7@example.com"

    def test_creates_and_updates_may_be_mixed(self, stage: Stage) -> None:
        """One batch, some with a record and some without: each outcome is under its key."""
        ref = stage.add_person("old@example.com")

        outcomes = stage.connector.write(
            [
                new(stage, "k1", "new@example.com"),
                Write("k2", "person", ref, {stage.fields.one: "x"}),
            ]
        )

        assert isinstance(outcomes["k1"], Landed)
        assert outcomes["k1"].ref != ref
        assert outcomes["k2"].ref == ref

    def test_other_kinds_are_written_too(self, stage: Stage) -> None:
        """A company or opportunity is created once per key, updated, found by it and read."""
        for kind, fields in stage.other_kinds.items():
            write = Write(f"{kind}-1", kind, None, fields)
            first, second = write_one(stage, write), write_one(stage, write)

            (record,) = stage.connector.read([first.ref], list(fields))
            found = stage.connector.find(kind, "key", [write.key], list(fields))

            assert first.ref == second.ref == record.ref == found[write.key][0].ref
            assert first.ref.kind == kind
            assert not record.deleted
            assert {name: str(record.fields[name]) for name in fields} == {
                name: str(value) for name, value in fields.items()
            }

    @pytest.mark.parametrize("how", ["html", "truncate"])
    def test_a_garbled_answer_leaves_the_write_in_doubt(
        self, stage: Stage, how: Literal["html", "truncate"]
    ) -> None:
        """Status 200 alone proves nothing: what cannot be read is Unsure, and repeated once."""
        ref = stage.add_person("ada@example.com")
        write = Write("k1", "person", ref, {stage.fields.one: "new"})
        write_one(stage, replace(write, fields={stage.fields.one: "old"}))
        stage.garble_once(how)

        assert in_doubt(stage, [write])
        assert write_one(stage, write).ref == ref
        assert look(stage, ref).fields[stage.fields.one] == "new"

    def test_writing_nothing_answers_nothing(self, stage: Stage) -> None:
        """No writes, no outcomes."""
        assert stage.connector.write([]) == {}

    def test_a_busy_vendor_is_busy_and_nothing_was_done(self, stage: Stage) -> None:
        """A refusal for load is Busy; the same writes succeed afterwards."""
        before = stage.count_people()
        stage.busy_once()
        write = new(stage, "k1", "ada@example.com")

        assert isinstance(outcomes_of(stage, [write])["k1"], Busy)
        assert stage.count_people() == before
        assert write_one(stage, write).created

    def test_a_lost_sign_in_is_said(self, stage: Stage) -> None:
        """A sign-in that the vendor takes no more is `AuthLost`."""
        stage.revoke()

        with pytest.raises(AuthLost):
            stage.connector.write([new(stage, "k1", "ada@example.com")])


def new(stage: Stage, key: str, email: str, **fields: Value) -> Write:
    """A create with all that the vendor requires."""
    return Write(key, "person", None, stage.new_person(email, **fields), stage.person_object)


def write_one(stage: Stage, write: Write) -> Landed:
    outcome = stage.connector.write([write])[write.key]
    assert isinstance(outcome, Landed), repr(outcome)
    return outcome


def outcomes_of(stage: Stage, writes: list[Write]) -> Mapping[str, Landed | ConnectorError]:
    """The outcomes, where an error for the whole call is that of each write."""
    try:
        outcomes: Mapping[str, Landed | ConnectorError] = stage.connector.write(writes)
    except ConnectorError as error:
        return {write.key: error for write in writes}
    return outcomes


def in_doubt(stage: Stage, writes: list[Write]) -> bool:
    """Whether all of these writes came out as Unsure."""
    return all(isinstance(one, Unsure) for one in outcomes_of(stage, writes).values())


def look(stage: Stage, ref: Ref) -> Record:
    names = stage.fields
    (record,) = stage.connector.read([ref], [names.email, names.one, names.other])
    assert isinstance(record, Record)
    return record
