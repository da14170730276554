"""What the Tooling API alone shows: custom fields and objects, flows, event subscriptions.

Source: Tooling API reference.
"""

from connectors.salesforce.sandbox.fields import Field, area, picklist, text, whole
from connectors.salesforce.sandbox.schema import SObject, sobject, system_fields

ONLY = frozenset(  # what an ordinary query does not know
    {"CustomField", "CustomObject", "Flow", "FlowDefinition", "ManagedEventSubscription"}
)
STATES = ("unmanaged", "installed", "released")


def custom_field() -> SObject:
    return _fixed(
        sobject(
            "CustomField",
            "Custom Fields",
            "00N",
            [
                *system_fields(),
                text("DeveloperName", 40, name_field=True),
                text("TableEnumOrId", 40),
                text("NamespacePrefix", 15),
                area("Description", 1000),
                area("InlineHelpText", 510),
                whole("Length"),
                whole("Precision"),
                whole("Scale"),
                picklist("ManageableState", *STATES),
            ],
            label="Custom Field",
        )
    )


def custom_object() -> SObject:
    return _fixed(
        sobject(
            "CustomObject",
            "Custom Objects",
            "01I",
            [
                *system_fields(),
                text("DeveloperName", 40, name_field=True),
                text("NamespacePrefix", 15),
                picklist("ManageableState", *STATES),
            ],
            label="Custom Object",
        )
    )


def flow_definition() -> SObject:
    return _fixed(
        sobject(
            "FlowDefinition",
            "Flow Definitions",
            "300",
            [
                *system_fields(),
                text("DeveloperName", 80, name_field=True),
                text("ActiveVersionId", 18),
                text("NamespacePrefix", 15),
            ],
            label="Flow Definition",
        )
    )


def flow() -> SObject:
    states = picklist("Status", "Active", "Draft", "Obsolete")
    fields = [text("DefinitionId", 18, name_field=True), whole("VersionNumber"), states]
    return _fixed(sobject("Flow", "Flows", "301", [*system_fields(), *fields], label="Flow"))


def managed_event_subscription() -> SObject:
    metadata = Field(name="Metadata", label="Metadata", type="complexvalue")
    return _fixed(
        sobject(
            "ManagedEventSubscription",
            "Managed Event Subscriptions",
            "18x",
            [*system_fields(), text("DeveloperName", 80, name_field=True), metadata],
            label="Managed Event Subscription",
        )
    )


def _fixed(made: SObject) -> SObject:
    made.createable = made.updateable = made.deletable = False
    return made
