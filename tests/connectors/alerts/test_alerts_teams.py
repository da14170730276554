"""Microsoft Teams: the card, and what each answer of a workflow means."""

import json

import pytest

from connectors.base import AuthLost, Busy, Rejected, Unsure
from connectors.messages import Message, Section
from tests.connectors.alerts.conftest import TeamsRig, message


def test_a_workflow_gets_an_adaptive_card(teams: TeamsRig) -> None:
    """202 is taken as sent; the card mentions whom it is for."""
    assert teams.flow().send([message(to="rep@example.com")]) == {"alert/1": None}

    [posted] = teams.inbox.messages
    card = posted["attachments"][0]["content"]
    assert [one["text"] for one in card["body"]] == [
        "Hot lead: Ada",
        "<at>rep@example.com</at>",
        "Why:",
        "• Viewed \\<the> prices & \\*more\\*",
        "• Came back",
    ]
    assert card["actions"][0]["url"] == "https://baton.example/a/token"
    assert card["msteams"]["entities"][0]["mentioned"]["id"] == "rep@example.com"


def test_a_mention_can_be_left_out(teams: TeamsRig) -> None:
    """Where addresses are no user names."""
    teams.flow(mention=False).send([message(to="rep@example.com")])

    assert "rep@example.com" not in json.dumps(teams.inbox.messages)


def test_a_card_that_is_too_large_loses_its_end(teams: TeamsRig) -> None:
    """Teams takes 28 KB; the first sections are kept."""
    sections = tuple(Section(f"part {n}", ("あ" * 400,) * 5) for n in range(40))

    assert teams.flow().send([Message("1", None, "Hot", sections)]) == {"1": None}
    assert "part 0" in json.dumps(teams.inbox.messages)


@pytest.mark.parametrize(("name", "sig"), [("other", "sandbox"), ("w000", "wrong")])
def test_a_workflow_that_is_not_there_pauses_the_channel(
    teams: TeamsRig, name: str, sig: str
) -> None:
    """404 and 401: its address was changed, or it was deleted."""
    with pytest.raises(AuthLost):
        teams.flow(name, sig).send([message()])


def test_a_workflow_that_is_off_pauses_the_channel(teams: TeamsRig) -> None:
    """400 WorkflowTriggerIsNotEnabled."""
    body = json.dumps({"error": {"code": "WorkflowTriggerIsNotEnabled", "message": "off"}})
    teams.inbox.prescribe(400, body)

    with pytest.raises(AuthLost, match="WorkflowTriggerIsNotEnabled"):
        teams.flow().send([message()])


def test_a_card_that_is_refused_keeps_its_code(teams: TeamsRig) -> None:
    """400 with another code concerns this card alone."""
    teams.inbox.prescribe(400, json.dumps({"error": {"code": "TriggerInputSchemaMismatch"}}))

    outcome = teams.flow().send([message()])["alert/1"]

    assert isinstance(outcome, Rejected)
    assert outcome.code == "TriggerInputSchemaMismatch"


def test_throttling_says_when_to_come_back(teams: TeamsRig) -> None:
    """429 with Retry-After."""
    teams.inbox.prescribe(429, "", {"Retry-After": "20"})

    with pytest.raises(Busy) as caught:
        teams.flow().send([message()])

    assert caught.value.retry_in_s == 20.0


def test_a_gateway_that_gave_up_leaves_doubt(teams: TeamsRig) -> None:
    """502: the workflow may have started."""
    teams.inbox.prescribe(502, "")

    assert isinstance(teams.flow().send([message()])["alert/1"], Unsure)
