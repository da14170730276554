"""What Baton puts into a HubSpot account, and takes out again."""
