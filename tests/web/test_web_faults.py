"""Faults of our own: a sender is asked to come again, a person is told what can be told."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import text

from app.store import connections
from app.store.db import Database, connect
from app.web.server import create_app
from connectors.base import Hint, Ref
from tests.web.conftest import Site, signed

ADA = Ref("person", "17")


@pytest.fixture
def nowhere() -> Iterator[Database]:
    """A database that is not there."""
    database = connect("postgresql://nobody@/nothing?host=/nonexistent")
    yield database
    database.close()


def without_database(site: Site, nowhere: Database) -> Site:
    """The same site whose database went away; connectors are still known."""
    parts = replace(site.parts, database=nowhere)
    return replace(site, parts=parts, app=create_app(parts))


def test_a_webhook_without_a_database_is_a_503(site: Site, nowhere: Database) -> None:
    """With a time to come again: never a 4xx, which could end the sender's retries."""
    answer = without_database(site, nowhere).post(signed(Hint("e1", ADA)))

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_connection_that_can_not_be_opened_is_a_503(site: Site) -> None:
    """Its stored settings fit no more: our fault, not the sender's."""
    with site.database.begin() as tx:
        connections.put(
            tx, "odd", vendor="memory", role="ma", settings={"nope": 1}, options={},
            capabilities=["ParsesWebhooks"], secret=None,
        )  # fmt: skip

    answer = site.post(signed(Hint("e1", ADA)), "/webhooks/odd")

    assert answer.status_code == 503
    assert answer.json()["detail"] == "a fault of Baton's own"


def test_secrets_whose_key_is_lost_make_a_503(site: Site) -> None:
    """Nothing is accepted without its signature being checked."""
    with site.database.begin() as tx:
        connections.keep_secret(tx, "ma", b"0000" + b"x" * 40)

    assert site.post(signed(Hint("e1", ADA))).status_code == 503


def test_the_api_without_a_database_says_so(site: Site, nowhere: Database) -> None:
    """503 with a time to come again."""
    answer = without_database(site, nowhere).call("GET", "/api/v1/status")

    assert answer.status_code == 503
    assert answer.json()["detail"] == "the database can't be reached"


def test_readiness_names_the_reason(site: Site, nowhere: Database) -> None:
    """Alive all the same: restarting would not help."""
    broken = without_database(site, nowhere)

    assert broken.call("GET", "/healthz", None).json() == {"status": "ok", "reasons": []}
    answer = broken.call("GET", "/readyz", None)
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["the database can't be reached (OperationalError)"]


def test_a_database_of_another_release_is_not_ready(site: Site) -> None:
    """The revision is compared."""
    with site.database.begin() as tx:
        current = tx.scalar(text("SELECT version_num FROM alembic_version"))
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    try:
        answer = site.call("GET", "/readyz", None)
    finally:
        with site.database.begin() as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": current})

    assert answer.status_code == 503
    assert "the database is at revision 0000" in answer.json()["reasons"][0]


def test_ready_when_all_is_well(site: Site) -> None:
    """200."""
    assert site.call("GET", "/readyz", None).json() == {"status": "ok", "reasons": []}


def test_figures_name_queues_and_no_person(site: Site) -> None:
    """A scrape counts what waits at this moment."""
    site.post(signed(Hint("e1", Ref("person", "ada@example.com"))))

    text = site.call("GET", "/metrics", None).text

    assert 'baton_queue_depth{connection="ma",what="hints"} 1.0' in text
    assert "ada@example.com" not in text


def test_figures_come_without_a_database_too(site: Site, nowhere: Database) -> None:
    """What the process counts itself is worth having when the database is away."""
    answer = without_database(site, nowhere).call("GET", "/metrics", None)

    assert answer.status_code == 200
    assert "baton_webhook_events" in answer.text


def test_senders_at_the_same_time_as_a_fault_are_all_answered(
    site: Site, nowhere: Database
) -> None:
    """Nobody is left hanging when a flush fails."""
    broken = without_database(site, nowhere)

    async def send() -> list[int]:
        async with broken.client() as client:
            posts = [
                client.post("/webhooks/ma", content=one.body, headers=dict(one.headers))
                for one in (signed(Hint(f"e{n}", ADA)) for n in range(8))
            ]
            answers: list[httpx.Response] = await asyncio.gather(*posts)
        return [answer.status_code for answer in answers]

    assert broken.run(send()) == [503] * 8
