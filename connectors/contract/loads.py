"""The contract of `WritesInBulk`: one outcome each, and nothing twice."""

from collections.abc import Mapping, Sequence

import pytest

from connectors.base import Busy, ConnectorError, Fields, Landed, Rejected, Value, Write
from connectors.contract.stage import Stage

MOST_LOOKS = 50


class WritesInBulkContract:
    """Loads of people: creates by our key, and updates."""

    def test_a_load_creates_each_once(self, stage: Stage) -> None:
        """Sent in two loads, each record is there once, and says whether it was new."""
        writes = [creating(stage, n) for n in range(3)]

        first, second = load(stage, writes), load(stage, writes)

        assert all(isinstance(one, Landed) and one.created for one in first.values())
        assert {key: ref_of(one) for key, one in first.items()} == {
            key: ref_of(one) for key, one in second.items()
        }

    def test_a_load_updates_by_id(self, stage: Stage) -> None:
        """A blank wipes, a field that is not named stays."""
        ref = stage.add_person("ada@example.com", **{stage.fields.one: "old"})
        other = stage.add_person("bob@example.com", **{stage.fields.other: "kept"})
        fields: tuple[Fields, Fields] = ({stage.fields.one: None}, {stage.fields.one: 'a "b",\nc'})
        writes = [
            Write(f"key-{n}", "person", to, change, stage.person_object)
            for n, (to, change) in enumerate(zip((ref, other), fields, strict=True))
        ]

        outcomes = load(stage, writes, creating=False)

        assert {ref_of(one) for one in outcomes.values()} == {ref.id, other.id}
        names = [stage.fields.one, stage.fields.other]
        shown = {r.ref: r.fields for r in stage.connector.read([ref, other], names)}
        assert not shown[ref][stage.fields.one]
        assert shown[other] == {stage.fields.one: 'a "b",\nc', stage.fields.other: "kept"}

    def test_one_bad_record_fails_alone(self, stage: Stage) -> None:
        """With the vendor's reason; the others land."""
        good, bad = creating(stage, 1), creating(stage, 2, **stage.rejected)

        outcomes = load(stage, [good, bad])

        assert isinstance(outcomes[good.key], Landed)
        assert isinstance(outcomes[bad.key], Rejected)

    def test_a_load_that_was_never_sent_did_nothing(self, stage: Stage) -> None:
        """Whoever asks for its outcomes gives it up, and may write again."""
        write = creating(stage, 1)
        name = stage.connector.open_load(write.object, creating=True)

        outcomes = stage.connector.load_outcomes("person", name, [write])

        assert isinstance(outcomes[write.key], Busy)
        assert isinstance(load(stage, [write])[write.key], Landed)


def creating(stage: Stage, n: int, **fields: Value) -> Write:
    """A new person."""
    given = {**stage.new_person(f"p{n}@example.com"), **fields}
    return Write(f"key-{n}", "person", None, given, stage.person_object)


def load(
    stage: Stage, writes: Sequence[Write], *, creating: bool = True
) -> Mapping[str, Landed | ConnectorError]:
    """Load these, and wait for what comes of it."""
    name = stage.connector.open_load(stage.person_object, creating=creating)
    refused = stage.connector.send_load(name, writes)
    rest = [write for write in writes if write.key not in refused]
    for _ in range(MOST_LOOKS):
        outcomes = stage.connector.load_outcomes("person", name, rest)
        if outcomes is not None:
            return {**refused, **outcomes}
    pytest.fail(f"the load has not ended after {MOST_LOOKS} looks")


def ref_of(outcome: Landed | ConnectorError) -> str:
    """Where a write landed."""
    assert isinstance(outcome, Landed), outcome
    return outcome.ref.id
