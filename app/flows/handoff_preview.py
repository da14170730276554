"""How hand-offs would be judged by a draft of the document, beside how they are. Only reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from app.domain.activity import Fact
from app.domain.handoff_document import FlowName, HandoffDocument
from app.domain.handoff_moves import ENDED
from app.domain.handoff_quality import Judged
from app.domain.touch import NONE
from app.flows.handoffs_known import Known, Paper, judged, name_of
from app.store import activities, handoffs_entries, links, touches
from app.store.db import Tx
from app.store.handoffs import Kept


@dataclass(frozen=True, slots=True)
class Would:
    """One hand-off. `before` is None without a document in force, `after` where the draft has no
    such flow.
    """

    kept: Kept
    name: str
    before: Judged | None
    after: Judged | None

    @property
    def link_id(self) -> UUID:
        return self.kept.link_id

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.kept.standing.state not in ENDED

    @property
    def changed(self) -> bool:
        """Whether its points, its band or its gate would be others."""
        return _gist(self.before) != _gist(self.after)


def _gist(said: Judged | None) -> tuple[object, ...] | None:
    if said is None:
        return None
    quality = said.quality
    return quality.total, quality.band.name, tuple(line.name for line in said.unmet)


def tried(
    tx: Tx,
    documents: tuple[HandoffDocument | None, HandoffDocument],
    those: Sequence[Kept],
    now: datetime,
) -> Iterator[Would]:
    """Judge these by the document in force and by the draft."""
    ids = {one.link_id for one in those}
    found, facts = links.read(tx, ids), activities.facts(tx, ids)
    touched = touches.of(tx, ids)
    for kept in those:
        link = found[kept.link_id]
        did = [Fact(a["type"], a["at"], a["title"], a["detail"]) for a in facts[link.id]]
        notified = handoffs_entries.notified(tx, kept.id)
        known = Known(link, did, touched.get(link.id, NONE), notified)
        before, after = (_judged(one, known, kept, now) for one in documents)
        yield Would(kept, name_of(link), before, after)


def _judged(
    document: HandoffDocument | None, known: Known, kept: Kept, now: datetime
) -> Judged | None:
    flow = None if document is None else document.flows.get(cast("FlowName", kept.flow))
    if flow is None:
        return None
    return judged(flow, known, Paper(kept.memo, kept.ticks, kept.standing), now)
