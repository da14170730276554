"""Salesforce: adapter, facts (README.md) and sandbox."""

from connectors.salesforce.adapter import open_adapter
from connectors.salesforce.limits import hear
from connectors.salesforce.settings import Secrets, Settings
from connectors.vendor import Vendor

CONNECTOR = Vendor(
    name="salesforce",
    label="Salesforce",
    roles=frozenset({"sfa"}),
    settings=Settings,
    secrets=Secrets,
    open=open_adapter,
    hear=hear,
    ceiling=lambda settings: settings.daily_ceiling,
    sandbox="connectors.salesforce.sandbox.app:create",
)
