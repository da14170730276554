"""What a campaign document is checked for, and what follows when one becomes active."""

from collections.abc import Iterator

from app.configuring.connections import refresh_feeds
from app.domain.campaign_document import CampaignDocument
from app.domain.merge import Role
from app.flows import campaigns as deciding
from app.store import campaigns, campaigns_members, connections
from app.store.db import Tx
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
