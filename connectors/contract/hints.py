"""The contracts of `ListsHints` and `AnswersWebhooks`."""

import pytest

from connectors.base import Cursor, Hint, News, Ref, Rejected
from connectors.contract.stage import Stage

TRIES = 100
WAIT_S = 0.3


class ListsHintsContract:
    """Feeds that say where to look: nothing is skipped, what is shown twice has the same ids."""

    def test_feeds_have_stable_names(self, stage: Stage) -> None:
        """Each has a cursor of its own, which is stored under its name."""
        feeds = list(stage.connector.hint_feeds())

        assert feeds
        assert feeds == list(stage.connector.hint_feeds())

    def test_a_feed_that_begins_says_that_it_left_out_what_was(self, stage: Stage) -> None:
        """That is a gap: records are looked through."""
        for feed in stage.connector.hint_feeds():
            assert stage.connector.hints(feed, None, 0).gap

    def test_an_edit_is_a_hint(self, stage: Stage) -> None:
        """From a cursor that had seen everything."""
        ref = stage.add_person("ada@example.com")
        for feed in stage.connector.hint_feeds():
            cursor = _at_rest(stage, feed)

            stage.edit(ref, {stage.fields.one: f"edited by {feed}"})

            assert ref in {hint.ref for hint in _heard(stage, feed, cursor, ref)}

    def test_reading_again_shows_the_same_ids(self, stage: Stage) -> None:
        """A host that died before it stored anything gets it once more, and can tell."""
        ref = stage.add_person("ada@example.com")
        for feed in stage.connector.hint_feeds():
            cursor = _at_rest(stage, feed)
            stage.edit(ref, {stage.fields.one: f"edited by {feed}"})

            first = {hint.id for hint in _heard(stage, feed, cursor, ref)}

            assert first == {hint.id for hint in _heard(stage, feed, cursor, ref)}

    def test_a_corrupt_cursor_is_refused(self, stage: Stage) -> None:
        """Junk, half a cursor, or two: Rejected, and never a silent start anew."""
        for feed in stage.connector.hint_feeds():
            cursor = _at_rest(stage, feed)
            for bad in ("", "{}", "[]", "garbage", cursor[: len(cursor) // 2], f"{cursor}{cursor}"):
                with pytest.raises(Rejected):
                    stage.connector.hints(feed, Cursor(bad), 0)


class AnswersWebhooksContract:
    """What a vendor wants to hear when its request is stored."""

    def test_the_answer_has_a_body_and_a_type(self, stage: Stage) -> None:
        """The same each time."""
        body, media_type = stage.connector.acknowledgement()

        assert body
        assert "/" in media_type
        assert (body, media_type) == stage.connector.acknowledgement()


def _at_rest(stage: Stage, feed: str) -> Cursor:
    """The cursor of a host that has seen everything."""
    cursor: Cursor | None = None
    for _ in range(TRIES):
        news: News = stage.connector.hints(feed, cursor, WAIT_S)
        cursor = news.cursor
        if not (news.items or news.gap or news.more):
            return cursor
    raise AssertionError(f"{feed} never comes to rest")


def _heard(stage: Stage, feed: str, cursor: Cursor, ref: Ref) -> list[Hint]:
    """Hints from a cursor on until one is about `ref` and the feed has no more."""
    hints: list[Hint] = []
    for _ in range(TRIES):
        news: News = stage.connector.hints(feed, cursor, WAIT_S)
        hints += news.items
        cursor = news.cursor
        if not news.more and ref in {hint.ref for hint in hints}:
            return hints
    raise AssertionError(f"{feed} never tells of {ref}")
