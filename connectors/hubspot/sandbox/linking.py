"""Associating records, with what follows from it: the primary company and webhooks."""

from connectors.hubspot.sandbox import notices, writes
from connectors.hubspot.sandbox.errors import ApiError, invalid
from connectors.hubspot.sandbox.links import PRIMARY, Definition, Spec
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Actor, Record

End = tuple[str, str, dict[Spec, None]]


def definition(portal: Portal, spec: Spec, source: ObjectType, target: ObjectType) -> Definition:
    """Raises: ApiError where the type is not one between these objects."""
    found = portal.links.definitions.get(spec)
    if found is None or (found.source, found.target) != (source.name, target.name):
        raise invalid(
            f"Association type {spec[1]} ({spec[0]}) does not exist between"
            f" {source.label} and {target.label}"
        )
    return found


def default(portal: Portal, source: ObjectType, target: ObjectType) -> Definition:
    """Raises: ApiError where records of these types can't be associated."""
    found = portal.links.default(source.name, target.name)
    if found is None:
        raise invalid(f"No association type exists between {source.label} and {target.label}")
    return found


def link(
    portal: Portal, source: Record, asked: Definition, target: Record, actor: Actor,
    *, silent: bool = False,
) -> None:  # fmt: skip
    """Associate. A label brings the unlabelled type along; a first company becomes primary."""
    wanted = [asked]
    plain = portal.links.default(asked.source, asked.target)
    if plain is not None and plain is not asked:
        wanted.insert(0, plain)
    wanted += _first_primary(portal, source, target)
    fresh = [d for d in dict.fromkeys(wanted) if not portal.links.has(source.id, d, target.id)]
    for one in fresh:
        if one.label == PRIMARY:
            _drop_primary(portal, source, target, actor)
        _check_room(portal, source, one, target)
        portal.links.add(source.id, one, target.id)
        if not silent:
            notices.linked(portal, source.id, one, target.id, actor, removed=False)
    for record in (source, target):
        follow_primary(portal, record, actor, silent=silent)


def unlink(portal: Portal, source: Record, asked: Definition, target: Record, actor: Actor) -> None:
    if not portal.links.has(source.id, asked, target.id):
        return
    portal.links.remove(source.id, asked, target.id)
    notices.linked(portal, source.id, asked, target.id, actor, removed=True)
    for record in (source, target):
        follow_primary(portal, record, actor, silent=False)
    if asked.label == PRIMARY:
        leads = [record for record in (source, target) if record.type.name == "leads"]
        writes.drop_orphans(portal, leads, actor)


def has_primary(portal: Portal, source: str, source_id: str, target: str) -> bool:
    primary = portal.links.primary(source, target)
    if primary is None:
        return False
    return any(
        primary.spec in specs for specs in portal.links.of(source, source_id, target).values()
    )


def follow_primary(portal: Portal, record: Record, actor: Actor, *, silent: bool) -> None:
    """A contact's `associatedcompanyid` is its primary company."""
    primary = portal.links.primary("contacts", "companies")
    if record.type.name != "contacts" or primary is None:
        return
    ends = portal.links.of("contacts", record.id, "companies")
    company = next((i for i, specs in ends.items() if primary.spec in specs), "")
    if company != record.values.get("associatedcompanyid", ""):
        writes.update(portal, record, {"associatedcompanyid": company}, actor, silent=silent)


def _first_primary(portal: Portal, source: Record, target: Record) -> list[Definition]:
    """The primary type, where one of the two (contact, deal) has no primary company yet."""
    for one, other in ((source, target), (target, source)):
        primary = portal.links.primary(one.type.name, "companies")
        if other.type.name != "companies" or primary is None or one.type.name == "leads":
            continue
        if has_primary(portal, one.type.name, one.id, "companies"):
            continue
        return [primary if one is source else portal.links.definitions[primary.inverse]]
    return []


def _drop_primary(portal: Portal, source: Record, target: Record, actor: Actor) -> None:
    """Only one primary company per contact, deal, ticket or lead, and one primary contact per
    lead: the former steps back.
    """
    for one, other in ((source, target), (target, source)):
        primary = portal.links.primary(one.type.name, other.type.name)
        belongs = other.type.name == "companies" or one.type.name == "leads"
        if primary is None or not belongs:
            continue
        ends = portal.links.of(one.type.name, one.id, other.type.name)
        for former_id in [i for i, specs in ends.items() if primary.spec in specs]:
            portal.links.remove(one.id, primary, former_id)
            notices.linked(portal, one.id, primary, former_id, actor, removed=True)


def _check_room(portal: Portal, source: Record, one: Definition, target: Record) -> None:
    """Raises: ApiError where either side has as many associations as the account allows it."""
    for record, spec in ((source, one.spec), (target, one.inverse)):
        if portal.links.full(record.type.name, record.id, spec):
            most = portal.links.maxima[spec]
            raise ApiError(
                400,
                f"{record.type.label} {record.id} already has the maximum of {most} associations"
                f" of type {spec[1]} ({spec[0]})",
                "VALIDATION_ERROR",
                context={"id": [record.id], "limit": [str(most)]},
                subCategory="crm.associations.ASSOCIATION_LIMIT_EXCEEDED",
            )


def type_name(portal: Portal, one: Definition) -> str:
    """As version 3 of the API names association types.

    The primary association has the plain name (`contact_to_company`), and then the one without a
    label is `contact_to_company_unlabeled`. Labels of one's own go by their own names.
    """
    if one.name:
        return one.name
    plain = f"{portal.types[one.source].singular}_to_{portal.types[one.target].singular}"
    if one.label is None and portal.links.primary(one.source, one.target) is not None:
        return f"{plain}_unlabeled"
    return plain


def named(portal: Portal, name: str, source: ObjectType, target: ObjectType) -> Definition:
    """By the name or the type id that version 3 uses. Raises: ApiError."""
    known = portal.links.between(source.name, target.name)
    for one in known:
        if name.lower() == type_name(portal, one).lower() or name == str(one.type_id):
            return one
    raise invalid(
        f"Association type {name} does not exist between {source.label} and {target.label}"
    )
