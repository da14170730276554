"""Stages: what the rules let happen, what people may do, and what a side's own field means."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from app.domain.activity import Fact
from app.domain.lifecycle import (
    Move,
    NotAllowed,
    Person,
    Standing,
    advance,
    apply,
    ask,
    begin,
    restart,
)
from app.domain.lifecycle_document import LifecycleDocument, Mirror
from app.domain.mirroring import beginning, meant, shown
from app.domain.presets import preset

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DEFAULT = LifecycleDocument.model_validate(preset("lifecycle"))
HUBSPOT, SALESFORCE = DEFAULT.mirror("ma"), DEFAULT.mirror("sfa")


def fact(type_: str, at: datetime = NOW - HOUR, **detail: Any) -> Fact:
    return Fact(type_, at, "", detail)


def person(*facts: Fact, hot: bool = False, **fields: Any) -> Person:
    return Person(fields, facts, None, hot=hot)


def steps(standing: Standing, who: Person, now: datetime = NOW) -> list[str]:
    return [one.target for one in advance(DEFAULT, standing, who, now).moves]


def test_a_hot_lead_becomes_an_mql() -> None:
    """With the condition that let them in as the reason why."""
    done = advance(DEFAULT, Standing("lead"), person(hot=True), NOW)

    assert done.standing == Standing("mql", NOW)
    assert [(one.source, one.target, one.by) for one in done.moves] == [("lead", "mql", "rule")]
    assert [(one.what, one.found) for one in done.moves[0].why] == [("baton.hot", "True")]


def test_stages_whose_conditions_hold_are_passed_one_by_one() -> None:
    """An opportunity that was won makes a hot lead all of it, in order."""
    who = person(fact("stage_change"), fact("won", reason="Best price"), hot=True)

    done = advance(DEFAULT, Standing("lead"), who, NOW)

    assert [one.target for one in done.moves] == ["mql", "sao", "won"]
    assert done.moves[-1].reason == "Best price"


def test_a_loss_with_a_reason_is_recycled_and_one_without_waits() -> None:
    """Who knows no reason can't win them again."""
    with_reason = advance(DEFAULT, Standing("sao"), person(fact("lost", reason="Budget")), NOW)
    without = advance(DEFAULT, Standing("sao"), person(fact("lost")), NOW)

    assert [one.target for one in with_reason.moves] == ["lost", "recycled"]
    assert with_reason.standing.reason == "Budget"
    assert with_reason.standing.cycle_since == NOW
    assert without.standing.stage == "lost"


def test_a_field_says_why_where_the_activity_does_not() -> None:
    """The first filled one of the document's."""
    done = advance(DEFAULT, Standing("sao"), person(fact("lost"), lost_reason=" No\n plan "), NOW)

    assert [one.reason for one in done.moves][:1] == ["No plan"]


def test_who_was_recycled_comes_back_only_by_something_new() -> None:
    """However hot they still are; the old loss does not count again."""
    recycled = Standing("recycled", NOW - HOUR, NOW - HOUR, "Budget")
    old = (fact("page_view", NOW - 2 * HOUR), fact("lost", NOW - 2 * HOUR, reason="Budget"))

    assert steps(recycled, person(*old, hot=True)) == []
    assert steps(recycled, person(*old, fact("page_view", NOW), hot=True)) == ["mql"]
    again = advance(DEFAULT, recycled, person(fact("page_view", NOW), hot=True), NOW)
    assert [one.found for one in again.moves[0].why] == ["True", "Budget"]
    assert steps(recycled, person(*old, fact("page_view", NOW))) == []
    assert steps(recycled, person(*old, fact("won", NOW, reason="Came back"))) == ["won"]


def test_a_person_s_step_back_holds_until_something_new_happens() -> None:
    """The rule does not take it back at once."""
    move = ask(
        DEFAULT, Standing("mql"), "lead", by="person", role="operator", reason="A competitor"
    )
    back = apply(DEFAULT, Standing("mql", NOW - HOUR), move, NOW)

    assert move.back
    assert back == Standing("lead", NOW, NOW, "A competitor")
    assert steps(back, person(fact("page_view"), hot=True), NOW + HOUR) == []
    assert steps(back, person(fact("page_view", NOW + HOUR), hot=True), NOW + HOUR) == ["mql"]


