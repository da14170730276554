"""Hand-offs over HTTP: the memo, the gate, acts, who may, and who comes too late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from app.domain.handoff import Act
from app.domain.handoff_moves import Illegal
from app.flows import handoffs_acts
from app.flows.handoffs_acts import Stale
from app.store.db import Database
from tests.support.handoff_rows import MEMO, make_handoff, make_person
from tests.web.conftest import Site

AT = "/api/v1/handoffs"


def act(site: Site, handoff_id: int, deed: str, role: str = "operator", **body: Any) -> Any:
    return site.call("POST", f"{AT}/{handoff_id}/{deed}", role, json=body)


def places(answer: Any) -> dict[str, str]:
    return {one["pointer"]: one["detail"] for one in answer.json()["errors"]}


def test_a_handoff_goes_from_draft_to_recycled(site: Site) -> None:
    """Begun, completed, submitted, approved, accepted, met, reported, lost, recycled."""
    link_id = make_person(site.database)
    body = {"link_id": str(link_id), "giver": "is@example.jp"}
    begun = site.call("POST", AT, "operator", json=body)
    assert begun.status_code == 201
    one = begun.json()
    at = f"{AT}/{one['id']}"
    assert (one["state"], one["receiver"], one["name"]) == ("draft", "fs@example.jp", "山田 aya")
    assert one["memo"]["company_name"] == "山田製作所"
    assert (one["gate_open"], one["quality"], one["band"]) == (False, 4, "low")

    shown = site.call("PATCH", at, "operator", json={"memo": MEMO}).json()
    assert (shown["quality"], shown["band"], shown["gate_open"]) == (100, "high", True)
    assert act(site, one["id"], "submit").json()["state"] == "submitted"
    assert act(site, one["id"], "approve", "admin").json()["state"] == "delivered"
    accepted = act(site, one["id"], "accept").json()
    assert (accepted["state"], accepted["meeting_at"]) == ("meeting_set", "2030-04-09T01:00:00Z")
    assert accepted["next_step"] == {"en": "Hold the meeting", "ja": "商談を実施する"}
    assert act(site, one["id"], "held").json()["state"] == "feedback_due"
    report: dict[str, Any] = {
        "result": "ended",
        "rating": 5,
        "stall_reason": "price",
        "useful": "figures",
    }
    assert act(site, one["id"], "feedback", **report).json()["feedback"] == report
    lost = act(site, one["id"], "close", outcome="lost", reason="competitor").json()
    assert (lost["state"], lost["possible"]) == ("lost", ["recycle"])
    assert act(site, one["id"], "recycle", note="autumn").json()["state"] == "recycled"
    assert site.call("GET", at, "viewer").json()["thread"][-1]["text"] == "autumn"


def test_a_key_that_means_nothing_is_refused(site: Site) -> None:
    """A mistyped `version` would else change what somebody has changed meanwhile."""
    handoff_id = make_handoff(site.database, make_person(site.database))

    memo = site.call("PATCH", f"{AT}/{handoff_id}", "operator", json={"memo": {}, "versoin": 1})
    asked = act(site, handoff_id, "ask", note="Who signs?", question="Who?")
    field = site.call("PATCH", f"{AT}/{handoff_id}", "operator", json={"memo": {"budgt": "x"}})

    assert places(memo) == {"/versoin": "there is no such key"}
    assert places(asked) == {"/question": "there is no such key"}
    assert places(field) == {"/memo/budgt": "the memo has no such field"}


def test_who_comes_back_is_handed_over_with_their_history(site: Site) -> None:
    """The memo begins with how it ended, why, and what was known; also from team to team."""
    person = make_person(site.database)
    one = make_handoff(site.database, person, "submit", "approve")
    act(site, one, "reject", reason="no_budget", note="next year")
    act(site, one, "recycle", note="autumn")

    again = site.call("POST", AT, "operator", json={"link_id": str(person)}).json()
    body = {"link_id": str(person), "flow": "fs_cs"}
    next_team = site.call("POST", AT, "operator", json=body).json()

    assert again["memo"]["earlier"].endswith("Recycled: No budget, autumn")
    assert again["memo"]["competitors"] == "A社"
    assert "problem" not in again["memo"]
    assert next_team["memo"]["goal"] == "作成時間を半減したい"


def test_the_gate_names_what_is_not_met(site: Site) -> None:
    """An operator can't override it; an admin can, with a reason."""
    one = make_handoff(site.database, make_person(site.database), customer_agreed=False)

    closed = act(site, one, "submit")
    assert closed.status_code == 422
    assert places(closed) == {"/gate/meeting": "Customer agreed to meet and a date is set"}
    assert act(site, one, "submit", override="urgent").status_code == 403
    assert act(site, one, "submit", "admin", override="urgent").json()["override"]["reason"] == (
        "urgent"
    )


def test_an_illegal_act_says_what_is_possible(site: Site) -> None:
    """As a conflict with how it stands."""
    one = make_handoff(site.database, make_person(site.database))

    refused = act(site, one, "accept")

    assert refused.status_code == 409
    assert places(refused) == {
        "/state": "draft", "/possible": "edit, tick, submit, withdraw, reassign",
    }  # fmt: skip
    assert 'can\'t take "accept"' in refused.json()["detail"]


