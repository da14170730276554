"""An opportunity's primary contact: a field to read, and a contact role to write.

Salesforce derives `ContactId` from the primary role and takes it of a new opportunity alone. So
where it is told, the contact's role is made, or made the primary one; the roles stay otherwise.
One is to be primary, and the API was seen to let several be (github.com/SalesforceFoundation/NPSP,
issue 2885), so those that were before are taken back once the new one stands.
Source: Object Reference, "Opportunity" (ContactId, from v46), "OpportunityContactRole".
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.base import Busy, ConnectorError, Gone, Landed, Ref, Rejected, Write
from connectors.salesforce.batch import BATCH, Call, Item, Outcome, calls, send_all
from connectors.salesforce.deals import contact_of, new_role, roles_of
from connectors.salesforce.ids import canonical, object_of
from connectors.salesforce.schema import DERIVED_CONTACT, ROLE
from connectors.salesforce.session import Api, Row

PATH = "composite/sobjects"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who shall be the primary contact of an opportunity; None for nobody."""

    key: str
    deal: str
    contact: str | None


@dataclass(frozen=True, slots=True)
class _Changes:
    """Roles to be made and to be made primary, by the key of their write; and those that are it
    no more (`key` is the role's id), each with the key of its write.
    """

    new: list[Item] = field(default_factory=list)
    up: list[Item] = field(default_factory=list)
    down: list[tuple[str, Item]] = field(default_factory=list)


def told(write: Write) -> bool:
    """Whether a write tells the primary contact of an opportunity."""
    return write.kind == "opportunity" and DERIVED_CONTACT in write.fields


def is_all(write: Write) -> bool:
    """Whether a write tells nothing else, so that the opportunity itself is not written."""
    return told(write) and len(write.fields) == 1


def without(write: Write) -> Write:
    """A write without what only a role can hold."""
    if not told(write):
        return write
    return replace(write, fields={n: v for n, v in write.fields.items() if n != DERIVED_CONTACT})


def assign(
    api: Api, writes: Sequence[Write], outcomes: Mapping[str, Outcome]
) -> dict[str, ConnectorError]:
    """Have the primary contacts of the writes that landed; what went wrong, by key.

    One query for 200, and as many as are needed of: a call for new roles, for the ones that become
    primary, and for the ones that are no more. Repeating it is harmless. Raises nothing.
    """
    wanted: list[Wanted] = []
    errors: dict[str, ConnectorError] = {}
    for one in filter(told, writes):
        value, landed = one.fields[DERIVED_CONTACT], outcomes.get(one.key)
        if not isinstance(landed, Landed):
            continue
        contact = canonical(str(value)) if value else None
        if contact is not None and object_of(Ref("person", contact), {}) != "Contact":
            errors[one.key] = _no_contact(contact)
        else:
            wanted.append(Wanted(one.key, canonical(landed.ref.id), contact))
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        try:
            errors |= _assigned(api, part)
        except ConnectorError as error:
            errors |= {one.key: error for one in part}
    return errors


def _no_contact(id_: str) -> Rejected:
    reason = (
        f"a role in an opportunity is a contact's, and {id_} is none; in the mapping say "
        "`to_objects: {sfa: [Contact]}` of this field, and it waits until the lead is converted"
    )
    return Rejected(reason, code="NO_CONTACT", fields=(DERIVED_CONTACT,))


def _assigned(api: Api, wanted: Sequence[Wanted]) -> dict[str, ConnectorError]:
    there = roles_of(api, {one.deal for one in wanted})
    changes = _Changes()
    for one in wanted:
        _compare(changes, one, there.get(one.deal, []))
    made = [Call(PATH, changes.new, method="POST")] if changes.new else []
    answers = send_all(api, [*made, *calls(PATH, changes.up)])
    errors = dict(_failures(answers, {item.key for item in changes.up}))
    down = {item.key: (key, item) for key, item in changes.down if key not in errors}
    answers = send_all(api, [*calls(PATH, [item for _, item in down.values()])])
    for id_, error in _failures(answers, down.keys()):
        errors[down[id_][0]] = error
    return errors


def _compare(changes: _Changes, one: Wanted, roles: Sequence[Row]) -> None:
    """What has to change so that the one role of this contact is the only primary one."""
    mine = [role for role in roles if contact_of(role) == one.contact]
    best = next((role for role in mine if role["IsPrimary"]), mine[0] if mine else None)
    if best is not None and not best["IsPrimary"]:
        changes.up.append(_made(one.key, best, primary=True))
    if best is None and one.contact is not None:
        about = ("Opportunity", "Id", one.deal)
        changes.new.append(new_role(one.key, (one.deal, one.contact), about, IsPrimary=True))
    for role in roles:
        if role["IsPrimary"] and role is not best:
            changes.down.append((one.key, _made(str(role["Id"]), role, primary=False)))


def _made(key: str, role: Row, *, primary: bool) -> Item:
    row = {"attributes": {"type": ROLE}, "Id": role["Id"], "IsPrimary": primary}
    return Item(key, "opportunity", row, (ROLE, "Id", str(role["Id"])))


def _failures(
    answers: Mapping[str, Outcome], changed: Container[str]
) -> Iterator[tuple[str, ConnectorError]]:
    """What did not land. A role to be changed that is gone was taken away just now: look again."""
    for key, outcome in answers.items():
        if isinstance(outcome, Gone) and key in changed:
            yield key, Busy(f"a contact role was taken away meanwhile: {outcome}")
        elif not isinstance(outcome, Landed):
            yield key, outcome
