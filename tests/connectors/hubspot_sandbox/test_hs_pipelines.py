"""Pipelines and stages of deals, tickets and leads, and what records make of them."""

from typing import Any

import pytest
from hubspot.crm.pipelines import PipelineInput, PipelinePatchInput, PipelineStageInput

DEALS = "/crm/v3/pipelines/deals"
STAGES = [
    {"label": "First", "displayOrder": 0, "metadata": {"probability": "0.1"}},
    {"label": "Won", "displayOrder": 1, "metadata": {"probability": 1}},
]
UPSELL = {"label": "Upsell", "displayOrder": 5, "stages": STAGES}


@pytest.mark.parametrize(
    "base", ["/crm/v3/pipelines", "/crm/pipelines/2026-03", "/crm/pipelines/2026-09"]
)
def test_pipeline_from_birth_to_deletion(account: Any, base: str) -> None:
    """Create, rename, replace, delete; `isClosed` follows from the probability."""
    made = account.ask("POST", f"{base}/deals", UPSELL)
    path = f"{base}/deals/{made.json()['id']}"
    renamed = account.ok("PATCH", path, {"label": "Cross-sell"})
    kept = {**STAGES[1], "stageId": made.json()["stages"][1]["id"], "displayOrder": 0}
    replaced = account.ok("PUT", path, {**UPSELL, "stages": [kept]})

    assert made.status_code == 201
    metadata = [stage["metadata"] for stage in made.json()["stages"]]
    assert metadata[1] == {"probability": "1.0", "isClosed": "true"}
    assert (renamed["label"], len(renamed["stages"])) == ("Cross-sell", 2)
    assert [stage["id"] for stage in replaced["stages"]] == [made.json()["stages"][1]["id"]]
    assert account.ask("DELETE", path).status_code == 204
    assert account.ask("GET", path).status_code == 404


def test_stages_are_changed_in_part_and_as_a_whole(account: Any) -> None:
    """PATCH keeps what it does not name, PUT does not."""
    path = f"{DEALS}/default/stages/contractsent"
    part = account.ok("PATCH", path, {"metadata": {"probability": "0.95"}})
    whole = account.ask("PUT", path, {"label": "Sent", "displayOrder": 4})
    again = account.ok(
        "PUT", path, {"label": "Sent", "displayOrder": 4, "metadata": {"probability": "0.9"}}
    )

    assert part["label"] == "Contract Sent"
    assert part["metadata"] == {"isClosed": "false", "probability": "0.95"}
    assert whole.json()["context"] == {"metadata": ["probability"]}
    assert account.ok("GET", path) == again
    actions = [row["action"] for row in account.ok("GET", f"{path}/audit")["results"]]
    assert actions == ["UPDATE", "UPDATE"]


def test_stage_is_made_and_deleted(account: Any) -> None:
    """It takes its place by display order."""
    stage = {"label": "Pilot", "displayOrder": 2, "metadata": {"probability": "0.5"}}
    made = account.ask("POST", f"{DEALS}/default/stages", stage)
    shown = [s["label"] for s in account.ok("GET", f"{DEALS}/default/stages")["results"]]

    assert made.status_code == 201
    assert shown[3:4] == ["Pilot"]
    assert account.ask("DELETE", f"{DEALS}/default/stages/{made.json()['id']}").status_code == 204


@pytest.mark.parametrize(
    ("kind", "metadata"),
    [("deals", {}), ("deals", {"probability": "2"}), ("leads", {}),
     ("tickets", {"ticketState": "DONE"})],
)  # fmt: skip
def test_metadata_must_make_sense(account: Any, kind: str, metadata: Any) -> None:
    """Each object type demands its own."""
    body = {**UPSELL, "stages": [{"label": "S", "displayOrder": 0, "metadata": metadata}]}

    answer = account.ask("POST", f"/crm/v3/pipelines/{kind}", body)

    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")


def test_labels_are_unique(account: Any) -> None:
    """A pipeline's among all, a stage's within its pipeline."""
    account.ok("POST", DEALS, UPSELL)
    stage = {"label": "closed WON", "displayOrder": 9, "metadata": {"probability": "1.0"}}

    assert account.ask("POST", DEALS, UPSELL).status_code == 409
    assert account.ask("POST", f"{DEALS}/default/stages", stage).status_code == 409


def test_use_forbids_deletion_when_asked_to(account: Any) -> None:
    """Only with one of the two checks; without, it goes."""
    deal = account.make("deals", dealname="D", dealstage="closedwon")["id"]
    path = f"{DEALS}/default/stages/closedwon"

    kept = account.ask("DELETE", path, validateDealStageUsagesBeforeDelete="true")

    assert (kept.status_code, kept.json()["context"]) == (400, {"ids": [deal]})
    assert account.ask("DELETE", DEALS + "/default", validateReferencesBeforeDelete="true").is_error
    assert account.ask("DELETE", path).status_code == 204


def test_a_new_stage_takes_records(account: Any) -> None:
    """A deal that names only its stage lands in that stage's pipeline."""
    pipeline = account.ok("POST", DEALS, UPSELL)
    won = pipeline["stages"][1]["id"]

    deal = account.make("deals", dealname="D", dealstage=won)["properties"]

    assert deal["pipeline"] == pipeline["id"]
    assert (deal["hs_is_closed_won"], deal["hs_deal_stage_probability"]) == ("true", "1.0")


def test_tickets_live_in_their_pipeline(account: Any) -> None:
    """A ticket needs a stage, opens in the support pipeline and closes in its last stage."""
    without = account.ask("POST", "/crm/v3/objects/0-5", {"properties": {"subject": "S"}})
    made = account.make("tickets", subject="S", hs_pipeline_stage="1")
    path = f"/crm/objects/2026-09/tickets/{made['id']}"
    account.ok("PATCH", path, {"properties": {"hs_pipeline_stage": "4"}})

    shown = account.ok("GET", path, properties="hs_is_closed,hs_pipeline")["properties"]

    message = "Error creating TICKET.  Some required properties were not set."
    assert (without.json()["message"], without.status_code) == (message, 400)
    assert without.json()["context"] == {"properties": ["hs_pipeline_stage"]}
    assert (shown["hs_pipeline"], shown["hs_is_closed"]) == ("0", "true")
    bad = {"properties": {"subject": "S", "hs_pipeline_stage": "closedwon"}}
    assert "INVALID_OPTION" in account.ask("POST", "/crm/v3/objects/tickets", bad).text


def test_official_sdk(account: Any) -> None:
    """The SDK makes and changes a ticket pipeline."""
    api = account.sdk.crm.pipelines
    stage = PipelineStageInput(label="Open", display_order=0, metadata={"ticketState": "OPEN"})
    made = api.pipelines_api.create(
        "tickets", PipelineInput(label="VIP", display_order=1, stages=[stage])
    )
    api.pipelines_api.update("tickets", made.id, PipelinePatchInput(label="VIPs"))

    assert [p.label for p in api.pipelines_api.get_all("tickets").results] == [
        "Support Pipeline", "VIPs",
    ]  # fmt: skip
    audit = api.pipeline_audits_api.get_audit("tickets", made.id).results
    assert [row.action for row in audit] == ["UPDATE", "CREATE"]
