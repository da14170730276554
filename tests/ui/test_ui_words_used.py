"""Every word that a page can ask for is there; also where its key is only known as it runs."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import app
from app.domain.hot_lead import Why
from app.domain.link import SideState
from app.domain.rehearsal import Outcome
from app.domain.undo import Skip
from app.flows.work.run import KINDS
from app.store.attention import AMISS, What
from app.store.candidates import CandidateState
from app.store.work import JobState
from app.web.ui.dashboard import ALERT_TONES
from app.web.ui.feed_list import TOLD
from app.web.ui.health_card import TONES
from app.web.ui.navigation import GROUPS
from app.web.ui.undo import TEXTS, TIMES
from app.web.ui.words import CATALOGUES, STAGES
from mappings.drift import Difference
from mappings.finding import Severity
from mappings.presets import preset, presets

SOURCE = Path(app.__file__).parent
NOTING = {"Line", "note", "_note", "_noted"}  # what writes an event into the journal
FAMILIES: dict[str, set[str]] = {
    "attention": set(get_args(What)),
    "trouble": set(get_args(What)),
    "job": set(KINDS),
    "job_state": set(get_args(JobState)),
    "undone": {"put_back", *get_args(Skip)},
    "found": {*AMISS, *get_args(Outcome)} - {"conflict"},
    "rehearsed": set(get_args(Outcome)),
    "change": set(get_args(Difference)),
    "documents": set(get_args(Severity)),
    "candidates": set(get_args(CandidateState)),
    "connection": set(TONES),
    "alert.state": set(ALERT_TONES),
    "hot_why": set(get_args(Why)) - {"already hot", "not hot"},  # of these nothing is journalled
    "side": {one.value for one in SideState},
    "stage": set(STAGES),
    "field": {field.name for name in presets() for field in preset(name).fields},
    "nav.group": set(GROUPS),
    "nav": {name for pages in GROUPS.values() for name in pages},
    "feed": set(TOLD),
    "undo": {*TIMES, *TEXTS, "mapping", "connection"} - {"link"},
}


def calls(folder: Path) -> Iterator[tuple[str, list[ast.expr]]]:
    """The name of each function that is called in a folder's code, and its arguments."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else ""
                yield (called.id if isinstance(called, ast.Name) else name), node.args


def texts(arguments: list[ast.expr]) -> Iterator[str]:
    """The texts among arguments, also those between which a condition chooses."""
    for one in arguments:
        if isinstance(one, ast.IfExp):
            yield from texts([one.body, one.orelse])
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


@pytest.mark.parametrize("area", FAMILIES)
def test_every_member_of_a_family_has_a_word(area: str) -> None:
    """Whoever adds a kind of job, a trouble or a state gives it a name in both languages."""
    for words in CATALOGUES.values():
        assert {name for name in FAMILIES[area] if f"{area}.{name}" not in words} == set()


def test_every_journalled_event_has_a_word() -> None:
    """The trail of a person shows them."""
    events = {
        text for name, given in calls(SOURCE) if name in NOTING for text in texts(given[:2])
    } - {"person"}

    assert len(events) > 30
    for words in CATALOGUES.values():
        assert {one for one in events if f"event.{one}" not in words} == set()


def test_every_finding_of_a_comparison_has_a_word() -> None:
    """Its category and its code."""
    found = [given for name, given in calls(SOURCE / "flows" / "work") if name == "_found"]
    categories = {text for given in found for text in texts(given[1:2])}
    codes = {text for given in found for text in texts(given[2:3])}

    assert {"missing_there", "filtered"} <= categories
    for words in CATALOGUES.values():
        assert {one for one in categories if f"found.{one}" not in words} == set()
        assert {one for one in codes if f"code.{one}" not in words} == set()


def test_every_word_that_a_page_names_is_there() -> None:
    """`words("jobs.title")` of a key that no catalogue has would fail on the page only."""
    named = {
        text
        for name, given in calls(SOURCE / "web" / "ui")
        if name == "words"
        for text in texts(given[:1])
    }

    assert "jobs.title" in named
    for words in CATALOGUES.values():
        assert named - set(words) == set()
