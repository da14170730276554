"""Contracts of activities: `ListsActivities` and `LogsActivities`."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from connectors.base import (
    Activity,
    ConnectorError,
    Cursor,
    Entry,
    Landed,
    Page,
    Ref,
    Rejected,
    Unsure,
)
from connectors.capabilities import LogsActivities
from connectors.contract.feed import (
    check_corrupt_cursors,
    check_every_checkpoint,
    end,
    everything,
)
from connectors.contract.stage import Stage


class ListsActivitiesContract:
    """What people did, as one or more feeds."""

    def test_what_people_did_is_listed(self, stage: Stage) -> None:
        """Each activity comes with its person, type and time."""
        ref = stage.add_person("ada@example.com")
        started = stage.now().replace(microsecond=0) - timedelta(hours=1)
        expected = {
            (ref, type_, stage.behave(ref, type_, started + timedelta(minutes=n)))
            for n, type_ in enumerate(stage.behaviours)
        }

        assert {(a.person, a.type, a.at) for a in all_activities(stage)} == expected

    def test_ids_are_unique_and_stable(self, stage: Stage) -> None:
        """Reading twice gives the same ids, and no two activities share one."""
        behave_often(stage, 6)

        first, second = all_activities(stage), all_activities(stage)

        assert len({activity.id for activity in first}) == 6
        assert {activity.id for activity in first} == {activity.id for activity in second}

    def test_a_second_reading_shows_nothing_new(self, stage: Stage) -> None:
        """From the end on, only repetitions of what was seen may come."""
        behave_often(stage, 4)
        for feed in feeds(stage):
            seen = {activity.id for activity in everything(feed)}
            assert {activity.id for activity in everything(feed, end(feed))} <= seen

    def test_what_happens_later_appears(self, stage: Stage) -> None:
        """After a cursor was given, a new activity is shown from it on."""
        ref = behave_often(stage, 3)
        before = {activity.id for activity in all_activities(stage)}
        cursors = {feed: end(feed) for feed in feeds(stage)}
        stage.behave(ref, stage.behaviours[0], stage.now())

        later = {a.id for feed, cursor in cursors.items() for a in everything(feed, cursor)}

        (new,) = {activity.id for activity in all_activities(stage)} - before
        assert new in later

    def test_a_restart_from_every_checkpoint_is_complete(self, stage: Stage) -> None:
        """Wherever a host stopped, going on from the saved cursor misses nothing."""
        behave_often(stage, 12)
        for feed in feeds(stage):
            count = len(everything(feed))
            check_every_checkpoint(feed, lambda activity: activity.id, count=count)
        assert len(all_activities(stage)) >= 12

    def test_a_corrupt_cursor_is_refused(self, stage: Stage) -> None:
        """Junk, half a cursor, or two: Rejected, and never a silent start from zero."""
        behave_often(stage, 1)
        for feed in feeds(stage):
            check_corrupt_cursors(feed)

    def test_a_cursor_of_another_feed_is_refused(self, stage: Stage) -> None:
        """Each feed has its own cursors; they are not mixed up."""
        behave_often(stage, 1)
        ends = {feed.name: end(feed) for feed in feeds(stage)}

        for name, cursor in ends.items():
            for feed in feeds(stage):
                if feed.name != name:
                    with pytest.raises(Rejected):
                        feed(cursor)

    def test_feeds_are_stable(self, stage: Stage) -> None:
        """The names of the feeds do not change, and each name is there once."""
        names = list(stage.connector.feeds())

        assert names == list(stage.connector.feeds())
        assert len(set(names)) == len(names) > 0

    def test_an_unknown_feed_is_refused(self, stage: Stage) -> None:
        """A feed that is not there is Rejected, not empty."""
        with pytest.raises(Rejected):
            stage.connector.activities("no-such-feed", None)

    def test_what_we_logged_does_not_come_back(self, stage: Stage) -> None:
        """An activity that the connector itself logged is not listed."""
        if not isinstance(stage.connector, LogsActivities):
            pytest.skip("this connector logs no activities")
        ref = stage.add_person("ada@example.com")
        log(stage, [entry(stage, "k1", ref)])

        assert all_activities(stage) == []


class StartsFeedsContract:
    """Feeds of activities that are read from a time on."""

    def test_a_feed_starts_at_a_time(self, stage: Stage) -> None:
        """What happened since is shown, and the cursor goes on like any other."""
        ref = stage.add_person("ada@example.com")
        since = stage.now().replace(microsecond=0) - timedelta(minutes=30)
        at = stage.behave(ref, stage.behaviours[0], since + timedelta(minutes=10))

        later = {
            one.at
            for feed in feeds(stage)
            for one in everything(feed, stage.connector.feed_from(feed.name, since))
        }

        assert at in later

    def test_an_unknown_feed_has_no_start(self, stage: Stage) -> None:
        """It is Rejected, as reading it is."""
        with pytest.raises(Rejected):
            stage.connector.feed_from("no-such-feed", stage.now())


class LogsActivitiesContract:
    """Writing activities down at the vendor."""

    def test_an_entry_is_logged_once_however_often_it_is_asked(self, stage: Stage) -> None:
        """The second time lands on the same entry."""
        ref = stage.add_person("ada@example.com")
        first = log(stage, [entry(stage, "k1", ref)])["k1"]
        second = log(stage, [entry(stage, "k1", ref)])["k1"]

        assert isinstance(first, Landed)
        assert isinstance(second, Landed)
        assert first.ref == second.ref
        assert list(stage.logged()) == ["k1"]

    def test_an_answer_that_was_lost_is_repeated_harmlessly(self, stage: Stage) -> None:
        """The outcome is in doubt; once repeated there is one entry."""
        ref = stage.add_person("ada@example.com")
        stage.lose_answer_once()

        assert isinstance(log(stage, [entry(stage, "k1", ref)])["k1"], Unsure)
        assert isinstance(log(stage, [entry(stage, "k1", ref)])["k1"], Landed)
        assert list(stage.logged()) == ["k1"]

    def test_many_are_logged_at_once(self, stage: Stage) -> None:
        """A batch gives one entry for each key."""
        ref = stage.add_person("ada@example.com")
        entries = [entry(stage, f"k{n}", ref) for n in range(stage.connector.write_batch)]

        outcomes = log(stage, entries)

        assert all(isinstance(outcome, Landed) for outcome in outcomes.values())
        assert sorted(stage.logged()) == sorted(one.key for one in entries)

    def test_an_entry_for_somebody_who_is_gone_fails_alone(self, stage: Stage) -> None:
        """The others of the batch are logged."""
        here, gone = stage.add_person("here@example.com"), stage.add_person("gone@example.com")
        stage.delete(gone)

        outcomes = log(stage, [entry(stage, "k1", gone), entry(stage, "k2", here)])

        assert isinstance(outcomes["k1"], ConnectorError)
        assert isinstance(outcomes["k2"], Landed)
        assert list(stage.logged()) == ["k2"]

    def test_long_and_odd_text_is_taken(self, stage: Stage) -> None:
        """A title or body beyond the vendor's limits is shortened, not refused."""
        ref = stage.add_person("ada@example.com")
        text = '<b>料金 & "price"\'s</b>\n' * 200
        odd = Entry("k" * 60, ref, "page_view", stage.now(), text, text)

        assert isinstance(log(stage, [odd])["k" * 60], Landed)
        assert list(stage.logged()) == ["k" * 60]

    def test_logging_nothing_answers_nothing(self, stage: Stage) -> None:
        """No entries, no outcomes."""
        assert log(stage, []) == {}


