"""What both receivers share: what came, and the answers that are prescribed next."""

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass(slots=True)
class Inbox:
    """Messages that were taken, oldest first, and answers to give before any other."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    answers: deque[Mapping[str, Any]] = field(default_factory=deque)
    calls: int = 0

    def prescribe(self, status: int, body: str, headers: Mapping[str, str] | None = None) -> None:
        """Answer the next request like this."""
        self.answers.append({"status": status, "body": body, "headers": dict(headers or {})})

    def prescribed(self) -> Response | None:
        """The answer that somebody asked for; None where the usual one is due."""
        self.calls += 1
        if not self.answers:
            return None
        one = self.answers.popleft()
        return Response(str(one["body"]), int(one["status"]), headers=dict(one["headers"]))

    def routes(self) -> list[Route]:
        """Where a person or a test looks at the messages, and prescribes answers."""

        async def shown(_: Request) -> Response:
            return JSONResponse(self.messages)

        async def script(request: Request) -> Response:
            for one in json.loads(await request.body()):
                self.prescribe(one["status"], one.get("body", ""), one.get("headers"))
            return Response(status_code=204)

        return [
            Route("/_sandbox/messages", shown),
            Route("/_sandbox/answers", script, methods=["POST"]),
        ]


async def body_of(request: Request) -> Any:
    """The request's JSON; None where it is none."""
    try:
        return json.loads(await request.body())
    except ValueError:
        return None
