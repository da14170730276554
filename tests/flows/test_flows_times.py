"""Times that one system keeps to the millisecond and the other to the second are the same time."""

from typing import Any

from tests.flows.test_flows_both_sandboxes import Both, both
from tests.flows.test_flows_identity_sandboxes import PERSON, contact, save

__all__ = ["both"]  # a fixture
TOUCHED = {
    "name": "touched", "type": "datetime", "ma": "baton_first_touch", "sfa": "Baton_Hot_Since__c",
}  # fmt: skip


def only(both: Both, url: str, object_: str) -> dict[str, Any]:
    (found,) = both.dump(url, object_)
    return found


def test_a_time_with_milliseconds_is_told_once(both: Both) -> None:
    """Salesforce cuts it to the second: that is no edit, and is not told back."""
    save(both, {**PERSON, "fields": [*PERSON["fields"], TOUCHED]})
    contact(both, "ada@example.com", baton_first_touch="2027-06-15T12:00:37.123Z")
    both.sync()
    before = only(both, both.hubspot, "contacts"), only(both, both.salesforce, "Lead")

    both.sync()
    both.sync()

    told = before[1]["fields"]["Baton_Hot_Since__c"]
    assert told == "2027-06-15T12:00:37.000+0000"
    assert (only(both, both.hubspot, "contacts"), only(both, both.salesforce, "Lead")) == before
