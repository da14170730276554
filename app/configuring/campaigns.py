"""What a campaign document is checked for, what follows when one becomes active, and what people
ask for: reading now, letting go, costs.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import uuid4

from app.configuring.connections import refresh_feeds
from app.domain.campaign_cost import CostRow
from app.domain.campaign_document import CampaignDocument
from app.domain.campaign_terms import Terms
from app.domain.merge import Role
from app.flows import campaigns as deciding
from app.store import campaigns, campaigns_costs, campaigns_members, connections, journal
from app.store.campaigns_costs import CostEntry
from app.store.db import Tx
from app.store.journal import Line
from mappings.finding import Finding, error, warning
from mappings.sides import ROLES


def findings(tx: Tx, name: str, document: CampaignDocument) -> list[Finding]:
    """What is wrong (errors) or doubtful (warnings) about a campaign, given what is configured."""
    sides = {role: document.ma if role == "ma" else document.sfa for role in ROLES}
    found = [one for role, side in sides.items() for one in _side(tx, role, side)]
    return [*found, *_rivals(tx, name, document)]


def _side(tx: Tx, role: Role, name: str) -> Iterator[Finding]:
    known = connections.get(tx, name)
    if known is None:
        yield warning(f"/{role}", f'there is no connection "{name}" yet')
        return
    if known.role != role:
        yield error(f"/{role}", f'the connection "{name}" plays the role {known.role}, not {role}')
    needed = ["KeepsMembers"] + (["MakesCampaigns"] if role == "sfa" else [])
    for capability in needed:
        if capability not in known.capabilities:
            yield error(f"/{role}", f'the connection "{name}" lacks the capability {capability}')


def _rivals(tx: Tx, name: str, document: CampaignDocument) -> Iterator[Finding]:
    """Two documents for one campaign would undo each other's removals."""
    wanted = document.target.campaign
    for other in deciding.every(tx):
        if other.name == name or not other.document.enabled or other.document.sfa != document.sfa:
            continue
        row = campaigns.get(tx, other.name)
        taken = {other.document.target.campaign, row.external_id if row else None}
        if wanted is not None and wanted in taken:
            yield error("/target", f'the campaign "{other.name}" keeps {wanted} already')


def activated(tx: Tx, name: str, document: CampaignDocument) -> set[str]:
    """Have its feeds, make it ready and look at all its members; answer the lanes to wake."""
    if document.enabled:
        campaigns.ensure(tx, name, document.sfa, document.target.campaign)
    else:
        campaigns.off(tx, name)
    wakes = {f"members:{document.sfa}"} | campaigns_members.retell(tx, name)
    for one in connections.every(tx):
        if "KeepsMembers" in one.capabilities:
            refresh_feeds(tx, one.name)
    for side in (document.ma, document.sfa):
        wakes |= campaigns.hurry(tx, side, [name])
    return wakes


def read_now(tx: Tx, terms: Terms) -> set[str]:
    """Read all members at both sides; answer the lanes to wake."""
    lanes = [campaigns.hurry(tx, one, [terms.name]) for one in terms.connections]
    return set().union(*lanes)


def let_go(tx: Tx, name: str, by: Mapping[str, str]) -> tuple[int, set[str]]:
    """Who was taken out at once on one side is taken out on the other, too; answer how many, and
    the lanes to wake. `by`: who allows it, for the journal.
    """
    row, held_by = campaigns.get(tx, name), campaigns.allow(tx, name)
    if row is None or held_by is None:
        return 0, set()
    detail = {"campaign": name, "members": row.held, **by}
    journal.write(tx, [Line("members_allowed", None, held_by, uuid4(), detail)])
    return row.held, {f"read:{held_by}:{campaigns.feed_name(name)}"}


def add_costs(
    tx: Tx, name: str, source: str, rows: Sequence[CostRow], by: Mapping[str, str]
) -> int:
    """Store costs that a person brought; answer how many. Of the same key the last one counts."""
    entries = {
        one.identity: CostEntry(
            one.identity, one.amount, one.kind, one.currency, one.date, one.note
        )
        for one in rows
    }
    campaigns_costs.save(tx, name, source, list(entries.values()))
    detail = {"campaign": name, "n": len(entries), "source": source, **by}
    journal.write(tx, [Line("costs_added", None, None, uuid4(), detail)])
    return len(entries)
