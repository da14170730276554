"""Creating, changing and removing records: checks first, then effects, then webhooks."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from connectors.hubspot.sandbox import calculating, derived, notices
from connectors.hubspot.sandbox.errors import (
    ApiError,
    Problem,
    bad_properties,
    contact_exists,
    invalid_json,
    required_missing,
    unique_clash,
)
from connectors.hubspot.sandbox.links import PRIMARY
from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Actor, Record, Version
from connectors.hubspot.sandbox.standard import STAGES
from connectors.hubspot.sandbox.values import appended, as_text, checked

STAGE_ORDER = {stage: place for place, stage in enumerate(STAGES.split(","))}
Values = dict[str, str]


def check(portal: Portal, kind: ObjectType, raw: Any, *, system: bool = False) -> Values:
    """Property values as they will be stored. `system` may write read-only ones.

    Raises: ApiError naming every bad value.
    """
    if not isinstance(raw, Mapping):
        raise invalid_json("line 1, column 1: Cannot deserialize value of type `java.util.Map`")
    schema = portal.schema(kind)
    values: Values = {}
    problems: list[Problem] = []
    for name, given in raw.items():
        prop = schema.live(name)
        if prop is None:
            message = f'Property "{name}" does not exist'
            problems.append(Problem(name, "PROPERTY_DOESNT_EXIST", message))
            continue
        if prop.read_only and not system:
            message = f'"{name}" is a read only property; its value cannot be set.'
            problems.append(Problem(name, "READ_ONLY_VALUE", message))
            continue
        outcome = checked(prop, as_text(given), partial(portal.knows, kind))
        if not system and _is_blocked(portal, kind, name, outcome):
            outcome = Problem(name, "INVALID_EMAIL", f"Email address {given} is blocklisted")
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            values[name] = outcome
    if problems:
        raise bad_properties(problems, portal.config.portal_id)
    return values


def _is_blocked(portal: Portal, kind: ObjectType, name: str, outcome: str | Problem) -> bool:
    """Whether a privacy deletion put this e-mail on the blocklist."""
    if not portal.config.blocklist_refuses or (kind.name, name) != ("contacts", "email"):
        return False
    return isinstance(outcome, str) and outcome.lower() in portal.blocked_emails


def check_unique(
    portal: Portal, kind: ObjectType, values: Values, record: Record | None = None
) -> None:
    """Raises: ApiError where another live record has a unique value already."""
    table = portal.table(kind)
    for name in portal.schema(kind).unique_names():
        value = values.get(name)
        holder = table.live_with(name, value) if value else None
        if not value or holder is None or holder is record:
            continue
        if kind.name == "contacts" and name == "email":
            raise contact_exists(holder.id)
        ours = record.id if record else str(table.next_id)
        raise unique_clash(portal.config.portal_id, name, value, ours, holder.id)


def check_required(kind: ObjectType, values: Values) -> None:
    """Raises: ApiError."""
    if missing := [name for name in kind.required if not values.get(name)]:
        raise required_missing(kind.label, missing)


def create(
    portal: Portal, kind: ObjectType, values: Values, actor: Actor,
    *, at_ms: int | None = None, silent: bool = False,
) -> Record:  # fmt: skip
    """Create from checked values. `silent`: no webhooks, as if it always existed."""
    table = portal.table(kind)
    now_ms = portal.now_ms() if at_ms is None else at_ms
    record = Record(table.new_id(), kind, now_ms, now_ms)
    set_values = {name: appended("", value) for name, value in values.items() if value}
    record.values.update(set_values)
    system = derived.at_creation(portal, record, actor)
    record.values.update(system)
    derived_values = derived.after_change(portal, record, set(record.values), now_ms)
    record.values.update(derived_values)
    derived_values |= calculating.after_change(portal, record, record.values)
    record.values.update(derived_values)
    record.values[kind.modified] = iso(now_ms)
    for name, value in set_values.items():
        record.history[name] = [Version(value, now_ms, actor)]
    for name, value in (system | derived_values).items():
        record.history[name] = [Version(value, now_ms, derived.CALCULATED)]
    _log(record, now_ms, actor, set_values)
    table.add(record)
    if not silent:
        notices.created(portal, record, actor)
        if portal.config.creation_fires_property_changes:
            for name, value in set_values.items():
                notices.property_changed(portal, record, actor, name, value)
    return record


def update(
    portal: Portal, record: Record, values: Values, actor: Actor, *, silent: bool = False
) -> Values:
    """Write checked values; what really changed ("" for cleared), calculated ones included."""
    now_ms = portal.now_ms()
    wanted = {n: appended(record.values.get(n, ""), v) for n, v in values.items()}
    changes = {n: v for n, v in wanted.items() if v != record.values.get(n, "")}
    _hold_lifecycle(portal, record, changes)
    if not changes and not portal.config.noop_write_touches:
        return {}
    _put(portal, record, changes, actor, now_ms, silent=silent)
    follow = derived.after_change(portal, record, set(changes), now_ms)
    follow = {n: v for n, v in follow.items() if v != record.values.get(n, "")}
    _put(portal, record, follow, derived.CALCULATED, now_ms, silent=silent)
    figured = calculating.after_change(portal, record, changes | follow)
    _put(portal, record, figured, derived.CALCULATED, now_ms, silent=silent)
    _touch(portal, record, now_ms)
    _log(record, now_ms, actor, changes)
    return changes | follow | figured


def archive(portal: Portal, record: Record, actor: Actor) -> None:
    record.archived_ms = portal.now_ms()
    leads = _leads_of(portal, record)
    unlink_all(portal, record, actor)
    drop_orphans(portal, leads, actor)
    _touch(portal, record, record.archived_ms)
    _log(record, record.archived_ms, actor, {"archived": "true"})
    notices.deleted(portal, record, actor)


def restore(portal: Portal, record: Record, actor: Actor) -> None:
    record.archived_ms = None
    now_ms = portal.now_ms()
    _touch(portal, record, now_ms)
    _log(record, now_ms, actor, {"archived": "false"})
    notices.restored(portal, record, actor)


def forget(portal: Portal, record: Record, actor: Actor) -> None:
    """Delete for privacy: nothing is kept."""
    leads = _leads_of(portal, record)
    unlink_all(portal, record, actor, silent=True)
    portal.table(record.type).remove(record)
    drop_orphans(portal, leads, actor)
    notices.forgotten(portal, record, actor)


def unlink_all(portal: Portal, record: Record, actor: Actor, *, silent: bool = False) -> None:
    for _, target_id, specs in portal.links.targets(record.type.name, record.id):
        for spec in specs:
            definition = portal.links.definitions[spec]
            portal.links.remove(record.id, definition, target_id)
            if not silent:
                notices.linked(portal, record.id, definition, target_id, actor, removed=True)


def _leads_of(portal: Portal, record: Record) -> list[Record]:
    """Live leads of which this is a primary record."""
    held = portal.links.of(record.type.name, record.id, "leads")
    labels = portal.links.definitions
    ids = [i for i, specs in held.items() if any(labels[s].label == PRIMARY for s in specs)]
    table = portal.tables["leads"]
    return [lead for i in ids if (lead := table.get(i)) is not None]


def drop_orphans(portal: Portal, leads: Iterable[Record], actor: Actor) -> None:
    """A lead that lost its last primary association is deleted.

    Source: HubSpot developer docs, "Leads".
    """
    definitions = portal.links.definitions
    for lead in leads:
        ends = portal.links.targets("leads", lead.id)
        held = [definitions[spec].label for _, _, specs in ends for spec in specs]
        if lead.archived_ms is None and PRIMARY not in held:
            archive(portal, lead, actor)


def _put(
    portal: Portal, record: Record, changes: Values, actor: Actor, now_ms: int, *, silent: bool
) -> None:
    table = portal.table(record.type)
    for name, value in changes.items():
        table.put(record, name, value)
        record.history.setdefault(name, []).insert(0, Version(value, now_ms, actor))
        if not silent:
            notices.property_changed(portal, record, actor, name, value)


def _touch(portal: Portal, record: Record, now_ms: int) -> None:
    table = portal.table(record.type)
    table.touch(record, now_ms)
    table.put(record, record.type.modified, iso(now_ms))


def _log(record: Record, at_ms: int, actor: Actor, fields: Values) -> None:
    entry = {"at": at_ms, "by": actor.who, "source": actor.source, "fields": dict(fields)}
    record.log.append(entry)


def _hold_lifecycle(portal: Portal, record: Record, changes: Values) -> None:
    """The lifecycle stage only moves forward; it must be cleared first to go back.

    Source: HubSpot developer docs. What a backward write answers is not confirmed.
    """
    wanted = changes.get("lifecyclestage")
    current = record.values.get("lifecyclestage")
    if not wanted or current not in STAGE_ORDER or wanted not in STAGE_ORDER:
        return
    if STAGE_ORDER[wanted] > STAGE_ORDER[current]:
        return
    if portal.config.lifecycle_backward == "reject":
        message = f"lifecyclestage cannot move from {current} back to {wanted}"
        problem = Problem("lifecyclestage", "INVALID_LIFECYCLE_STAGE", message, wanted)
        raise bad_properties([problem], portal.config.portal_id)
    del changes["lifecyclestage"]


def refused(portal: Portal, kind: ObjectType, values: Values) -> ApiError | None:
    """Why these checked values can't become a new record, if so."""
    try:
        check_required(kind, values)
        check_unique(portal, kind, values)
    except ApiError as error:
        return error
    return None
