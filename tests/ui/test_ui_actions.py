"""What operators do from the pages is checked when it is done, not when the page was made."""

from dataclasses import replace

import pytest

from app.store import api_keys, attention, board, connections
from app.store.api_keys import UserRole
from app.web.parts import Parts
from app.web.ui import actions
from app.web.ui.desk import Desk, NotAllowed, Visit
from app.web.ui.live import Live
from app.web.ui.sessions import Sessions
from app.web.ui.words import Words


def visit_of(parts: Parts, role: UserRole) -> Visit:
    """A page that was opened with a key of this role, on an app with one connection."""
    with parts.database.begin() as tx:
        key_id = api_keys.create(tx, "Mika", role, None).split("_")[1]
        key = board.live_keys(tx)[key_id]
        connections.put(
            tx, "crm", vendor="memory", role="sfa", settings={}, options={}, capabilities=[],
            secret=None,
        )  # fmt: skip
    sessions = Sessions(parts.vault.signing_key)
    claim = sessions.read(sessions.issue(key_id))
    assert claim is not None
    return Visit(Desk(parts, sessions, Live(parts.database)), claim, key, Words("en"), "")


def state(parts: Parts) -> str:
    with parts.database.begin() as tx:
        [one] = connections.every(tx)
    return one.state


@pytest.mark.parametrize(
    ("role", "after"), [("viewer", "active"), ("operator", "paused"), ("admin", "paused")]
)
def test_only_operators_pause(parts: Parts, role: UserRole, after: str) -> None:
    """A viewer whose browser sends the click anyway is refused."""
    visit = visit_of(parts, role)

    if role == "viewer":
        with pytest.raises(NotAllowed):
            actions.pause(visit, "crm")
    else:
        actions.pause(visit, "crm")

    assert state(parts) == after


def test_a_revoked_operator_pauses_nothing(parts: Parts) -> None:
    """Not even in the second before the open page notices."""
    visit = visit_of(parts, "operator")
    with parts.database.begin() as tx:
        api_keys.revoke(tx, visit.key.id)

    with pytest.raises(NotAllowed):
        actions.pause(visit, "crm")

    assert state(parts) == "active"


def test_what_the_page_believes_does_not_count(parts: Parts) -> None:
    """The role is read from the database, not from the page."""
    visit = visit_of(parts, "viewer")
    boasting = replace(visit, key=replace(visit.key, role="admin"))

    with pytest.raises(NotAllowed):
        actions.resume(boasting, "crm")


def test_a_connection_that_stands_still_is_resumed(parts: Parts) -> None:
    """From the list of what needs attention, too; then it is no longer in it."""
    visit = visit_of(parts, "operator")
    actions.pause(visit, "crm")
    with parts.database.begin() as tx:
        [item] = attention.items(tx, attention.Wanted(), None, 10)

    actions.retry(visit, item)

    with parts.database.begin() as tx:
        assert attention.totals(tx) == {}
    assert (item.key, state(parts)) == ("connection:crm", "active")
