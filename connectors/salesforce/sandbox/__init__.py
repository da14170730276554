"""A Salesforce org that runs on your machine."""
