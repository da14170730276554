"""Users and queues, and who we are in the org."""

from collections.abc import Sequence

from connectors.base import Account, Busy, Owner
from connectors.salesforce.ids import canonical
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import equals, select


def owners(api: Api) -> Sequence[Owner]:
    """All users, also inactive ones, and all queues."""
    users = api.rows(select(["Id", "Name", "Email", "IsActive"], "User"))
    queues = api.rows(select(["Id", "Name", "Email"], "Group", equals("Type", "Queue")))
    return [
        *(_owner(row, active=bool(row.get("IsActive"))) for row in users),
        *(_owner(row, active=True, is_queue=True) for row in queues),
    ]


def _owner(row: Row, *, active: bool, is_queue: bool = False) -> Owner:
    email = row.get("Email")
    return Owner(
        id=canonical(str(row["Id"])),
        email=str(email) if email else None,
        name=str(row.get("Name") or ""),
        active=active,
        is_queue=is_queue,
    )


def whoami(api: Api) -> str:
    """The id of the user that we are signed in as, by the API's own identity address; asked once.

    Raises: Busy where the answer does not tell.
    """
    if api.user_id is None:
        answer = api.call("GET", "")
        identity = answer.get("identity") if isinstance(answer, dict) else None
        if not identity:
            raise Busy("the API does not tell who is signed in")
        api.user_id = canonical(str(identity).rstrip("/").rpartition("/")[2])
    return api.user_id


def probe(api: Api) -> Account:
    """The organisation that we are signed in to, and its API calls of the last 24 hours."""
    found = list(api.rows(select(["Id", "Name"], "Organization", limit=1)))
    if not found:
        raise Busy("the org does not show its Organization record")
    return Account(
        id=canonical(str(found[0]["Id"])),
        name=str(found[0].get("Name") or ""),
        api_used=api.daily.used,
        api_limit=api.daily.total,
    )
