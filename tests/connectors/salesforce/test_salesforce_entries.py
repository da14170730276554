"""Activities written down as tasks and events, against the sandbox."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import Entry, Fields, Landed, Ref, Rejected, Value
from connectors.salesforce.adapter import Adapter

AT = datetime(2026, 11, 20, 5, 30, tzinfo=UTC)


@pytest.fixture
def adapter(crm: Any, open_at: Callable[..., Adapter]) -> Adapter:
    return open_at(crm.url)


def entry(
    person: Ref, key: str = "k1", *, form: str = "", type_: str = "page_view",
    fields: Fields | None = None, about: tuple[Ref, ...] = (), title: str = "Prices",
) -> Entry:  # fmt: skip
    return Entry(key, person, type_, AT, title, "Read all of it", form, fields or {}, about)


def contact(crm: Any) -> tuple[Ref, Ref, Ref]:
    """A contact, its account and its opportunity."""
    account = crm.seed("Account", {"Name": "Acme"})[0]
    person = crm.seed("Contact", {"LastName": "Ada", "AccountId": account})[0]
    deal = {"Name": "100 seats", "StageName": "Prospecting", "CloseDate": "2027-01-31"}
    opportunity = crm.seed("Opportunity", deal | {"AccountId": account})[0]
    return Ref("person", person), Ref("company", account), Ref("opportunity", opportunity)


def test_both_forms_can_be_updated(adapter: Adapter) -> None:
    """A digest goes on in the same record."""
    assert adapter.forms() == {"task": True, "event": True}


def test_a_meeting_stands_in_the_calendar(crm: Any, adapter: Adapter) -> None:
    """At its time, for as long as it says; logging it again changes the same event."""
    ada = crm.lead("Ada")

    first = adapter.log([entry(ada, type_="meeting")])["k1"]
    again = entry(ada, type_="meeting", title="Demo", fields={"DurationInMinutes": "45"})
    second = adapter.log([again])["k1"]

    assert isinstance(first, Landed)
    assert isinstance(second, Landed)
    assert first.ref == second.ref
    (event,) = crm.all("Event")
    assert event["Subject"] == "Demo"
    assert event["StartDateTime"] == "2026-11-20T05:30:00.000+0000"
    assert event["EndDateTime"] == "2026-11-20T06:15:00.000+0000"
    assert event["Baton_Key__c"] == "k1"
    assert crm.all("Task") == []


def test_the_form_decides_over_the_type(crm: Any, adapter: Adapter) -> None:
    """A meeting as a task, a page view as an event; an unknown form is refused alone."""
    ada = crm.lead("Ada")

    outcomes = adapter.log([
        entry(ada, "a", type_="meeting", form="task"),
        entry(ada, "b", form="event"),
        entry(ada, "c", form="note"),
    ])  # fmt: skip

    assert [task["Baton_Key__c"] for task in crm.all("Task")] == ["a"]
    assert [event["Baton_Key__c"] for event in crm.all("Event")] == ["b"]
    assert str(outcomes["c"]) == "no form 'note'; there are task, event (NO_SUCH_FORM)"


def test_fields_of_the_entry_win(crm: Any, adapter: Adapter) -> None:
    """By API names, also over what Baton would write; text becomes what the field holds."""
    fields = {"CallDurationInSeconds": "65", "Priority": "High", "IsReminderSet": "false"}

    adapter.log([entry(crm.lead("Ada"), fields=fields)])

    (task,) = crm.all("Task")
    shown = {name: task[name] for name in fields}
    assert shown == {"CallDurationInSeconds": 65, "Priority": "High", "IsReminderSet": False}


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("Nowhere__c", "Task has no field Nowhere__c"),
        ("IsClosed", "Task: IsClosed cannot be written"),
        ("TaskSubtype", "Task: TaskSubtype cannot be written"),
        ("WhoId", "Task: WhoId cannot be written"),
    ],
)
def test_a_field_that_cannot_be_written_is_named(
    crm: Any, adapter: Adapter, field: str, reason: str
) -> None:
    """The entry is refused before it is sent, the others are logged."""
    ada = crm.lead("Ada")

    outcomes = adapter.log([entry(ada, "bad", fields={field: "x"}), entry(ada, "good")])

    assert isinstance(bad := outcomes["bad"], Rejected)
    assert bad.fields == (field,)
    assert str(bad).startswith(reason)
    assert isinstance(outcomes["good"], Landed)


def test_a_contacts_entry_stands_under_its_opportunity(crm: Any, adapter: Adapter) -> None:
    """Else under the account; a lead's under neither, which Salesforce would refuse."""
    ada, company, opportunity = contact(crm)
    about = (company, opportunity)

    adapter.log([
        entry(ada, "both", about=about),
        entry(ada, "account", about=(company,), form="event"),
        entry(crm.lead("Bob"), "lead", about=about),
    ])  # fmt: skip

    tasks = {task["Baton_Key__c"]: task["WhatId"] for task in crm.all("Task")}
    assert tasks == {"both": opportunity.id, "lead": None}
    assert [event["WhatId"] for event in crm.all("Event")] == [company.id]


def test_a_thousand_entries_take_five_calls(crm: Any, adapter: Adapter) -> None:
    """Two hundred a call."""
    ada = crm.lead("Ada")

    outcomes = adapter.log([entry(ada, f"k{n}") for n in range(1000)])

    assert all(isinstance(one, Landed) for one in outcomes.values())
    assert sum(crm.calls().values()) == 5


def test_a_call_has_its_words_in_their_fields(crm: Any, adapter: Adapter) -> None:
    """How long, how it went, who called; words that a task has no field for are left out."""
    said: Fields = {
        "duration_s": 312.4,
        "outcome": "connected",
        "direction": "Inbound",
        "channel": "sms",
    }

    adapter.log([entry(crm.lead("Ada"), type_="call", fields=said)])

    [task] = crm.all("Task")
    assert task["CallDurationInSeconds"] == 312
    assert task["CallDisposition"] == "connected"
    assert task["CallType"] == "Inbound"


@pytest.mark.parametrize("lasted", ["inf", "nan", -5, 1e300, "3分", "1e400"])
def test_what_is_no_length_of_time_is_left_out(crm: Any, adapter: Adapter, lasted: Value) -> None:
    """One such call must not keep it, or all that are logged with it, from their place."""
    ada = crm.lead("Ada")

    adapter.log([entry(ada, "a", type_="call", fields={"duration_s": lasted})])
    adapter.log([entry(ada, "b", type_="meeting", fields={"duration_s": lasted})])

    assert crm.all("Task")[0].get("CallDurationInSeconds") is None
    assert crm.all("Event")[0]["DurationInMinutes"] == 30


def test_a_meeting_is_as_long_as_it_was(crm: Any, adapter: Adapter) -> None:
    """In whole minutes and at its place; Salesforce's own fields win over the words."""
    ada = crm.lead("Ada")
    said: Fields = {"duration_s": 2_641, "location": "Tokyo"}
    own: Fields = {"duration_s": 60, "DurationInMinutes": 90}
    too_long: Fields = {"duration_s": 15 * 86_400}
    for key, fields in (("a", said), ("b", own), ("c", too_long)):
        adapter.log([entry(ada, key, type_="meeting", fields=fields)])

    lengths = {one["Baton_Key__c"]: one["DurationInMinutes"] for one in crm.all("Event")}
    assert lengths == {"a": 45, "b": 90, "c": 30}
    assert next(e["Location"] for e in crm.all("Event") if e["Baton_Key__c"] == "a") == "Tokyo"
