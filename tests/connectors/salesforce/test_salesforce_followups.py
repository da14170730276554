"""Mentions on a record's feed, and how a rep's task stands, over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import Alert, Landed, Ref, Rejected
from connectors.salesforce.adapter import Adapter

DUE = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def adapter(crm: Any, open_at: Callable[..., Adapter]) -> Adapter:
    return open_at(crm.url)


def alert(person: Ref, owner_id: str | None) -> Alert:
    return Alert("alert/1/1", person, owner_id, "Ada is hot", "Viewed the prices", DUE)


def test_a_post_names_the_rep(crm: Any, adapter: Adapter) -> None:
    """The record's own feed, with a mention that notifies."""
    ada = crm.lead("Ada")
    user = adapter.owners()[0].id

    assert adapter.mention([alert(ada, user)]) == {"alert/1/1": None}

    [post] = crm.all("FeedItem")
    assert post["ParentId"] == ada.id
    assert "Ada is hot\nViewed the prices" in post["Body"]
    assert post["Body"].startswith("@")


def test_nobody_is_named_for_somebody_unknown(crm: Any, adapter: Adapter) -> None:
    """One refusal leaves the others posted."""
    ada, user = crm.lead("Ada"), adapter.owners()[0].id
    wrong = Alert("alert/2/1", ada, "005000000000ZZZ", "x", "y", DUE)

    outcomes = adapter.mention([wrong, alert(ada, user)])

    assert isinstance(outcomes["alert/2/1"], Rejected)
    assert outcomes["alert/1/1"] is None


def test_a_task_that_a_rep_closed_is_closed(crm: Any, adapter: Adapter) -> None:
    """Open, then closed with its status; one that was deleted is not told of."""
    ada = crm.lead("Ada")
    landed = adapter.raise_alerts([alert(ada, None)])["alert/1/1"]
    assert isinstance(landed, Landed)
    before = adapter.tasks([landed.ref.id, "00T000000000ZZZ"])

    crm.change("Task", landed.ref.id, Status="Completed")
    after = adapter.tasks([landed.ref.id])

    assert [(id_, one.is_open, one.status) for id_, one in before.items()] == [
        (landed.ref.id, True, "Not Started")
    ]
    assert (after[landed.ref.id].is_open, after[landed.ref.id].status) == (False, "Completed")
    assert after[landed.ref.id].changed_at is not None
