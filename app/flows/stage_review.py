"""Review the leads whose score and outcome disagree (`app/domain/deviation.py`). Only reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import deviation
from app.domain.deviation import Found, Kind, Outcome
from app.domain.lifecycle_document import LifecycleDocument
from app.store import stage_figures
from app.store.db import Tx
from app.store.stage_figures import Question

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the outcomes of a period say, and the leads that disagree, newest first."""

    review: Found
    deviations: Sequence[tuple[Mapping[str, Any], Kind]]

    @property
    def counts(self) -> dict[str, int]:
        """Deviations by kind."""
        found: dict[str, int] = {}
        for _, kind in self.deviations:
            found[kind] = found.get(kind, 0) + 1
        return found


def review(tx: Tx, document: LifecycleDocument, since: datetime, until: datetime) -> Reviewed:
    """Review all that came to an outcome in a period."""
    asked = document.review
    question = Question(asked.entered, asked.good, asked.bad, since, until)
    rows = stage_figures.outcomes(tx, question)
    cases = [
        Outcome(
            row["link_id"], row["at"], row["score"], row["outcome"] in asked.good, row["entered"]
        )
        for row in rows
    ]
    found = deviation.review(document, cases)
    pairs = zip(rows, found.kinds, strict=True)
    return Reviewed(found, [(row, kind) for row, kind in pairs if kind is not None])
