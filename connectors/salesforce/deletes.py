"""Deleting records: into the recycle bin, which Salesforce empties after 15 days; an erasure takes
them out of it at once. Deleting an account takes its contacts and opportunities along.
Source: REST API Developer Guide, "Delete Multiple Records"; Salesforce Help, "Recycle Bin".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import ConnectorError, Gone, Ref, Rejected, Unsure
from connectors.salesforce.batch import BATCH
from connectors.salesforce.errors import CONVERTED, error_of
from connectors.salesforce.ids import by_object, canonical
from connectors.salesforce.recycle_bin import purge
from connectors.salesforce.session import Api

PATH = "composite/sobjects"


def delete(api: Api, refs: Sequence[Ref]) -> dict[Ref, ConnectorError | None]:
    """Delete up to 200 records of one kind. Raises: Busy, AuthLost, Unsure (all of them)."""
    if len(refs) > BATCH:
        raise Rejected(f"{len(refs)} at once; the most is {BATCH}", code="batch_too_large")
    sorted_ids = by_object(refs, api.settings.custom_objects)  # like stands by like
    ids = [one for some in sorted_ids.values() for one in some]
    outcomes = delete_ids(api, ids)
    return {ref: outcomes.get(canonical(ref.id)) for ref in refs}  # other ids were never there


def erase(api: Api, refs: Sequence[Ref]) -> dict[Ref, ConnectorError | None]:
    """As `delete`, and out of the recycle bin: one call more."""
    outcomes = delete(api, refs)
    deleted = [ref for ref, error in outcomes.items() if error is None]
    sorted_ids = by_object(deleted, api.settings.custom_objects)
    purged = purge(api, [one for some in sorted_ids.values() for one in some])
    return outcomes | {ref: purged.get(canonical(ref.id)) for ref in deleted}


def delete_ids(api: Api, ids: Sequence[str]) -> dict[str, ConnectorError | None]:
    """Delete up to 200 records of one object by canonical id, in one call; raises as `delete`."""
    if not ids:
        return {}
    params = {"ids": ",".join(ids), "allOrNone": "false"}
    answer = api.call("DELETE", PATH, params=params)
    if not isinstance(answer, list) or len(answer) != len(ids):
        raise Unsure(f"{PATH}: an answer that does not fit the records sent")
    return {one: _outcome(each) for one, each in zip(ids, answer, strict=True)}


def _outcome(answer: Any) -> ConnectorError | None:
    if not isinstance(answer, Mapping):
        return Unsure("an outcome that cannot be read")
    if answer.get("success"):
        return None
    errors = answer.get("errors") or []
    error = error_of(errors if isinstance(errors, list) else [errors], named=True)
    if isinstance(error, Gone) and CONVERTED in str(error):  # it is there, and stays
        return Rejected(str(error), code=CONVERTED)
    return None if isinstance(error, Gone) else error
