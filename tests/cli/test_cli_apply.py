"""`baton apply` and `baton export`: configuration as code."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.store import connections, documents
from app.store.db import Database
from app.vault import Vault
from tests.cli.conftest import Command
from tests.support.world import MAPPING

BLUEPRINT: dict[str, Any] = {
    "connections": {
        "ma": {"vendor": "memory", "role": "ma", "secrets": {"webhook_secret": "${HOOK}"}},
        "sfa": {"vendor": "memory", "role": "sfa", "options": {"poll_s": 5}},
    },
    "documents": [
        {"kind": "mapping", "name": "person", "body": MAPPING},
        {"kind": "scoring", "name": "main", "preset": "default", "body": {"mql": 70}},
    ],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The blueprint on disk."""
    path = tmp_path / "baton.yaml"
    path.write_text(yaml.safe_dump(BLUEPRINT), "utf-8")
    return path


def _stored(database: Database) -> tuple[list[str], list[tuple[str, int]]]:
    with database.begin() as tx:
        names = [one.name for one in connections.every(tx)]
        return names, [(one.kind, one.version) for one in documents.active(tx)]


def _verdicts(out: str) -> list[str]:
    return [row["verdict"] for row in json.loads(out)]


def test_all_that_is_wrong_with_all_documents_is_said_at_once(
    baton: Command, database: Database, tmp_path: Path
) -> None:
    """Who mends a file of seven documents should not have to try seven times."""
    wrong = [{"mql": 175, "grades": {"A": 120}}, {"recipients": {"fallback": "a@example.com"}}]
    entries = [
        {"kind": kind, "name": "main", "preset": "default", "body": body}
        for kind, body in zip(("scoring", "hot_lead"), wrong, strict=True)
    ]
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml.safe_dump({"documents": entries}), "utf-8")

    ended = baton("apply", "-f", str(path))

    assert [line.partition(": ")[0] for line in ended.err.splitlines()] == [
        "baton", 'scoring "main"', 'hot_lead "main"',
    ]  # fmt: skip
    assert ended.err.splitlines()[2] == (
        'hot_lead "main": /recipients/fallback: there is no such key'
    )
    assert _stored(database) == ([], [])


def test_applying_twice_changes_nothing_the_second_time(
    baton: Command, database: Database, vault: Vault, file: Path
) -> None:
    """Connections, secrets from the environment, and documents with a preset under them."""
    first = baton("apply", "-f", str(file), "--json", HOOK="psst")
    second = baton("apply", "-f", str(file), "--json", HOOK="psst")
    with database.begin() as tx:
        sealed = connections.get(tx, "ma")
        scoring = documents.get(tx, "scoring", "main")

    assert _verdicts(first.out) == ["new", "new", "new", "new"]
    assert _verdicts(second.out) == ["same", "same", "same", "same"]
    assert _stored(database) == (["ma", "sfa"], [("mapping", 1), ("scoring", 1)])
    assert sealed is not None
    assert vault.open(sealed.secret, "ma") == {"webhook_secret": "psst"}
    assert scoring is not None
    assert scoring.body["mql"] == 70
    assert "intent" in scoring.body


def test_a_dry_run_shows_what_would_change_and_changes_nothing(
    baton: Command, database: Database, file: Path
) -> None:
    """The difference is shown in YAML."""
    baton("apply", "-f", str(file), HOOK="psst")
    changed = {**BLUEPRINT, "documents": [{**BLUEPRINT["documents"][1], "body": {"mql": 60}}]}
    file.write_text(yaml.safe_dump(changed), "utf-8")

    ended = baton("apply", "-f", str(file), "--dry-run", HOOK="psst")

    assert "changed  scoring main" in ended.out
    assert "-mql: 70" in ended.out
    assert "+mql: 60" in ended.out
    assert _stored(database)[1] == [("mapping", 1), ("scoring", 1)]


def test_one_mistake_stops_all_of_it(baton: Command, database: Database, file: Path) -> None:
    """A bad document at the end leaves no connection behind, and is named with its place."""
    broken = {**BLUEPRINT["documents"][1], "body": {"mql": "many"}}
    file.write_text(yaml.safe_dump({**BLUEPRINT, "documents": [broken]}), "utf-8")

    ended = baton("apply", "-f", str(file), HOOK="psst")

    assert ended.code == 1
    assert ended.err.startswith('baton: scoring "main": /mql: ')
    assert _stored(database) == ([], [])


def test_a_variable_that_is_not_set_is_named(baton: Command, file: Path) -> None:
    """Nothing is stored under an empty secret."""
    ended = baton("apply", "-f", str(file))

    assert ended.code == 1
    assert "the environment has no HOOK" in ended.err


def test_what_is_exported_can_be_applied_again(
    baton: Command, database: Database, file: Path, tmp_path: Path
) -> None:
    """An export holds no secret, and applying it changes nothing."""
    baton("apply", "-f", str(file), HOOK="psst")
    exported = baton("export").out
    again = tmp_path / "again.yaml"
    again.write_text(exported, "utf-8")

    ended = baton("apply", "-f", str(again), "--json", MA_WEBHOOK_SECRET="psst")

    assert "psst" not in exported
    assert "${MA_WEBHOOK_SECRET}" in exported
    assert _verdicts(ended.out) == ["same", "same", "same", "same"]
    assert _stored(database)[0] == ["ma", "sfa"]
