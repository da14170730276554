"""OAuth: tokens given out, told about and revoked. Not counted in any limit.

Source: HubSpot developer docs, "OAuth API" v1 and v3 (v3 takes all parameters in the body and
answers more); recorded error `BAD_REFRESH_TOKEN`. The wording of other errors is not confirmed.
"""

import base64
import hashlib
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.hubspot.sandbox.http import VERSIONS, dated
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.tokens import Grant

Handler = Callable[[Portal, Request], Awaitable[Response]]
GRANTS = {"authorization_code", "refresh_token", "client_credentials"}


class OAuthError(Exception):
    """`error` is OAuth's own code, `status` HubSpot's."""

    def __init__(self, error: str, status: str, message: str) -> None:
        super().__init__(message)
        self.body = {
            "error": error, "error_description": message, "status": status, "message": message,
        }  # fmt: skip


async def _given(request: Request, *, query_too: bool) -> dict[str, str]:
    form = {k: str(v) for k, v in (await request.form()).items()}
    return {**dict(request.query_params), **form} if query_too else form


def _check_client(portal: Portal, given: dict[str, str]) -> None:
    config = portal.config
    if not given.get("client_id") or (
        config.strict_oauth and given["client_id"] != config.client_id
    ):
        raise OAuthError("invalid_client", "BAD_CLIENT_ID", "missing or invalid client id")
    if config.strict_oauth and given.get("client_secret") != config.client_secret:
        raise OAuthError("invalid_client", "BAD_CLIENT_SECRET", "missing or invalid client secret")


def _grant(portal: Portal, given: dict[str, str]) -> tuple[Grant, bool]:
    """What is granted, and whether a refresh token comes with it."""
    _check_client(portal, given)
    grant_type = given.get("grant_type")
    if grant_type not in GRANTS:
        raise OAuthError(
            "unsupported_grant_type", "BAD_GRANT_TYPE", "missing or invalid grant type"
        )
    scopes = tuple(given.get("scope", "").split()) or tuple(portal.config.scopes)
    fresh = Grant(given["client_id"], scopes)
    tokens, strict = portal.tokens, portal.config.strict_oauth
    if grant_type == "authorization_code":
        return _by_code(portal, given) or fresh, True
    if grant_type == "refresh_token":
        refresh = given.get("refresh_token", "")
        known = tokens.refresh.get(refresh)
        if not refresh or refresh in tokens.revoked or (strict and known is None):
            message = "refresh token is invalid, expired or revoked"
            raise OAuthError("invalid_grant", "BAD_REFRESH_TOKEN", message)
        tokens.refresh.setdefault(refresh, fresh)
        return tokens.refresh[refresh], True
    return fresh, False


def _by_code(portal: Portal, given: dict[str, str]) -> Grant | None:
    """What a code stands for; None for a foreign one, which only the strict refuse.

    Raises: OAuthError where it was used before, is too old or was sent elsewhere.
    """
    code, tokens = given.get("code", ""), portal.tokens
    used, known = code in tokens.used_codes, tokens.take_code(code)
    if not code or used or (portal.config.strict_oauth and known is None):
        raise OAuthError("invalid_grant", "BAD_AUTH_CODE", "missing or unknown auth code")
    if known is None:
        return None
    if (known.expires_ms or 0) <= portal.now_ms():
        raise OAuthError("invalid_grant", "EXPIRED_AUTHORIZATION_CODE", "expired auth code")
    if not given.get("redirect_uri"):
        raise OAuthError("invalid_request", "BAD_REDIRECT_URI", "missing or invalid redirect uri")
    if known.redirect_uri != given["redirect_uri"]:
        raise OAuthError(
            "invalid_grant", "MISMATCH_REDIRECT_URI_AUTH_CODE",
            "redirect URI does not match initial auth code URI",
        )  # fmt: skip
    if known.challenge and known.challenge != _challenge(given.get("code_verifier", "")):
        raise OAuthError("invalid_grant", "BAD_CODE_VERIFIER", "missing or invalid code verifier")
    return replace(known, expires_ms=None, redirect_uri=None, challenge=None)


