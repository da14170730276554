"""A draft of the rules of alerts tried on people: who would be alerted, by what, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.configuring.documents import check_document, parsed_document
from app.configuring.problems import Missing
from app.domain.hot_lead_document import HotLeadDocument
from app.flows.alert_preview import Trial, preview
from app.store import documents
from app.store.db import Tx
from mappings.finding import Finding

KIND = "hot_lead"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is tried: a body, a stored version, or (neither) the active one; on how many days."""

    name: str
    body: Mapping[str, Any] | None = None
    version: int | None = None
    days: int = 7


@dataclass(frozen=True, slots=True)
class Tried:
    """The document, what it would do, and what saving it would warn of."""

    document: HotLeadDocument
    trial: Trial
    warnings: Sequence[Finding]


def try_draft(tx: Tx, draft: Draft, *, now: datetime) -> Tried:
    """Try it; nothing is written, nobody is told. Raises: Invalid, Missing."""
    body = draft.body
    if body is None:
        found = documents.get(tx, KIND, draft.name, draft.version)
        if found is None:
            raise Missing(f'there is no such version of {KIND} "{draft.name}"')
        body = found.body
    warnings = check_document(tx, KIND, draft.name, body)
    document = parsed_document(KIND, draft.name, body)
    assert isinstance(document, HotLeadDocument)  # noqa: S101  its kind says so
    return Tried(document, preview(tx, document, days=draft.days, now=now), warnings)
