"""Before a mapping is checked or saved by a request: its vendors are asked for their fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.configuring import live_fields
from app.store import documents
from app.web.parts import Parts
from mappings.finding import Finding


def fields_read(parts: Parts, kind: str, body: Mapping[str, Any]) -> Sequence[Finding]:
    """Have the fields that a document names as they are now; warns of what can't be read."""
    wakes, unread = live_fields.refresh(parts.database, parts.accounts.connector, kind, body)
    parts.wake(wakes)
    return unread


def fields_read_of(parts: Parts, kind: str, name: str, version: int) -> Sequence[Finding]:
    """The same for a stored version; nothing where there is none."""
    with parts.database.begin() as tx:
        stored = documents.get(tx, kind, name, version)
    return [] if stored is None else fields_read(parts, kind, stored.body)
