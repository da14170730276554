"""The people of a bench: where they are, and newcomers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.demo.stage import Stage


@dataclass(frozen=True, slots=True)
class Places:
    """The records of the people, in one order: HubSpot's ids and Salesforce's."""

    contacts: Sequence[str]
    leads: Sequence[str]


def places(stage: Stage) -> Places:
    """The people by e-mail, at both sides."""
    leads = {row["fields"]["Email"].lower(): row["id"] for row in stage.salesforce.rows("Lead")}
    contacts = {row["properties"]["email"]: row["id"] for row in stage.hubspot.rows("contacts")}
    emails = sorted(contacts)
    return Places([contacts[one] for one in emails], [leads[one] for one in emails])


def newcomer(number: int) -> dict[str, Any]:
    fields = {
        "email": f"backfill-{number}@bench.example",
        "firstname": "Aya",
        "lastname": f"Backfill {number}",
        "company": f"Company {number % 1000}",
    }
    return {"object": "contacts", "properties": fields}
