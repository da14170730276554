"""Slack: what it is told, and what each of its refusals means."""

import pytest

from connectors.base import AuthLost, Busy, Rejected, Unsure
from connectors.messages import Message, Section
from tests.connectors.alerts.conftest import SlackRig, message


def test_a_hook_posts_what_happened(slack: SlackRig) -> None:
    """Title, reasons and buttons; markup in a value is text."""
    assert slack.hook().send([message()]) == {"alert/1": None}

    [posted] = slack.inbox.messages
    header, section, actions = posted["blocks"]
    assert header["text"] == {"type": "plain_text", "text": "Hot lead: Ada", "emoji": False}
    assert section["text"]["text"] == (
        "*Why:*\n• Viewed &lt;the&gt; prices &amp; *more*\n• Came back"
    )
    assert actions["elements"][0]["url"] == "https://baton.example/a/token"


def test_a_bot_writes_to_the_person_whom_slack_knows(slack: SlackRig) -> None:
    """A direct message by e-mail address; the channel for everybody else."""
    bot = slack.bot(post_to="person")

    bot.send([message("1", "rep@example.com"), message("2", "who@example.com"), message("3")])

    assert [one["channel"] for one in slack.inbox.messages] == ["U111", "C000", "C000"]


def test_a_bot_says_who_it_is(slack: SlackRig) -> None:
    """A test of the connection shows the workspace."""
    assert slack.bot().probe().name == "Sandbox"


def test_a_message_beyond_every_limit_is_cut(slack: SlackRig) -> None:
    """Slack refuses long headers and sections; none is sent."""
    sections = tuple(Section("x" * 10, ("y" * 5_000,)) for _ in range(80))
    long = Message("1", None, "z" * 1_000, sections)

    assert slack.hook().send([long]) == {"1": None}


@pytest.mark.parametrize(
    ("channel", "code"),
    [("C001", "is_archived"), ("C002", "not_in_channel"), ("C9", "channel_not_found")],
)
def test_a_channel_that_takes_nothing_is_a_refusal(
    slack: SlackRig, channel: str, code: str
) -> None:
    """HTTP 200 and `ok: false`: shown to a person under Slack's own word."""
    outcome = slack.bot(channel=channel).send([message()])["alert/1"]

    assert isinstance(outcome, Rejected)
    assert outcome.code == code


def test_a_hook_that_was_removed_pauses_the_channel(slack: SlackRig) -> None:
    """`no_service`: nothing sent there arrives any more."""
    with pytest.raises(AuthLost, match="no_service"):
        slack.hook("/services/T/B/other").send([message()])


def test_a_token_that_was_revoked_pauses_the_channel(slack: SlackRig) -> None:
    """`invalid_auth` under HTTP 200."""
    with pytest.raises(AuthLost, match="invalid_auth"):
        slack.bot("xoxb-old").send([message()])


def test_a_rate_limit_says_when_to_come_back(slack: SlackRig) -> None:
    """429 with Retry-After, in words or in JSON."""
    slack.inbox.prescribe(429, "rate_limited", {"Retry-After": "7"})

    with pytest.raises(Busy) as caught:
        slack.hook().send([message()])

    assert caught.value.retry_in_s == 7.0


def test_what_was_sent_before_the_limit_stays_sent(slack: SlackRig) -> None:
    """The second message meets the limit; the third is not tried."""
    hook = slack.hook()
    hook.send([message("0")])
    slack.inbox.prescribe(200, "ok")
    slack.inbox.prescribe(429, "rate_limited", {"Retry-After": "3"})

    outcomes = hook.send([message("1"), message("2"), message("3")])

    assert outcomes["1"] is None
    assert isinstance(outcomes["2"], Busy)
    assert isinstance(outcomes["3"], Busy)
    assert slack.inbox.calls == 3


@pytest.mark.parametrize("body", ["rollup_error", "", "<html>"])
def test_a_failure_of_slacks_own_leaves_doubt(slack: SlackRig, body: str) -> None:
    """HTTP 500: it may have posted."""
    slack.inbox.prescribe(500, body)

    assert isinstance(slack.hook().send([message()])["alert/1"], Unsure)


def test_a_word_of_refusal_keeps_its_code(slack: SlackRig) -> None:
    """403 action_prohibited: an admin of the workspace forbade it."""
    slack.inbox.prescribe(403, "action_prohibited")

    outcome = slack.hook().send([message()])["alert/1"]

    assert isinstance(outcome, Rejected)
    assert outcome.code == "action_prohibited"


def test_a_redirect_is_not_followed(slack: SlackRig) -> None:
    """The address of the hook is the secret; nobody else gets it."""
    slack.inbox.prescribe(302, "", {"Location": "https://evil.example/"})

    assert isinstance(slack.hook().send([message()])["alert/1"], Rejected)
    assert slack.inbox.calls == 1