class Feed:
    """One of a connector's activity feeds."""

    def __init__(self, stage: Stage, name: str) -> None:
        self.stage = stage
        self.name = name

    def __call__(self, cursor: Cursor | None) -> Page[Activity]:
        page: Page[Activity] = self.stage.connector.activities(self.name, cursor)
        return page


def feeds(stage: Stage) -> list[Feed]:
    return [Feed(stage, name) for name in stage.connector.feeds()]


def all_activities(stage: Stage) -> list[Activity]:
    return [activity for feed in feeds(stage) for activity in everything(feed)]


def behave_often(stage: Stage, times: int) -> Ref:
    """One person does something `times` times, a minute apart, up to a minute ago."""
    ref = stage.add_person("ada@example.com")
    for n in range(times, 0, -1):
        type_ = stage.behaviours[n % len(stage.behaviours)]
        stage.behave(ref, type_, stage.now().replace(microsecond=0) - timedelta(minutes=n))
    return ref


def entry(stage: Stage, key: str, ref: Ref) -> Entry:
    return Entry(key, ref, "page_view", stage.now(), "Viewed the prices", "https://example.com/p")


def log(stage: Stage, entries: list[Entry]) -> Mapping[str, Landed | ConnectorError]:
    """The outcomes, where an error for the whole call is that of each entry."""
    try:
        outcomes: Mapping[str, Landed | ConnectorError] = stage.connector.log(entries)
    except ConnectorError as error:
        return {one.key: error for one in entries}
    return outcomes
