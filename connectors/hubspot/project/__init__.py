"""The app of the newer kind, as a project that HubSpot's own tool uploads."""
