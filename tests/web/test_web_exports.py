"""Lists as CSV."""

import csv
import io
import json

import pytest

from connectors.base import Rejected
from tests.support.world import World
from tests.web.conftest import Site
from tests.web.test_web_conflicts import Quarrel


def rows(site: Site, path: str) -> list[dict[str, str]]:
    answer = site.call("GET", f"/api/v1/{path}", "viewer")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeff") or not answer.text
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


@pytest.fixture
def refused(site: Site) -> World:
    """Somebody whom the SFA refuses, in words that a spreadsheet must not run."""
    world = World(site.database)
    refusal = Rejected("=HYPERLINK(1)", code="REQUIRED_FIELD_MISSING")
    world.sfa.reject_when(lambda _: True, refusal)
    world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    return world


@pytest.mark.usefixtures("refused")
def test_attention_as_csv(site: Site) -> None:
    """With the fix, and nothing that a spreadsheet would run."""
    [row] = rows(site, "attention/export?what=side&language=ja")

    assert (row["code"], row["connection"]) == ("REQUIRED_FIELD_MISSING", "sfa")
    assert row["reason"] == "'=HYPERLINK(1)"
    assert row["fix"].startswith("必須項目が空です。")


@pytest.mark.usefixtures("refused")
def test_why_as_csv(site: Site) -> None:
    """One line a record that is not in sync."""
    [row] = rows(site, "why/export?connection=sfa")

    assert (row["email"], row["verdict"], row["code"]) == ("ada@example.com", "stopped", "failed")
    assert row["answer"] == "sfa refused it: =HYPERLINK(1)"
    assert rows(site, "why/export?connection=ma") == []


def test_conflicts_as_csv(site: Site) -> None:
    """Both values, and what was agreed before."""
    quarrel = Quarrel(site.database)

    [row] = rows(site, "conflicts/export?field=note")

    assert (row["link_id"], row["field"]) == (quarrel.link, "note")
    assert (row["ma"], row["sfa"], row["base"]) == ("one", "two", "first")


@pytest.mark.usefixtures("refused")
def test_the_same_for_programs(site: Site) -> None:
    """NDJSON: a line a record."""
    answer = site.call("GET", "/api/v1/why/export?format=ndjson", "viewer")

    [line] = answer.text.splitlines()
    assert json.loads(line)["code"] == "failed"
