"""Any other tool that can sign a request: what people did there, in Baton's own words."""

from connectors.activity_shapes import schema
from connectors.generic.adapter import Generic
from connectors.generic.settings import Secrets, Settings
from connectors.vendor import Vendor

__all__ = ["CONNECTOR", "Generic"]

CONNECTOR = Vendor(
    name="generic",
    label="Generic webhook",
    roles=frozenset({"ma", "sfa"}),
    settings=Settings,
    secrets=Secrets,
    open=Generic,
    webhook_schema=schema,
)
