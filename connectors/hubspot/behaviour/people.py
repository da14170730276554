"""Who did it: contacts by e-mail, and contacts of other objects."""

from collections.abc import Iterable, Sequence
from typing import Any

from connectors.base import Gone, Ref
from connectors.hubspot.activity_answers import Ends
from connectors.hubspot.errors import part_error
from connectors.hubspot.records import EMAIL, MORE_EMAILS, chunks, look
from connectors.hubspot.rest import Api

MOST_READ = 1000  # ids in one call; source: HubSpot developer docs, "Associations v4"


def contacts_by_email(api: Api, emails: Iterable[str]) -> dict[str, str]:
    """E-mail address (lower case) -> contact id, also by a contact's further addresses."""
    wanted = dict.fromkeys(one for one in map(lower, emails) if EMAIL.fullmatch(one))
    found: dict[str, str] = {}
    for item in look(api, "person", list(wanted), (), id_property="email"):
        more = (item.properties.get(MORE_EMAILS) or "").split(";")
        for email in (item.properties.get("email") or "", *more):
            found[lower(email)] = item.id
    return found


def person(email: str, known: dict[str, str]) -> Ref | None:
    """The contact with this e-mail, or a clue to whoever will have it; None for no address."""
    address = lower(email)
    if not EMAIL.fullmatch(address):
        return None
    return Ref("person", known.get(address) or f"email:{address}")


def lower(email: str) -> str:
    return email.strip().lower()


def contacts_of(api: Api, object_type: str, ids: Sequence[str]) -> dict[str, list[str]]:
    """The contacts that records of another object are associated with, in up to 1,000 a call."""
    found: dict[str, list[str]] = {}
    for part in chunks(ids, MOST_READ):
        body: dict[str, Any] = {"inputs": [{"id": one} for one in part]}
        read = api.associations.get_page
        answer = api.ask(Ends, read, object_type, "contacts", body)
        for fault in answer.errors:
            if not isinstance(error := part_error(fault, None), Gone):
                raise error  # none found is a part of what is gone
        for one in answer.results:
            found[one.from_id] = sorted({end.to_id for end in one.to}, key=lambda i: (len(i), i))
    return found
