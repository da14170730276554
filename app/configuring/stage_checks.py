"""Check a lifecycle against what is configured: its fields, its mirrors, its list."""

from collections.abc import Iterator
from itertools import product
from typing import get_args

from app.domain.lifecycle import HOT, REASON, STAGE
from app.domain.lifecycle_document import LifecycleDocument
from app.flows import rules as rules_
from app.flows.rules import Plan
from app.store import connections, documents
from app.store.db import Tx
from connectors.base import Field
from mappings.document import Baton
from mappings.finding import Finding, error, warning
from mappings.sides import ROLES, Role
from mappings.transforms import did_you_mean

OWN = (HOT, STAGE, REASON)


def findings(tx: Tx, name: str, document: LifecycleDocument) -> Iterator[Finding]:
    """What is wrong (errors) or doubtful (warnings) about a lifecycle."""
    for other in documents.active(tx):
        if other.kind == "lifecycle" and other.name != name:
            yield error("", f'the lifecycle "{other.name}" is active already; there can be one')
    plans = [plan for plan in rules_.load(tx).plans if plan.kind == "person"]
    if not plans:
        return
    yield from _mirrors(document, plans)
    yield from _words(tx, document, plans)
    if document.nurture is not None and not any(_keeps_lists(tx, plan) for plan in plans):
        yield warning("/nurture", "no marketing system that people are mapped to keeps lists")


def _mirrors(document: LifecycleDocument, plans: list[Plan]) -> Iterator[Finding]:
    """Words that no mapped field shows are never told."""
    own = {rule.baton for plan in plans for rule in plan.document.fields}
    for role in ROLES:
        baton = f"stage_{role}"
        assert baton in get_args(Baton)  # noqa: S101  the mapping's own word
        if document.mirror(role).values and baton not in own:
            yield warning(f"/mirrors/{role}", f"no mapping has a field with baton: {baton}")


def _words(tx: Tx, document: LifecycleDocument, plans: list[Plan]) -> Iterator[Finding]:
    """Words to be written that a mapped field does not have among its choices."""
    for plan, role in product(plans, ROLES):
        said = {stage: words[0] for stage, words in document.mirror(role).values.items() if words}
        for field, (stage, word) in product(_mirroring(tx, plan, role), said.items()):
            if word not in field.choices:
                hint = did_you_mean(word, field.choices)
                tip = f'{field.name} of {field.object} has no choice "{word}"{hint}'
                yield warning(f"/mirrors/{role}/values/{stage}/0", tip)


def _mirroring(tx: Tx, plan: Plan, role: Role) -> list[Field]:
    """The fields with choices that show the stage in a side's own words."""
    rules = [one for one in plan.document.fields if one.baton == f"stage_{role}"]
    known = connections.described(tx, plan.connection(role), plan.kind) or ()
    return [
        field
        for field in known
        for rule in rules
        if field.choices and rule.field(role) == field.name and rule.covers(role, field.object)
    ]


def _keeps_lists(tx: Tx, plan: Plan) -> bool:
    found = connections.get(tx, plan.connection("ma"))
    return found is not None and "KeepsMembers" in found.capabilities
