"""The REST API, one file for each group of resources."""
