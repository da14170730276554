"""Alerts beyond the task: whom they reach, who is next, what is held."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.configuring.alert_drafts import Tried
from app.domain.hot_lead_document import HotLeadDocument
from app.flows import alert_preview, react
from app.store.db import Database
from app.web.api.alert_previews import preview_view
from connectors.base import Busy, Rejected, Unsure
from connectors.capabilities import OWNER_LEFT
from tests.flows.test_flows_alerts import HOT, become_hot, cool
from tests.support.chat import CHAIN, Place, hot, place


@pytest.fixture
def there(database: Database) -> Place:
    return place(database, {"messages": ["chat"], "escalation": CHAIN})


def hot_without_owner(there: Place) -> None:
    """Their owner was deactivated a moment ago: the SFA refuses the task."""
    contact = cool(there.world)
    with there.world.database.begin() as tx:
        link_id = tx.scalar(text("SELECT id FROM link"))
    left = Rejected("inactive user", code=OWNER_LEFT)
    there.world.sfa.fail_next("raise_alerts", left, key=f"alert/{link_id}/1")
    become_hot(there.world, contact)


def test_a_channel_is_told_once_in_its_language(there: Place) -> None:
    """Who, why, what to do by when, and answers that need no sign-in."""
    hot(there)
    there.go_on()

    [message] = there.chat.told
    assert message.to == "rep@example.com"
    assert message.title.startswith("ホットリード: ")
    assert [one.heading for one in message.sections] == [
        "", "理由:", "最近の行動:", "推奨アクション:", "対応期限:",
    ]  # fmt: skip
    assert [one.label for one in message.buttons] == ["対応する", "後で", "対象外", "Batonで開く"]
    assert message.buttons[0].url.startswith("https://baton.example/a/")
    assert there.events() == ["alert.raised"]


def test_the_task_carries_a_link_that_answers_it(there: Place) -> None:
    """A rep answers from the SFA without an account here."""
    hot(there)

    [task] = there.world.sfa.alerts()
    assert "https://baton.example/a/" in task.body


def test_who_left_meanwhile_is_passed_over(database: Database) -> None:
    """The list of users is minutes old; the SFA knows better, and somebody else has the lead."""
    away = {"messages": [], "recipients": {"owner": True, "fallback_email": "boss@example.com"}}
    there = place(database, away)
    boss = next(one.id for one in there.world.sfa.people if one.email == "boss@example.com")

    hot_without_owner(there)

    assert [task.owner_id for task in there.world.sfa.alerts()] == [boss]
    assert (there.alert().owner, there.alert().state) == ("boss@example.com", "sent")


def test_an_alert_that_nobody_else_could_get_is_shown_as_refused(there: Place) -> None:
    """Nothing is asked again and again."""
    hot_without_owner(there)

    assert not there.world.sfa.alerts()
    assert (there.alert().state, there.alert().code) == ("failed", "owner_left")


def test_nobody_reacts_so_the_next_one_is_told(there: Place) -> None:
    """After 30 minutes the rep again, 60 minutes later the boss, each once."""
    hot(there)

    there.go_on(minutes=29)
    assert len(there.chat.told) == 1
    there.go_on(minutes=2)
    there.go_on()
    assert [one.to for one in there.chat.told] == ["rep@example.com"] * 2
    assert there.chat.told[1].title.startswith("未対応: ")
    assert len(there.world.sfa.bells) == 2
    there.go_on(minutes=61)
    there.go_on(hours=9)

    assert [one.to for one in there.chat.told][2:] == ["boss@example.com"]
    boss = there.world.sfa.people[1].id
    assert [one.owner_id for one in there.world.sfa.alerts()][1:] == [boss]
    assert there.events() == ["alert.raised", "alert.escalated", "alert.escalated"]


def test_a_restart_takes_no_step_twice(there: Place) -> None:
    """Another worker, a clock set back: the chain goes on where it was."""
    hot(there)
    there.go_on(minutes=31)
    there.passed -= timedelta(minutes=31)
    there.world.restart()
    there.world.lanes.now = there.now
    there.world.settle()
    there.passed += timedelta(minutes=32)
    there.go_on()

    assert len(there.chat.told) == 2
    assert there.alert().step == 1


def test_whoever_reacted_is_left_alone(there: Place) -> None:
    """Accepted: the chain ends."""
    hot(there)
    with there.world.database.begin() as tx:
        react.react(tx, there.alert().id, react.accept("rep"), now=there.now())

    there.go_on(hours=5)

    assert len(there.chat.told) <= 1
    assert there.alert().wake_at is None
    assert there.events() == ["alert.raised", "alert.accepted"]


def test_a_snoozed_alert_comes_back_at_its_time(there: Place) -> None:
    """Not before; then the rep is told again, and the chain begins anew."""
    hot(there)
    there.go_on()
    until = there.now() + timedelta(hours=2)
    with there.world.database.begin() as tx:
        react.react(tx, there.alert().id, react.snooze("rep", until), now=there.now())

    there.go_on(minutes=119)
    before = len(there.chat.told)
    there.go_on(minutes=2)
    there.go_on()

    assert before == 1
    assert there.chat.told[1].title.startswith("再通知: ")
    assert len(there.world.sfa.bells) == 2
    there.go_on(minutes=31)
    assert there.chat.told[2].title.startswith("未対応: ")


def test_a_channel_that_is_busy_is_asked_again_and_one_in_doubt_is_not(there: Place) -> None:
    """Told once, whatever the channel says."""
    there.chat.trouble = [Busy("429", retry_in_s=0.05)]
    hot(there)
    there.world.settle()
    there.go_on(seconds=60)
    with there.world.database.begin() as tx:
        tx.execute(text("UPDATE lane SET not_before = NULL"))
    there.go_on(seconds=60)
    assert len(there.chat.told) == 1

    there.chat.trouble = [Unsure("no answer")]
    there.go_on(minutes=31)
    with there.world.database.begin() as tx:
        tx.execute(text("UPDATE lane SET not_before = NULL"))
    there.go_on()

    assert len(there.chat.told) == 1
    with there.world.database.begin() as tx:
        states = tx.scalars(text("SELECT state FROM alert_message WHERE connection = 'chat'"))
        assert sorted(states) == ["in_doubt", "sent"]


def test_nothing_rings_outside_working_hours(database: Database) -> None:
    """The task stands at once, silently; bell and message come when the day begins."""
    hours = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    today = datetime.now(UTC).date()
    closed = [str(today + timedelta(days=n)) for n in (-1, 0, 1)]
    calendar = {"time_zone": "UTC", "hours": hours, "holidays": [], "closed": closed}
    there = place(
        database,
        {
            "channels": ["task", "notification", "mention"],
            "messages": ["chat"],
            "hours": [{"people": ["rep@*"], "calendar": calendar}],
        },
    )
    hot(there)
    there.go_on()
    assert len(there.world.sfa.alerts()) == 1
    assert (there.world.sfa.bells, there.chat.told) == ([], [])
    opens = datetime.combine(today + timedelta(days=2), datetime.min.time(), UTC)
    assert there.alert().react_by == opens + timedelta(minutes=30)

    there.go_on(days=2)
    there.go_on()

    assert len(there.world.sfa.bells) == len(there.chat.told) == 1
    assert len(there.world.sfa.mentions) == 1


def test_who_left_is_passed_over(database: Database) -> None:
    """The owner may not sign in any more: the territory's, else the fall-back colleague is told."""
    there = place(
        database, {"messages": ["chat"], "recipients": {"fallback_email": "boss@example.com"}}
    )
    contact = cool(there.world)
    with database.begin() as tx:
        tx.execute(text("UPDATE owner SET active = false WHERE email = 'rep@example.com'"))
    become_hot(there.world, contact)
    there.go_on()

    assert there.alert().owner == "boss@example.com"
    assert there.world.sfa.alerts()[0].owner_id == there.world.sfa.people[1].id


