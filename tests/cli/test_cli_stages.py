"""`baton stages`: the funnel, and a draft tried on people."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.domain.presets import preset
from app.store.db import Database
from tests.cli.conftest import Command
from tests.support.world import World

BODY: dict[str, Any] = preset("lifecycle") | {"mirrors": {}, "reason_fields": []}


@pytest.mark.usefixtures("database")
def test_without_a_lifecycle_it_says_what_to_do(baton: Command) -> None:
    """One line."""
    ended = baton("stages")

    assert (ended.code, ended.err) == (
        1, "baton: no lifecycle is active; see docs/stages.md\n"
    )  # fmt: skip


def test_the_funnel_and_who_would_move(baton: Command, database: Database, tmp_path: Path) -> None:
    """Nothing is written by the trial."""
    world = World(database, documents={"lifecycle": BODY})
    world.ma.add_person("ada@example.com", "Contact", job_title="CTO")
    world.sync()
    draft = {**BODY, "stages": [dict(one) for one in BODY["stages"]]}
    draft["stages"][1]["when"] = {"field": "title", "op": "equals", "value": "CTO"}
    file = tmp_path / "lifecycle.json"
    file.write_text(json.dumps(draft), "utf-8")

    tried = baton("stages", "--try", str(file), "--json")
    shown = baton("stages", "--json")

    assert tried.code == 0, tried.err
    assert json.loads(tried.out)["moves"] == [{"before": "lead", "after": "mql", "n": 1}]
    rows = {one["name"]: one["now"] for one in json.loads(shown.out)}
    assert (rows["lead"], rows["mql"]) == (1, 0)
    assert "1 of 1 people looked at" in baton("stages", "--try", str(file)).out
    assert baton("stages").out.splitlines()[1].split()[:3] == ["lead", "marketing", "1"]
