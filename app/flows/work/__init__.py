"""Long work as jobs: one file a kind, each a verb with `plan`, `call` and `settle`."""
