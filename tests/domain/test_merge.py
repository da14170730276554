"""Agreeing on fields by policy: what one side always decides, and opt-outs."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.merge import Policy, Role, Rule, Seen, agree
from connectors.base import Value

POLICIES: tuple[Policy, ...] = (
    "prefer_ma", "prefer_sfa", "newest", "always_ma", "always_sfa", "ask",
)  # fmt: skip
EARLY, NOON, LATE = (datetime(2031, 4, 7, hour, tzinfo=UTC) for hour in (10, 11, 12))
TRUTHS = st.sampled_from([True, False, None])
TIMES = st.none() | st.datetimes(timezones=st.just(UTC))
WRITERS: st.SearchStrategy[Role | None] = st.sampled_from(["ma", "sfa", None])


def agreed(rule: Rule, ma: Value, sfa: Value, **base: Value) -> Value:
    sides: dict[Role, Seen] = {"ma": Seen({"f": ma}), "sfa": Seen({"f": sfa})}
    return agree(base, sides, {"f": rule}).values.get("f")


@pytest.mark.parametrize(
    ("ma", "sfa", "base", "expected"),
    [
        ("a", "b", {}, "a"),
        ("a", "b", {"f": "a"}, "a"),
        ("a", "b", {"f": "b"}, "a"),
        (None, "b", {}, "b"),
        (None, "b", {"f": "a"}, "b"),
        ("a", None, {"f": "a"}, "a"),
    ],
)
def test_a_side_that_always_decides(
    ma: Value, sfa: Value, base: dict[str, Value], expected: Value
) -> None:
    """Its value is agreed from the first look on, and an edit at the other side is overwritten;
    its blank is no opinion.
    """
    assert agreed(Rule("always_ma"), ma, sfa, **base) == expected
    assert agreed(Rule("always_sfa"), sfa, ma, **base) == expected


def test_a_side_that_always_decides_may_empty_the_other() -> None:
    """With `blank: clear`, but not before the sides have ever agreed."""
    rule = Rule("always_ma", blank_clears=True)

    assert agreed(rule, None, "b", f="b") is None
    assert agreed(rule, None, "b") == "b"


def test_the_edit_that_is_overwritten_is_kept() -> None:
    """The journal shows what was lost."""
    sides: dict[Role, Seen] = {"ma": Seen({"f": "a"}), "sfa": Seen({"f": "b"})}

    assert agree({"f": "a"}, sides, {"f": Rule("always_ma")}).lost == {"f": {"sfa": "b"}}


@given(
    ma=st.builds(Seen, st.fixed_dictionaries({"f": TRUTHS}), TIMES),
    sfa=st.builds(Seen, st.fixed_dictionaries({"f": TRUTHS}), TIMES),
    base=st.dictionaries(st.just("f"), TRUTHS),
    rule=st.builds(Rule, st.sampled_from(POLICIES), WRITERS, st.booleans(), st.just(True)),
)
def test_nobody_who_shows_an_opt_out_is_told_the_contrary(
    ma: Seen, sfa: Seen, base: dict[str, Value], rule: Rule
) -> None:
    """True at one side is agreed, whatever the base, policy, direction and times."""
    found = agree(base, {"ma": ma, "sfa": sfa}, {"f": rule})

    if True in {ma.values["f"], sfa.values["f"]}:
        assert found.values["f"] is True
        assert found.conflicts == {}


@given(ma=TRUTHS, sfa=TRUTHS, policy=st.sampled_from(POLICIES))
def test_what_is_agreed_was_shown_by_somebody(ma: Value, sfa: Value, policy: Policy) -> None:
    """No policy invents a value."""
    found = agree({}, {"ma": Seen({"f": ma}), "sfa": Seen({"f": sfa})}, {"f": Rule(policy)})

    assert found.values.get("f") in {ma, sfa, None}


def test_the_newest_goes_by_the_field_as_far_as_it_is_known() -> None:
    """A record that was changed later says nothing of a field that was changed before."""
    sides: dict[Role, Seen] = {
        "ma": Seen({"f": "a", "g": "a"}, LATE, {"f": EARLY}),
        "sfa": Seen({"f": "b", "g": "b"}, NOON, {}),
    }
    rules = {"f": Rule("newest"), "g": Rule("newest")}

    found = agree({"f": "x", "g": "x"}, sides, rules)

    assert (found.values, found.lost) == (
        {"f": "b", "g": "a"},
        {"f": {"ma": "a"}, "g": {"sfa": "b"}},
    )
