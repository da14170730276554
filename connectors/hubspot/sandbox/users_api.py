"""Users of the account, their roles and teams. Source: HubSpot's published OpenAPI, "Users".

A user is an owner seen by its user id; the account's own administrator comes first.
"""

from dataclasses import replace
from typing import Any

from connectors.hubspot.sandbox.errors import ApiError, resource_not_found
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, dated
from connectors.hubspot.sandbox.objects_api import paging
from connectors.hubspot.sandbox.owners import Owner

DEFAULT_PAGE = 100
READ, WRITE = "settings.users.read", "settings.users.write"
ROLES = {"100001": "Sales", "100002": "Marketing", "100003": "Service"}


def _shown(owner: Owner) -> dict[str, Any]:
    """`PublicUser`"""
    shown: dict[str, Any] = {
        "id": str(owner.user_id), "email": owner.email, "superAdmin": False,
        "firstName": owner.first_name, "lastName": owner.last_name,
        "roleIds": [owner.role_id] if owner.role_id else [],
        "secondaryTeamIds": list(owner.secondary_team_ids),
    }  # fmt: skip
    if owner.role_id:
        shown["roleId"] = owner.role_id
    if owner.primary_team_id:
        shown["primaryTeamId"] = owner.primary_team_id
    return shown


def _admin(call: Call) -> dict[str, Any]:
    config = call.portal.config
    return {
        "id": str(config.user_id), "email": config.user_email, "superAdmin": True, "roleIds": [],
        "firstName": "Admin", "lastName": "", "secondaryTeamIds": [],
    }  # fmt: skip


def _people(call: Call) -> list[Owner]:
    owners = call.portal.owners.all.values()
    return [one for one in owners if one.type == "PERSON" and not one.archived]


def _needed(call: Call) -> Owner:
    """By user id, or with `idProperty=EMAIL` by e-mail. Raises: ApiError (404)."""
    wanted, by_email = call.params["user_id"].lower(), call.query.get("idProperty") == "EMAIL"
    for one in _people(call):
        if wanted == (one.email.lower() if by_email else str(one.user_id)):
            return one
    raise resource_not_found()


def list_users(call: Call) -> Answer:
    limit = call.whole("limit", DEFAULT_PAGE, 1000)
    found = [_admin(call), *map(_shown, _people(call))]
    begin = call.number(call.query.get("after") or 0)
    body: dict[str, Any] = {"results": found[begin : begin + limit]}
    if begin + limit < len(found):
        body["paging"] = paging(call, str(begin + limit))
    return 200, body


def create(call: Call) -> Answer:
    body, portal = call.mapping("email"), call.portal
    if portal.owners.by_email(str(body["email"])) is not None:
        raise ApiError(409, f"User already exists: {body['email']}", "CONFLICT")
    made = portal.owners.add(body, portal.now_ms())
    return 201, _shown(_change(call, made, body))


def _change(call: Call, owner: Owner, body: dict[str, Any]) -> Owner:
    """Exchanges the owner for one with the fields that are given."""
    changed = replace(
        owner,
        first_name=str(body.get("firstName") or owner.first_name),
        last_name=str(body.get("lastName") or owner.last_name),
        role_id=body.get("roleId", owner.role_id),
        primary_team_id=body.get("primaryTeamId", owner.primary_team_id),
        secondary_team_ids=tuple(
            call.items(body.get("secondaryTeamIds")) or owner.secondary_team_ids
        ),
    )
    call.portal.owners.all[owner.id] = changed
    return changed


def get(call: Call) -> Answer:
    if call.params["user_id"] == str(call.portal.config.user_id):
        return 200, _admin(call)
    return 200, _shown(_needed(call))


def put(call: Call) -> Answer:
    return 200, _shown(_change(call, _needed(call), call.mapping()))


def delete(call: Call) -> Answer:
    """The owner stays, archived."""
    one = _needed(call)
    call.portal.owners.all[one.id] = replace(one, archived=True)
    return 204, None


def roles(_: Call) -> Answer:
    rows = [{"id": i, "name": n, "requiresBillingWrite": False} for i, n in ROLES.items()]
    return 200, {"results": rows}


def teams(call: Call) -> Answer:
    """As users name them: a team exists as long as somebody is in it."""
    found: dict[str, dict[str, Any]] = {}
    for one in _people(call):
        places = [(one.primary_team_id, "userIds")]
        places += [(team, "secondaryUserIds") for team in one.secondary_team_ids]
        for team, place in places:
            if team:
                blank = {"id": team, "name": f"Team {team}", "userIds": [], "secondaryUserIds": []}
                found.setdefault(team, blank)[place].append(str(one.user_id))
    return 200, {"results": list(found.values())}


_USERS = dated("/settings/v3/users", "/settings/users/{version}")
_ONE = tuple(f"{path}/{{user_id}}" for path in _USERS)
ENDPOINTS = (
    Endpoint("GET", tuple(f"{path}/roles" for path in _USERS), roles, scope=READ),
    Endpoint("GET", tuple(f"{path}/teams" for path in _USERS), teams, scope=READ),
    Endpoint("GET", _USERS, list_users, scope=READ),
    Endpoint("POST", _USERS, create, scope=WRITE),
    Endpoint("GET", _ONE, get, scope=READ),
    Endpoint("PUT", _ONE, put, scope=WRITE),
    Endpoint("DELETE", _ONE, delete, scope=WRITE),
)
