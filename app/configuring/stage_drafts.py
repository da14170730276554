"""A draft of the lifecycle tried on people: who would move from where to where, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.configuring.documents import check_document, parsed_document
from app.configuring.problems import Missing
from app.domain.lifecycle_document import LifecycleDocument
from app.flows.stage_preview import Would, tried
from app.store import documents, links, stage_figures
from app.store.db import Tx

BATCH = 200
SHOWN = 50
KIND = "lifecycle"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is tried: a body, a stored version, or (neither) the active one; on how many people."""

    name: str
    body: Mapping[str, Any] | None = None
    version: int | None = None
    people: int = 2_000


@dataclass(frozen=True, slots=True)
class Tried:
    """How many people were looked at, of how many; counts by (before, after); some of them."""

    people: int
    of: int
    moves: Mapping[tuple[str, str], int]
    stages: Mapping[str, int]
    shown: Sequence[Would]


def try_draft(tx: Tx, draft: Draft, *, now: datetime) -> Tried:
    """Try it. Raises: Invalid, Missing."""
    document, version = _document(tx, draft)
    moves: dict[tuple[str, str], int] = {}
    stages: dict[str, int] = {}
    shown: list[Would] = []
    seen, after = 0, None
    while seen < draft.people:
        ids = links.page_ids(tx, "person", after, min(BATCH, draft.people - seen))
        if not ids:
            break
        seen, after = seen + len(ids), ids[-1]
        for one in tried(tx, document, version, ids, now=now):
            stages[one.after] = stages.get(one.after, 0) + 1
            if one.moved:
                key = one.before, one.after
                moves[key] = moves.get(key, 0) + 1
                shown += [one] if len(shown) < SHOWN else []
    return Tried(seen, stage_figures.people(tx), moves, stages, shown)


def _document(tx: Tx, draft: Draft) -> tuple[LifecycleDocument, int]:
    body, version = draft.body, 0
    if body is None:
        stored = documents.get(tx, KIND, draft.name, draft.version)
        if stored is None:
            raise Missing(f'there is no such version of {KIND} "{draft.name}"')
        body, version = stored.body, stored.version
    check_document(tx, KIND, draft.name, body)
    parsed = parsed_document(KIND, draft.name, body)
    assert isinstance(parsed, LifecycleDocument)  # noqa: S101  its kind says so
    return parsed, version
