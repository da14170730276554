"""Channels that people read: Slack, Microsoft Teams, e-mail. They are told things, and no more."""

from connectors.alerts.slack import SLACK
from connectors.alerts.smtp import SMTP
from connectors.alerts.teams import TEAMS

__all__ = ["SLACK", "SMTP", "TEAMS"]
