"""Documents: rules in numbered versions, as JSON or YAML. The ETag is the version."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from app import configuring
from app.configuring import Missing, OutOfDate, Saved
from app.store import documents
from app.store.db import Tx
from app.store.documents import Document
from app.web.deps import ADMIN, VIEWER, CallerDep, PartsDep, TxDep, transacted
from app.web.fields_read import fields_read, fields_read_of
from app.web.problems import Problem
from mappings.finding import Finding

routes = APIRouter(tags=["documents"])
YAML = "application/yaml"
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "the document itself",
        "content": {t: {"schema": {"type": "object"}} for t in ("application/json", YAML)},
    }
}
IfMatch = Annotated[str | None, Header(description="the ETag that you have read")]
IfNoneMatch = Annotated[str | None, Header(description="`*` to create only")]
Resync = Annotated[bool, Query(description="bring what is there under the new version, as a job")]
Note = Annotated[str, Query(max_length=500, description="why, for whoever reads the history")]


class FindingView(BaseModel):
    """Something doubtful about a document."""

    pointer: str
    message: str


class VersionView(BaseModel):
    """One version without its body."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    name: str
    version: int
    active: bool
    note: str
    created_by: str
    created_at: datetime


class DocumentView(VersionView):
    """One version. `warnings` come with what was just saved; `job` is the resync that makes a
    mapping which was just activated retroactive.
    """

    body: dict[str, Any]
    warnings: list[FindingView] = []
    job: int | None = None


class VersionsView(BaseModel):
    """Versions, newest first, or documents by name."""

    items: list[VersionView]


class SchemaView(BaseModel):
    """The JSON Schema of a kind of document."""

    kind: str
    json_schema: dict[str, Any] = Field(alias="schema")


class Activation(BaseModel, extra="forbid"):
    """Which version to make the active one."""

    version: int = Field(ge=1, le=2**31 - 1, examples=[3])
    resync: bool = Field(True, description="also bring what is there under this version")
    note: str = Field("", max_length=500, description="why", examples=["too few MQLs"])


async def _text(request: Request) -> str:
    """The body as text, whatever it is in."""
    try:
        return (await request.body()).decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "the body is not UTF-8") from None


@routes.get("/documents/{kind}", openapi_extra=VIEWER, summary="All documents of a kind")
def list_documents(kind: str, tx: TxDep) -> VersionsView:
    configuring.model_of(kind)
    return VersionsView(
        items=[VersionView.model_validate(one) for one in documents.names(tx, kind)]
    )


@routes.get("/schemas/{kind}", openapi_extra=VIEWER, summary="The schema of a kind")
def get_schema(kind: str) -> SchemaView:
    return SchemaView(kind=kind, schema=configuring.model_of(kind).model_json_schema())


