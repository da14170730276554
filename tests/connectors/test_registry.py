"""Which vendors there are: entry points say it, and a broken one stops no other."""

import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from pydantic import BaseModel

from connectors import campaigns, messages, scores
from connectors import capabilities as vocabulary
from connectors.capabilities import Batches
from connectors.memory import CONNECTOR, MemoryConnector, MemoryVendor
from connectors.registry import (
    CAPABILITIES,
    GROUP,
    Found,
    UnknownVendor,
    broken,
    capabilities,
    load,
    matrix,
    vendor,
    vendors,
)
from connectors.vendor import Opening, Vendor
from connectors.wire import Unlimited

if TYPE_CHECKING:
    from decimal import Decimal

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
VENDORS = ["generic", "hubspot", "memory", "salesforce", "slack", "smtp", "teams"]
MEMORY = EntryPoint("memory", "connectors.memory:CONNECTOR", GROUP)


class Prober:
    """A connector that can do one thing."""

    def __init__(self, opening: Opening) -> None:
        self.name = opening.name

    def probe(self) -> str:
        return self.name


class NoSettings(BaseModel):
    """Nothing to set."""


def open_vaguely(opening: Opening) -> object:
    return Prober(opening)


def open_for_type_checkers(opening: Opening) -> "Decimal":
    raise NotImplementedError(opening.name)


def an_entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, GROUP)


def a_vendor(name: str) -> Vendor:
    return Vendor(name, name.title(), frozenset({"ma"}), NoSettings, NoSettings, Prober)


def declared() -> Found:
    """The connectors that this project declares, loaded."""
    group = tomllib.loads(PYPROJECT.read_text())["project"]["entry-points"][GROUP]
    return load([an_entry(name, value) for name, value in group.items()])


def test_every_connector_of_this_project_loads() -> None:
    """What the project declares can be used."""
    found = declared()

    assert found.broken == {}
    assert sorted(found.vendors) == VENDORS


def test_every_vendor_can_do_something() -> None:
    """The matrix has a row with at least one capability for each vendor of this project."""
    rows = matrix(declared())

    assert sorted(rows) == VENDORS
    assert all(any(row.values()) for row in rows.values())


def test_a_broken_entry_does_not_stop_the_rest() -> None:
    """Modules that are missing, attributes that are missing, things that are no vendor."""
    found = load(
        [
            an_entry("absent", "no_such_module_anywhere:CONNECTOR"),
            an_entry("empty", "connectors.memory:NOTHING"),
            an_entry("odd", "connectors.memory:MemoryVendor"),
            an_entry("misnamed", "connectors.memory:CONNECTOR"),
            MEMORY,
        ]
    )

    assert list(found.vendors) == ["memory"]
    assert found.broken["absent = no_such_module_anywhere:CONNECTOR"].startswith(
        "ModuleNotFoundError"
    )
    assert found.broken["empty = connectors.memory:NOTHING"].startswith("AttributeError")
    assert "got type" in found.broken["odd = connectors.memory:MemoryVendor"]
    assert "calls itself 'memory'" in found.broken["misnamed = connectors.memory:CONNECTOR"]


@pytest.mark.parametrize("body", ["syntax error here", "1 / 0", "raise RuntimeError('x')", "a.b"])
def test_a_module_that_fails_while_it_is_imported_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    """Whatever a third party's module does wrong at import, the rest goes on."""
    (tmp_path / "baton_third_party.py").write_text(body)
    monkeypatch.syspath_prepend(tmp_path)

    found = load([an_entry("third", "baton_third_party:CONNECTOR"), MEMORY])
    sys.modules.pop("baton_third_party", None)

    assert list(found.vendors) == ["memory"]
    assert list(found.broken) == ["third = baton_third_party:CONNECTOR"]


def test_a_second_connector_of_the_same_name_is_refused() -> None:
    """Two packages cannot both be "memory": the first stays, the second is reported."""
    found = load([MEMORY, an_entry("memory", "other_package.memory:CONNECTOR")])

    assert found.vendors == {"memory": CONNECTOR}
    assert "already offers" in found.broken["memory = other_package.memory:CONNECTOR"]


def test_a_misspelt_vendor_is_answered_with_the_nearest() -> None:
    """The error names what was meant and what there is."""
    with pytest.raises(UnknownVendor, match="no connector 'memmory'; did you mean 'memory'") as e:
        vendor("memmory", load([MEMORY]))

    assert "installed: memory" in str(e.value)


def test_a_name_like_no_other_gets_no_guess() -> None:
    """No "did you mean" where nothing is near."""
    with pytest.raises(UnknownVendor, match=r"^no connector 'zzz' \(installed: memory\)$"):
        vendor("zzz", load([MEMORY]))


def test_a_broken_vendor_is_named_as_broken() -> None:
    """Asking for it tells why it cannot be used, not that it does not exist."""
    with pytest.raises(UnknownVendor, match="'absent' is installed but broken: ModuleNotFound"):
        vendor("absent", load([an_entry("absent", "no_such_module_anywhere:CONNECTOR")]))


def test_a_vendor_is_found_by_name() -> None:
    """The entry's own object comes back."""
    assert vendor("memory", load([MEMORY])) is CONNECTOR


def test_what_a_connector_can_do_is_asked_of_itself() -> None:
    """All that the in-memory connector has, and the one thing that the small one has."""
    assert len(capabilities(MemoryConnector(MemoryVendor()))) == 17
    with httpx.Client() as http:
        assert capabilities(Prober(Opening("x", {}, {}, http, Unlimited()))) == ("Probes",)


def test_the_matrix_needs_no_account() -> None:
    """It is asked of the class that `open` says it answers."""
    found = Found({"small": a_vendor("small"), "memory": CONNECTOR}, {})

    rows = matrix(found)

    assert [name for name, can in rows["small"].items() if can] == ["Probes"]
    assert [name for name, can in rows["memory"].items() if not can] == [
        "AnswersWebhooks", "ListsHints", "ListsRecords", "WritesInBulk", "SendsMessages",
        "ExplainsScores", "KeepsMembers", "MakesCampaigns", "SumsUpCampaigns", "CreditsCampaigns",
        "Installs", "Uninstalls", "WritesProjects", "VerifiesEmbeds", "AnswersCards",
    ]  # fmt: skip


@pytest.mark.parametrize("opened", [open_vaguely, open_for_type_checkers, lambda _: object()])
def test_a_vendor_that_does_not_tell_its_class_has_no_row(
    opened: Callable[[Opening], object],
) -> None:
    """It can be used all the same; only the matrix cannot know about it."""
    vague = replace(a_vendor("vague"), open=opened)

    assert list(matrix(Found({"vague": vague, "memory": CONNECTOR}, {}))) == ["memory"]


def test_the_registry_knows_every_capability() -> None:
    """No Protocol of the vocabulary is left out but `Batches`, which every connector has."""
    protocols = {
        thing
        for module in (vocabulary, campaigns, messages, scores)
        for thing in vars(module).values()
        if isinstance(thing, type)
        and thing.__module__ == module.__name__
        and getattr(thing, "_is_protocol", False)
    }

    assert set(CAPABILITIES) == protocols - {Batches}


def test_the_installed_entry_points_are_asked() -> None:
    """The plain verbs read this environment and do not fail, whatever is installed."""
    assert vendors() == load().vendors
    assert broken() == load().broken
