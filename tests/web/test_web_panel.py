"""The panel inside the CRM: who gets to see which record, and what a rep can say there."""

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from app.configuring import ConnectionSpec, save_connection
from app.domain.link import Link, Side
from app.store import activities, alerts, links
from app.store.alerts import NewAlert
from app.web.embed.passes import LIFE, Passes
from connectors.base import Activity, Ref
from connectors.embedding import Embedded
from tests.support.embeds import CONTACT, LEAD, MA, SFA, canvas, card
from tests.web.conftest import PUBLIC_URL, Site

OTHER = "00Q5g00000XyZzZEAV"
FORM = {"content-type": "application/x-www-form-urlencoded"}
NOW = datetime.now(UTC)


@pytest.fixture
def crm(site: Site) -> Site:
    """A site with an org and a HubSpot account."""
    with site.database.begin() as tx:
        for spec in (SFA, MA):
            save_connection(tx, site.parts.accounts, ConnectionSpec.model_validate(spec))
    return site


def person(site: Site, lead: str = LEAD, contact: str = CONTACT, **agreed: Any) -> UUID:
    """A scored, hot person with an alert, known to both systems."""
    fields = {"first_name": "Ada", "last_name": "Lovelace", "company": "Analytical", **agreed}
    reason = {"text_en": "+30 Price page viewed, 3 minutes ago", "at": None,
              "text_ja": "+30 料金ページ閲覧(3分前)"}  # fmt: skip
    link = Link(
        uuid4(), "person", agreed=fields, email="ada@example.com", score=92, fit=30, intent=52,
        timing=10, grade="A", reasons=[reason], hot_since=NOW, crossing=1,
    )  # fmt: skip
    for name, record, object_ in (("crm", lead, "Lead"), ("hub", contact, "contacts")):
        link.sides[name] = Side(link.id, name, "person", external_id=record, object=object_)
    alert = NewAlert(
        link_id=link.id, rule="hot", crossing=1, connection="crm", title="Hot", body="Call",
        reasons=[], owner=None, score=92, notice="off", cause_id=None, caused_at=NOW,
        react_by=NOW + timedelta(minutes=30),
    )  # fmt: skip
    with site.database.begin() as tx:
        links.save(tx, [link])
        alerts.add(tx, [alert])
    return link.id


def happened(site: Site, *types: str, connection: str = "hub", record: str = CONTACT) -> None:
    with site.database.begin() as tx:
        items = [
            Activity(f"{type_}-{n}", Ref("person", record), type_, NOW - timedelta(minutes=n),
                     f"Title {n}", {"url": f"https://acme.example/{n}"})
            for n, type_ in enumerate(types)
        ]  # fmt: skip
        activities.add(tx, connection, items, uuid4())


def opened(site: Site, **more: Any) -> httpx.Response:
    """The panel as Salesforce opens it."""
    return site.call("POST", "/embed/crm/canvas", None, content=canvas(**more), headers=FORM)


def fields(page: str, deed: str) -> dict[str, str]:
    """The hidden fields of the form of a deed."""
    [form] = [f for f in re.findall(r"<form.*?</form>", page, re.DOTALL)
              if f'name="deed" value="{deed}"' in f]  # fmt: skip
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}


def answer(site: Site, given: dict[str, str], path: str = "/embed/crm/react") -> httpx.Response:
    return site.call("POST", path, None, data=given, headers=FORM)


def said_of(site: Site) -> list[tuple[Any, ...]]:
    with site.database.begin() as tx:
        rows = tx.exec_driver_sql("SELECT reaction, reacted_by, reaction_reason FROM alert")
        return [tuple(row) for row in rows]


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


def test_a_rep_accepts_an_alert_from_the_panel(crm: Site) -> None:
    """It is kept who did, by the CRM's word; a second click changes nothing."""
    ada = person(crm)
    given = fields(opened(crm).text, "accept")

    first, again = answer(crm, given), answer(crm, given)
    page = crm.call("GET", first.headers["location"], None).text

    assert (first.status_code, again.status_code) == (303, 303)
    assert said_of(crm) == [("accepted", "rep@acme.example (crm)", None)]
    assert "accepted" in page
    assert 'value="accept"' not in page
    with crm.database.begin() as tx:
        lines = tx.exec_driver_sql("SELECT link_id FROM journal WHERE event = 'alert_accepted'")
        assert [row.link_id for row in lines] == [ada]


def test_a_rep_rejects_an_alert_with_a_reason(crm: Site) -> None:
    """Without one it is not taken."""
    person(crm)
    given = fields(opened(crm).text, "reject")

    silent = answer(crm, given)
    answer(crm, {**given, "reason": "  a competitor "})

    assert silent.status_code == 422
    assert said_of(crm) == [("rejected", "rep@acme.example (crm)", "a competitor")]


def test_tomorrow_morning_is_the_reps_morning(crm: Site) -> None:
    """Nine o'clock where the CRM says the rep is."""
    person(crm)
    given = fields(opened(crm, zone="Asia/Tokyo").text, "snooze")

    answer(crm, {**given, "when": "morning"})

    with crm.database.begin() as tx:
        until = tx.exec_driver_sql(
            "SELECT to_char(snoozed_until AT TIME ZONE 'Asia/Tokyo', 'HH24:MI') FROM alert"
        ).scalar_one()
    assert until == "09:00"


def test_who_comes_too_late_is_told(crm: Site) -> None:
    """Somebody else has rejected it meanwhile."""
    person(crm)
    page = opened(crm).text
    answer(crm, {**fields(page, "reject"), "reason": "a customer"})

    late = answer(crm, fields(page, "accept"))
    seen = crm.call("GET", late.headers["location"], None).text

    assert said_of(crm)[0][0] == "rejected"
    assert "a customer" in seen


def test_an_alert_of_somebody_else_can_not_be_answered(crm: Site) -> None:
    """A pass reaches its own record only."""
    person(crm)
    person(crm, OTHER, "18")
    mine = fields(opened(crm).text, "accept")
    theirs = fields(opened(crm, record=OTHER).text, "accept")

    assert answer(crm, {**mine, "alert": theirs["alert"]}).status_code == 404
    assert answer(crm, {**mine, "pass": "x"}).status_code == 401
    assert [one[0] for one in said_of(crm)] == [None, None]


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
