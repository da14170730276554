"""HTTP: webhooks, API, pages, health."""
