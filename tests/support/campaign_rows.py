"""A campaign in the database alone, as the flows leave it, for the API and the pages."""

from uuid import UUID, uuid4

from app.domain.link import Link, Side
from app.domain.merge import Role
from app.flows import campaigns as deciding
from app.store import campaigns, connections, documents, links
from app.store.db import Database, Tx, tick
from connectors.base import Ref
from connectors.campaigns import Member

DOCUMENT = {
    "ma": "hub",
    "sfa": "crm",
    "title": "Spring webinar",
    "source": {"list": {"id": "17"}},
    "target": {"campaign": "701A"},
}


def make_campaign(database: Database, *names: str) -> dict[str, UUID]:
    """A campaign whose list has these people, of whom the SFA knows nobody yet: name -> link."""
    with database.begin() as tx:
        roles: tuple[tuple[str, Role], ...] = (("hub", "ma"), ("crm", "sfa"))
        for name, role in roles:
            connections.put(
                tx, name, vendor="memory", role=role, settings={}, options={}, capabilities=[],
                secret=None,
            )  # fmt: skip
        documents.add(tx, "campaign", "spring", 1, DOCUMENT, note="", by="test")
        documents.activate(tx, "campaign", "spring", 1)
        campaigns.ensure(tx, "spring", "crm", "701A")
        campaigns.ready(tx, "spring", "701A", 1, made=False)
        found = {name: _person(name) for name in names}
        links.save(tx, list(found.values()))
        show(tx, "hub", *names)
        return {name: link.id for name, link in found.items()}


def _person(name: str) -> Link:
    made = Link(
        uuid4(), "person", agreed={"email": f"{name}@example.com", "last_name": name.title()}
    )
    made.sides["hub"] = Side(made.id, "hub", "person", external_id=name, object="contacts")
    return made


def show(tx: Tx, connection: str, *names: str, status: str = "member") -> None:
    """A reading shows these people as members."""
    terms = deciding.of(tx, "spring")
    assert terms is not None
    members = [Member((Ref("person", name),), status) for name in names]
    started = tick(tx)
    deciding.learn(
        tx, terms, connection, deciding.people(tx, connection, members),
        started=started, round_=started, cause_id=uuid4(),
    )  # fmt: skip
