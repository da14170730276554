"""Contracts of what follows: pages inside the vendor's, tasks as they stand, mentions, scores."""

import json

import pytest

from connectors.base import ConnectorError, Inbound, Landed, Ref, Refused
from connectors.contract.alerts import alert, raised
from connectors.contract.stage import Stage
from connectors.embedding import Card

NO_ID = "999999999"


class VerifiesEmbedsContract:
    """Pages of ours inside the vendor's."""

    def test_a_request_that_nobody_signed_is_refused(self, stage: Stage) -> None:
        """Whatever it asks for."""
        for method in ("GET", "POST"):
            inbound = Inbound(method, "https://baton.example/embed/x", {}, b"signed_request=a.b")
            with pytest.raises(Refused):
                stage.connector.embedded(inbound, stage.now())

    def test_some_pages_may_frame_ours(self, stage: Stage) -> None:
        """Those of the vendor, by name: never everybody's."""
        frames = list(stage.connector.frames())

        assert frames
        assert "*" not in frames


class AnswersCardsContract:
    """Cards of the vendor's pages."""

    def test_a_card_tells_its_lines_and_opens_the_page(self, stage: Stage) -> None:
        """As JSON, with the page's address."""
        ref = stage.add_person("ada@example.com")
        card = Card("Ada", [("Score", "92")], "Open", "https://baton.example/embed/panel?pass=1")

        body, media_type = stage.connector.card(card, ref)

        assert media_type.startswith("application/json")
        assert card.url in json.dumps(json.loads(body))


class ReadsTasksContract:
    """How the tasks of alerts stand."""

    def test_a_new_task_is_open(self, stage: Stage) -> None:
        """What is not there is left out."""
        ref, owner = stage.add_person("ada@example.com"), stage.add_owner("rep@example.com")
        landed = raised(stage, [alert(stage, "k1", ref, owner)])["k1"]
        assert isinstance(landed, Landed)

        states = stage.connector.tasks([landed.ref.id])

        assert [(one, states[one].is_open) for one in states] == [(landed.ref.id, True)]

    def test_no_tasks_are_no_states(self, stage: Stage) -> None:
        """Nothing is asked for nothing."""
        assert dict(stage.connector.tasks([])) == {}


class MentionsContract:
    """A post on the person's record that names the rep."""

    def test_a_rep_is_mentioned(self, stage: Stage) -> None:
        """One outcome for each alert; one about somebody who is gone fails alone."""
        here, gone = stage.add_person("here@example.com"), stage.add_person("gone@example.com")
        owner = stage.add_owner("rep@example.com")
        stage.delete(gone)

        outcomes = stage.connector.mention(
            [alert(stage, "k1", here, owner), alert(stage, "k2", gone, owner)]
        )

        assert outcomes["k1"] is None
        assert isinstance(outcomes["k2"], ConnectorError)


class ExplainsScoresContract:
    """How the vendor's own scores changed."""

    def test_a_new_person_has_no_history(self, stage: Stage) -> None:
        """Where the account has no score, or nothing changed it, there is nothing to tell."""
        ref = stage.add_person("ada@example.com")

        assert list(stage.connector.score_changes(ref)) == []

    def test_nobody_has_no_score(self, stage: Stage) -> None:
        """A record that never was tells nothing, or says that it is gone."""
        try:
            found = list(stage.connector.score_changes(Ref("person", NO_ID)))
        except ConnectorError:
            found = []

        assert found == []