def test_a_second_crossing_is_merged_into_the_first(there: Place) -> None:
    """Cooled off and hot again within the cool-down: the same alert, which counts it."""
    contact = hot(there)
    there.world.ma.edit(contact, score=10)
    there.world.sync()
    become_hot(there.world, contact)
    there.go_on()

    assert len(there.world.sfa.alerts()) == len(there.chat.told) == 1
    assert there.alert().repeats == 1


def test_a_preview_tells_who_would_have_been_alerted(there: Place) -> None:
    """The last days are lived again; nothing is written, and old news alerts nobody."""
    hot(there)
    old = there.world.ma.add_person("old@example.com", "Contact", score=95)
    there.world.ma.behave(old, "page_view", there.now() - timedelta(days=20), url="/pricing")
    there.world.sync()
    document = HotLeadDocument.model_validate(HOT)
    with there.world.database.begin() as tx:
        before = tx.scalar(text("SELECT count(*) FROM alert"))
        trial = alert_preview.preview(tx, document, days=7, now=there.now())
        none = alert_preview.preview(tx, STRICT, days=7, now=there.now())
        after = tx.scalar(text("SELECT count(*) FROM alert"))

    assert [(one.name, one.rule, one.recipient) for one in trial.alerts] == [
        ("ada@example.com", "hot", "rep@example.com")
    ]
    assert (trial.per_recipient, trial.per_rule) == ({"rep@example.com": 1}, {"hot": 1})
    assert (trial.raised, trial.held, none.alerts) == (1, 0, [])
    assert [one.name for one in trial.now] == ["ada@example.com"]
    assert (none.now, none.scored) == ([], True)
    assert before == after == 1


