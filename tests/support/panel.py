"""A person whom both systems know, and the panel as the CRM opens it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from app.domain.link import Link, Side
from app.store import activities, alerts, links
from app.store.alerts import NewAlert
from connectors.base import Activity, Ref
from tests.support.embeds import CONTACT, LEAD, canvas
from tests.web.conftest import Site

FORM = {"content-type": "application/x-www-form-urlencoded"}
NOW = datetime.now(UTC)


def person(site: Site, lead: str = LEAD, contact: str = CONTACT, **agreed: Any) -> UUID:
    """A scored, hot person with an alert, known to both systems."""
    fields = {"first_name": "Ada", "last_name": "Lovelace", "company": "Analytical", **agreed}
    reason = {"text_en": "+30 Price page viewed, 3 minutes ago", "at": None,
              "text_ja": "+30 料金ページ閲覧(3分前)"}  # fmt: skip
    link = Link(
        uuid4(), "person", agreed=fields, email="ada@example.com", score=92, fit=30, intent=52,
        timing=10, grade="A", reasons=[reason], hot_since=NOW, crossing=1,
    )  # fmt: skip
    for name, record, object_ in (("crm", lead, "Lead"), ("hub", contact, "contacts")):
        link.sides[name] = Side(link.id, name, "person", external_id=record, object=object_)
    alert = NewAlert(
        link_id=link.id, rule="hot", crossing=1, connection="crm", title="Hot", body="Call",
        reasons=[], owner=None, score=92, notice="off", cause_id=None, caused_at=NOW,
        react_by=NOW + timedelta(minutes=30),
    )  # fmt: skip
    with site.database.begin() as tx:
        links.save(tx, [link])
        alerts.add(tx, [alert])
    return link.id


def happened(site: Site, *types: str, connection: str = "hub", record: str = CONTACT) -> None:
    with site.database.begin() as tx:
        items = [
            Activity(f"{type_}-{n}", Ref("person", record), type_, NOW - timedelta(minutes=n),
                     f"Title {n}", {"url": f"https://acme.example/{n}"})
            for n, type_ in enumerate(types)
        ]  # fmt: skip
        activities.add(tx, connection, items, uuid4())


def opened(site: Site, **more: Any) -> httpx.Response:
    """The panel as Salesforce opens it."""
    return site.call("POST", "/embed/crm/canvas", None, content=canvas(**more), headers=FORM)
