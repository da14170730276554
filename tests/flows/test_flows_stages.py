"""Stages of HubSpot's pipelines: mappings are checked against them, and one that goes is shown."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.configuring import Invalid, save_document
from app.store import drift, feeds
from app.store.db import Database
from mappings.presets import preset
from tests.support.pair import Pair, pair

STAGES = "/crm/v3/pipelines/deals/default/stages"
OPPORTUNITY: dict[str, Any] = preset("hubspot-salesforce-opportunity").model_dump(mode="json")


@pytest.fixture
def both(database: Database) -> Iterator[Pair]:
    """The preset for opportunities is active."""
    with pair(database) as found:
        found.connect({}, {})
        found.settle()
        with database.begin() as tx:
            save_document(tx, "mapping", "deals", OPPORTUNITY)
        found.settle()
        yield found


def test_a_mapping_to_a_stage_that_the_account_does_not_have_is_refused(both: Pair) -> None:
    """With the place in the document and the nearest stage."""
    table = {"Prospecting": "appointmentscheduled", "Closed Won": "closedwn"}
    stage = {
        "name": "stage",
        "ma": "dealstage",
        "sfa": "StageName",
        "default": {"sfa": "Prospecting"},
        "transforms": {"sfa": [{"values": table}]},
    }
    others = [one for one in OPPORTUNITY["fields"] if one["name"] != "stage"]

    with pytest.raises(Invalid) as refused, both.database.begin() as tx:
        save_document(tx, "mapping", "deals", {**OPPORTUNITY, "fields": [stage, *others]})

    assert [(one.pointer, one.message) for one in refused.value.problems] == [
        (
            "/fields/0/transforms/sfa/0",
            (
                'hubspot field "dealstage" of deals has no choice "closedwn"; '
                'did you mean "closedwon"?'
            ),
        )
    ]


def test_a_stage_that_was_removed_is_shown_with_the_mapping_that_tells_it(both: Pair) -> None:
    """Before a deal is refused; the field goes on."""
    both.api("DELETE", f"{STAGES}/contractsent")
    with both.database.begin() as tx:
        feeds.hurry(tx, "hubspot", "schema")
    both.settle()

    with both.database.begin() as tx:
        [row] = drift.unsettled(tx, "hubspot", "opportunity")
    assert (row.field, row.change, row.paused) == ("dealstage", "choices", None)
    assert set(row.before) - set(row.after) == {"contractsent"}
    assert row.touches == [{"mapping": "deals", "pointer": "/fields/1/ma"}]
