"""JSON answers that are too long to be put together before they are sent."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from starlette.responses import Response, StreamingResponse

CHUNK = 1_000_000  # characters; what is shorter is written at one moment


def streamed(value: Any) -> Response:
    """`value` as JSON, in which an iterator stands for a list that is made while it is sent."""

    async def chunks() -> AsyncIterator[str]:
        waiting: list[str] = []
        length = 0
        for piece in _pieces(value):
            waiting.append(piece)
            length += len(piece)
            if length >= CHUNK:
                yield "".join(waiting)
                waiting, length = [], 0
        yield "".join(waiting)

    return StreamingResponse(chunks(), media_type="application/json")


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, Iterator):
        yield "["
        for number, one in enumerate(value):
            yield f",{_text(one)}" if number else _text(one)
        yield "]"
    elif isinstance(value, dict):
        yield "{"
        for number, (name, inner) in enumerate(value.items()):
            yield f"{',' if number else ''}{_text(name)}:"
            yield from _pieces(inner)
        yield "}"
    else:
        yield _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
