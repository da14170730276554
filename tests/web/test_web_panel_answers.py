"""What a rep can say to an alert in the panel inside the CRM."""

import html
import re
from typing import Any

import httpx

from tests.support.panel import FORM, opened, person
from tests.web.conftest import Site

OTHER = "00Q5g00000XyZzZEAV"


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

    silent = answer(crm, {**given, "reason": "   "})
    before = said_of(crm)
    answer(crm, {**given, "reason": "  a competitor "})

    asked = crm.call("GET", silent.headers["location"], None).text
    assert 'role="alert">Why is this no hot lead?' in asked
    assert before == [(None, None, None)]
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
