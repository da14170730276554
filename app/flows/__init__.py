"""The verbs: receive, fetch, apply, deliver, configure."""
