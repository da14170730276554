"""A person's score as of now, explained; and what vendors say of their own. It only reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.activity import Fact
from app.domain.outlook import Outlook, outlook
from app.domain.scoring_document import ScoringDocument
from app.store import activities, connections, documents, links
from app.store.db import Tx
from connectors.base import Ref
from connectors.scores import ExplainsScores, ScoreChange


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


@dataclass(frozen=True, slots=True)
class Asked:
    """A record whose vendor can be asked about its own score."""

    connection: str
    ref: Ref


def askable(tx: Tx, link_id: UUID) -> list[Asked]:
    """Where a person's record is at a vendor that explains its scores."""
    link = links.read(tx, [link_id]).get(link_id)
    if link is None:
        return []
    able = {
        one.name
        for one in connections.every(tx)
        if "ExplainsScores" in one.capabilities and one.state == "active"
    }
    return [
        Asked(name, side.ref)
        for name, side in sorted(link.sides.items())
        if name in able and side.ref is not None
    ]


def ask(connector: object, asked: Asked) -> Sequence[ScoreChange]:
    """Ask the vendor. Raises: Busy, AuthLost, Rejected, Gone."""
    return connector.score_changes(asked.ref) if isinstance(connector, ExplainsScores) else ()
