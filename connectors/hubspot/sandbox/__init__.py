"""A HubSpot account in memory, behind HubSpot's own API. Start with README.md."""
