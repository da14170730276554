"""`baton preview`, `baton rollback`, and configuration that goes from one Baton to another."""

import json
from pathlib import Path
from typing import Any

import yaml

from app.store import connections, documents, journal
from app.store.db import Database
from tests.cli.conftest import Command
from tests.support.world import MAPPING

STAGING: dict[str, Any] = {
    "connections": {
        "ma": {"vendor": "memory", "role": "ma", "secrets": {"webhook_secret": "${HOOK}"}},
        "sfa": {"vendor": "memory", "role": "sfa", "options": {"poll_s": 5}},
    },
    "documents": [{"kind": "mapping", "name": "person", "body": MAPPING}],
}


def _file(folder: Path, body: dict[str, Any], name: str = "baton.yaml") -> str:
    path = folder / name
    path.write_text(yaml.safe_dump(body), "utf-8")
    return str(path)


def _with(**keys: Any) -> dict[str, Any]:
    return {**STAGING, "documents": [{**STAGING["documents"][0], "body": {**MAPPING, **keys}}]}


def test_a_diff_ends_as_diff_tools_do(baton: Command, database: Database, tmp_path: Path) -> None:
    """2 where something would change, 0 where nothing would, 1 where it can't be applied."""
    file = _file(tmp_path, STAGING)

    empty = baton("apply", "-f", file, "--diff", HOOK="psst")
    with database.begin() as tx:
        stored = len(connections.every(tx))
    baton("apply", "-f", file, HOOK="psst")
    same = baton("apply", "-f", file, "--diff", HOOK="psst")
    other = baton("apply", "-f", _file(tmp_path, _with(region="US")), "--diff", HOOK="psst")
    wrong = baton("apply", "-f", _file(tmp_path, _with(region="nowhere")), "--diff", HOOK="psst")

    assert (empty.code, stored) == (2, 0)
    assert same.code == 0
    assert other.code == 2
    assert "+region: US" in other.out
    assert wrong.code == 1


def test_promotion_keeps_the_connections_of_the_target(
    baton: Command, database: Database, tmp_path: Path
) -> None:
    """Mapped names: documents follow, settings and secrets of the target stay; undone by the
    export from before.
    """
    target = {
        "connections": {
            "ma-prod": {"vendor": "memory", "role": "ma", "options": {"poll_s": 30}},
            "sfa-prod": {"vendor": "memory", "role": "sfa", "options": {"poll_s": 30}},
        },
        "documents": [
            {"kind": "mapping", "name": "person",
             "body": {**MAPPING, "ma": "ma-prod", "sfa": "sfa-prod"}},
        ],
    }  # fmt: skip
    assert baton("apply", "-f", _file(tmp_path, target)).code == 0
    before = tmp_path / "before.yaml"
    before.write_text(baton("export").out, "utf-8")
    file = _file(tmp_path, _with(region="US"))
    maps = ("--map", "ma=ma-prod", "--map", "sfa=sfa-prod")

    done = baton("apply", "-f", file, *maps, "--json")
    with database.begin() as tx:
        poll = [one.options["poll_s"] for one in connections.every(tx)]
        promoted = documents.get(tx, "mapping", "person")
    undone = baton("apply", "-f", str(before))
    with database.begin() as tx:
        back = documents.get(tx, "mapping", "person")

    assert [(row["what"], row["verdict"]) for row in json.loads(done.out)] == [
        ("connection ma-prod", "kept"),
        ("connection sfa-prod", "kept"),
        ("mapping person", "changed"),
    ]
    assert poll == [30.0, 30.0]
    assert promoted is not None
    assert (promoted.body["ma"], promoted.body["sfa"], promoted.body["region"]) == (
        "ma-prod", "sfa-prod", "US",
    )  # fmt: skip
    assert undone.code == 0
    assert back is not None
    assert (back.version, "region" in back.body) == (3, False)


def test_a_field_that_the_target_lacks_stops_all_of_it(
    baton: Command, database: Database, tmp_path: Path
) -> None:
    """The vendor is asked for its fields, also at a connection that is new."""
    fields = [*MAPPING["fields"], {"name": "x", "ma": "compny", "sfa": "company"}]

    ended = baton("apply", "-f", _file(tmp_path, _with(fields=fields)), HOOK="psst")

    assert ended.code == 1
    assert '/fields/4/ma: ma has no field "compny"; did you mean "company"?' in ended.err.replace(
        "writable field", "field"
    )
    with database.begin() as tx:
        assert connections.every(tx) == []


def test_a_name_that_the_file_does_not_have_is_named(baton: Command, tmp_path: Path) -> None:
    """A slip of the pen maps nothing."""
    ended = baton("apply", "-f", _file(tmp_path, STAGING), "--map", "hubspt=ma", HOOK="psst")

    assert ended.code == 1
    assert "no connection 'hubspt'" in ended.err


def test_a_mapping_is_rehearsed_and_rolled_back(
    baton: Command, database: Database, tmp_path: Path
) -> None:
    """Totals and calls for a sample; findings of a job for all; back by one command."""
    file = _file(tmp_path, STAGING)
    baton("apply", "-f", file, HOOK="psst")
    draft = _file(tmp_path, {**MAPPING, "region": "US"}, "person.yaml")

    sample = baton("preview", draft, "--json")
    plain = baton("preview", draft)
    whole = baton("preview", draft, "--all", "--json")
    baton("apply", "-f", _file(tmp_path, _with(region="US")), HOOK="psst")
    back = baton("rollback", "mapping/person", "--why", "wrong region")
    with database.begin() as tx:
        active = documents.get(tx, "mapping", "person")
        last = journal.activations(tx, "mapping", "person", None, 1)[0]

    assert sample.code == whole.code == back.code == 0, (sample.err, whole.err, back.err)
    shown = json.loads(sample.out)
    lines = plain.out.splitlines()
    assert lines[0] == "person: no records"
    assert lines[1].startswith('  warning: /ma: "ma" was not read through yet: calls and time are')
    assert "  calls at ma: 0 (reads 0, looks 0, writes 0)" in lines
    assert (shown["mapping"], shown["totals"]) == ("person", {})
    assert [cost["fits"] for cost in shown["costs"]] == [True, True]
    assert json.loads(whole.out)["version"] == 2
    assert active is not None
    assert active.version == 1
    assert back.out.startswith("mapping/person: version 1 is active; job ")
    assert (last["version"], last["before"], last["note"]) == (1, 2, "wrong region")
