"""The active rules, read once per transaction; parsed versions are kept, for they never change."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from app.domain.activity_document import ActivityDocument
from app.domain.documents import MODELS
from app.domain.handoff_document import HandoffDocument
from app.domain.hot_lead_document import HotLeadDocument
from app.domain.lifecycle_document import LifecycleDocument
from app.domain.link import Link, Side, exists
from app.domain.merge import Role, Rule
from app.domain.scoring_document import ScoringDocument
from app.store import connections, documents, drift, rule_stamp
from app.store.connections import Connection
from app.store.db import Tx
from app.store.documents import Version
from app.store.drift import Drifted
from connectors.base import Fields, Kind, Value
from mappings.creation import Birth
from mappings.document import MappingDocument
from mappings.drift import Pause
from mappings.engine import (
    Context,
    canonical_names,
    summary_names,
    unmet_filter,
    vendor_fields,
    writable_names,
)
from mappings.identity import Key
from mappings.owners import NOBODY, Directory
from mappings.references import NOTHING, References
from mappings.sides import OTHER, ROLES
from mappings.worked_out import references

Rest: TypeAlias = tuple[Role, str, str, Pause]  # role, object, vendor field, what of it rests
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
    resting: frozenset[Rest] = frozenset()
    _names: dict[tuple[str, Role, str | None], frozenset[str]] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return self.document.kind

    @property
    def label(self) -> str:
        """How journal and ledger name this version, `person/main@3`."""
        return f"{self.kind}/{self.name}@{self.version}"

    def connection(self, role: Role) -> str:
        return self.document.ma if role == "ma" else self.document.sfa

    @property
    def references(self) -> Mapping[str, Kind]:
        """Canonical fields that name another record, and of which kind that is."""
        return references(self.document)

    @property
    def keys(self) -> tuple[Key, ...]:
        """What makes two records one, in the order in which it is tried."""
        return self.document.identity.of(self.kind)

    @property
    def connections(self) -> tuple[str, str]:
        return self.document.ma, self.document.sfa

    def spans(self, *found: Link) -> bool:
        """Whether these links exist nowhere but at the two connections."""
        sides = (side for link in found for side in link.sides.values() if exists(side))
        return all(side.connection in self.connections for side in sides)

    def role(self, connection: str) -> Role:
        return "ma" if connection == self.document.ma else "sfa"

    def roles(self) -> tuple[tuple[Role, str], ...]:
        return (("ma", self.document.ma), ("sfa", self.document.sfa))

    def holds(self, role: Role, object_: str | None) -> frozenset[str]:
        """Canonical fields that this side's object has a place for, and that do not rest."""
        return self._kept(canonical_names, role, object_) - self.rests(role, object_)

    def writes(self, role: Role, object_: str | None) -> frozenset[str]:
        """Canonical fields that this side's object may be told now."""
        rests = self.rests(role, object_) | self.rests(role, object_, "writes")
        return self._kept(writable_names, role, object_) - rests

    def summaries(self, role: Role, object_: str | None) -> frozenset[str]:
        """Canonical fields that sum up what a person does, of which news may wait."""
        return self._kept(summary_names, role, object_)

    def unsure(self, role: Role, side: Side) -> frozenset[str]:
        """Canonical fields that a side has a place for, and that it did not show last."""
        return self._kept(canonical_names, role, side.object) - side.seen.keys()

    def rests(self, role: Role, object_: str | None, what: Pause = "all") -> frozenset[str]:
        """Canonical fields that rest at a side: the vendor's field is gone, or another one now."""
        if not self.resting:
            return frozenset()
        fields = self._resting(role, object_, {what})
        rules = self.document.rules(role, object_)
        return frozenset(rule.name for rule in rules if fields & rule.reads(role))

    def without_rests(self, role: Role, object_: str | None, fields: Fields) -> Fields:
        """Vendor fields to be written, but for those that rest (also defaults, fixed values)."""
        rests = self._resting(role, object_, {"all", "writes"})
        return {name: value for name, value in fields.items() if name not in rests}

    def _resting(self, role: Role, object_: str | None, what: Collection[Pause]) -> set[str]:
        return {
            name
            for at, owner, name, pause in self.resting
            if at == role and pause in what and object_ in {None, owner}
        }

    def creates(self, role: Role, values: Mapping[str, Value]) -> bool:
        """Whether a record that only the other side has is created on this one."""
        if not self.document.creation(role).enabled:
            return False
        return unmet_filter(self.document, OTHER[role], values) is None

    def birth(self, role: Role, values: Mapping[str, Value]) -> Birth:
        """As what a record is created at that side."""
        return self.document.creation(role).birth(values)

    def assigned(
        self, values: Mapping[str, Value], conflicts: Collection[str], *, new: bool
    ) -> dict[str, Value]:
        """The owner whom a territory gives to a record; nothing where none does, or a person must
        decide. `new`: it is about to be created at a side.
        """
        owners = self.document.owners
        names = [rule.name for rule in self.document.fields if rule.type == "owner"]
        if not names or not owners.territories or names[0] in conflicts:
            return {}
        decides = owners.assign == "always" or (owners.assign == "new" and new)
        if values.get(names[0]) is not None and not decides:
            return {}
        owner = owners.territory(values)
        return {} if owner is None else {names[0]: owner}

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
    """All that is decided by; `references`: the links that records at hand name, by connection."""

    plans: tuple[Plan, ...]
    scoring: tuple[ScoringDocument, int] | None
    hot_lead: tuple[HotLeadDocument, int] | None
    activity: tuple[ActivityDocument, int] | None
    connections: Mapping[str, Connection]
    directories: Mapping[str, Directory]
    references: Mapping[str, References] = field(default_factory=dict)
    lifecycle: tuple[LifecycleDocument, int] | None = None
    handoff: tuple[HandoffDocument, int] | None = None

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

    def context(self, plan: Plan, held: Mapping[str, Value] | None = None) -> Context:
        """What mapping needs besides the document; `held`: what the record's side last showed."""
        return Context(
            {role: self.directories.get(name, NOBODY) for role, name in plan.roles()},
            held or {},
            {role: self.references.get(name, NOTHING) for role, name in plan.roles()},
        )

    def able(self, capability: str, role: Role | None = None) -> list[str]:
        """Connections that can do something (and play a role)."""
        return [
            name
            for name, one in self.connections.items()
            if capability in one.capabilities and role in {None, one.role}
        ]


