"""`baton preview` of rules of every kind: from a file for apply, or alone."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.domain.presets import preset
from app.store import documents
from app.store.db import Database
from tests.cli.conftest import Command
from tests.support.handoff_rows import make_handoff, make_person


def written(folder: Path, body: Any) -> str:
    file = folder / "rules.yaml"
    file.write_text(yaml.safe_dump(body, allow_unicode=True), "utf-8")
    return str(file)


def test_all_rules_of_a_file_are_tried(baton: Command, database: Database, tmp_path: Path) -> None:
    """Each as the API's preview of its kind; nothing is written."""
    make_handoff(database, make_person(database))
    kinds = ("lifecycle", "hot_lead", "handoff", "sla")
    entries: list[dict[str, Any]] = [
        {"kind": kind, "name": "main", "preset": "default"} for kind in kinds
    ]
    entries[0]["body"] = {"mirrors": {}, "reason_fields": []}
    file = written(tmp_path, {"documents": entries})

    said = baton("preview", file)
    only = baton("preview", file, "--name", "other")

    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[:2] == ["lifecycle main", "  1 of 1 people looked at"]
    assert "hot_lead main" in lines
    assert "  0 alerts in 7 days, where there were 0" in lines
    assert "  1 of 1 hand-offs would pass the gate, where 1 do; 0 would be judged differently" in (
        lines
    )
    assert "  first-contact: 0 of 0 breached in 30 days (not agreed yet)" in lines
    assert (only.code, "nothing to try named 'other'" in only.err) == (1, True)
    with database.begin() as tx:
        assert [one.kind for one in documents.names(tx)] == ["handoff"]


def test_rules_that_stand_alone_are_tried(
    baton: Command, database: Database, tmp_path: Path
) -> None:
    """A gate that nobody passes, in JSON; what is wrong is said with its place."""
    make_handoff(database, make_person(database))
    body = preset("handoff")
    for rule in body["flows"]["is_fs"]["gate"]:
        if rule["name"] == "score":
            rule["when"] = {"score": "total", "op": "gte", "value": 100}

    tried = baton("preview", written(tmp_path, body), "--json")
    wrong = baton("preview", written(tmp_path, {"clocks": [{"name": "x"}]}))

    assert tried.code == 0, tried.err
    shown = json.loads(tried.out)
    assert (shown["before"]["passing"], shown["after"]["passing"]) == (1, 0)
    assert shown["changed"][0]["after"]["unmet"] == ["score"]
    assert wrong.code == 1
    assert "/clocks/0/start" in wrong.err


@pytest.mark.usefixtures("database")
def test_a_file_without_rules_is_named(baton: Command, tmp_path: Path) -> None:
    """It says that there is nothing to try."""
    ended = baton("preview", written(tmp_path, {"documents": []}))

    assert (ended.code, "has nothing to try" in ended.err) == (1, True)
