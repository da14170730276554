"""Dying between the vendor's yes and our record of it, where the entry is a digest that grows."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.configuring import save_document
from app.crash import Point
from app.store.db import connect
from app.store.embedded import Embedded
from tests.faults.conftest import Rig, rigged
from tests.support.patience import eventually

EMAIL = "ada@digest.example.com"
RULES: dict[str, Any] = {
    "gather_minutes": 0,
    "routes": [{"name": "daily", "activity": "page_view", "keep": "digest"}],
}


@pytest.fixture
def daily(server: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A rig with one person, whose page views are a task a day."""
    database = connect(server.database("faults_digests"), pool=4)
    with rigged(database, tmp_path_factory.mktemp("rig")) as rig:
        with rig.database.begin() as tx:
            save_document(tx, "activity", "main", RULES)
        record = {"object": "contacts", "properties": {"email": EMAIL, "lastname": "Ada"}}
        seeded = rig.http.post(f"{rig.hubspot}/_sandbox/seed", json={"records": [record]})
        seeded.raise_for_status()
        yield rig
    database.close()


def view(rig: Rig, times: int) -> None:
    one = {"contact": EMAIL, "event": "page_view", "properties": {"url": "https://a.example/x"}}
    played = rig.http.post(f"{rig.hubspot}/_sandbox/play", json={"steps": [one] * times})
    played.raise_for_status()


def subjects(rig: Rig) -> list[str]:
    return [task["Subject"].split(",")[0] for task in rig.tasks()]


def die(rig: Rig) -> None:
    """Until the process has died where it was told to."""
    child = rig.serve(crash_at=Point.LOGGED)
    assert eventually(lambda: not child.alive(), 90), "it never came to that point"
    assert child.process is not None
    assert child.process.returncode == 137


def test_a_digest_is_one_entry_whenever_the_process_dies(daily: Rig) -> None:
    """It dies with the new digest in Salesforce, and with the longer one: still one task."""
    view(daily, 3)
    die(daily)
    assert subjects(daily) == ["3 activities"]  # told, and not recorded

    view(daily, 2)
    die(daily)
    assert len(subjects(daily)) == 1

    daily.serve()
    daily.wait_until_answering()
    assert eventually(lambda: subjects(daily) == ["5 activities"], 90), daily.tasks()
    view(daily, 1)
    assert eventually(lambda: subjects(daily) == ["6 activities"], 90), daily.tasks()
    daily.stop()