def test_a_preview_counts_by_the_day_of_the_recipient(there: Place) -> None:
    """Where they work it may be tomorrow already; and it is told by the API, too."""
    hot(there)
    calendar = {"time_zone": "Pacific/Kiritimati", "holidays": []}  # 14 hours ahead
    document = HotLeadDocument.model_validate({**HOT, "hours": [{"calendar": calendar}]})
    with there.world.database.begin() as tx:
        trial = alert_preview.preview(tx, document, days=7, now=there.now())

    shown = preview_view(Tried(document, trial, ()))

    [one] = trial.alerts
    day = (one.at + timedelta(hours=14)).date().isoformat()
    assert shown.per_day == {day: 1}
    assert (shown.per_rule, shown.per_recipient) == ({"hot": 1}, {"rep@example.com": 1})


def test_a_preview_tells_by_what_and_when_outside_working_hours(there: Place) -> None:
    """The task at once, all else as the day begins; then the chain, in working minutes."""
    hot(there)
    hours = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    today = there.now().date()
    closed = [str(today + timedelta(days=n)) for n in (-1, 0, 1)]
    calendar = {"time_zone": "UTC", "hours": hours, "holidays": [], "closed": closed}
    more = {"channels": ["task", "notification"], "messages": ["chat"], "escalation": CHAIN}
    body = {**HOT, **more, "hours": [{"people": ["rep@*"], "calendar": calendar}]}
    now = there.now()
    with there.world.database.begin() as tx:
        document = HotLeadDocument.model_validate(body)
        trial = alert_preview.preview(tx, document, days=7, now=now)

    [one] = trial.now
    opens = datetime.combine(today + timedelta(days=2), datetime.min.time(), UTC)
    assert [(way.connection, way.channel, way.at) for way in one.ways] == [
        ("sfa", "task", now), ("sfa", "notification", opens), ("chat", "message", opens),
    ]  # fmt: skip
    assert (one.rung_at, one.react_by) == (opens, opens + timedelta(minutes=30))
    assert one.escalates_at == opens + timedelta(minutes=30)
    assert one.hot_since is not None


STRICT = HotLeadDocument.model_validate(
    {"rules": [{**HOT["rules"][0], "when": {"score": "total", "op": "gte", "value": 99}}]}
)
