"""Storms: the database restarts, a vendor is dead, the process is killed again and again."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy.engine import make_url

from app.store.db import connect
from tests.faults.conftest import Rig, rigged
from tests.support.patience import PATIENCE_S, eventually

HOLD = """
import sys
from pathlib import Path
from app.store import embedded
server = embedded.start(Path(sys.argv[1]))
print(server.database("baton").render_as_string(hide_password=False), flush=True)
sys.stdin.read()
"""


class Server:
    """A PostgreSQL of its own, which can be thrown down and started again at the same place."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.holders: list[subprocess.Popen[bytes]] = []
        self.url = self.start()

    def start(self) -> str:
        holder = subprocess.Popen(  # noqa: S603  our own interpreter and script
            [sys.executable, "-c", HOLD, str(self.data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.holders.append(holder)
        assert holder.stdout is not None
        return holder.stdout.readline().decode().strip()

    def crash(self) -> None:
        """An immediate shutdown: no checkpoint, every connection cut."""
        pid = int((self.data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        with suppress(psutil.NoSuchProcess):  # it has ended already
            psutil.wait_procs([psutil.Process(pid)], timeout=PATIENCE_S)

    def stop(self) -> None:
        for holder in self.holders:
            for pipe in (holder.stdin, holder.stdout):
                if pipe is not None:
                    pipe.close()
            holder.wait(PATIENCE_S)


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("own")
    folder.chmod(0o755)
    running = Server(folder)
    yield running
    running.stop()


def statuses(rig: Rig) -> set[int]:
    """What HubSpot was answered, over all attempts."""
    sent: list[dict[str, Any]] = rig.http.get(f"{rig.hubspot}/_sandbox/dump").json()["webhooks"]
    return {attempt["status"] or 0 for one in sent for attempt in one["attempts"]}


def all_once(rig: Rig) -> bool:
    """Everything arrived, and nothing twice."""
    return (
        rig.arrived(rig.people)
        and max(Counter(task["Baton_Key__c"] for task in rig.tasks()).values()) == 1
        and max(Counter(rig.bells()).values(), default=1) == 1
    )


def test_the_database_restarts_in_the_middle(own_server: Server, tmp_path: Path) -> None:
    """Thrown down twice during a burst: 503 and never a 4xx meanwhile, and nothing is lost."""
    database = connect(make_url(own_server.url), pool=4)
    with rigged(database, tmp_path) as rig:
        rig.serve()
        rig.wait_until_answering()
        for burst in ("first", "second"):
            rig.become_hot(rig.seed(burst, 4))
            own_server.crash()
            rig.become_hot(rig.seed(f"{burst}-down", 2))
            own_server.start()

        assert eventually(lambda: rig.arrived(rig.people), 90), rig.tasks()
        assert all_once(rig)
        assert not {status for status in statuses(rig) if 400 <= status < 500}
        rig.stop()
    database.close()


def test_a_dead_vendor_stops_nothing_else(rig: Rig) -> None:
    """Salesforce answers 503 to everything: HubSpot is still read, and all arrives afterwards."""
    rig.serve()
    rig.wait_until_answering()
    dead = {"rules": [{"path": ".*", "do": "status", "status": 503, "times": 100_000}]}
    rig.http.post(f"{rig.salesforce}/_sandbox/faults", json=dead).raise_for_status()
    emails = rig.seed("dead", 3)
    rig.become_hot(emails)

    def known() -> bool:
        with rig.database.begin() as tx:
            rows = tx.exec_driver_sql("SELECT email FROM link WHERE hot_since IS NOT NULL")
            return set(emails) <= set(rows.scalars())

    assert eventually(known), "HubSpot was not read while Salesforce was dead"
    rig.http.delete(f"{rig.salesforce}/_sandbox/faults").raise_for_status()

    assert eventually(lambda: rig.arrived(rig.people), 90), rig.tasks()
    assert all_once(rig)
    rig.stop()


@pytest.mark.slow
def test_killed_again_and_again(rig: Rig) -> None:
    """SIGKILL every few hundred milliseconds of a long burst: lost nothing, doubled nothing."""
    for number in range(25):
        child = rig.serve()
        rig.wait_until_answering()
        rig.become_hot(rig.seed(f"kill-{number}", 2))
        eventually(lambda: False, 0.05 + 0.06 * number)
        child.kill()

    rig.serve()
    rig.wait_until_answering()

    assert eventually(lambda: rig.arrived(rig.people), 120), rig.tasks()
    assert all_once(rig)
