"""Deciding many conflicts at once, in transactions of a bearable size."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from app.flows import rules as rules_
from app.flows.resolve import Choice, NotResolved, Take, resolve
from app.store import conflicts
from app.store.conflicts import Place, Wanted
from app.store.db import Tx
from app.web.deps import transacted
from app.web.parts import Parts

AT_ONCE = 100  # conflicts decided in one transaction
MOST = 5000


def resolve_all(
    parts: Parts, wanted: Wanted, take: Choice, by: Mapping[str, str], *, most: int = MOST
) -> int:
    """Take one side in the conflicts that fit, newest first; answer how many were decided.

    What can't be decided so (a side that says nothing, a write under way) is left.
    """
    resolved = 0
    after: Place | None = None
    while resolved < most:
        with parts.database.begin() as tx:
            rows = conflicts.listed(tx, wanted, after, min(AT_ONCE, most - resolved))
        if not rows:
            break
        after = (rows[-1]["since"], rows[-1]["link_id"], rows[-1]["field"])
        resolved += _resolve(parts, rows, take, by)
    return resolved


def _resolve(
    parts: Parts, rows: Sequence[Mapping[str, Any]], take: Choice, by: Mapping[str, str]
) -> int:
    """All in one transaction; one by one where one of them can't be decided so."""
    answers = {(row["link_id"], row["field"]): Take(take) for row in rows}

    def decide(tx: Tx) -> set[str]:
        return resolve(tx, rules_.load(tx), answers, by, now=datetime.now(UTC))

    try:
        parts.wake(transacted(parts, decide))
    except NotResolved:
        return sum(_resolve(parts, [row], take, by) for row in rows) if len(rows) > 1 else 0
    return len(rows)
