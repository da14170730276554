"""Merging: up to three records of an object become one.

The master keeps its own values unless the request gives others. The losers go into the recycle bin
with MasterRecordId, and what belonged to them belongs to the master then.
Source: SOAP API developer guide, "merge()"; Salesforce help, "Merge Duplicate Leads".
Not confirmed: the codes and words of refusals; whether a converted lead can be merged (here not).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.salesforce.sandbox import dml
from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.schema import SObject

MERGEABLE = frozenset({"Account", "Contact", "Lead"})
MAX_LOSERS = 2
OWN = frozenset({"MasterRecordId"})


@dataclass(frozen=True, slots=True)
class Wish:
    """`fields` are values that the master is to have in the end."""

    object: str
    master_id: str
    loser_ids: Sequence[str]
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merged:
    """`related_ids` are the records that were moved to the master."""

    id: str
    merged_ids: list[str]
    related_ids: list[str]


def merge(org: Org, wish: Wish, actor: Actor) -> Merged:
    """All or nothing. Raises: Problem."""
    mark = org.mark()
    try:
        return _merge(org, wish, actor)
    except Problem:
        org.rollback(mark)
        raise


def _merge(org: Org, wish: Wish, actor: Actor) -> Merged:
    made = org.schema.find(wish.object)
    if made is None or made.name not in MERGEABLE:
        raise Problem("INVALID_TYPE_FOR_OPERATION", f"cannot merge {wish.object}", fields=[])
    if not 1 <= len(wish.loser_ids) <= MAX_LOSERS:
        text = f"1 to {MAX_LOSERS} records can be merged into the master record"
        raise Problem("LIMIT_EXCEEDED", text, fields=[])
    master = dml.live(org, made, wish.master_id)
    losers = [dml.live(org, made, id_) for id_ in wish.loser_ids]
    ids = [master.id, *(row.id for row in losers)]
    if len(set(ids)) != len(ids):
        raise Problem("INVALID_ID_FIELD", "a record cannot be merged with itself", fields=[])
    if any(row.fields.get("IsConverted") for row in (master, *losers)):
        text = "cannot reference converted lead"
        raise Problem("CANNOT_UPDATE_CONVERTED_LEAD", text, fields=[])
    moved = [id_ for loser in losers for id_ in _move_children(org, made, loser, master, actor)]
    for loser in losers:
        dml.check_lock(org, loser, actor)
        org.delete(loser, actor, master_id=master.id)
    dml.update(org, made, master.id, wish.fields, actor)
    return Merged(master.id, ids[1:], moved)


def _move_children(org: Org, made: SObject, loser: Row, master: Row, actor: Actor) -> list[str]:
    """Children change hands without an event or a trace of who did it; their ids."""
    system = replace(actor, source="SYSTEM", unheard=True)
    moved = []
    for child, reference in org.schema.referrers(made):
        if reference.name in OWN or not reference.indexed:
            continue
        for row in list(org.alive(child, reference, loser.id)):
            if _is_there_already(org, child, reference, row, master):
                org.delete(row, system)
                continue
            target = None if row is master else master.id  # no record is its own parent
            org.update(row, {reference.name: target}, system)
            moved.append(row.id)
    return moved


def _is_there_already(org: Org, child: SObject, reference: Field, row: Row, master: Row) -> bool:
    """Whether the master is a member of that campaign itself."""
    if child.name != "CampaignMember":
        return False
    campaigns = {r.fields["CampaignId"] for r in org.alive(child, reference, master.id)}
    return row.fields["CampaignId"] in campaigns
