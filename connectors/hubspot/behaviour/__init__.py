"""What people did, as feeds: one module for each source in HubSpot (`feeds.py` names them)."""