@pytest.mark.parametrize(
    ("here", "target", "role", "reason", "told"),
    [
        ("lead", "lead", "operator", "x", "the stage is lead already"),
        ("customer", "mql", "operator", None, "a move from customer to mql needs a reason"),
        ("lead", "lost", "operator", " ", "a move from lead to lost needs a reason"),
        ("lead", "mql", "viewer", None, "moving somebody to mql needs the role operator"),
        ("customer", "lost", "admin", "x", None),
        ("won", "recycled", "admin", "x", "recycled can't follow won; what can: customer"),
    ],
)
def test_what_people_may_do(
    here: Any, target: Any, role: str, reason: str | None, told: str | None
) -> None:
    """A move back needs a reason, and so does the end of a cycle; others say what is possible."""
    body = preset("lifecycle")
    body["stages"][4]["to"] = ["customer"]
    document = LifecycleDocument.model_validate(body)

    def asked() -> Move:
        return ask(document, Standing(here), target, by="person", role=role, reason=reason)

    if told is None:
        assert asked().target == target
    else:
        with pytest.raises(NotAllowed, match=told):
            asked()


def test_a_document_can_keep_everybody_out() -> None:
    """People, a side, and moves back."""
    body = preset("lifecycle") | {"moves_back": False}
    body["stages"][1]["movers"] = {"role": None, "sides": ["ma"], "rule": False}
    document = LifecycleDocument.model_validate(body)
    lead = Standing("lead")

    with pytest.raises(NotAllowed, match="people move nobody to mql"):
        ask(document, lead, "mql", by="person", role="admin")
    with pytest.raises(NotAllowed, match="nobody is moved to mql by an edit in the sfa"):
        ask(document, lead, "mql", by="sfa")
    with pytest.raises(NotAllowed, match="lead can't follow mql"):
        ask(document, Standing("mql"), "lead", by="person", role="admin", reason="x")
    assert ask(document, lead, "mql", by="ma").target == "mql"
    assert advance(document, lead, person(hot=True), NOW).moves == ()


def test_a_stage_that_the_document_lacks_is_refused_and_left() -> None:
    """Also after a new version dropped it."""
    short = LifecycleDocument.model_validate({"stages": preset("lifecycle")["stages"][:1] and [
        {"name": "lead", "owner": "marketing"}]})  # fmt: skip

    with pytest.raises(NotAllowed, match="the lifecycle has no stage won"):
        ask(short, Standing("lead"), "won", by="person", role="admin")
    assert restart(Standing("won", NOW), short) == Standing("lead", NOW)
    assert restart(Standing("lead", NOW), short) == Standing("lead", NOW)
    assert advance(short, Standing("won"), person(hot=True), NOW).moves == ()


def test_the_first_stage_is_the_furthest_that_a_side_shows() -> None:
    """Somebody whom HubSpot has as a customer is no lead."""
    assert begin(DEFAULT, {}).target == "lead"
    assert begin(DEFAULT, {"ma": "lead"}).by == "rule"
    move = begin(DEFAULT, {"ma": "customer", "sfa": "sql"})
    assert (move.source, move.target, move.by) == (None, "customer", "ma")
    assert begin(DEFAULT, {"ma": "mql", "sfa": "recycled"}).target == "recycled"
    assert begin(DEFAULT, {"ma": "customer", "sfa": "recycled"}).target == "customer"


def test_the_clock_says_when_to_look_again() -> None:
    """A condition on days changes by itself."""
    stages = [
        {"name": "lead", "owner": "marketing", "to": ["mql"]},
        {"name": "mql", "owner": "is",
         "when": {"field": "trial_end", "op": "in_next_days", "value": 7}},
    ]  # fmt: skip
    document = LifecycleDocument.model_validate({"stages": stages})

    done = advance(document, Standing("lead"), person(trial_end="2026-05-01"), NOW)

    assert (done.moves, done.changes_at) == ((), datetime(2026, 4, 24, tzinfo=UTC))


@pytest.mark.parametrize(
    ("stage", "seen", "value"),
    [
        ("mql", None, "marketingqualifiedlead"),
        ("mql", "lead", "marketingqualifiedlead"),
        ("mql", "marketingqualifiedlead", "marketingqualifiedlead"),
        ("lead", "subscriber", "subscriber"),
        ("lead", "opportunity", "opportunity"),  # it only goes forward
        ("sao", "evangelist", "evangelist"),
        ("mql", "4711", "4711"),  # a stage of the account's own means nothing here
        ("recycled", "opportunity", "opportunity"),  # no value for it
        ("lost", None, None),
    ],
)
def test_what_hubspot_is_told(stage: str, seen: str | None, value: str | None) -> None:
    """The value of the stage, never a step back."""
    assert shown(HUBSPOT, stage, seen) == value