def test_who_saw_an_older_version_is_told_so(site: Site) -> None:
    """With the state and version of now."""
    one = make_handoff(site.database, make_person(site.database), "submit", "approve")
    seen = site.call("GET", f"{AT}/{one}", "viewer").json()["version"]
    act(site, one, "ask", note="who signs?", version=seen)

    late = act(site, one, "accept", version=seen)

    assert late.status_code == 409
    assert places(late) == {"/state": "questioned", "/version": str(seen + 1)}


def test_of_two_who_act_at_once_one_is_late(database: Database) -> None:
    """Accepted and rejected in the same moment: one of them, never both."""
    one = make_handoff(database, make_person(database), "submit", "approve")

    def do(deed: Any) -> str:
        new = Act(deed, deed, "operator", reason="other" if deed == "reject" else None)
        try:
            with database.begin() as tx:
                handoffs_acts.do(tx, one, new, now=datetime.now(UTC), version=3)
        except (Stale, Illegal):
            return "late"
        return str(deed)

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(do, ["accept", "reject", "accept", "reject"]))

    assert said.count("late") == 3


def test_roles_are_kept_apart(site: Site) -> None:
    """Viewers read, operators act, a manager approves."""
    one = make_handoff(site.database, make_person(site.database), "submit")

    assert site.call("GET", f"{AT}/{one}", "viewer").status_code == 200
    assert act(site, one, "withdraw", "viewer").status_code == 403
    refused = act(site, one, "approve")
    assert refused.status_code == 403
    assert refused.json()["detail"] == '"approve" needs the role admin; yours is operator'
    assert act(site, one, "return", "admin", note="add figures").json()["note"] == "add figures"


def test_what_is_missing_or_unknown_is_named(site: Site) -> None:
    """Fields of the memo, reasons, persons and hand-offs."""
    link_id = make_person(site.database)
    one = make_handoff(site.database, link_id, "submit", "approve")

    wrong = site.call("PATCH", f"{AT}/{one}", "operator", json={"memo": {"budget": "lots"}})
    assert (wrong.status_code, places(wrong)) == (
        422, {"/memo/budget": "give one of secured, foreseeable, none, unknown"},
    )  # fmt: skip
    assert act(site, one, "reject", reason="because").status_code == 422
    assert act(site, 999, "accept").status_code == 404
    assert site.call("GET", f"{AT}/999", "viewer").status_code == 404
    again = site.call("POST", AT, "operator", json={"link_id": str(link_id)})
    assert (again.status_code, places(again)) == (409, {"/handoff": str(one)})
    nobody = site.call("POST", AT, "operator", json={"link_id": str(uuid4())})
    assert nobody.status_code == 404


def test_without_a_document_it_says_what_to_publish(site: Site) -> None:
    """No default is in force by itself."""
    answer = site.call("POST", AT, "operator", json={"link_id": str(uuid4())})

    assert answer.status_code == 409
    assert answer.json()["detail"] == 'no document of the kind "handoff" is published'


def test_items_are_ticked_and_unticked(site: Site) -> None:
    """Those that no data says."""
    one = make_handoff(site.database, make_person(site.database))
    at = f"{AT}/{one}/checklist"

    def item(answer: Any) -> Any:
        return next(i for i in answer.json()["checklist"] if i["name"] == "behaviour")

    ticked = item(site.call("PUT", f"{at}/behaviour", "operator", json={}))
    assert (ticked["done"], ticked["auto"]) == (True, False)
    assert ticked["by"].startswith("a operator (")
    off = site.call("PUT", f"{at}/behaviour", "operator", json={"done": False})
    assert item(off)["done"] is False
    assert site.call("PUT", f"{at}/basic", "operator", json={}).status_code == 422


def test_lists_are_filtered_and_paged(site: Site) -> None:
    """By state, receiver, person, whether they are open; each once, the latest change first."""
    people = [make_person(site.database, name) for name in ("aya", "ben", "cho")]
    first = make_handoff(site.database, people[0])
    second = make_handoff(site.database, people[1], "submit", "approve")
    third = make_handoff(site.database, people[2], "withdraw")

    def ids(query: str) -> list[int]:
        items = site.call("GET", f"{AT}?{query}", "viewer").json()["items"]
        return [one["id"] for one in items]

    assert ids("") == [third, second, first]
    assert ids("open=true") == [second, first]
    assert ids("state=withdrawn") == [third]
    assert ids(f"person={people[0]}&flow=is_fs&band=high") == [first]
    assert ids("receiver=fs@example.jp&giver=is@example.jp&overdue=false&open=true") == [
        second, first,
    ]  # fmt: skip
    assert ids("overdue=true") == []
    page = site.call("GET", f"{AT}?limit=2", "viewer").json()
    rest = site.call("GET", page["next"], "viewer").json()
    assert [one["id"] for one in page["items"] + rest["items"]] == [third, second, first]
    assert site.call("GET", f"{AT}/counts", "viewer").json() == {
        "states": {"draft": 1, "delivered": 1, "withdrawn": 1}
    }


def test_another_receiver_and_a_retry(site: Site) -> None:
    """Nothing failed, so nothing is told again."""
    one = make_handoff(site.database, make_person(site.database), "submit", "approve")

    assert act(site, one, "reassign", to="fs2@example.jp").json()["receiver"] == "fs2@example.jp"
    assert act(site, one, "answer", note="x").status_code == 409
    assert act(site, one, "retry").status_code == 200
    assert act(site, one, "meeting", at="2030-01-01T00:00:00Z").status_code == 409
