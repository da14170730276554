"""People with a past: made directly, as a sync and activities would have left them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from app.domain.link import Link, Side
from app.store import activities, links
from app.store.db import Database
from connectors.base import Activity, Ref, Value

Deed = tuple[str, float] | tuple[str, float, str]  # type, days ago, address


def person(
    database: Database, name: str, *deeds: Deed, connection: str = "ma", **fields: Value
) -> UUID:
    """Somebody who did these things so many days ago."""
    link = Link(uuid4(), "person", agreed={"email": f"{name}@example.com", **fields})
    link.email = f"{name}@example.com"
    side = Side(link.id, connection, "person", external_id=name, object="Contact")
    side.seen, side.sought = dict(link.agreed), True
    link.sides[connection] = side
    with database.begin() as tx:
        links.save(tx, [link])
        tx.exec_driver_sql("UPDATE link SET created_at = now() - interval '400 days'")
        activities.add(tx, connection, did(name, deeds), uuid4())
    return link.id


def did(name: str, deeds: Sequence[Deed]) -> list[Activity]:
    """The same as activities."""
    now = datetime.now(UTC)
    return [
        Activity(
            f"{name}-{number}",
            Ref("person", name),
            deed[0],
            now - timedelta(days=deed[1]),
            deed[0],
            {"url": deed[2] if len(deed) > 2 else "/"},
        )
        for number, deed in enumerate(deeds)
    ]
