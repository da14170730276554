"""Every error as RFC 9457 `application/problem+json`: generic outside, detailed in the log."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from app.accounts import NoSuchConnection
from app.configuring import InUse, Invalid, Missing, OutOfDate
from app.store.faults import DOWN, UNSTORABLE
from app.vault import NoKeyError
from mappings.source import message, token

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5
WEBHOOKS = "/webhooks/"
STATUSES: Mapping[type[Exception], int] = {Missing: 404, OutOfDate: 412, InUse: 409}


class PlaceOfError(BaseModel):
    """Where in the request, and what is wrong there."""

    pointer: str = Field(examples=["/fields/3/sfa"], description="JSON pointer (RFC 6901)")
    detail: str = Field(examples=['no writable field "Phone__x"; did you mean "Phone"?'])


class ProblemDocument(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field("about:blank", description="always about:blank: the status says the kind")
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=['mapping "main" can\'t be used'])
    instance: str | None = Field(None, description="the request's id, as in the log")
    errors: list[PlaceOfError] = []


REF = "#/components/schemas/{model}"
RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="ProblemDocument")}}},
    }
}


class Problem(Exception):
    """Raise it in a handler to answer with a problem document."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, tuple(errors)
        self.headers = dict(headers or {})
        if retry_after_s is not None:
            self.headers["Retry-After"] = str(retry_after_s)


def install(app: FastAPI) -> None:
    """Have every error answered as a problem document."""
    app.add_exception_handler(HTTPException, _answer)
    app.add_exception_handler(RequestValidationError, _answer)
    for error in (Problem, Invalid, Missing, OutOfDate, InUse, NoSuchConnection, NoKeyError):
        app.add_exception_handler(error, _answer)
    for fault in (*DOWN, *UNSTORABLE):
        app.add_exception_handler(fault, _answer)
    app.add_exception_handler(Exception, _answer)
    _describe(app)


def _describe(app: FastAPI) -> None:
    """Put the problem document into the OpenAPI document: FastAPI knows one media type a route."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        schema = ProblemDocument.model_json_schema(ref_template=REF)
        found = {**schema.pop("$defs"), "ProblemDocument": schema}
        document["components"]["schemas"] |= found
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's docs extend it


def _answer(request: Request, error: Exception) -> JSONResponse:
    problem = _problem(request, error)
    return response(problem, request.scope.get("baton.request_id"))


def response(problem: Problem, request_id: str | None) -> JSONResponse:
    """The answer that a problem is."""
    document = ProblemDocument(
        title=_title(problem.status),
        status=problem.status,
        detail=problem.detail,
        instance=None if request_id is None else f"urn:baton:request:{request_id}",
        errors=[PlaceOfError(pointer=p, detail=d) for p, d in problem.errors],
    )
    body = document.model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


def _problem(request: Request, error: Exception) -> Problem:
    """What an error means to the one who asked."""
    match error:
        case Problem():
            known = error
        case HTTPException():
            headers = dict(error.headers or {})
            known = Problem(error.status_code, str(error.detail), headers=headers)
        case RequestValidationError():
            known = _invalid_request(error.errors())
        case Invalid():
            places = [(one.pointer, one.message) for one in error.problems]
            known = Problem(422, f"{error.what} can't be used as it is", errors=places)
        case NoSuchConnection():
            known = Problem(404, f'there is no connection "{error}"')
        case Missing() | OutOfDate() | InUse():
            known = Problem(STATUSES[type(error)], str(error))
        case _:
            known = _fault(request, error)
    return known


def _fault(request: Request, error: Exception) -> Problem:
    """A fault of our own. To a vendor it is always a 503: ask again."""
    hook = request.url.path.startswith(WEBHOOKS)
    if isinstance(error, UNSTORABLE):
        return Problem(400, "the request holds a value that can't be stored")
    name = type(error).__name__
    if isinstance(error, DOWN):
        log.warning("database_unavailable", error=name)
        return Problem(503, "the database can't be reached", retry_after_s=RETRY_AFTER_S)
    if isinstance(error, NoKeyError):
        log.error("no_key", reason=str(error))
        return Problem(503, "secrets can't be opened; see the log", retry_after_s=60)
    log.error("request_failed", error=name, exc_info=error)
    if hook:
        return Problem(503, "a fault of Baton's own", retry_after_s=RETRY_AFTER_S)
    return Problem(500, "a fault of Baton's own; see the log")


def _invalid_request(errors: Sequence[Any]) -> Problem:
    """Never with the input: it may hold secrets."""
    if any(one["type"] == "json_invalid" for one in errors):
        return Problem(400, "the body is not JSON")
    places = [(_pointer(one["loc"]), _message(one)) for one in errors]
    return Problem(422, "the request is not valid", errors=places)


def _pointer(loc: Sequence[int | str]) -> str:
    """A JSON pointer into the body; for parameters their place and name."""
    parts = loc[1:] if loc and loc[0] == "body" else loc
    return "".join(f"/{token(part)}" for part in parts)


def _message(error: Mapping[str, Any]) -> str:
    return "this is required" if error["type"] == "missing" else message(error)


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
