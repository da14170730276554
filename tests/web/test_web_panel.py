"""The panel inside the CRM: who gets to see which record, and what of it."""

import html
import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.configuring import ConnectionSpec, save_connection
from app.store import activities
from app.web.embed.passes import LIFE, Passes
from connectors.base import Activity, Ref
from connectors.embedding import Embedded
from tests.support.embeds import CONTACT, LEAD, MA, canvas, card
from tests.support.panel import NOW, happened, opened, person
from tests.web.conftest import PUBLIC_URL, Site


def test_a_signed_request_opens_the_panel_of_its_record(crm: Site) -> None:
    """Name, score with its reasons, the alert and the history of both systems in one order."""
    person(crm)
    happened(crm, "page_view", "form_submit")
    happened(crm, "call", connection="crm", record=LEAD)

    page = opened(crm)

    assert page.status_code == 200
    assert "Ada Lovelace" in page.text
    assert "Price page viewed" in page.text
    assert "waits for an answer" in page.text
    kinds = re.findall(r"<p><strong>([^<]+)</strong>", page.text)
    assert kinds[-1] == "Form submitted"
    assert sorted(kinds) == ["Call", "Form submitted", "Page view"]


def test_the_panel_speaks_the_users_language(crm: Site) -> None:
    """Japanese names go family name first."""
    person(crm)

    page = opened(crm, language="ja").text

    assert '<html lang="ja">' in page
    assert "Lovelace Ada" in page
    assert "対応する" in page
    assert "まだ活動がありません。" in page


def test_only_the_crms_own_pages_may_frame_the_panel(crm: Site) -> None:
    """And nothing loads from anywhere else; no script, no style stands in the page."""
    person(crm)

    page = opened(crm)

    policy = page.headers["content-security-policy"]
    assert policy.endswith(
        "frame-ancestors https://acme.my.salesforce.com https://acme.lightning.force.com "
        "https://acme--c.vf.force.com"
    )
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "x-frame-options" not in page.headers
    assert "set-cookie" not in page.headers
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"<script>|<style|\son\w+=|style=", page.text)


@pytest.mark.parametrize(
    "path", ["/embed/crm/canvas", "/embed/crm/panel", "/embed/crm/panel?pass=x"]
)
def test_without_the_crms_word_nothing_is_shown(crm: Site, path: str) -> None:
    """A page in both languages, with no name on it."""
    person(crm)

    page = crm.call("GET", path, None)

    assert page.status_code == 401
    assert "This page can't be shown" in html.unescape(page.text)
    assert "このページは表示できません" in page.text
    assert "Ada" not in page.text


def test_a_forged_request_is_refused_and_a_stranger_too(crm: Site) -> None:
    """Another secret; a connection that is none, or has no panel."""
    person(crm)

    assert opened(crm, secret="another").status_code == 401
    assert crm.call("POST", "/embed/nobody/canvas", None, content=canvas()).status_code == 404
    assert crm.call("POST", "/embed/ma/canvas", None, content=canvas()).status_code == 404
    assert crm.call("GET", "/embed/crm/card", None).status_code == 404


def test_a_record_that_nobody_knows_has_a_page_that_says_so(crm: Site) -> None:
    """It may not have been read yet."""
    page = opened(crm)

    assert page.status_code == 200
    assert "Baton does not know this record yet." in page.text


def test_a_card_names_the_score_and_opens_the_panel(crm: Site) -> None:
    """HubSpot signs the request for the card; the card's link is the panel."""
    person(crm)
    path, headers = card(PUBLIC_URL)

    told = crm.call("GET", path, None, headers=headers)
    [result] = told.json()["results"]
    address = told.json()["primaryAction"]["uri"]
    page = crm.call("GET", address.removeprefix(PUBLIC_URL), None)

    assert result["title"] == "Ada Lovelace"
    assert result["properties"][0] == {"label": "Score", "dataType": "STRING", "value": "92 (A)"}
    assert address.startswith(f"{PUBLIC_URL}/embed/hub/panel?pass=")
    assert "Ada Lovelace" in page.text
    assert "https://app.hubspot.com" in page.headers["content-security-policy"]
    assert crm.call("GET", path.replace("=17", "=18"), None, headers=headers).status_code == 401


