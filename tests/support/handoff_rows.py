"""People and hand-offs in the database alone, for the API and the pages."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from app.domain.handoff import Act
from app.domain.link import Link, Side
from app.domain.presets import preset
from app.flows import handoffs_acts
from app.flows.handoffs_acts import Opening, Who
from app.store import documents, links
from app.store.db import Database

MEMO: dict[str, Any] = {
    "company_name": "山田製作所", "person_name": "山田 綾", "job_title": "情報システム部長",
    "phone": "03-1234-5678", "email": "aya@example.jp", "problem": "見積作成に月40時間かかっている",
    "background": "担当者が2名減ったため", "wish": "作成時間を半減したい", "figure_now": "月40時間",
    "figure_target": "月20時間", "budget": "secured", "budget_amount": "500万円",
    "decision_maker": "鈴木CFO", "decision_maker_attends": "attends", "urgency": "high",
    "introduce_by": "2026年7月", "competitors": "A社", "impression": "操作が簡単",
    "worries": "移行の手間", "next_action": "デモを実施する", "customer_agreed": True,
    "meeting_at": "2030-04-09T10:00:00+09:00", "purpose": "demo",
}  # fmt: skip


def make_person(database: Database, name: str = "aya", score: int = 85) -> UUID:
    """Somebody whom the system `ma` knows, and the document in force."""
    made = Link(
        uuid4(), "person", email=f"{name}@example.jp", score=score, grade="A",
        agreed={"email": f"{name}@example.jp", "last_name": "山田", "first_name": name,
                "company": "山田製作所", "owner": "fs@example.jp"},
    )  # fmt: skip
    made.sides["ma"] = Side(made.id, "ma", "person", external_id=name, object="Contact")
    publish(database)
    with database.begin() as tx:
        links.save(tx, [made])
    return made.id


def publish(database: Database) -> None:
    """The preset is in force."""
    with database.begin() as tx:
        if documents.get(tx, "handoff", "default") is None:
            documents.add(tx, "handoff", "default", 1, preset("handoff"), note="", by="test")
            documents.activate(tx, "handoff", "default", 1)


def make_handoff(database: Database, link_id: UUID, *deeds: str, **memo: Any) -> int:
    """A hand-off of somebody, and what was done to it so far."""
    who, now = Who("seed", "admin"), datetime.now(UTC)
    opening = Opening(link_id, giver="is@example.jp", memo={**MEMO, **memo})
    with database.begin() as tx:
        handoff_id = handoffs_acts.begin(tx, opening, who, now=now)[0].kept.id
        for deed in deeds:
            new: Any = {"deed": deed, "by": who.by, "role": who.role, "note": "誰が決裁しますか"}
            handoffs_acts.do(tx, handoff_id, Act(**new), now=now)
    return handoff_id
