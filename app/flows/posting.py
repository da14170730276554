"""Posting: what a confirmed write adds to the ledger."""

from collections.abc import Mapping
from uuid import UUID

from app.domain.link import Side
from app.flows.rules import Plan
from app.store.ledger import Entry
from connectors.base import Value


def entries(
    plan: Plan | None,
    side: Side,
    changes: Mapping[str, list[Value]],
    *,
    created: bool,
    cause_id: UUID | None,
) -> list[Entry]:
    """The entries of a confirmed write; what an undo asked for stands by itself.

    To be asked before the write is settled on its side.
    """
    by_job: dict[int | None, dict[str, list[Value]]] = {}
    for name, change in changes.items():
        by_job.setdefault(side.aside.get(name, {}).get("job"), {})[name] = change
    return [
        Entry(
            link_id=side.link_id,
            connection=side.connection,
            kind=side.kind,
            external_id=side.external_id or "",
            changes=part,
            created=created,
            mapping=None if plan is None else plan.name,
            version=None if plan is None else plan.version,
            job_id=job,
            cause_id=cause_id,
        )
        for job, part in by_job.items()
    ]
