"""Installed connectors: what each can do, and what its settings and secrets look like."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from app.web.deps import VIEWER
from app.web.problems import Problem
from connectors import registry
from connectors.vendor import Vendor

routes = APIRouter(tags=["vendors"])


class VendorView(BaseModel):
    """One connector. The schemas are JSON Schema, for forms and checks."""

    name: str = Field(examples=["hubspot"])
    label: str = Field(examples=["HubSpot"])
    roles: list[str] = Field(examples=[["ma"]])
    capabilities: dict[str, bool] = Field(examples=[{"ParsesWebhooks": True, "Notifies": False}])
    settings_schema: dict[str, Any]
    secrets_schema: dict[str, Any]
    webhook_schema: dict[str, Any] | None = Field(
        description="what the body of a webhook is to be, where its sender follows Baton"
    )
    sandbox: bool = Field(description="whether it comes with a sandbox to rehearse in")


class VendorsView(BaseModel):
    """All connectors. `broken` says of installed ones why they can't be loaded."""

    items: list[VendorView]
    broken: dict[str, str]


@routes.get("/vendors", openapi_extra=VIEWER, summary="Installed connectors")
def list_vendors() -> VendorsView:
    found = registry.load()
    matrix = registry.matrix(found)
    views = [_view(one, dict(matrix.get(name, {}))) for name, one in found.vendors.items()]
    return VendorsView(items=views, broken=dict(found.broken))


@routes.get("/vendors/{name}", openapi_extra=VIEWER, summary="One connector")
def get_vendor(name: str) -> VendorView:
    found = registry.load()
    try:
        vendor = registry.vendor(name, found)
    except registry.UnknownVendor as error:
        raise Problem(404, str(error)) from None
    return _view(vendor, dict(registry.matrix(found).get(name, {})))


@routes.get(
    "/vendors/{name}/webhook-schema",
    openapi_extra=VIEWER,
    summary="What a webhook is to send",
    response_class=JSONResponse,
)
def get_webhook_schema(name: str) -> JSONResponse:
    """The JSON Schema alone, as a validator takes it."""
    schema = get_vendor(name).webhook_schema
    if schema is None:
        raise Problem(404, f"the webhooks of {name!r} are as their vendor makes them")
    return JSONResponse(schema, media_type="application/schema+json")


def _view(vendor: Vendor, able: dict[str, bool]) -> VendorView:
    return VendorView(
        name=vendor.name,
        label=vendor.label,
        roles=sorted(vendor.roles),
        capabilities=able,
        settings_schema=vendor.settings.model_json_schema(),
        secrets_schema=vendor.secrets.model_json_schema(),
        webhook_schema=None if vendor.webhook_schema is None else dict(vendor.webhook_schema()),
        sandbox=vendor.sandbox is not None,
    )
