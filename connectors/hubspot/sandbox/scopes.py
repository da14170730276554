"""What a token may do, when `check_scopes` is on.

Source: HubSpot's published OpenAPI (scopes per endpoint, any of which will do); recorded refusal.
"""

from collections.abc import Mapping, Sequence

from connectors.hubspot.sandbox.errors import ApiError
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.tokens import Caller

ONE_FOR_ALL = {"tickets": "tickets"}  # no granular scopes: one for reading, writing and schema
REFUSAL = (
    "This app hasn't been granted all required scopes to make this call. Read more about required"
    " scopes here: https://developers.hubspot.com/scopes."
)


def check(
    portal: Portal, wanted: Sequence[str], path_params: Mapping[str, str], caller: Caller
) -> None:
    """Pass with any of these scopes; `{type}` stands for the object type's own.

    Raises: ApiError (403), which names them all.
    """
    if not portal.config.check_scopes or not wanted:
        return
    named = path_params.get("type", path_params.get("from_type", ""))
    required = [_filled(portal, scope, named) for scope in wanted]
    if not caller.scopes.isdisjoint(required):
        return
    context = {"requiredGranularScopes": list(dict.fromkeys(required))}
    raise ApiError(
        403,
        REFUSAL,
        "MISSING_SCOPES",
        errors=[
            {"message": "One or more of the following scopes are required.", "context": context}
        ],
        links={"scopes": "https://developers.hubspot.com/scopes"},
    )


def _filled(portal: Portal, scope: str, named: str) -> str:
    if "{type}" not in scope:
        return scope
    own = portal.kind(named).scope
    return ONE_FOR_ALL.get(own) or scope.replace("{type}", own)