def test_a_pass_opens_one_record_of_one_connection_for_an_hour(crm: Site) -> None:
    """Elsewhere, later, or changed by a letter it opens nothing."""
    person(crm)
    key = crm.parts.vault.signing_key
    seen = Embedded(Ref("person", LEAD), "rep@acme.example")
    good = Passes(key).issue("crm", seen).text
    late = Passes(key, now=lambda: datetime.now(UTC) - LIFE).issue("crm", seen).text
    forged = Passes(b"x" * 32).issue("crm", seen).text

    def status(pass_: str, name: str = "crm") -> int:
        return crm.call("GET", f"/embed/{name}/panel", None, params={"pass": pass_}).status_code

    assert status(good) == 200
    assert [status(good, "hub"), status(late), status(forged), status(good + "x")] == [401] * 4


def test_the_history_is_filtered_by_kind_and_read_on(crm: Site) -> None:
    """A page at a time; the filter goes along."""
    person(crm)
    happened(crm, *["page_view"] * 30, "call")
    whole = opened(crm).text
    [web] = re.findall(r'href="([^"]+)">Web<', whole)

    first = crm.call("GET", html.unescape(web), None).text
    [older] = re.findall(r'href="([^"]+)">Older ones<', first)
    second = crm.call("GET", html.unescape(older), None).text

    assert whole.count('class="entry"') == 25
    assert (first.count('class="entry"'), second.count('class="entry"')) == (25, 5)
    assert "Call" not in re.findall(r"<p><strong>([^<]+)</strong>", first + second)


def test_what_people_and_vendors_write_is_text(crm: Site) -> None:
    """Markup in a name, a title or a detail does nothing."""
    person(crm, first_name="<img src=x onerror=alert(1)>")
    with crm.database.begin() as tx:
        evil = Activity("1", Ref("person", CONTACT), "<b>x</b>", NOW, "<script>alert(1)</script>",
                        {"url": "javascript:alert(1)", "<i>": "<u>"})  # fmt: skip
        activities.add(tx, "hub", [evil], uuid4())

    page = opened(crm).text

    for markup in ("<img", "<script>", "<b>", "<i>", "<u>", 'href="javascript'):
        assert markup not in page


def test_a_title_hides_and_turns_nothing(crm: Site) -> None:
    """One line; what only repeats the type is left out."""
    person(crm)
    with crm.database.begin() as tx:
        ref = Ref("person", CONTACT)
        turned = Activity("1", ref, "call", NOW, "Demo\u202e\u200b\nlived")
        same = Activity("2", ref, "lost", NOW, " Lost ")
        activities.add(tx, "hub", [turned, same], uuid4())

    page = opened(crm).text

    assert re.findall(r'<span class="said">([^<]*)</span>', page) == ["Demo lived"]


def test_a_merged_person_is_found_by_the_record_that_is_shown(crm: Site) -> None:
    """A pass names the record, not Baton's own id of the person."""
    person(crm)
    page = opened(crm).text
    with crm.database.begin() as tx:
        tx.exec_driver_sql("DELETE FROM link")
    person(crm, first_name="Augusta")
    [web] = re.findall(r'href="([^"]+)">Web<', page)

    assert "Augusta" in crm.call("GET", html.unescape(web), None).text


def test_hosts_that_are_none_do_not_end_the_policy(crm: Site) -> None:
    """What an admin enters can't open the frame to everybody."""
    person(crm)
    settings = {"portal_id": 42, "panel_hosts": ["https://ok.example", "*; script-src *"]}
    with crm.database.begin() as tx:
        spec = ConnectionSpec.model_validate({**MA, "settings": settings})
        save_connection(tx, crm.parts.accounts, spec)
    path, headers = card(PUBLIC_URL)
    address = crm.call("GET", path, None, headers=headers).json()["primaryAction"]["uri"]

    page = crm.call("GET", address.removeprefix(PUBLIC_URL), None)

    policy = page.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://ok.example")


def test_a_connection_says_where_its_panel_is(crm: Site) -> None:
    """What an admin enters in the CRM; None where a vendor has no such pages."""
    found = {name: crm.call("GET", f"/api/v1/connections/{name}").json()["panel_url"]
             for name in ("crm", "hub", "ma")}  # fmt: skip

    assert found == {
        "crm": f"{PUBLIC_URL}/embed/crm/canvas",
        "hub": f"{PUBLIC_URL}/embed/hub/card",
        "ma": None,
    }
