"""`baton doctor`, `status`, `connections`, `replay`, `install`."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from sqlalchemy import text

from app.domain.link import Link, Side
from app.store import connections, links
from app.store.db import Database
from tests.cli.conftest import Command
from tests.cli.test_cli_apply import BLUEPRINT


@pytest.fixture
def configured(baton: Command, tmp_path: Path) -> Command:
    """Two connections in memory and a mapping between them."""
    path = tmp_path / "baton.yaml"
    path.write_text(yaml.safe_dump(BLUEPRINT), "utf-8")
    assert baton("apply", "-f", str(path), HOOK="psst").code == 0
    return baton


@pytest.fixture
def ada(configured: Command, database: Database) -> Link:
    """A person whom both connections have."""
    assert configured.variables
    link = Link(uuid4(), "person", email="ada@example.com")
    for name in ("ma", "sfa"):
        link.sides[name] = Side(link.id, name, "person", f"{name}-1", sought=True)
    with database.begin() as tx:
        links.save(tx, [link])
    return link


def _hints(database: Database) -> list[tuple[str, str]]:
    query = text("SELECT connection, external_id FROM hint ORDER BY connection")
    with database.begin() as tx:
        return [(row.connection, row.external_id) for row in tx.execute(query)]


def test_the_doctor_finds_all_well(configured: Command) -> None:
    """Settings are shown without secrets; every connection is signed in at."""
    ended = configured("doctor")

    assert ended.code == 0, ended.out
    assert "BATON_SECRET_KEY=********" in ended.out
    assert "ok   connection ma: " in ended.out
    assert configured.variables["BATON_SECRET_KEY"] not in ended.out


def test_the_doctor_fails_when_something_is_wrong(configured: Command, database: Database) -> None:
    """A connection that lost its sign-in makes the exit code 1, with its reason."""
    with database.begin() as tx:
        connections.set_state(tx, "sfa", "needs_attention", "the token was revoked")

    ended = configured("doctor", "--json")
    wrong = [row for row in json.loads(ended.out)["findings"] if not row["ok"]]

    assert ended.code == 1
    assert [row["what"] for row in wrong] == ["connection sfa"]
    assert wrong[0]["text"] == "needs_attention: the token was revoked"


def test_status_and_connections_speak_json(configured: Command) -> None:
    """Programs read the same as people."""
    status = json.loads(configured("status", "--json").out)
    listed = json.loads(configured("connections", "--json").out)

    unread = {"state": "active", "lag_s": None}
    assert status["connections"] == {"ma": unread, "sfa": unread}
    assert [row["name"] for row in listed] == ["ma", "sfa"]
    assert "changes:person" in [feed["name"] for feed in listed[0]["feeds"]]


@pytest.mark.parametrize(
    ("arguments", "looks"),
    [
        (["--person", "Ada@example.com"], [("ma", "ma-1"), ("sfa", "sfa-1")]),
        (["--connection", "sfa"], [("sfa", "sfa-1")]),
        (["--person", "ada@example.com", "--connection", "ma"], [("ma", "ma-1")]),
    ],
)
def test_replay_asks_for_another_look(
    configured: Command, database: Database, ada: Link, arguments: list[str],
    looks: list[tuple[str, str]],
) -> None:  # fmt: skip
    """As if a webhook had come about each record."""
    assert ada.email is not None

    ended = configured("replay", *arguments)

    assert ended.out == f"{len(looks)} records will be looked at again\n"
    assert _hints(database) == looks


def test_replay_of_a_stranger_is_an_error(configured: Command) -> None:
    """Nobody is looked at by mistake."""
    ended = configured("replay", "--person", "nobody@example.com")

    assert (ended.code, ended.err) == (1, "baton: nobody is known as 'nobody@example.com'\n")


def test_install_says_when_there_is_nothing_to_install(configured: Command) -> None:
    """A connector without an installation is no error."""
    ended = configured("install", "ma")

    assert ended.code == 0
    assert ended.out.startswith("ma: its connector installs nothing")
