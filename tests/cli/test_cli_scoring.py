"""`baton preview` of scoring rules, and `baton backtest`."""

import json
from pathlib import Path

import yaml

from app.store.db import Database
from tests.cli.conftest import Command
from tests.support.history import person
from tests.web.test_web_scoring import RULES


def test_scoring_rules_are_previewed(baton: Command, database: Database, tmp_path: Path) -> None:
    """On some people or on all: who changes, and how many MQLs a day at each threshold."""
    person(database, "ada", ("trial", 1), job_title="CTO")
    file = tmp_path / "main.yaml"
    file.write_text(yaml.safe_dump(RULES), "utf-8")

    some = baton("preview", str(file))
    every = baton("preview", str(file), "--all", "--json")

    assert some.code == 0
    assert "main: tried on 1 of 1 people; 1 would have another score, 1 another grade" in some.out
    assert "ada@example.com" in some.out
    assert " 50      0.03  <- mql" in some.out
    shown = json.loads(every.out.splitlines()[-1])
    assert (shown["people"], shown["grades"], shown["version"]) == (1, {"->A": 1}, 1)


def test_rules_are_tested_against_outcomes(
    baton: Command, database: Database, tmp_path: Path
) -> None:
    """The statistic and what it means; without a file the active rules, which there must be."""
    for n in range(10):
        person(database, f"won{n}", ("trial", 30), ("won", 28))
        person(database, f"lost{n}", ("trial", 30), ("lost", 28))
    file = tmp_path / "rules.yaml"
    file.write_text(
        yaml.safe_dump({"documents": [{"kind": "scoring", "name": "x", "body": RULES}]})
    )

    said = baton("backtest", str(file))
    none = baton("backtest")

    assert said.code == 0
    assert "x@1: 20 cases, 10 won (50.0%)" in said.out
    assert "these rules don't discriminate" in said.out
    assert "(AUC 0.5, p 1.0, KS 0.0)" in said.out
    assert (none.code, none.err) == (1, "baton: no scoring document is active; name a file\n")
