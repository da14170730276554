"""Check a document against what is configured: its connections, their schemas, other mappings."""

from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from app.configuring import (
    activity_checks,
    alert_checks,
    campaigns,
    notice_checks,
    rule_checks,
    score_checks,
    stage_checks,
)
from app.domain.activity_document import ActivityDocument
from app.domain.campaign_document import CampaignDocument
from app.domain.handoff_document import HandoffDocument
from app.domain.hot_lead_document import HotLeadDocument
from app.domain.lifecycle_document import LifecycleDocument
from app.domain.scoring_document import ScoringDocument
from app.domain.sla_document import SlaDocument
from app.flows import rules as rules_
from app.store import connections
from app.store.connections import Connection
from app.store.db import Tx
from connectors.base import KINDS, Kind
from connectors.custom_objects import SETTING
from mappings.check import check
from mappings.document import MappingDocument
from mappings.finding import Finding, error, warning
from mappings.sides import OTHER, ROLES, Role
from mappings.transforms import did_you_mean

RULES = (ScoringDocument, HotLeadDocument, LifecycleDocument, HandoffDocument, SlaDocument)


def findings(tx: Tx, name: str, document: BaseModel) -> list[Finding]:
    """What is wrong (errors) or doubtful (warnings) about a document that is well formed."""
    found: Iterable[Finding] = ()
    match document:
        case CampaignDocument():
            found = campaigns.findings(tx, name, document)
        case ActivityDocument():
            found = activity_checks.findings(tx, document)
        case LifecycleDocument():
            found = stage_checks.findings(tx, name, document)
        case HotLeadDocument():
            found = alert_checks.findings(tx, document)
        case HandoffDocument():
            found = notice_checks.of_handoffs(tx, document)
        case SlaDocument():
            found = notice_checks.of_clocks(tx, document)
        case ScoringDocument():
            found = score_checks.findings(tx, document)
        case MappingDocument():
            found = _of_mapping(tx, name, document)
    return [*found, *_asked(tx, document)]


def _asked(tx: Tx, document: BaseModel) -> Iterator[Finding]:
    """What rules about people ask about, and is not there."""
    if isinstance(document, RULES):
        own = stage_checks.OWN if isinstance(document, LifecycleDocument) else ()
        yield from rule_checks.findings(tx, document.model_dump(by_alias=True), own)


def _of_mapping(tx: Tx, name: str, document: MappingDocument) -> list[Finding]:
    found = [one for role in ROLES for one in _side(tx, document, role)]
    found += [*_rivals(tx, name, document), *_identity(document)]
    ma, sfa = (connections.described(tx, document.connection(r), document.kind) for r in ROLES)
    return found + check(document, ma, sfa)


def _side(tx: Tx, document: MappingDocument, role: Role) -> Iterator[Finding]:
    name = document.connection(role)
    where = f"/{role}"
    known = connections.get(tx, name)
    if known is None:
        yield warning(where, f'there is no connection "{name}" yet')
        return
    yield from _holds(known, document.kind)
    if known.role != role:
        yield error(where, f'the connection "{name}" plays the role {known.role}, not {role}')
    needed = ["ReadsRecords"]
    if any(rule.writes(role) for rule in document.fields):
        needed.append("WritesRecords")
    for capability in needed:
        if capability not in known.capabilities:
            yield error(where, f'the connection "{name}" lacks the capability {capability}')
    spreads = document.deletes.of(OTHER[role]) != "ignore"
    if spreads and "Deletes" not in known.capabilities:
        yield error(f"/deletes/{OTHER[role]}", f'the connection "{name}" can\'t delete records')


def _identity(document: MappingDocument) -> Iterator[Finding]:
    """Keys that no field of the mapping holds recognise nobody."""
    mapped = {rule.name for rule in document.fields}
    for index, key in enumerate(document.identity.keys or ()):
        names = {"domain": {"domain", "website"}}.get(key, {key})
        if not mapped & names:
            told = " or ".join(sorted(names))
            yield warning(f"/identity/keys/{index}", f"no field is named {told}: it joins nobody")


def _holds(known: Connection, kind: Kind) -> Iterator[Finding]:
    """Whether a connection has records of a kind: one of Baton's, or a custom object's."""
    custom = dict(known.settings.get(SETTING) or {})
    if kind in KINDS or kind in custom:
        return
    hint = did_you_mean(kind, [*KINDS, *custom])
    tip = f'"{known.name}" has no "{kind}"{hint or ""}'
    more = "" if hint else f"; set {SETTING}: {{{kind}: <its object>}} at the connection"
    yield error("/kind", tip + more)


def _rivals(tx: Tx, name: str, document: MappingDocument) -> Iterator[Finding]:
    """One connection's records of a kind go by one mapping."""
    for plan in rules_.load(tx).plans:
        if plan.name == name or plan.kind != document.kind:
            continue
        for role in ROLES:
            taken = document.connection(role)
            if taken in {plan.document.ma, plan.document.sfa}:
                yield error(
                    f"/{role}",
                    f'each {document.kind} of "{taken}" goes by the active mapping "{plan.name}" '
                    "already",
                )
