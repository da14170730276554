"""Feeds, conversion, activities and alerts against the sandbox, over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import Alert, Cursor, Entry, Gone, Landed, Ref, Write
from connectors.salesforce.adapter import Adapter

OpenAt = Callable[..., Adapter]
NAMES = ["LastName", "Company", "Email"]


@pytest.fixture
def adapter(crm: Any, open_at: OpenAt) -> Adapter:
    return open_at(crm.url)


def test_a_feed_shows_every_record_of_one_stamp_and_ends(crm: Any, open_at: OpenAt) -> None:
    """Backfill through pages of a few, then only what changes, then nothing."""
    rows = [{"LastName": f"P{n}", "Company": "X"} for n in range(25)]
    ids = crm.seed("Lead", *rows)
    adapter = open_at(crm.url, page_size=4)

    shown, cursor = read_on(adapter, None)
    assert sorted(shown) == sorted(ids)

    crm.edit(Ref("person", ids[3]), Company="Y")
    shown, cursor = read_on(adapter, cursor)
    assert shown == [ids[3]]
    assert read_on(adapter, cursor)[0] == []


def test_a_deleted_lead_comes_out_as_deleted(crm: Any, adapter: Adapter) -> None:
    """The recycle bin is part of the feed, and of a look."""
    ref = crm.lead("Ada")
    cursor = adapter.changes("person", NAMES, None).cursor
    crm.rest("DELETE", f"sobjects/Lead/{ref.id}")

    page = adapter.changes("person", NAMES, cursor)

    assert [(record.ref, record.deleted) for record in page.items] == [(ref, True)]
    assert adapter.read([ref], NAMES)[0].deleted
    outcome = adapter.write([Write("k1", "person", ref, {"Company": "Y"})])["k1"]
    assert isinstance(outcome, Gone)
    assert outcome.moved_to is None


def test_what_is_logged_is_no_activity_of_the_reps(crm: Any, adapter: Adapter) -> None:
    """Our task stands once under the lead; the feed shows the rep's call only."""
    ref = crm.lead("Ada")
    entry = Entry("e1", ref, "page_view", datetime.now(UTC), "Viewed prices", "/prices")
    call = {"WhoId": ref.id, "Subject": "Call", "Status": "Completed", "TaskSubtype": "Call"}
    rep_task = crm.seed("Task", call, call | {"Status": "Not Started"})[0]

    for _ in range(2):
        assert isinstance(adapter.log([entry])["e1"], Landed)
    page = adapter.activities("tasks", None)

    assert [(each.id, each.type, each.person) for each in page.items] == [(rep_task, "call", ref)]
    ours = [task for task in crm.all("Task") if task["Baton_Key__c"] == "e1"]
    assert [(task["WhoId"], task["Status"]) for task in ours] == [(ref.id, "Completed")]
    assert adapter.activities("tasks", page.cursor).items == ()


def test_an_alert_is_a_task_and_a_bell(crm: Any, adapter: Adapter) -> None:
    """The task stays closed when it is raised again; the bell rings for the owner."""
    ref = crm.lead("Ada")
    owner = next(o for o in adapter.owners() if o.active and not o.is_queue)
    alert = Alert("a1", ref, owner.id, "Hot: Ada", "Score 92", datetime.now(UTC))

    first = adapter.raise_alerts([alert])["a1"]
    assert isinstance(first, Landed)
    crm.rest("PATCH", f"sobjects/Task/{first.ref.id}", {"Status": "Completed"})
    again = adapter.raise_alerts([alert])["a1"]

    assert isinstance(again, Landed)
    task = crm.rest("GET", f"sobjects/Task/{first.ref.id}")
    assert (task["Status"], task["Priority"], task["OwnerId"]) == ("Completed", "High", owner.id)
    assert task["IsReminderSet"]
    assert adapter.notify([alert]) == {"a1": None}
    bell = crm.dump()["notifications"][0]
    assert (bell["title"], bell["recipients"], bell["target"]) == ("Hot: Ada", [owner.id], ref.id)


def test_a_converted_lead_is_followed_to_its_contact(crm: Any, adapter: Adapter) -> None:
    """Feed, look and write all say where the person is now, and that one can be written."""
    ref = crm.lead("Ada")
    cursor = adapter.changes("person", NAMES, None).cursor

    contact = crm.convert(ref)

    changed = {record.ref: record for record in adapter.changes("person", NAMES, cursor).items}
    assert (changed[ref].deleted, changed[ref].moved_to) == (True, contact)
    assert (changed[contact].deleted, changed[contact].object) == (False, "Contact")
    assert adapter.read([ref], NAMES)[0].moved_to == contact
    outcome = adapter.write([Write("k1", "person", ref, {"Company": "Y"})])["k1"]
    assert isinstance(outcome, Gone)
    assert outcome.moved_to == contact
    assert adapter.find("person", "email", ["ada@x.example"], NAMES)["ada@x.example"] == [
        changed[contact]
    ]
    update = Write("k1", "person", contact, {"LastName": "Byron", "Company": "Y"})
    assert adapter.write([update])["k1"] == Landed(contact, fields={"LastName": "Byron"})


def read_on(adapter: Adapter, cursor: Cursor | None) -> tuple[list[str], Cursor]:
    """Ids of everything from `cursor` to the end, and the cursor there."""
    shown: list[str] = []
    for _ in range(100):
        page = adapter.changes("person", NAMES, cursor)
        shown += [record.ref.id for record in page.items]
        cursor = page.cursor
        if not page.more:
            return shown, cursor
    pytest.fail("the feed does not end")
