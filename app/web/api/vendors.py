"""Installed connectors: what each can do, and what its settings and secrets look like."""

from typing import Any

from fastapi import APIRouter
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


def _view(vendor: Vendor, able: dict[str, bool]) -> VendorView:
    return VendorView(
        name=vendor.name,
        label=vendor.label,
        roles=sorted(vendor.roles),
        capabilities=able,
        settings_schema=vendor.settings.model_json_schema(),
        secrets_schema=vendor.secrets.model_json_schema(),
        sandbox=vendor.sandbox is not None,
    )
