"""Somebody whom two in-memory systems know, and their hand-off."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.domain.handoff import Act
from app.domain.presets import preset
from app.flows import handoffs_acts
from app.flows.handoffs_acts import Opening, Who
from app.flows.handoffs_known import Seen
from app.store.db import Database
from connectors.base import FieldType, Ref
from connectors.memory.schema import fields_of
from tests.support.world import MAPPING, World

ADA = "ada@example.com"
BATON: dict[str, FieldType] = {
    "handoff_state": "text", "handoff_quality": "number", "handoff_memo": "long_text",
    "handoff_next_step": "text", "handoff_decision": "text", "handoff_reason": "text",
}  # fmt: skip
MAPPED: dict[str, Any] = {
    **MAPPING,
    "fields": [
        *MAPPING["fields"],
        {"name": "company", "ma": "company", "sfa": "company"},
        {"name": "owner", "ma": "owner_id", "sfa": "owner_id", "type": "owner"},
        *({"name": n, "sfa": n, "type": t, "baton": n} for n, t in BATON.items()),
    ],
}
MEMO: dict[str, Any] = {
    "company_name": "Yamada KK", "person_name": "Ada", "job_title": "CIO", "phone": "1",
    "problem": "quotes take 40 hours a month", "background": "two people left",
    "wish": "half the time",
    "budget": "secured", "decision_maker": "CFO", "decision_maker_attends": "attends",
    "urgency": "high", "introduce_by": "2026Q3", "competitors": "A", "impression": "good",
    "worries": "migration", "next_action": "demonstration", "customer_agreed": True,
    "meeting_at": "2030-04-09T10:00:00+09:00",
}  # fmt: skip
IS, BOSS, FS = Who("is", "operator"), Who("boss", "admin"), Who("fs", "operator")


def rules(**flow: Any) -> dict[str, Any]:
    body = preset("handoff")
    gate = [one for one in body["flows"]["is_fs"]["gate"] if one["name"] != "score"]
    body["flows"]["is_fs"] |= {"gate": gate, **flow}
    body["outside_hours"] = "tell"  # whatever time it is
    return body


def world_of(
    database: Database, kind: type[World] = World, notices: Any = None, **documents: Any
) -> World:
    more = {} if notices is None else {"notices": notices}
    given = {"handoff": rules(**more), "lifecycle": preset("lifecycle"), **documents}
    world = kind(database, mapping=MAPPED, documents=given)
    world.sfa.schema = (
        *world.sfa.schema, *fields_of("Lead", **BATON), *fields_of("Contact", **BATON),
    )  # fmt: skip
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
        vendor.add_owner("fs@example.com", "FS")
        vendor.add_owner("is@example.com", "IS")
    return world


class Person:
    """Somebody whom both systems know, and their hand-off."""

    def __init__(self, world: World) -> None:
        self.world = world
        rep = world.ma.people[0].id
        self.contact = world.ma.add_person(
            "ada@example.com", "Contact", company="Yamada KK", owner_id=rep
        )
        world.sync()
        world.sync()
        link = world.link_of("ma", self.contact)
        assert link is not None
        self.link_id: UUID = link.id
        lead = world.ref_at("sfa", link)
        assert lead is not None
        self.lead: Ref = lead
        self.id = 0

    def begin(self, **memo: Any) -> Seen:
        opening = Opening(self.link_id, giver="is@example.com", memo={**MEMO, **memo})
        with self.world.database.begin() as tx:
            seen, wakes = handoffs_acts.begin(tx, opening, IS, now=datetime.now(UTC))
        self.id = seen.kept.id
        self.world.woken |= wakes
        return seen

    def do(self, deed: Any, who: Who = FS, version: int | None = None, **more: Any) -> Seen:
        new = Act(deed, who.by, who.role, **more)
        now = datetime.now(UTC)
        with self.world.database.begin() as tx:
            return handoffs_acts.do(tx, self.id, new, now=now, version=version)[0]

    def hand_over(self) -> None:
        self.begin()
        self.do("submit", IS)
        self.do("approve", BOSS)
        self.world.settle()

    @property
    def record(self) -> dict[str, Any]:
        return dict(self.world.values("sfa", self.lead))

    @property
    def state(self) -> str:
        with self.world.database.begin() as tx:
            return handoffs_acts.look(tx, self.id, now=datetime.now(UTC)).kept.standing.state

    @property
    def stage(self) -> str:
        link = self.world.link_of("ma", self.contact)
        return "" if link is None else link.stage

    def lines(self) -> list[str]:
        with self.world.database.begin() as tx:
            query = text("SELECT event FROM journal WHERE event LIKE 'handoff%' ORDER BY id")
            return list(tx.scalars(query))

    def events(self) -> list[str]:
        with self.world.database.begin() as tx:
            query = text("SELECT type FROM event WHERE type LIKE 'handoff%' ORDER BY id")
            return list(tx.scalars(query))
