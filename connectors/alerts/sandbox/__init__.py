"""Receivers that answer as Slack and Teams do, for rehearsals and tests. In memory."""
