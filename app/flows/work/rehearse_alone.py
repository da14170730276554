"""Alone: whom e-mail pairs with nobody waits in a rehearsal until the second side has been read.

A vendor finds records by e-mail and by our own key, by nothing else. So records of the first side
that have other keys of the mapping wait; those of the second side that share one are judged with
them, and the rest alone, once nobody can come any more.
"""

from collections.abc import Sequence

from app.domain.rehearsal import Rehearsed
from app.flows import sample
from app.flows.identify import keys_of
from app.flows.rehearsing import Stage
from app.flows.sample import Look
from app.store import links, rehearsals
from app.store.db import Tx
from connectors.base import Record, Ref

AT_ONCE = 100  # records that are read again in one step


def keep(
    tx: Tx, job_id: int, scene: Stage, records: Sequence[Record], results: Sequence[Rehearsed]
) -> tuple[list[Rehearsed], int]:
    """Have those of the first side wait that have nobody yet and may still find somebody; answer
    what was judged for good, and how many wait.
    """
    first = scene.plan.connections[0]
    alone = {one for result in results if (one := _is_alone(result)) is not None}
    keys = {
        record.ref.id: others
        for record in records
        if record.ref.id in alone and (others := _others(scene, first, record))
    }
    rehearsals.keep(tx, job_id, keys)
    return [one for one in results if _is_alone(one) not in keys], len(keys)


def look(scene: Stage, those: Sequence[str]) -> Look:
    """Read these of the first side again."""
    refs = [Ref(scene.plan.kind, one) for one in those]
    return sample.at(scene, scene.plan.connections[0], refs)


def candidates(tx: Tx, job_id: int, scene: Stage, page: Sequence[Record]) -> list[str]:
    """Those that wait and share a key with a record of the second side that nobody knows."""
    second = scene.plan.connections[1]
    known = links.by_external_id(tx, second, scene.plan.kind, [one.ref.id for one in page])
    strangers = [one for one in page if one.ref.id not in known and not one.deleted]
    keys = [_others(scene, second, one) for one in strangers]
    return rehearsals.sharing(tx, job_id, keys, AT_ONCE)


def settled(
    tx: Tx, job_id: int, those: set[str], results: Sequence[Rehearsed]
) -> tuple[list[Rehearsed], int]:
    """Of `those` that wait, the ones that found somebody wait no more; answer what was judged for
    good, and how many they are.
    """
    still = {one for result in results if (one := _is_alone(result)) in those}
    rehearsals.drop(tx, job_id, those - still)
    return [one for one in results if _is_alone(one) not in still], len(those - still)


def _is_alone(one: Rehearsed) -> str | None:
    """The external id of a record of the first side without one of the second."""
    first, second = one.sides
    return first.external_id if second.external_id is None else None


def _others(scene: Stage, connection: str, record: Record) -> dict[str, str]:
    """What a record is recognised by besides its e-mail, by which it was sought."""
    keys = keys_of(scene.rules, scene.plan, connection, record)
    return {key: value for key, value in keys.items() if key != "email"}
