"""`baton install` and `baton uninstall`, by the command as its user runs it, at a sandbox."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from connectors.salesforce.sandbox.app import create
from connectors.salesforce.sandbox.config import Config
from connectors.sandbox.server import Running
from tests.cli.conftest import Command


@pytest.fixture
def org() -> Iterator[str]:
    """Where an org without Baton's package answers."""
    with Running(create(Config(baton_package=False))) as sandbox:
        yield sandbox.url


@pytest.fixture
def connection(org: str) -> dict[str, Any]:
    return {
        "vendor": "salesforce",
        "role": "sfa",
        "settings": {"instance_url": org, "flow": "static"},
        "secrets": {"access_token": "sandbox-token"},
    }


@pytest.fixture
def connected(baton: Command, connection: dict[str, Any], tmp_path: Path) -> Command:
    """One connection, to that org."""
    path = tmp_path / "baton.yaml"
    path.write_text(yaml.safe_dump({"connections": {"salesforce": connection}}), "utf-8")
    ended = baton("apply", "-f", str(path))
    assert ended.code == 0, ended.err
    return baton


def keys(org: str) -> list[str]:
    """The objects that have Baton's key."""
    headers = {"Authorization": "Bearer sandbox-token"}
    found = []
    for name in ("Lead", "Task"):
        path = f"/services/data/v59.0/sobjects/{name}/describe"
        described = httpx.get(org + path, headers=headers).json()["fields"]
        found += [name for one in described if one["name"] == "Baton_Key__c"]
    return found


def test_an_org_is_set_up_and_cleared_again(connected: Command, org: str) -> None:
    """A dry run tells, a run does, a second one finds all; removing asks for a yes."""
    tried = connected("install", "salesforce", "--dry-run")
    assert tried.out.startswith("salesforce: 58 to do, nothing was changed\n  create field Lead.B")
    assert keys(org) == []

    done = connected("install", "salesforce")
    assert done.out.splitlines()[0] == "salesforce: 58 done"
    assert done.out.splitlines()[-1] == "  assign permission set Baton to the integration user"
    assert keys(org) == ["Lead", "Task"]
    assert connected("install", "salesforce").out == "salesforce: all is there\n"

    asked = connected("uninstall", "salesforce")
    lost = "salesforce: what is in these fields will be lost; to remove them: --yes"
    assert asked.out.splitlines()[-1] == lost
    assert keys(org) == ["Lead", "Task"]

    gone = connected("uninstall", "salesforce", "--yes")
    assert gone.out.splitlines()[0] == "salesforce: 58 done"
    assert keys(org) == []
    again = connected("uninstall", "salesforce", "--yes")
    assert again.out == "salesforce: nothing of Baton's is there\n"


def test_applying_installs_before_documents_are_checked(
    baton: Command, connection: dict[str, Any], tmp_path: Path, org: str
) -> None:
    """So a mapping may name Baton's fields in an org that did not have them."""
    other = {"vendor": "memory", "role": "ma", "secrets": {"webhook_secret": "psst"}}
    fields = [
        {"name": "email", "type": "email", "ma": "email", "sfa": "Email"},
        {"name": "baton_score", "type": "number", "sfa": "Baton_Score__c", "baton": "score"},
    ]
    mapping = {"kind": "person", "ma": "ma", "sfa": "salesforce", "fields": fields,
               "create": {"ma": False, "sfa": False}}  # fmt: skip
    path = tmp_path / "all.yaml"
    document = {"kind": "mapping", "name": "person", "body": mapping}
    connections = {"ma": other, "salesforce": connection}
    path.write_text(yaml.safe_dump({"connections": connections, "documents": [document]}), "utf-8")

    assert "Baton_Score__c" in baton("apply", "-f", str(path)).err
    ended = baton("apply", "-f", str(path), "--install", "--json")

    assert ended.code == 0, ended.err
    assert "salesforce: 58 done" in ended.err.splitlines()
    assert [one["verdict"] for one in json.loads(ended.out)] == ["new", "new", "new"]
    assert keys(org) == ["Lead", "Task"]


def test_what_is_missing_says_how_it_gets_there(
    baton: Command, connection: dict[str, Any], org: str, tmp_path: Path
) -> None:
    """A trial lists what installing would do; a run without it says what to add."""
    path = tmp_path / "baton.yaml"
    wanted = {
        "connections": {"salesforce": connection},
        "documents": [{"kind": "mapping", "name": "person", "preset": "hubspot-salesforce-person"}],
    }
    path.write_text(yaml.safe_dump(wanted), "utf-8")

    refused = baton("apply", "-f", str(path))
    tried = baton("apply", "-f", str(path), "--install", "--dry-run")

    tip = f"Baton's own fields are put there by: baton apply -f {path} --install"
    assert f"{tip} (with --dry-run it shows each)\n" in refused.err
    assert "salesforce: 58 to do, nothing was changed\n  create field Lead.B" in tried.out
    assert f"{tip}\n" in tried.err
    assert keys(org) == []


def test_what_salesforce_refuses_is_told_in_words(connected: Command, org: str) -> None:
    """One problem, its place and its fix; the command fails."""
    body = {"object": "Lead", "fields": [{"name": "Baton_Key__c"}]}
    httpx.post(f"{org}/_sandbox/fields", json=body).raise_for_status()

    ended = connected("install", "salesforce")

    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "baton: Rejected: Lead.Baton_Key__c is not unique or no external id; "
        "change or rename it in Setup\n"
    )


def test_an_app_is_written_as_files(baton: Command, tmp_path: Path) -> None:
    """For HubSpot's own tool; a vendor that has no projects is told so."""
    hubspot = {"vendor": "hubspot", "role": "ma", "secrets": {"access_token": "later"}}
    tool = {"vendor": "generic", "role": "sfa", "secrets": {"signing_secret": f"whsec_{'A' * 32}"}}
    path, folder = tmp_path / "baton.yaml", tmp_path / "app"
    path.write_text(yaml.safe_dump({"connections": {"hs": hubspot, "cti": tool}}), "utf-8")
    applied = baton("apply", "-f", str(path))
    assert applied.code == 0, applied.err

    done = baton("project", "hs", "--to", str(folder), "--public-url", "https://baton.example/")
    none = baton("project", "cti", "--to", str(folder))

    assert done.out.startswith(f"hs: 6 files in {folder}, for https://baton.example\n")
    card = (folder / "src/app/cards/BatonCard.jsx").read_text("utf-8")
    assert '"https://baton.example/embed/hs/card"' in card
    assert none.out == "cti: its vendor has no such projects; see the connector's README\n"
