"""A person's score as of now, explained; it only reads."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.activity import Fact
from app.domain.outlook import Outlook, outlook
from app.domain.scoring_document import ScoringDocument
from app.store import activities, documents, links
from app.store.db import Tx


@dataclass(frozen=True, slots=True)
class Explained:
    """Whose, by which version of which rules, as of when."""

    link_id: UUID
    name: str
    version: int
    document: ScoringDocument
    at: datetime
    outlook: Outlook


def explained(tx: Tx, link_id: UUID, *, now: datetime) -> Explained | None:
    """A person's score line by line; None where there is no such person, or no active rules."""
    link = links.read(tx, [link_id]).get(link_id)
    rules = next((one for one in documents.names(tx, "scoring") if one.active), None)
    if link is None or link.kind != "person" or rules is None:
        return None
    document = ScoringDocument.model_validate(rules.body)
    rows = activities.facts(tx, [link_id])[link_id]
    facts = [Fact(row["type"], row["at"], row["title"], row["detail"]) for row in rows]
    seen = outlook(document, link.agreed, facts, now)
    return Explained(link_id, rules.name, rules.version, document, now, seen)
