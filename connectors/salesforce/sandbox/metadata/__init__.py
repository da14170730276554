"""Metadata API: packages of custom fields, permission sets, notification types, deployed."""