_LOADED: WeakKeyDictionary[Any, tuple[tuple[Any, ...], Rules]] = WeakKeyDictionary()  # by database


def load(tx: Tx) -> Rules:
    """The active documents, connections and owners; read anew where one of them was changed."""
    documents.hold(tx)
    stamp = rule_stamp.of(tx)
    kept = _LOADED.get(tx.engine)
    if kept is None or kept[0] != stamp:
        kept = _LOADED[tx.engine] = stamp, _load(tx)
    return kept[1]


def _load(tx: Tx) -> Rules:
    found: dict[str, list[Any]] = {}
    for one in documents.active(tx):
        found.setdefault(one.kind, []).append(_parsed(tx, one))
    away = drift.resting(tx)
    return Rules(
        plans=tuple(rested(plan, away) for plan in found.get("mapping", [])),
        scoring=next(iter(found.get("scoring", [])), None),
        hot_lead=next(iter(found.get("hot_lead", [])), None),
        activity=next(iter(found.get("activity", [])), None),
        connections={one.name: one for one in connections.every(tx)},
        directories=_directories(tx),
        lifecycle=next(iter(found.get("lifecycle", [])), None),
        handoff=next(iter(found.get("handoff", [])), None),
    )


def _directories(tx: Tx) -> dict[str, Directory]:
    """Who can own records, by connection."""
    owners, inactive = connections.owner_emails(tx)
    queues = connections.queue_names(tx)
    return {
        name: Directory(owners.get(name, {}), inactive.get(name, ()), queues.get(name, {}))
        for name in owners.keys() | queues.keys()
    }


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


def rested(plan: Plan, away: Sequence[Drifted]) -> Plan:
    """A mapping without the fields that rest. One that was away may have come back empty: that is
    no blank that clears the other side, until a person has confirmed it.
    """
    mine = [one for one in away if one.kind == plan.kind and one.connection in plan.connections]
    if not mine:
        return plan
    rests = frozenset(
        (plan.role(one.connection), one.object, one.field, one.paused)
        for one in mine
        if one.paused is not None
    )
    back = {(plan.role(one.connection), one.field) for one in mine if one.change == "deleted"}
    merge = dict(plan.merge)
    for rule in plan.document.fields:
        if rule.name in merge and any(name in rule.reads(role) for role, name in back):
            merge[rule.name] = replace(merge[rule.name], blank_clears=False)
    return replace(plan, merge=merge, resting=rests, _names={})


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
            tightens = one.consent == "opt_out"
            rules[one.name] = Rule(one.policy or document.policy, writer, one.clears, tightens)
    return rules
