"""Hand-offs of the demo: inside sales by Baton's API, field sales in the record at Salesforce."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from app.demo.children import DemoFailed
from app.demo.script import Handing
from app.demo.stage import Stage
from app.demo.told import api

MEETS_IN = timedelta(days=7)
SHOWN_WITHIN_S = 120.0
LOOK_S = 0.5
DECISION, WORDS = "Baton_Handoff_Decision__c", "Baton_Handoff_Reason__c"
STATE, DELIVERED = "Baton_Handoff_State__c", "Handed over"
MEMO: dict[str, Any] = {
    "problem": "Quotes take 40 hours a month", "background": "Two people left the team",
    "wish": "Half the time", "figure_now": "40 hours", "figure_target": "20 hours",
    "budget": "secured", "decision_maker": "CFO", "decision_maker_attends": "attends",
    "urgency": "high", "introduce_by": "next April", "competitors": "One other",
    "impression": "Easy to use", "worries": "Moving the data", "next_action": "Demonstration",
    "customer_agreed": True, "purpose": "demo", "interest": "Quotes",
}  # fmt: skip


def hand_over(stage: Stage, one: Handing) -> None:
    """Complete the memo, submit it, and have the manager approve. Raises: DemoFailed."""
    found = api(stage, "GET", f"people?email={quote(one.person.email)}")["items"]
    if not found:
        raise DemoFailed(f"Baton does not know {one.person.email}")
    memo = MEMO | {"meeting_at": (datetime.now(UTC) + MEETS_IN).isoformat(timespec="seconds")}
    who = {"giver": one.person.rep.email, "receiver": one.receiver.email}
    begun = api(stage, "POST", "handoffs", {"link_id": found[0]["id"], **who})
    at = f"handoffs/{begun['id']}"
    api(stage, "PATCH", at, {"memo": memo})
    api(stage, "POST", f"{at}/submit", {})
    api(stage, "POST", f"{at}/approve", {})


def answer(stage: Stage, one: Handing, lead_id: str) -> None:
    """The colleague sees it on the Lead, and chooses a decision there. Raises: DemoFailed."""
    deadline = time.monotonic() + SHOWN_WITHIN_S
    while _shown(stage, lead_id) != DELIVERED:
        if time.monotonic() > deadline:
            raise DemoFailed(f"the Lead {lead_id} does not show its hand-off")
        time.sleep(LOOK_S)
    if one.decision:
        said = {DECISION: one.decision} | ({WORDS: one.words} if one.words else {})
        stage.salesforce.edit("Lead", lead_id, said, one.receiver.email)


def _shown(stage: Stage, lead_id: str) -> str | None:
    leads = {one["id"]: one["fields"] for one in stage.salesforce.rows("Lead")}
    state: str | None = leads[lead_id].get(STATE)
    return state
