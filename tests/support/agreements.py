"""People who became MQLs, some of whom were called, and the agreement that says how soon."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from app.flows import clocks
from app.store import documents
from app.store.db import Database

CLOCK: dict[str, Any] = {
    "name": "reply",
    "label": {"en": "Reply", "ja": "返信"},
    "start": [{"event": "stage.changed", "where": {"to": "mql"}}],
    "stop": [{"event": "alert.accepted"}],
    "limit": {"minutes": 1440},
    "pauses": [{"name": "away", "label": {"en": "Away", "ja": "不在"}}],
}
LINK = text("""
    INSERT INTO link (id, kind, email, agreed)
    VALUES (:id, 'person', cast(:email AS text),
            jsonb_build_object('email', cast(:email AS text), 'owner', 'rep@example.com'))
""")
EVENT = text("""
    INSERT INTO event (type, link_id, data, at) VALUES (:type, :link, cast(:data AS jsonb), :at)
    RETURNING id
""")
HEARD = text("INSERT INTO unclocked (link_id, event_id) VALUES (:link, :event)")
NOW = datetime.now(UTC)


def mql(database: Database, email: str, hours: float | None, ago_h: float = 100) -> UUID:
    """Somebody who became an MQL, and whose alert was accepted so many hours later."""
    link_id, began = uuid4(), datetime.now(UTC) - timedelta(hours=ago_h)
    happened = [("stage.changed", '{"to": "mql"}', began)]
    if hours is not None:
        happened.append(("alert.accepted", "{}", began + timedelta(hours=hours)))
    with database.begin() as tx:
        tx.execute(LINK, {"id": link_id, "email": email})
        for type_, data, at in happened:
            number = tx.scalar(EVENT, {"type": type_, "link": link_id, "data": data, "at": at})
            tx.execute(HEARD, {"link": link_id, "event": number})
    return link_id


def agree(database: Database, **changes: Any) -> None:
    """The agreement is published, and the clocks look at what happened."""
    with database.begin() as tx:
        body = {"clocks": [{**CLOCK, **changes}]}
        documents.add(tx, "sla", "main", 1, body, note="", by="test")
        documents.activate(tx, "sla", "main", 1)
        clocks.turn(tx, now=datetime.now(UTC))
