"""The active rules, read once per transaction; parsed versions are kept, for they never change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from app.domain.documents import MODELS
from app.domain.hot_lead_document import HotLeadDocument
from app.domain.merge import Role, Rule
from app.domain.scoring_document import ScoringDocument
from app.store import connections, documents
from app.store.connections import Connection
from app.store.db import Tx
from app.store.documents import Version
from connectors.base import Kind, Value
from mappings.document import OTHER, ROLES, MappingDocument
from mappings.engine import (
    Context,
    canonical_names,
    unmet_filter,
    vendor_fields,
    writable_names,
)

NamesOf: TypeAlias = Callable[[MappingDocument, Role, str | None], frozenset[str]]
MOST_PARSED = 256
_PARSED: dict[Version, Any] = {}  # versions never change: what was parsed once stays right


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping with its two connections: who plays which role."""

    name: str
    version: int
    document: MappingDocument
    merge: Mapping[str, Rule]
    _names: dict[tuple[str, Role, str | None], frozenset[str]] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return self.document.kind

    def connection(self, role: Role) -> str:
        return self.document.ma if role == "ma" else self.document.sfa

    @property
    def connections(self) -> tuple[str, str]:
        return self.document.ma, self.document.sfa

    def role(self, connection: str) -> Role:
        return "ma" if connection == self.document.ma else "sfa"

    def roles(self) -> tuple[tuple[Role, str], ...]:
        return (("ma", self.document.ma), ("sfa", self.document.sfa))

    def holds(self, role: Role, object_: str | None) -> frozenset[str]:
        """Canonical fields that this side's object has a place for."""
        return self._kept(canonical_names, role, object_)

    def writes(self, role: Role, object_: str | None) -> frozenset[str]:
        """Canonical fields that this side's object may be told."""
        return self._kept(writable_names, role, object_)

    def creates(self, role: Role, values: Mapping[str, Value]) -> bool:
        """Whether a record that only the other side has is created on this one."""
        if not self.document.creation(role).enabled:
            return False
        return unmet_filter(self.document, OTHER[role], values) is None

    def reads(self, role: Role) -> frozenset[str]:
        """Vendor fields to ask for."""
        return self._kept(vendor_fields, role, None)

    def _kept(self, names: NamesOf, role: Role, object_: str | None) -> frozenset[str]:
        """Names of a document's fields: they never change, so they are worked out once."""
        key = (names.__name__, role, object_)
        if key not in self._names:
            self._names[key] = names(self.document, role, object_)
        return self._names[key]


@dataclass(frozen=True, slots=True)
class Rules:
    """All that is decided by: mappings, rule documents, connections, owners."""

    plans: tuple[Plan, ...]
    scoring: tuple[ScoringDocument, int] | None
    hot_lead: tuple[HotLeadDocument, int] | None
    connections: Mapping[str, Connection]
    owners: Mapping[str, Mapping[str, str]]
    inactive: Mapping[str, frozenset[str]]

    def plan(self, connection: str, kind: str) -> Plan | None:
        """The mapping that a connection's records of a kind go by."""
        for plan in self.plans:
            if plan.kind == kind and connection in {plan.document.ma, plan.document.sfa}:
                return plan
        return None

    def plan_of(self, kind: str, sides: Sequence[str]) -> Plan | None:
        """The mapping of a link that exists at these connections."""
        for connection in sides:
            if (plan := self.plan(connection, kind)) is not None:
                return plan
        return None

    def context(self, plan: Plan) -> Context:
        """What transforms need besides the value."""
        return Context(
            owners={r: self.owners.get(name, {}) for r, name in plan.roles()},
            inactive={r: self.inactive.get(name, frozenset()) for r, name in plan.roles()},
        )

    def able(self, capability: str, role: Role | None = None) -> list[str]:
        """Connections that can do something (and play a role)."""
        return [
            name
            for name, one in self.connections.items()
            if capability in one.capabilities and role in {None, one.role}
        ]


def load(tx: Tx) -> Rules:
    """Read the active documents, connections and owners."""
    found: dict[str, list[Any]] = {}
    for one in documents.active(tx):
        found.setdefault(one.kind, []).append(_parsed(tx, one))
    owners, inactive = connections.owner_emails(tx)
    return Rules(
        plans=tuple(found.get("mapping", [])),
        scoring=next(iter(found.get("scoring", [])), None),
        hot_lead=next(iter(found.get("hot_lead", [])), None),
        connections={one.name: one for one in connections.every(tx)},
        owners=owners,
        inactive=inactive,
    )


def _parsed(tx: Tx, version: Version) -> Any:
    """A mapping as its plan, another document with its version number."""
    if version not in _PARSED:
        if len(_PARSED) >= MOST_PARSED:
            _PARSED.clear()
        document = MODELS[version.kind].model_validate(documents.body(tx, version))
        _PARSED[version] = (
            Plan(version.name, version.version, document, merge_rules(document))
            if isinstance(document, MappingDocument)
            else (document, version.version)
        )
    return _PARSED[version]


def merge_rules(document: MappingDocument) -> dict[str, Rule]:
    """The merge rule of every canonical field that sides have a say in."""
    writers: dict[str, set[Role]] = {}
    for one in document.fields:
        writers.setdefault(one.name, set()).update(r for r in ROLES if one.supplies(r))
    rules: dict[str, Rule] = {}
    for one in document.fields:
        if one.baton is None:
            only = writers[one.name]
            writer = next(iter(only)) if len(only) == 1 else None
            rules[one.name] = Rule(one.policy, writer, one.clears)
    return rules