@routes.get(
    "/documents/{kind}/{name}",
    openapi_extra=VIEWER,
    summary="The active version, else the newest",
    response_model=DocumentView,
)
def get_document(
    kind: str,
    name: str,
    tx: TxDep,
    request: Request,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """As JSON; with `Accept: application/yaml` the body alone, as YAML."""
    found = _known(documents.get(tx, kind, name), f'{kind} "{name}"')
    if _etag(found.version) in _tags(if_none_match):
        return Response(status_code=304, headers={"ETag": _etag(found.version)})
    return _answer(request, found)


@routes.put(
    "/documents/{kind}/{name}",
    openapi_extra=ADMIN | BODY,
    summary="Save a new version",
    response_model=DocumentView,
)
def put_document(
    kind: str,
    name: str,
    *,
    request: Request,
    text: Annotated[str, Depends(_text)],
    parts: PartsDep,
    caller: CallerDep,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
    activate: bool = True,
    resync: Resync = True,
    note: Note = "",
) -> Response:
    """Refused with every problem and its place, where it is not right. A document that changes
    nothing makes no version. 412 where somebody else was quicker (`If-Match`).
    """
    body = configuring.read_text(text, f'{kind} "{name}"')

    def save(tx: Tx) -> Saved:
        expected = _expected(tx, kind, name, if_match, if_none_match)
        return configuring.save_document(
            tx,
            kind,
            name,
            body,
            if_match=expected,
            activate=activate,
            resync=resync,
            note=note,
            by=caller.by,
        )

    unread = fields_read(parts, kind, body)
    saved = transacted(parts, save)
    parts.wake(set(saved.wakes))
    is_first = saved.changed and saved.document.version == 1
    saved = replace(saved, warnings=(*unread, *saved.warnings))
    return _answer(request, saved.document, saved, created=is_first)


@routes.post(
    "/documents/{kind}/{name}/check",
    openapi_extra=VIEWER | BODY,
    summary="What saving would say",
)
def check_document(
    kind: str, name: str, text: Annotated[str, Depends(_text)], parts: PartsDep
) -> list[FindingView]:
    """Nothing is stored. Errors are answered as saving does; what comes back are warnings."""
    body = configuring.read_text(text, f'{kind} "{name}"')
    unread = fields_read(parts, kind, body)
    with parts.database.begin() as tx:
        return _findings([*unread, *configuring.check_document(tx, kind, name, body)])


@routes.get(
    "/documents/{kind}/{name}/versions", openapi_extra=VIEWER, summary="All versions, newest first"
)
def list_versions(kind: str, name: str, tx: TxDep) -> VersionsView:
    found = documents.versions(tx, kind, name)
    _known(found[0] if found else None, f'{kind} "{name}"')
    return VersionsView(items=[VersionView.model_validate(one) for one in found])


@routes.get(
    "/documents/{kind}/{name}/versions/{version}",
    openapi_extra=VIEWER,
    summary="One version",
    response_model=DocumentView,
)
def get_version(kind: str, name: str, version: int, tx: TxDep, request: Request) -> Response:
    what = f'version {version} of {kind} "{name}"'
    return _answer(request, _known(documents.get(tx, kind, name, version), what))


@routes.post(
    "/documents/{kind}/{name}/activate",
    openapi_extra=ADMIN,
    summary="Make a version the active one (also to roll back)",
    response_model=DocumentView,
)
def activate_document(
    kind: str,
    name: str,
    body: Activation,
    *,
    request: Request,
    parts: PartsDep,
    caller: CallerDep,
    if_match: IfMatch = None,
) -> Response:
    def activate(tx: Tx) -> Saved:
        expected = _expected(tx, kind, name, if_match, None)
        return configuring.activate_version(
            tx,
            kind,
            name,
            body.version,
            if_match=expected,
            resync=body.resync,
            note=body.note,
            by=caller.by,
        )

    unread = fields_read_of(parts, kind, name, body.version)
    saved = transacted(parts, activate)
    parts.wake(set(saved.wakes))
    saved = replace(saved, warnings=(*unread, *saved.warnings))
    return _answer(request, saved.document, saved)


def _known(found: Document | None, what: str) -> Document:
    if found is None:
        raise Missing(f"there is no {what}")
    return found


def _etag(version: int) -> str:
    return f'"{version}"'


def _tags(header: str | None) -> list[str]:
    return [tag.strip() for tag in (header or "").split(",") if tag.strip()]


def _expected(
    tx: Tx, kind: str, name: str, if_match: str | None, if_none_match: str | None
) -> int | None:
    """The version that must be there: 0 for none, None where it does not matter."""
    if if_none_match is not None:
        if _tags(if_none_match) != ["*"]:
            raise Problem(400, "If-None-Match can only be * here")
        return 0
    if if_match is None:
        return None
    current = documents.get(tx, kind, name)
    there = 0 if current is None else current.version
    tags = _tags(if_match)
    if there and ("*" in tags or _etag(there) in tags):
        return there
    if not all(tag == "*" or re.fullmatch(r'"[^"]*"|W/"[^"]*"', tag) for tag in tags):
        raise Problem(400, 'If-Match is an ETag in quotes, such as "3"')
    raise OutOfDate(f'{kind} "{name}"', there)


def _answer(
    request: Request, one: Document, saved: Saved | None = None, *, created: bool = False
) -> Response:
    """A version, and what came of saving it."""
    headers = {"ETag": _etag(one.version), "Vary": "Accept"}
    if created:
        headers["Location"] = f"/api/v1/documents/{one.kind}/{one.name}"
    if YAML in request.headers.get("accept", ""):
        text = yaml.safe_dump(one.body, sort_keys=False, allow_unicode=True, width=100)
        return Response(text, 201 if created else 200, headers=headers, media_type=YAML)
    news = {} if saved is None else {"warnings": _findings(saved.warnings), "job": saved.job}
    view = DocumentView.model_validate(one).model_copy(update=news)
    return JSONResponse(view.model_dump(mode="json"), 201 if created else 200, headers=headers)


def _findings(found: Iterable[Finding]) -> list[FindingView]:
    return [FindingView(pointer=one.pointer, message=one.message) for one in found]
