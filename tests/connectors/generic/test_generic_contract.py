"""The generic connector keeps the contract of webhooks: what is forged or stale is refused."""

from connectors.contract import VerifiesWebhooksContract


class TestGenericWebhooks(VerifiesWebhooksContract):
    """ParsesWebhooks, of a tool that keeps no records."""
