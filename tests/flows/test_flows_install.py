"""A Salesforce org that has nothing: installed, synced, alerted in, and cleared again."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.configuring import save_document
from app.store.db import Database
from connectors.salesforce.adapter import Adapter
from tests.support.pair import MAPPING, Pair, pair

SCORED: dict[str, Any] = {
    **MAPPING,
    "fields": [
        *MAPPING["fields"],
        {"name": "baton_score", "type": "number", "sfa": "Baton_Score__c", "baton": "score"},
        {"name": "baton_hot", "type": "datetime", "sfa": "Baton_Hot_Since__c",
         "baton": "hot_since"},
    ],
}  # fmt: skip
SCORING: dict[str, Any] = {
    "axes": {"fit": {"weight": 1.0, "cap": 100, "floor": 0}},
    "fit": [
        {
            "name": "target",
            "label": {"en": "Target", "ja": "ターゲット"},
            "points": 92,
            "when": {"field": "company", "op": "contains", "value": ["Acme"]},
        }
    ],
}
HOT: dict[str, Any] = {
    "rules": [
        {
            "name": "hot",
            "label": {"en": "Hot", "ja": "ホット"},
            "when": {"all": [{"score": "total", "op": "gte", "value": 80}]},
        }
    ]
}


@pytest.fixture
def both(database: Database) -> Iterator[Pair]:
    with pair(database) as found:
        bare = {"static_token": "sandbox-token", "baton_package": False}
        found.control(found.salesforce, "reset", config=bare)
        yield found


def test_an_org_without_anything_is_made_to_work(both: Pair, database: Database) -> None:
    """Score and alert task are there, the bell has rung; then the package is gone again."""
    both.connect({}, {})
    salesforce = both.accounts.connector("salesforce")
    assert isinstance(salesforce, Adapter)
    assert len(salesforce.install()) == 58
    with database.begin() as tx:
        for kind, body in (("mapping", SCORED), ("scoring", SCORING), ("hot_lead", HOT)):
            save_document(tx, kind, "main", body)
    both.sweep("hubspot")
    both.sweep("salesforce")  # what was there is history

    person = {"email": "ada@example.com", "lastname": "Lovelace", "company": "Acme"}
    both.api("POST", "/crm/v3/objects/contacts", {"properties": person})
    both.sweep("hubspot")

    (lead,) = both.dump(both.salesforce, "Lead")
    assert lead["fields"]["Baton_Score__c"] == 92
    assert lead["fields"]["Baton_Hot_Since__c"] is not None
    (task,) = both.dump(both.salesforce, "Task")
    assert (task["fields"]["WhoId"], task["fields"]["Priority"]) == (lead["id"], "High")
    bells = both.http.get(f"{both.salesforce}/_sandbox/dump").json()["notifications"]
    assert [bell["target"] for bell in bells] == [lead["id"]]

    assert len(salesforce.uninstall()) == 58
    (lead,) = both.dump(both.salesforce, "Lead")
    assert [name for name in lead["fields"] if name.startswith("Baton_")] == []
    assert lead["fields"]["LastName"] == "Lovelace"
