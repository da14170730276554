"""What people log in HubSpot, as activities of its contacts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.base import Entry
from connectors.contract.feed import check_corrupt_cursors, check_every_checkpoint
from connectors.hubspot import HubSpot
from tests.connectors.hubspot.account import Account, person, run

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WHEN = {"hs_timestamp": AT.isoformat()}
ALL = ["calls", "communications", "emails", "meetings", "notes", "tasks"]


def told(hubspot: HubSpot, kind: str) -> list[tuple[str, str, datetime, str, dict[str, Any]]]:
    found, _ = run(hubspot, f"engagements/{kind}")
    return [(a.person.id, a.type, a.at, a.title, dict(a.detail)) for a in found]


def test_a_call_tells_how_long_it_took_and_what_came_of_it(account: Account, connect: Any) -> None:
    """The outcome by the ids that every HubSpot account has."""
    ada = account.contact("ada@example.com")
    said = {
        "hs_call_title": "First call", "hs_call_duration": "90500", "hs_call_direction": "OUTBOUND",
        "hs_call_disposition": "f240bbac-87c9-4f6e-bf70-924b57d47db7",
        "hs_call_status": "COMPLETED", "hs_call_body": "<p>Likes <b>it</b></p>",
    }  # fmt: skip
    account.create("calls", {**WHEN, **said}, (194, ada))

    detail = {
        "duration_s": 90, "outcome": "connected", "direction": "outbound", "body": "Likes it",
    }  # fmt: skip
    assert told(connect(account.url), "calls") == [(ada, "call", AT, "First call", detail)]


def test_a_call_that_rings_is_not_told_yet(account: Account, connect: Any) -> None:
    """It is once it is over."""
    ada = account.contact("ada@example.com")
    call = account.create("calls", {**WHEN, "hs_call_status": "RINGING"}, (194, ada))["id"]
    hubspot = connect(account.url)
    first, cursor = run(hubspot, "engagements/calls")
    account.change("calls", call, hs_call_status="NO_ANSWER")

    then, _ = run(hubspot, "engagements/calls", cursor)

    assert first == []
    assert [one.detail for one in then] == [{"outcome": "no answer"}]


def test_a_meeting_is_told_for_each_who_was_there(account: Account, connect: Any) -> None:
    """When it begins, not when it was written down; a no-show is another fact."""
    ada, bob = account.contact("ada@example.com"), account.contact("bob@example.com")
    begins, ends = AT + timedelta(days=30), AT + timedelta(days=30, hours=1)
    said = {
        "hs_meeting_title": "Demo", "hs_meeting_outcome": "SCHEDULED",
        "hs_meeting_start_time": begins.isoformat(), "hs_meeting_end_time": ends.isoformat(),
    }  # fmt: skip
    meeting = account.create("meetings", {**WHEN, **said}, (200, ada), (200, bob))["id"]
    hubspot = connect(account.url)
    detail = {"duration_s": 3600, "outcome": "scheduled"}

    assert told(hubspot, "meetings") == [
        (ada, "meeting", begins, "Demo", detail),
        (bob, "meeting", begins, "Demo", detail),
    ]
    first, _ = run(hubspot, "engagements/meetings")
    account.change("meetings", meeting, hs_meeting_outcome="COMPLETED")
    held, _ = run(hubspot, "engagements/meetings")
    account.change("meetings", meeting, hs_meeting_outcome="NO_SHOW")
    missed, _ = run(hubspot, "engagements/meetings")

    assert [one.id for one in held] == [one.id for one in first]
    assert {one.id for one in missed}.isdisjoint(one.id for one in first)
    assert [one.detail["outcome"] for one in missed] == ["no_show", "no_show"]


def test_emails_notes_tasks_and_messages_are_told(account: Account, connect: Any) -> None:
    """Each with what it says; a task when it is done."""
    ada = account.contact("ada@example.com")
    mail = {
        "hs_email_direction": "INCOMING_EMAIL", "hs_email_subject": "Re: offer",
        "hs_email_text": "Yes",
    }  # fmt: skip
    account.create("emails", {**WHEN, **mail}, (198, ada))
    account.create("notes", {**WHEN, "hs_note_body": "Prefers mail<br>& tea"}, (202, ada))
    task = {"hs_task_subject": "Send offer", "hs_task_status": "NOT_STARTED"}
    done = account.create("tasks", {**WHEN, **task}, (204, ada))["id"]
    message = {"hs_communication_channel_type": "SMS", "hs_communication_logged_from": "CRM"}
    account.create("communications", {**WHEN, **message, "hs_communication_body": "Hi"}, (81, ada))
    hubspot = connect(account.url, engagements=ALL)
    undone = told(hubspot, "tasks")
    account.change("tasks", done, hs_task_status="COMPLETED")

    assert undone == []
    ((_, type_, _, title, detail),) = told(hubspot, "tasks")
    assert (type_, title, detail) == ("task", "Send offer", {"outcome": "completed"})
    assert told(hubspot, "emails") == [
        (
            ada, "email", AT, "Re: offer",
            {"subject": "Re: offer", "direction": "inbound", "body": "Yes"},
        )
    ]  # fmt: skip
    assert told(hubspot, "notes") == [
        (ada, "note", AT, "Prefers mail", {"body": "Prefers mail\n& tea"})
    ]
    assert told(hubspot, "communications") == [
        (ada, "chat", AT, "Hi", {"body": "Hi", "channel": "sms"})
    ]


def test_what_baton_logged_is_left_out(account: Account, connect: Any) -> None:
    """Whatever the form, it does not come back."""
    ada = account.contact("ada@example.com")
    hubspot = connect(account.url, engagements=ALL)
    hubspot.install()
    forms = ("call", "meeting", "email", "note", "task")
    entries = [Entry(form, person(ada), "other", AT, "T", "B", form) for form in forms]
    hubspot.log(entries)

    assert [one for kind in ALL for one in told(hubspot, kind)] == []


def test_a_page_costs_two_calls(account: Account, connect: Any) -> None:
    """One search, and one look at whose they are."""
    ada = account.contact("ada@example.com")
    for _ in range(3):
        account.create("notes", {**WHEN, "hs_note_body": "x"}, (202, ada))
    hubspot = connect(account.url, engagements=ALL)
    account.forget_calls()

    assert len(told(hubspot, "notes")) == 3
    assert sum(account.calls().values()) == 2


def test_more_than_a_page_of_one_moment_is_read(account: Account, connect: Any) -> None:
    """From any checkpoint on."""
    ada = account.contact("ada@example.com")
    note = {
        "object": "notes", "properties": {**WHEN, "hs_note_body": "x"},
        "associations": [{"object": "contacts", "id": ada}],
    }  # fmt: skip
    account.control("POST", "seed", records=[note] * 230)
    hubspot = connect(account.url, engagements=ALL)
    feed = "engagements/notes"

    check_every_checkpoint(lambda c: hubspot.activities(feed, c), lambda a: a.id, count=230)
    check_corrupt_cursors(lambda c: hubspot.activities(feed, c))
    _, cursor = run(hubspot, feed)
    assert run(hubspot, feed, cursor)[0] == []
