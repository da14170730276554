"""Answering an alert by a link: without signing in, and safe from whatever opens links."""

import string
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.flows.alert_links import Links
from app.store import alert_messages
from app.store.alert_messages import NewMessage
from tests.support.panel import FORM, person
from tests.web.conftest import PUBLIC_URL, Site

HOUR = timedelta(hours=1)


@pytest.fixture
def ada(site: Site) -> UUID:
    """Somebody hot, of whom a rep was told by a channel."""
    link_id = person(site)
    with site.database.begin() as tx:
        told = NewMessage("slack", "message", "rep@example.com", datetime.now(UTC))
        alert_messages.add(tx, 1, [told])
    return link_id


def token(site: Site, alert: int = 1, message: int = 1, ends: timedelta = HOUR) -> str:
    links = Links(PUBLIC_URL, site.parts.vault.signing_key)
    address = links.answer(alert, message, datetime.now(UTC) + ends)
    assert address is not None
    return address.rpartition("/")[2]


def ask(site: Site, method: str, name: str, **more: Any) -> httpx.Response:
    return site.call(method, f"/a/{name}", None, **more)


def say(site: Site, name: str, form: str) -> httpx.Response:
    return ask(site, "POST", name, content=form.encode(), headers=FORM)


def state(site: Site) -> tuple[str | None, str | None, str | None]:
    row = site.call("GET", "/api/v1/alerts/1").json()
    return row["reaction"], row["reacted_by"], row["reaction_reason"]


@pytest.mark.usefixtures("ada")
def test_opening_a_link_changes_nothing(site: Site) -> None:
    """However often, with whatever choice: a mail scanner answers nobody's alert."""
    for do in ("accept", "snooze", "reject", "<script>"):
        shown = ask(site, "GET", token(site) + f"?do={do}")
        assert shown.status_code == 200
        assert "Call" in shown.text
        assert "<script>" not in shown.text

    assert ask(site, "HEAD", token(site)).status_code in {200, 405}
    assert state(site) == (None, None, None)
    assert shown.headers["cache-control"] == "no-store"
    assert "form-action 'self'" in shown.headers["content-security-policy"]


@pytest.mark.usefixtures("ada")
def test_the_button_answers_in_the_name_of_whom_it_was_for(site: Site) -> None:
    """Without a session or a key."""
    said = say(site, token(site), "deed=accept")

    assert said.status_code == 200
    assert state(site) == ("accepted", "rep@example.com (link)", None)


@pytest.mark.usefixtures("ada")
def test_what_was_decided_stays(site: Site) -> None:
    """A second answer is refused, and the page names who decided."""
    name = token(site)
    say(site, name, "deed=accept")

    late = say(site, name, "deed=reject&reason=no")
    shown = ask(site, "GET", name)

    assert late.status_code == 409
    assert "rep@example.com" in late.text
    assert "<form" not in shown.text
    assert state(site)[0] == "accepted"


@pytest.mark.usefixtures("ada")
def test_a_rejection_needs_its_reason(site: Site) -> None:
    """The form comes back; with a reason it is taken."""
    assert say(site, token(site), "deed=reject&reason=+").status_code == 422
    assert say(site, token(site), "deed=reject&reason=a+competitor").status_code == 200
    assert state(site) == ("rejected", "rep@example.com (link)", "a competitor")


@pytest.mark.usefixtures("ada")
def test_an_alert_is_put_off(site: Site) -> None:
    """For some hours, of those that are offered."""
    assert say(site, token(site), "deed=snooze&hours=400").status_code == 422
    assert say(site, token(site), "deed=snooze&hours=4").status_code == 200

    row = site.call("GET", "/api/v1/alerts/1").json()
    until = datetime.fromisoformat(row["snoozed_until"]) - datetime.now(UTC)
    assert timedelta(hours=3, minutes=59) < until <= timedelta(hours=4)


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("name", "status"), [("nonsense", 404), ("x" * 5_000, 404), ("a.b.c", 404), ("%00", 404)]
)
def test_a_link_that_is_not_ours_is_refused(site: Site, name: str, status: int) -> None:
    """Cut off, invented, or for somebody else's installation."""
    assert ask(site, "GET", name).status_code == status
    assert say(site, name, "deed=accept").status_code == status
    assert state(site)[0] is None


@pytest.mark.usefixtures("ada")
def test_a_link_of_another_key_or_with_a_letter_changed_is_refused(site: Site) -> None:
    """The signature covers all of it."""
    other = Links(PUBLIC_URL, b"another key" * 3).answer(1, 1, datetime.now(UTC) + HOUR)
    assert other is not None
    good = token(site)
    bent = [good[:-1] + letter for letter in string.ascii_letters if letter != good[-1]]

    for name in (other.rpartition("/")[2], *bent, good[1:]):
        assert say(site, name, "deed=accept").status_code == 404
    assert state(site)[0] is None


@pytest.mark.usefixtures("ada")
def test_a_link_ends(site: Site) -> None:
    """Then it shows nothing of anybody."""
    old = token(site, ends=-HOUR)

    shown = ask(site, "GET", old)

    assert shown.status_code == 410
    assert "Ada" not in shown.text
    assert say(site, old, "deed=accept").status_code == 410


@pytest.mark.usefixtures("ada")
def test_a_page_speaks_the_readers_language(site: Site) -> None:
    """Japanese where the browser asks for it."""
    shown = ask(site, "GET", token(site), headers={"accept-language": "ja"})

    assert "対応する" in shown.text
    assert "対象外にする" in shown.text


def test_without_a_key_there_are_no_links() -> None:
    """A process that can't sign makes none, and takes none."""
    assert Links(PUBLIC_URL).answer(1, 1, datetime.now(UTC)) is None
    assert Links(PUBLIC_URL).read("anything") is None
