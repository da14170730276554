"""What an undo puts back, and what it leaves and why."""

from typing import Any
from uuid import UUID

import pytest

from app.domain.link import Link, Side, SideState, WriteState
from app.domain.undo import Back, carry_out, undo

LINK = UUID(int=1)
WRITABLE = {"sfa": {"f", "g"}}


def link_of(**seen: Any) -> Link:
    """A link whose two sides and base agree on what the SFA shows."""
    link = Link(LINK, "person", base=dict(seen), agreed=dict(seen))
    link.sides["sfa"] = Side(LINK, "sfa", "person", "00Q", seen=dict(seen))
    return link


def entry(number: int, *, created: bool = False, **changes: list[Any]) -> dict[str, Any]:
    return {"id": number, "connection": "sfa", "created": created, "changes": changes}


def skips(link: Link | None, *entries: dict[str, Any], writable: Any = None) -> list[str]:
    outcome = undo(link, entries, writable=WRITABLE if writable is None else writable)
    assert outcome.back == []
    return [one.why for one in outcome.skipped]


def test_the_newest_write_is_taken_back() -> None:
    """The value before it stands again."""
    outcome = undo(link_of(f="b"), [entry(1, f=["a", "b"])], writable=WRITABLE)

    assert outcome.back == [Back("sfa", "f", "b", "a", (1,))]
    assert outcome.skipped == []


def test_a_chain_is_taken_back_as_far_as_it_is_ours() -> None:
    """Where a person's edit came in between, what we wrote before that is not undone."""
    writes = [entry(3, f=["y", "z"]), entry(2, f=["x", "y"]), entry(1, f=["a", "b"])]

    [back] = undo(link_of(f="z"), writes, writable=WRITABLE).back

    assert (back.value, back.entries) == ("x", (3, 2))


def test_a_record_that_was_made_stays_as_it_was_made() -> None:
    """Later writes are taken back, the creation is not."""
    writes = [entry(2, f=["a", "b"]), entry(1, created=True, f=[None, "a"])]

    [back] = undo(link_of(f="b"), writes, writable=WRITABLE).back

    assert (back.value, back.entries) == ("a", (2,))
    assert skips(link_of(f="a"), writes[1]) == ["created"]


def test_only_the_named_fields() -> None:
    """Others are not looked at."""
    both = entry(1, f=["a", "b"], g=["a", "b"])

    outcome = undo(link_of(f="b", g="b"), [both], writable=WRITABLE, fields=["g"])

    assert [one.field for one in outcome.back] == ["g"]


def test_what_is_left_and_why() -> None:
    """Each for its own reason."""
    write = entry(1, f=["a", "b"])
    gone = link_of(f="b")
    gone.sides["sfa"].state = SideState.GONE
    unborn = link_of(f="b")
    unborn.sides["sfa"].external_id = None

    assert skips(None, write) == ["gone"]
    assert skips(gone, write) == ["gone"]
    assert skips(unborn, write) == ["gone"]
    assert skips(link_of(f="c"), write) == ["changed_since"]
    assert skips(link_of(f="b"), write, writable={}) == ["not_written"]


@pytest.mark.parametrize("state", [WriteState.FLYING, WriteState.UNKNOWN])
def test_a_field_on_its_way_is_left(state: WriteState) -> None:
    """Nobody knows yet what will stand there; another field's write is in nobody's way."""
    link = link_of(f="b", g="b")
    side = link.sides["sfa"]
    side.write_state, side.write = state, {"g": ["b", "c"]}
    writes = [entry(1, f=["a", "b"]), entry(2, g=["a", "b"])]

    outcome = undo(link, writes, writable=WRITABLE)

    assert [one.field for one in outcome.back] == ["f"]
    assert [(one.field, one.why) for one in outcome.skipped] == [("g", "pending")]


def test_what_is_not_settled_is_left() -> None:
    """The agreed value is not the base yet, or another one, or there is none (a conflict)."""
    write = entry(1, f=["a", "b"])
    unsettled, differs, conflict = link_of(f="b"), link_of(f="b"), link_of(f="b")
    unsettled.base["f"] = "a"
    differs.base["f"] = differs.agreed["f"] = "c"
    del conflict.agreed["f"]

    assert [skips(one, write) for one in (unsettled, differs, conflict)] == [["pending"]] * 3


def test_there_and_back_is_nothing_to_do() -> None:
    """Two writes that cancel each other out."""
    outcome = undo(
        link_of(f="a"), [entry(2, f=["b", "a"]), entry(1, f=["a", "b"])], writable=WRITABLE
    )

    assert (outcome.back, outcome.skipped) == ([], [])


def test_an_undo_is_undone_by_its_own_writes() -> None:
    """The field is told what is agreed again, and what stands there is no edit till then."""
    link = link_of(f="b")
    side = link.sides["sfa"]
    side.seen["f"] = "a"
    side.aside["f"] = {"shown": "a", "agreed": "b", "version": "v", "job": 1}

    [back] = undo(link, [entry(2, f=["b", "a"])], writable=WRITABLE).back
    carry_out(link, [back], version="v", job=2)

    assert (back.now, back.value) == ("a", "b")
    assert side.aside == {"f": {"shown": "a", "job": 2}}
