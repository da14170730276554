"""A workflow of Teams ("Post to a channel when a webhook request is received"), as it answers.

Sources: Microsoft Learn, "Create incoming webhooks with Workflows", Logic Apps "Request trigger"
and its error codes, connector reference "Microsoft Teams" (about 28 KB a message); read 2026-11.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.alerts.sandbox.inbox import Inbox, body_of

CARD = "application/vnd.microsoft.card.adaptive"
LARGEST = 28 * 1024


class Config(BaseModel):
    """One workflow and the signature in its address."""

    model_config = ConfigDict(extra="forbid")

    workflow: str = "w000"
    sig: str = "sandbox"
    enabled: bool = True


def create(config: Config | None = None, inbox: Inbox | None = None) -> Starlette:
    """A workflow's trigger as an ASGI app."""
    settings, box = config or Config(), inbox or Inbox()

    async def trigger(request: Request) -> Response:
        if (answer := box.prescribed()) is not None:
            return answer
        body = await body_of(request)
        if (refusal := _refusal(settings, request)) is not None:
            return refusal
        if len(await request.body()) > LARGEST:
            return _error(413, "RequestEntityTooLarge", "Request entity too large.")
        if not _is_card(body):
            return _error(400, "TriggerInputSchemaMismatch", "The input does not fit the schema.")
        box.messages.append(body)
        return Response(status_code=202)

    path = "/workflows/{workflow}/triggers/manual/paths/invoke"
    return Starlette(routes=[Route(path, trigger, methods=["POST"]), *box.routes()])


def _refusal(settings: Config, request: Request) -> Response | None:
    if request.path_params["workflow"] != settings.workflow:
        return _error(404, "WorkflowNotFound", "The workflow could not be found.")
    if request.query_params.get("sig") != settings.sig:
        return _error(401, "DirectApiAuthorizationRequired", "The request must be signed.")
    if not settings.enabled:
        return _error(400, "WorkflowTriggerIsNotEnabled", "The trigger is not enabled.")
    return None


def _is_card(body: Any) -> bool:
    if not isinstance(body, dict) or body.get("type") != "message":
        return False
    attachments = body.get("attachments")
    return (
        isinstance(attachments, list)
        and len(attachments) == 1
        and attachments[0].get("contentType") == CARD
        and attachments[0].get("content", {}).get("type") == "AdaptiveCard"
    )


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
