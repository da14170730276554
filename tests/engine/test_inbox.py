"""The inbox: each delivery once, a newer hint survives an older look, facts are kept once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import text

from app.store import activities, inbox
from app.store.db import Database, tick
from app.store.inbox import Arrival
from connectors.base import Activity, Hint, Ref

ADA = Ref("person", "101")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def arrive(database: Database, *whats: Hint | Activity) -> int:
    with database.begin() as tx:
        return inbox.take_in(tx, [Arrival("hubspot", uuid4(), what) for what in whats]).count


def due(database: Database) -> list[str]:
    with database.begin() as tx:
        found = inbox.due_hints(tx, "hubspot", 100)
    return [] if found is None else sorted(found[1])


def test_a_delivery_repeated_fifty_times_at_once_is_one_hint(database: Database) -> None:
    """The sender retries, a proxy duplicates: one receipt, one look."""
    hint = Hint("delivery-1", ADA, NOW)

    with ThreadPoolExecutor(10) as pool:
        fresh = list(pool.map(lambda _: arrive(database, hint), range(50)))

    assert sum(fresh) == 1
    assert due(database) == ["101"]


def test_five_hundred_events_about_one_record_are_one_look(database: Database) -> None:
    """However much happens to a record, it is looked at once."""
    new = arrive(database, *(Hint(f"delivery-{n}", ADA, NOW) for n in range(500)))

    assert new == 500
    assert due(database) == ["101"]


def test_a_hint_that_arrives_during_a_look_stays(database: Database) -> None:
    """The look began before the newer hint: it can't have seen what that is about."""
    arrive(database, Hint("delivery-1", ADA, NOW))
    with database.begin() as tx:
        started = tick(tx)
    arrive(database, Hint("delivery-2", ADA, NOW))

    with database.begin() as tx:
        inbox.finish_hints(tx, "hubspot", "person", ["101"], started=started)

    assert due(database) == ["101"]


def test_a_look_answers_the_hints_before_it(database: Database) -> None:
    """Nothing is left to do."""
    arrive(database, Hint("delivery-1", ADA, NOW))
    with database.begin() as tx:
        inbox.finish_hints(tx, "hubspot", "person", ["101"], started=tick(tx))

    assert due(database) == []


def test_an_activity_is_stored_once(database: Database) -> None:
    """The same fact in two requests, and twice in one."""
    fact = Activity("form-1", ADA, "form_submit", NOW, "Contact us", {"form": "Contact us"})

    with database.begin() as tx:
        first = activities.add(tx, "hubspot", [fact, fact], uuid4())
        second = activities.add(tx, "hubspot", [fact], uuid4())

    assert (len(first), len(second)) == (1, 0)


def test_hostile_text_is_stored_as_it_is_but_for_nul(database: Database) -> None:
    """PostgreSQL has no NUL in text; nothing else is lost, and nothing is run."""
    title = "Robert'); DROP TABLE link;--\x00 <script>"
    fact = Activity("form-1", ADA, "form_submit", NOW, title, {"form": title})

    with database.begin() as tx:
        activities.add(tx, "hubspot", [fact], uuid4())
        stored = tx.execute(text("SELECT title, detail ->> 'form' AS form FROM activity")).one()

    assert stored.title == stored.form == "Robert'); DROP TABLE link;-- <script>"