def test_a_step_back_empties_the_field_first_where_asked() -> None:
    """Then the value is written."""
    mirror = HUBSPOT.model_copy(update={"clear_first": True})

    assert shown(mirror, "mql", "opportunity") is None
    assert shown(mirror, "mql", None) == "marketingqualifiedlead"


@pytest.mark.parametrize(
    ("mirror", "value", "here", "stage"),
    [
        (HUBSPOT, "salesqualifiedlead", "mql", "sql"),
        (HUBSPOT, "customer", "sao", "won"),  # of two stages the one that may follow first
        (HUBSPOT, "customer", "won", None),
        (HUBSPOT, "other", "lead", None),
        (SALESFORCE, "Working - Contacted", "lead", None),  # a rep works on a lead: still one
        (SALESFORCE, "Working - Contacted", "sao", "sql"),
        (SALESFORCE, "Closed - Not Converted", "mql", "recycled"),
        (Mirror(), "x", "lead", None),
    ],
)
def test_what_an_edit_at_a_side_means(
    mirror: Mirror, value: str, here: Any, stage: str | None
) -> None:
    """Another stage only where the value does not fit the present one."""
    assert meant(DEFAULT, mirror, value, here) == stage


def test_where_a_value_of_several_stages_begins() -> None:
    """A customer is one, and a lead whom nobody has called is no MQL yet."""
    assert beginning(DEFAULT, SALESFORCE, "Open - Not Contacted") == "lead"
    assert beginning(DEFAULT, HUBSPOT, "customer") == "customer"
    assert beginning(DEFAULT, HUBSPOT, None) is None
    twice = Mirror(values={"lead": ("lead",), "recycled": ("lead", "old")})
    assert beginning(DEFAULT, twice, "lead") == "lead"  # a new contact was never recycled
    assert beginning(DEFAULT, twice, "old") == "recycled"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"stages": [{"name": "lead", "owner": "is"}] * 2}, "a stage stands once; twice: lead"),
        ({"stages": [{"name": "lead", "owner": "is", "to": ["won"]}]}, "there is no stage won"),
        (
            {"stages": [{"name": "lead", "owner": "is"},
                        {"name": "mql", "owner": "is", "to": ["lead"]}]},
            "mql: lead stands before it",
        ),
        (
            {"mirrors": {"ma": {"order": ["a"], "values": {"lead": ["b"]}}}},
            "mirrors: ma: the order lacks b",
        ),
        ({"raci": [{"work": {"en": "Work", "ja": "仕事"}, "is": ["I"]}]}, "nobody is responsible"),
    ],
)  # fmt: skip
def test_documents_that_can_not_work_are_refused(change: dict[str, Any], told: str) -> None:
    """With what is wrong."""
    with pytest.raises(ValidationError, match=told):
        LifecycleDocument.model_validate(preset("lifecycle") | change)


def test_every_team_has_its_duties() -> None:
    """R, A, C and I of the table."""
    row = DEFAULT.raci[1]

    assert [row.duties(team) for team in ("marketing", "is", "fs", "cs")] == [
        ("C",), ("R", "A"), ("I",), ("I",)
    ]  # fmt: skip


def test_nested_conditions_see_their_activities() -> None:
    """All, any and not; activities that no stage asks about make no difference."""
    when = {
        "all": [
            {"any": [{"activity": "demo"}, {"activity": "trial"}]},
            {"not": {"activity": "unsubscribe"}},
        ]
    }
    stages = [
        {"name": "lead", "owner": "marketing", "to": ["mql"]},
        {"name": "mql", "owner": "is", "when": when},
    ]
    document = LifecycleDocument.model_validate({"stages": stages})

    def after(*facts: Fact) -> str:
        return advance(document, Standing("lead"), person(*facts), NOW).standing.stage

    assert after(fact("page_view"), fact("trial")) == "mql"
    assert after(fact("trial"), fact("unsubscribe")) == "lead"
    assert after(fact("page_view")) == "lead"
