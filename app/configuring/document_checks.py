"""Check a document against what is configured: its connections, their schemas, other mappings."""

from collections.abc import Iterator

from pydantic import BaseModel

from app.flows import rules as rules_
from app.store import connections
from app.store.db import Tx
from mappings.check import check
from mappings.document import ROLES, MappingDocument, Role
from mappings.finding import Finding, error, warning


def findings(tx: Tx, name: str, document: BaseModel) -> list[Finding]:
    """What is wrong (errors) or doubtful (warnings) about a document that is well formed."""
    if not isinstance(document, MappingDocument):
        return []
    found = [one for role in ROLES for one in _side(tx, document, role)]
    found += _rivals(tx, name, document)
    ma, sfa = (connections.described(tx, document.connection(r), document.kind) for r in ROLES)
    return found + check(document, ma, sfa)


def _side(tx: Tx, document: MappingDocument, role: Role) -> Iterator[Finding]:
    name = document.connection(role)
    where = f"/{role}"
    known = connections.get(tx, name)
    if known is None:
        yield warning(where, f'there is no connection "{name}" yet')
        return
    if known.role != role:
        yield error(where, f'the connection "{name}" plays the role {known.role}, not {role}')
    needed = ["ReadsRecords"]
    if any(rule.writes(role) for rule in document.fields):
        needed.append("WritesRecords")
    for capability in needed:
        if capability not in known.capabilities:
            yield error(where, f'the connection "{name}" lacks the capability {capability}')


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
