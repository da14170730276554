"""`POST /webhooks/{connection}`: verified over raw bytes, on disk before it is acknowledged.

401 forged or stale, 400 unreadable, 404 no such connection, 413 too large. What is our own fault is
503 and never a 4xx, which can end a sender's retries. What is skipped on purpose is a 200, and
so is what arrives while a connection is paused: it is kept. Source: HubSpot developer docs,
"Webhooks": a request is repeated on any 4xx and 5xx and after 5 seconds without an answer.
"""

import asyncio
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request, Response

from app.accounts import NoSuchConnection
from app.flows import receive
from app.metrics import RECEIVED
from app.store.faults import DOWN, UNSTORABLE
from app.store.inbox import Arrival
from app.web.directory import Directory
from app.web.intake import Intake
from app.web.parts import Parts
from app.web.problems import RESPONSES, Problem
from app.web.signed import signed_request
from connectors.base import Inbound, Refused
from connectors.capabilities import AnswersWebhooks, ParsesWebhooks
from connectors.flawed import Flawed

log = structlog.get_logger(__name__)
ANSWER_WITHIN_S = 4.5  # HubSpot waits 5 s; what is committed later is recognised when repeated
RETRY_AFTER_S = 5
LARGE_BYTES = 64 * 1024  # takes some milliseconds to read


def router(parts: Parts) -> APIRouter:
    """The route, with its own writer."""
    directory = Directory(parts.accounts)
    intake = Intake(parts.database, parts.wake)
    routes = APIRouter(tags=["webhooks"], responses=RESPONSES)

    @routes.post("/webhooks/{connection}", status_code=200, summary="A vendor's webhook")
    async def webhook(connection: str, request: Request) -> Response:
        """Called by vendors, with their signature. Nothing else calls it."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                connector = await _receiver(directory, connection)
                inbound = signed_request(request, parts.settings.public_url, await request.body())
                arrivals = await _parsed(connector, connection, inbound)
                if arrivals:
                    await intake.store(arrivals)
        except Refused as refused:
            RECEIVED.labels(connection, "refused").inc()
            log.warning("webhook_refused", connection=connection, reason=str(refused))
            raise _problem(refused) from None
        except UNSTORABLE:
            RECEIVED.labels(connection, "refused").inc()
            raise Problem(400, "the request holds a value that can't be stored") from None
        except (*DOWN, TimeoutError) as fault:
            RECEIVED.labels(connection, "postponed").inc()
            log.warning("webhook_postponed", connection=connection, error=type(fault).__name__)
            raise Problem(503, "try again in a moment", retry_after_s=RETRY_AFTER_S) from None
        RECEIVED.labels(connection, "stored").inc(len(arrivals))
        return _taken(connector)

    return routes


async def _receiver(directory: Directory, connection: str) -> ParsesWebhooks:
    try:
        connector = await directory.connector(connection)
    except NoSuchConnection:
        connector = None
    if not isinstance(connector, ParsesWebhooks):
        raise Problem(404, "no connection of that name receives webhooks")
    return connector


async def _parsed(connector: ParsesWebhooks, connection: str, inbound: Inbound) -> list[Arrival]:
    """What a request brings. A large one is read in a thread: others are not to wait for it."""
    now = datetime.now(UTC)
    if len(inbound.body) <= LARGE_BYTES:
        return receive.parse(connector, connection, inbound, now=now)
    return await asyncio.to_thread(receive.parse, connector, connection, inbound, now=now)


def _taken(connector: object) -> Response:
    """The answer to a request that is on disk, in the words that its sender waits for."""
    if not isinstance(connector, AnswersWebhooks):
        return Response(status_code=200)
    body, media_type = connector.acknowledgement()
    return Response(body, media_type=media_type)


def _problem(refused: Refused) -> Problem:
    """What a sender is told: why, only where it has proved who it is."""
    if isinstance(refused, Flawed):
        return Problem(refused.status, str(refused), errors=refused.places)
    texts = {401: "the signature was not accepted", 413: "the request is too large"}
    return Problem(refused.status, texts.get(refused.status, "the request could not be read"))
