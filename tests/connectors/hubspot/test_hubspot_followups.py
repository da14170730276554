"""How a rep's task stands."""

from datetime import UTC, datetime
from typing import Any

from connectors.base import Alert, Landed, Ref
from tests.connectors.hubspot.account import Account

DUE = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_a_task_that_a_rep_completed_is_closed(account: Account, connect: Any) -> None:
    """Open, then closed with its status; one that is not there is not told of."""
    hubspot = connect(account.url)
    hubspot.install()
    ada = Ref("person", account.contact("ada@example.com"))
    landed = hubspot.raise_alerts([Alert("alert/1/1", ada, None, "Hot", "Why", DUE)])["alert/1/1"]
    assert isinstance(landed, Landed)
    before = hubspot.tasks([landed.ref.id, "999999"])

    account.change("tasks", landed.ref.id, hs_task_status="COMPLETED")
    after = hubspot.tasks([landed.ref.id])[landed.ref.id]

    assert [(id_, one.is_open, one.status) for id_, one in before.items()] == [
        (landed.ref.id, True, "NOT_STARTED")
    ]
    assert (after.is_open, after.status) == (False, "COMPLETED")
    assert after.changed_at is not None
