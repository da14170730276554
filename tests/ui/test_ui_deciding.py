"""Deciding conflicts and asking for looks from the pages: only operators, each time anew."""

import pytest

from app.flows.resolve import Take
from app.store.attention import Wanted
from app.store.conflicts import Wanted as WantedConflicts
from app.web.parts import Parts
from app.web.ui import actions
from app.web.ui.desk import NotAllowed
from tests.ui.test_ui_actions import visit_of
from tests.web.test_web_conflicts import Quarrel


def test_an_operator_decides(parts: Parts) -> None:
    """One click, and both have that value; the journal names the operator."""
    quarrel = Quarrel(parts.database)
    visit = visit_of(parts, "operator")
    link = quarrel.world.link_of("ma", quarrel.contact)
    assert link is not None

    actions.resolve(visit, (link.id, "note"), Take("ma"))
    quarrel.world.settle()

    assert quarrel.notes == ("one", "one")


def test_all_of_a_field_are_decided(parts: Parts) -> None:
    """By the filter of the page."""
    quarrel = Quarrel(parts.database)
    Quarrel(parts.database, quarrel.world, "bob")

    actions.resolve_all(visit_of(parts, "operator"), WantedConflicts(field="note"), "sfa")
    quarrel.world.settle()

    assert quarrel.notes == ("two", "two")


def test_a_viewer_decides_nothing(parts: Parts) -> None:
    """Whatever the browser sends."""
    quarrel = Quarrel(parts.database)
    visit = visit_of(parts, "viewer")
    link = quarrel.world.link_of("ma", quarrel.contact)
    assert link is not None

    with pytest.raises(NotAllowed):
        actions.resolve(visit, (link.id, "note"), Take("ma"))
    with pytest.raises(NotAllowed):
        actions.resolve_all(visit, WantedConflicts(), "ma")
    with pytest.raises(NotAllowed):
        actions.retry_class(visit, Wanted(code="x"))
    with pytest.raises(NotAllowed):
        actions.look(visit, link.id, "")
    quarrel.world.settle()
    assert quarrel.notes == ("one", "two")
