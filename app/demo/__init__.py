"""The demo: two sandboxes, Baton, and a day of leads; judged by the sandboxes' own stores."""
