"""Fetching the webhooks journal, and subscribing to what is written in it.

Source: HubSpot developer docs and published OpenAPI, "Webhooks journal" 2026-03 and v4. Exempt from
limits. The file behind `url` needs no sign-in, as its address is signed and expires.
"""

import hashlib
import hmac
from collections.abc import Iterable
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.hubspot.sandbox.errors import ApiError, resource_not_found
from connectors.hubspot.sandbox.http import VERSIONS, Answer, Call, Endpoint, Handle
from connectors.hubspot.sandbox.journal import Entry, next_after
from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.portal import Portal
from connectors.sandbox.digits import is_whole

MOST_AT_ONCE = 100
FILES = "/journal-files/{offset}.json"
READ = "developer.webhooks_journal.read"


def earliest(call: Call) -> Answer:
    return _one(call, _kept(call)[:1])


def latest(call: Call) -> Answer:
    return _one(call, _kept(call)[-1:])


def following(call: Call) -> Answer:
    """204 at the end of the journal; 404 where the offset is unknown or too old."""
    return _one(call, list(islice(_after(call), 1)))


def earliest_batch(call: Call) -> Answer:
    return _batch(call, _kept(call)[: _count(call)])


def latest_batch(call: Call) -> Answer:
    return _batch(call, _kept(call)[-_count(call) :])


def following_batch(call: Call) -> Answer:
    return _batch(call, islice(_after(call), _count(call)))


def read_batch(call: Call) -> Answer:
    """`inputs` are offsets; 207 where some can't be found."""
    offsets = [str(one) for one in call.items(call.mapping("inputs")["inputs"])]
    if len(offsets) > MOST_AT_ONCE:
        raise ApiError(400, f"At most {MOST_AT_ONCE} offsets can be read", "VALIDATION_ERROR")
    known = {entry.offset: entry for entry in _kept(call)}
    missing = [offset for offset in offsets if offset not in known]
    status, body = _batch(call, (known[offset] for offset in offsets if offset in known))
    if not missing:
        return status, body
    error = ApiError(404, "Journal entry not found", "OBJECT_NOT_FOUND")
    return 207, {**body, "numErrors": 1, "errors": [error.row(offsets=missing)]}


def _kept(call: Call) -> list[Entry]:
    """Only one account has the app, so both journals are the same."""
    portal_id = call.query.get("installPortalId")
    if portal_id is not None and portal_id != str(call.portal.config.portal_id):
        return []
    return call.portal.journal.kept(call.portal.now_ms())


def _after(call: Call) -> Iterable[Entry]:
    found = next_after(_kept(call), call.params["offset"])
    if found is None:
        raise resource_not_found()
    return found


def _count(call: Call) -> int:
    raw = call.params["count"]
    if not is_whole(raw) or not 1 <= int(raw) <= MOST_AT_ONCE:
        message = f"count must be a number between 1 and {MOST_AT_ONCE}; was {raw}"
        raise ApiError(400, message, "VALIDATION_ERROR")
    return int(raw)


def _one(call: Call, found: list[Entry]) -> Answer:
    return (200, _place(call, found[0])) if found else (204, None)


def _batch(call: Call, found: Iterable[Entry]) -> tuple[int, dict[str, Any]]:
    now = iso(call.portal.now_ms())
    results = [_place(call, entry) for entry in found]
    return 200, {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}


def _place(call: Call, entry: Entry) -> dict[str, Any]:
    config = call.portal.config
    expires_ms = call.portal.now_ms() + int(config.journal_url_life_s * 1000)
    path = FILES.format(offset=entry.offset)
    signature = _signature(call.portal, path, expires_ms)
    url = f"{call.base_url}{path}?expires={expires_ms}&signature={signature}"
    return {"url": url, "expiresAt": iso(expires_ms), "currentOffset": entry.offset}


def _signature(portal: Portal, path: str, expires_ms: int) -> str:
    key = portal.config.client_secret.encode()
    return hmac.new(key, f"{path} {expires_ms}".encode(), hashlib.sha256).hexdigest()


def routes(portal: Portal) -> list[Route]:
    async def file(request: Request) -> Response:
        """Storage of another house: it answers in XML when the address is too old or wrong."""
        offset = request.path_params["offset"]
        expires = request.query_params.get("expires", "")
        now_ms = portal.now_ms()
        right = expires.isascii() and expires.isdecimal() and len(expires) < 20
        if right:
            signed = _signature(portal, FILES.format(offset=offset), int(expires))
            given = request.query_params.get("signature", "").encode()
            right = hmac.compare_digest(signed.encode(), given)
        if not right or int(expires) <= now_ms:
            return _storage_error(403, "AccessDenied", "Request has expired")
        found = [one for one in portal.journal.kept(now_ms) if one.offset == offset]
        if not found:
            return _storage_error(404, "NoSuchKey", "The specified key does not exist.")
        return JSONResponse(found[0].as_json())

    return [Route(FILES, file)]


def _storage_error(status: int, code: str, message: str) -> Response:
    text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', status,
                    media_type="application/xml")  # fmt: skip


def _journal(method: str, rest: str, handle: Handle) -> Endpoint:
    bases = [f"/webhooks-journal/{j}/{v}" for j in ("journal", "journal-local") for v in VERSIONS]
    paths = tuple(f"{base}{rest}" for base in (*bases, "/webhooks/v4/journal"))
    return Endpoint(method, paths, handle, limit="exempt", scope=READ)


ENDPOINTS = (
    _journal("GET", "/earliest", earliest),
    _journal("GET", "/latest", latest),
    _journal("GET", "/offset/{offset}/next", following),
    _journal("GET", "/batch/earliest/{count}", earliest_batch),
    _journal("GET", "/batch/latest/{count}", latest_batch),
    _journal("GET", "/batch/{offset}/next/{count}", following_batch),
    _journal("POST", "/batch/read", read_batch),
)
