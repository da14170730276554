"""Baton: joins marketing automation and the SFA."""
