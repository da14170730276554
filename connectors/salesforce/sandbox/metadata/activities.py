"""Custom fields of activities: set up once, at Activity, and then at Task and Event alike.

Source: Metadata API developer guide, "CustomObject" (Activity holds the custom fields of both).
"""

from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.schema import SObject

ACTIVITY = "Activity"
CARRIERS = ("Task", "Event")


def carriers(org: Org) -> list[SObject]:
    return [org.schema.objects[name] for name in CARRIERS]


def holder(name: str) -> str:
    """The object at which metadata names the fields of an object."""
    return ACTIVITY if name in CARRIERS else name


def holding(org: Org, name: str) -> SObject | None:
    """The object, or one of those that stand for it."""
    return org.schema.find(CARRIERS[0] if name.lower() == ACTIVITY.lower() else name)
