"""HubSpot: contacts, companies and deals, and what contacts did."""

from connectors.hubspot.adapter import HubSpot
from connectors.hubspot.limits import hear
from connectors.hubspot.settings import Secrets, Settings
from connectors.vendor import Vendor

__all__ = ["CONNECTOR", "HubSpot"]

CONNECTOR = Vendor(
    name="hubspot",
    label="HubSpot",
    roles=frozenset({"ma", "sfa"}),
    settings=Settings,
    secrets=Secrets,
    open=HubSpot,
    rates=Settings.rates,
    hear=hear,
    ceiling=lambda settings: settings.daily_share,
    sandbox="connectors.hubspot.sandbox.app:create",
)
