"""Rehearsals, going back, and changed fields in a real browser."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from app.configuring import ConnectionSpec, save_connection, save_document
from app.flows import drift
from app.store import documents
from app.store.drift import resting
from connectors.base import Field
from connectors.memory import MemoryConnector, MemoryVendor
from tests.browser.conftest import Site
from tests.support.world import MAPPING

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def _vendor(site: Site, name: str) -> MemoryVendor:
    connector = site.parts.accounts.connector(name)
    assert isinstance(connector, MemoryConnector)
    return connector.vendor


def _people(vendor: MemoryVendor) -> list[Field]:
    return [one for one in vendor.schema if one.object in {"Lead", "Contact"}]


@pytest.fixture
def pair(site: Site) -> Site:
    """Two systems of one process, a mapping in two versions, and somebody nobody has seen."""
    with site.parts.database.begin() as tx:
        for name, role in (("ma", "ma"), ("sfa", "sfa")):
            spec = {"name": name, "vendor": "memory", "role": role}
            save_connection(tx, site.parts.accounts, ConnectionSpec.model_validate(spec))
    fields = {name: _people(_vendor(site, name)) for name in ("ma", "sfa")}
    with site.parts.database.begin() as tx:
        for name, known in fields.items():
            drift.keep(tx, name, "person", known)
        save_document(tx, "mapping", "main", MAPPING, by="Kai")
        newer = {**MAPPING, "region": "US"}
        save_document(tx, "mapping", "main", newer, resync=False, by="Kai")
    _vendor(site, "ma").add_person("ada@example.com", "Contact", job_title="CTO")
    return site


def test_a_version_is_rehearsed_with_a_click(pair: Site, visit: Opens) -> None:
    """Totals, the calls it costs, and each field with where it comes from."""
    page = visit("/documents", "operator")
    page.locator("summary").first.click()
    page.get_by_role("link", name="Rehearse").first.click()

    page.get_by_role("button", name="Rehearse with 20 records").click()

    expect(page.get_by_text("would be created: 1")).to_be_visible()
    expect(page.get_by_text("(blank) → ada@example.com")).to_be_visible()
    expect(page.get_by_text("from ma: fills a blank").first).to_be_visible()
    expect(page.get_by_text("What activating it would cost")).to_be_visible()
    assert _vendor(pair, "sfa").records("person") == []


def test_an_admin_goes_back_to_an_earlier_version(pair: Site, visit: Opens) -> None:
    """The page then tells of the job that brings all records under it."""
    page = visit("/documents", "admin")
    page.locator("summary").nth(1).click()
    page.on("dialog", lambda dialog: dialog.accept())

    page.get_by_role("button", name="Activate this version: mapping main 1").click()

    expect(page.get_by_text("brings all records under the active version")).to_be_visible()
    with pair.parts.database.begin() as tx:
        active = documents.get(tx, "mapping", "main")
    assert active is not None
    assert active.version == 1


def test_a_changed_field_is_shown_and_confirmed(pair: Site, visit: Opens) -> None:
    """At its connection, with the place that it touches."""

    def changed(one: Field) -> Field:
        mine = (one.object, one.name) == ("Contact", "phone")
        return replace(one, type="number") if mine else one

    known = [changed(one) for one in _people(_vendor(pair, "ma"))]
    with pair.parts.database.begin() as tx:
        drift.keep(tx, "ma", "person", known)
    page = visit("/connections", "operator")
    found = page.get_by_label("Changed fields")
    expect(found.get_by_text("Contact.phone")).to_be_visible()
    expect(found.get_by_text("touches main /fields/1/ma")).to_be_visible()

    found.get_by_role("button", name="Confirm: Contact.phone").click()

    expect(found.get_by_text("Contact.phone")).to_have_count(0)
    with pair.parts.database.begin() as tx:
        assert resting(tx) == []
