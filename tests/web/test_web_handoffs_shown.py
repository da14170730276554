"""Hand-offs elsewhere: in the panel inside the CRM, in what needs a person, in a person's data."""

from sqlalchemy import text

from tests.support.handoff_rows import make_handoff, make_person, publish
from tests.support.panel import opened, person
from tests.web.conftest import Site


def test_the_panel_says_where_the_handoff_stands(crm: Site) -> None:
    """State, quality, next step, meeting; nothing where nobody handed over."""
    link_id = person(crm)
    publish(crm.database)
    assert "Hand-off" not in opened(crm).text

    make_handoff(crm.database, link_id, "submit", "approve")

    shown = opened(crm).text
    assert "Handed over" in shown
    assert "Quality 100 of 100" in shown
    assert "Accept, ask, or reject with a reason" in shown
    assert "受諾・質問・却下(理由必須)を行う" in opened(crm, language="ja").text


def test_what_a_system_refused_needs_a_person(site: Site) -> None:
    """With what to do, and a retry."""
    one = make_handoff(site.database, make_person(site.database), "submit", "approve")
    with site.database.begin() as tx:
        tx.execute(
            text(
                "INSERT INTO handoff_entry (handoff_id, connection, key, what, title, body, state,"
                " code, reason) VALUES (:id, 'ma', 'handoff/1', 'note', 'Memo', '', 'failed',"
                " 'NO', 'refused')"
            ),
            {"id": one},
        )

    [item] = site.call("GET", "/api/v1/attention?what=handoff", "viewer").json()["items"]
    assert (item["code"], item["reason"], item["connection"]) == ("NO", "Memo: refused", "ma")
    [told] = site.call("GET", f"/api/v1/handoffs/{one}", "viewer").json()["told"]
    assert (told["state"], told["reason"]) == ("failed", "refused")
    again = site.call("POST", f"/api/v1/handoffs/{one}/retry", "operator", json={}).json()
    assert [entry["state"] for entry in again["told"]] == ["pending"]
    assert "handoff:ma" in site.woken


def test_a_persons_data_has_their_handoffs(site: Site) -> None:
    """With memo and thread; erased, they are gone."""
    link_id = make_person(site.database)
    make_handoff(site.database, link_id, "submit", "approve", "ask")

    [one] = site.call("GET", f"/api/v1/people/{link_id}/export").json()["handoffs"]
    assert one["memo"]["company_name"] == "山田製作所"
    assert [line["text"] for line in one["thread"]] == ["誰が決裁しますか"]
    site.call("POST", f"/api/v1/people/{link_id}/erase", json={})
    assert (site.rows("handoff"), site.rows("handoff_message")) == (0, 0)


def test_a_message_that_waits_says_until_when(site: Site) -> None:
    """For working hours, or for a channel that is busy; what was sent waits for nothing."""
    link_id = make_person(site.database)
    one = make_handoff(site.database, link_id, "submit", "approve")
    with site.database.begin() as tx:
        tx.execute(
            text(
                "INSERT INTO alert_message (connection, channel, recipient, reason_for, step,"
                " round, state, due_at, link_id, about, said) SELECT 'chat', 'message', 'fs@x.jp',"
                " 'notice', 0, 0, state, '2031-04-07T00:00:00Z', :link,"
                " 'handoff/' || :id || '/' || state, '{\"en\": {\"title\": \"Hand-off\"}}'"
                " FROM unnest(ARRAY['pending', 'sent']) AS state"
            ),
            {"id": str(one), "link": link_id},
        )

    told = site.call("GET", f"/api/v1/handoffs/{one}", "viewer").json()["told"]

    assert {entry["state"]: entry["due_at"] for entry in told} == {
        "pending": "2031-04-07T00:00:00Z", "sent": None,
    }  # fmt: skip
