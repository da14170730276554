"""What a rehearsal counts."""

import pytest

from app.domain.rehearsal import Batches, Calls, Outcome, Rehearsed, SideResult, calls, counted


@pytest.mark.parametrize(
    ("sides", "asked", "outcome"),
    [
        (("unchanged", "updated"), (), "updated"),
        (("updated", "created"), (), "created"),
        (("updated", "rejected"), ("note",), "rejected"),
        (("updated", "unchanged"), ("note",), "conflict"),
        (("unchanged", "filtered"), (), "filtered"),
        (("unchanged", "unchanged"), (), "unchanged"),
    ],
)
def test_a_record_counts_as_the_gravest_of_its_sides(
    sides: tuple[Outcome, Outcome], asked: tuple[str, ...], outcome: str
) -> None:
    """Once, whatever happens at both."""
    conflicts = {name: {"ma": 1, "sfa": 2} for name in asked}
    results = tuple(SideResult(name, one) for name, one in zip(("ma", "sfa"), sides, strict=True))

    assert counted([Rehearsed(None, "ada", results, conflicts)]) == {outcome: 1}


def test_calls_are_batches() -> None:
    """Reads of all, two searches for each new batch, a last look, and the writes."""
    batches = Batches(read=100, write=200)

    full = calls(batches, records=1_001, created=150, updated=401, looked=True)
    unlooked = calls(batches, records=0, created=0, updated=401, looked=False)

    assert full == Calls(reads=11, looks=4 + 5, writes=1 + 3)
    assert full.total == 24
    assert unlooked == Calls(reads=0, looks=0, writes=3)
