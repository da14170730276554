"""`/tooling/sobjects/FlowDefinition/{id}`: a flow is switched on and off.

Source: Tooling API reference, "FlowDefinition": `Metadata.activeVersionNumber`, 0 for none.
"""

from connectors.salesforce.sandbox import tooling
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.metadata import flows
from connectors.salesforce.sandbox.problems import Problem, not_found
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table


def change(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    state = call.state
    tooling.show(state.org, state.metadata)
    row = state.org.row(canonical(id))
    if row is None or row.deleted or row.object.name != "FlowDefinition":
        raise not_found()
    metadata = call.object().get("Metadata")
    number = metadata.get("activeVersionNumber") if isinstance(metadata, dict) else None
    if number not in {0, 1}:
        raise Problem("INVALID_FIELD", "Metadata.activeVersionNumber is no version of this flow")
    flows.switch(state.org, state.metadata, row.fields["DeveloperName"], on=bool(number))
    return Answer(204)


TABLE: Table = [("PATCH", "/tooling/sobjects/FlowDefinition/{id}", change)]
