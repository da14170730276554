"""Deleting contacts, companies and deals: into HubSpot's recycle bin, or for good.

Archived records can be restored for 90 days. A GDPR delete is for contacts alone and for good.
Source: HubSpot developer docs, "CRM objects: archive", "Contacts: permanently delete (GDPR)".
"""

from collections.abc import Callable, Sequence

from connectors.base import AuthLost, Busy, ConnectorError, Gone, Ref, Rejected, Unsure
from connectors.hubspot.objects import BATCH
from connectors.hubspot.records import is_id
from connectors.hubspot.rest import Api


def delete(api: Api, refs: Sequence[Ref]) -> dict[Ref, ConnectorError | None]:
    """Archive up to 100 records of one kind. Raises: Busy, AuthLost, Unsure (all of them)."""
    if len(refs) > BATCH:
        raise Rejected(f"{len(refs)} at once; the most is {BATCH}", code="batch_too_large")
    known = [ref for ref in refs if is_id(ref.id)]
    outcomes: dict[Ref, ConnectorError | None] = dict.fromkeys(refs)  # other ids were never there
    if not known:
        return outcomes
    try:
        _archive(api, known)
    except (Rejected, Gone):  # one of them is to blame, and HubSpot does not say which
        return outcomes | _each(known, lambda ref: _archive(api, [ref]))
    return outcomes


def erase(api: Api, refs: Sequence[Ref]) -> dict[Ref, ConnectorError | None]:
    """Delete contacts for good, one call each; other objects can only be archived."""
    if refs and refs[0].kind != "person":
        return delete(api, refs)
    outcomes: dict[Ref, ConnectorError | None] = dict.fromkeys(refs)
    return outcomes | _each([ref for ref in refs if is_id(ref.id)], lambda ref: _purge(api, ref))


def _archive(api: Api, refs: Sequence[Ref]) -> None:
    body = {"inputs": [{"id": ref.id} for ref in refs]}
    api.batch.archive(api.settings.object_of(refs[0].kind), body, _preload_content=False)


def _purge(api: Api, ref: Ref) -> None:
    api.post("/crm/v3/objects/contacts/gdpr-delete", {"objectId": ref.id})


def _each(refs: Sequence[Ref], act: Callable[[Ref], None]) -> dict[Ref, ConnectorError | None]:
    """One call a record. Once HubSpot stops answering, the rest stay to be tried again."""
    outcomes: dict[Ref, ConnectorError | None] = {}
    for ref in refs:
        try:
            act(ref)
            outcomes[ref] = None
        except Gone:
            outcomes[ref] = None
        except (Busy, AuthLost, Unsure) as error:
            if not outcomes:
                raise
            return outcomes | {left: error for left in refs if left not in outcomes}
        except ConnectorError as error:
            outcomes[ref] = error
    return outcomes
