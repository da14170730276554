"""Connectors: one folder per vendor, one vocabulary (`base`), one wire (`wire`)."""