def _challenge(verifier: str) -> str:
    """Source: RFC 7636, section 4.2 (S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


async def token(portal: Portal, request: Request) -> Response:
    v1 = "/oauth/v1/" in request.url.path
    given = await _given(request, query_too=v1)
    grant, refreshable = _grant(portal, given)
    config = portal.config
    refresh = given.get("refresh_token") or (
        portal.tokens.new_refresh(grant) if refreshable else ""
    )
    expires_ms = portal.now_ms() + int(config.token_lifetime_s * 1000)
    access = portal.tokens.new_access(Grant(grant.client_id, grant.scopes, expires_ms, refresh))
    body: dict[str, Any] = {"token_type": "bearer", "access_token": access}
    if refreshable:
        body["refresh_token"] = refresh
    body["expires_in"] = int(config.token_lifetime_s)
    if not v1:
        body |= {
            "hub_id": config.portal_id, "scopes": list(grant.scopes),
            "token_use": "access_token", "user_id": config.user_id,
        }  # fmt: skip
    return JSONResponse(body)


async def authorize(portal: Portal, request: Request) -> Response:
    """The consent page, which consents (or refuses, `oauth_consent`) at once.

    Optional scopes are granted as far as the account has them, required ones as asked.
    """
    given, config = dict(request.query_params), portal.config
    _check_client(portal, {"client_secret": config.client_secret, **given})
    back = given.get("redirect_uri", "")
    if not back.startswith(("https://", "http://")):
        raise OAuthError("invalid_request", "BAD_REDIRECT_URI", "missing or invalid redirect uri")
    wanted = given.get("scope", "").split() or list(config.scopes)
    if config.strict_oauth and (lacking := [s for s in wanted if s not in config.scopes]):
        raise OAuthError("invalid_scope", "BAD_SCOPES", f"unknown scopes: {' '.join(lacking)}")
    more = [s for s in given.get("optional_scope", "").split() if s in config.scopes]
    scopes = tuple(dict.fromkeys([*wanted, *more]))
    if given.get("code_challenge") and given.get("code_challenge_method") != "S256":
        raise OAuthError("invalid_request", "BAD_CODE_CHALLENGE", "code_challenge_method not S256")
    expires_ms = portal.now_ms() + int(config.code_lifetime_s * 1000)
    answer = {"error": "access_denied", "error_description": "The user denied access"}
    if config.oauth_consent:
        grant = Grant(
            given["client_id"], scopes, expires_ms, redirect_uri=back,
            challenge=given.get("code_challenge"),
        )  # fmt: skip
        answer = {"code": portal.tokens.new_code(grant)}
    if "state" in given:
        answer["state"] = given["state"]
    return RedirectResponse(f"{back}{'&' if '?' in back else '?'}{urlencode(answer)}", 302)


async def introspect(portal: Portal, request: Request) -> Response:
    """The guide calls the field `refresh_token` or `access_token`, the specification `token`."""
    given = await _given(request, query_too=False)
    _check_client(portal, given)
    value = given.get("token") or given.get("access_token") or given.get("refresh_token") or ""
    access, refresh = portal.tokens.access.get(value), portal.tokens.refresh.get(value)
    grant = access or refresh
    expired = grant is not None and grant.expires_ms is not None
    expired = expired and (grant.expires_ms or 0) <= portal.now_ms() if grant else False
    if grant is None or expired or value in portal.tokens.revoked:
        return JSONResponse({"active": False})
    body = {**_about(portal, value, grant), "active": True}
    body["token_use"] = "access_token" if access else "refresh_token"
    return JSONResponse(body)


async def revoke(portal: Portal, request: Request) -> Response:
    """Revoking a refresh token does not kill access tokens already given out."""
    given = await _given(request, query_too=False)
    value = given.get("token") or given.get("refresh_token") or ""
    portal.tokens.revoked.add(value)
    return Response(status_code=204)


async def revoke_by_path(portal: Portal, request: Request) -> Response:
    portal.tokens.revoked.add(request.path_params["token"])
    return Response(status_code=204)


async def access_info(portal: Portal, request: Request) -> Response:
    value = request.path_params["token"]
    if value == portal.config.private_app_token:
        grant: Grant | None = Grant(portal.config.client_id, tuple(portal.config.scopes))
    else:
        grant = portal.tokens.access.get(value)
    if grant is None or (grant.expires_ms or portal.now_ms() + 1) <= portal.now_ms():
        return _unknown(404, "the access token is unknown or expired")
    return JSONResponse({**_about(portal, value, grant), "token_type": "access"})


async def refresh_info(portal: Portal, request: Request) -> Response:
    value = request.path_params["token"]
    grant = portal.tokens.refresh.get(value)
    if grant is None or value in portal.tokens.revoked:
        return _unknown(404, "the refresh token is unknown or revoked")
    return JSONResponse({**_about(portal, value, grant), "token_type": "refresh"})


def _about(portal: Portal, value: str, grant: Grant) -> dict[str, Any]:
    config = portal.config
    body: dict[str, Any] = {
        "token": value, "user": config.user_email, "hub_domain": config.hub_domain,
        "scopes": list(grant.scopes), "hub_id": config.portal_id, "app_id": config.app_id,
        "user_id": config.user_id, "client_id": grant.client_id,
    }  # fmt: skip
    if grant.expires_ms is not None:
        body["expires_in"] = max(0, (grant.expires_ms - portal.now_ms()) // 1000)
    return body


def _unknown(status: int, message: str) -> Response:
    body = {"status": "error", "message": message, "correlationId": str(uuid.uuid4())}
    return JSONResponse({**body, "category": "VALIDATION_ERROR"}, status)


def routes(portal: Portal) -> list[Route]:
    table: list[tuple[str, tuple[str, ...], Handler]] = [
        ("POST", ("/oauth/v1/token", *dated("/oauth/v3/token", "/oauth/{version}/token")), token),
        ("POST", dated("/oauth/v3/token/introspect", "/oauth/{version}/token/introspect"),
         introspect),
        ("POST", ("/oauth/v3/introspect", *(f"/oauth/{v}/introspect" for v in VERSIONS)),
         introspect),
        ("POST", dated("/oauth/v3/token/revoke", "/oauth/{version}/token/revoke"), revoke),
        ("POST", dated("/oauth/v3/revoke", "/oauth/{version}/revoke"), revoke),
        ("GET", ("/oauth/v1/access-tokens/{token}",), access_info),
        ("GET", ("/oauth/v1/refresh-tokens/{token}",), refresh_info),
        ("DELETE", ("/oauth/v1/refresh-tokens/{token}",), revoke_by_path),
        ("GET", ("/oauth/authorize", "/oauth/{hub_id}/authorize"), authorize),
    ]  # fmt: skip
    return [
        Route(path, _guarded(portal, handler), methods=[method])
        for method, paths, handler in table
        for path in paths
    ]


def _guarded(portal: Portal, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        correlation_id = str(uuid.uuid4())
        try:
            response = await handler(portal, request)
        except OAuthError as error:
            body = {**error.body, "correlationId": correlation_id}
            response = JSONResponse(body, 400)
        response.headers["X-HubSpot-Correlation-Id"] = correlation_id
        return response

    return respond
