"""The demo's judge sees only the sandboxes' stores, and notices what is wrong there."""

from collections import Counter
from typing import Any

import pytest

from app.demo.outcome import Outcome, judge
from app.demo.script import Deed, Edit, Script, write
from app.demo.show import percentile

HOT = {"Baton_Score__c": 90, "Baton_Grade__c": "A", "Baton_Hot_Since__c": "2026-11-20T10:00:00Z"}
WARM = {"Baton_Score__c": 20, "Baton_Grade__c": "D", "Baton_Hot_Since__c": None}
Dumps = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture
def script() -> Script:
    """Ten people, two of whom turn hot; no edits."""
    whole = write(10, seed=3)
    return Script(whole.people, whole.deeds, [])


@pytest.fixture
def dumps(script: Script) -> Dumps:
    """Both stores as they are when all went well."""
    reps = sorted({person.rep.email for person in script.people})
    people = script.people
    contacts = [_contact(n, one.email, hot=one.hot) for n, one in enumerate(people)]
    leads = [_lead(n, one.email, hot=one.hot) for n, one in enumerate(people)]
    ids = {one.email: f"L{n}" for n, one in enumerate(people)}
    deeds = [one for one in script.deeds if one.mark is not None]
    for lead in leads:
        lead["fields"]["Baton_Touch_Count__c"] = sum(
            one.person.email == lead["fields"]["Email"] for one in deeds
        )
    alone = [one for one in deeds if _is_alone(one)]
    tasks = [_activity(n, ids[d.person.email], d.mark) for n, d in enumerate(alone)]
    gathered = Counter(ids[one.person.email] for one in deeds if not _is_alone(one))
    tasks += [_digest(who, count) for who, count in gathered.items()]
    tasks += [_alert(ids[one.email], one.rep.email) for one in people if one.hot]
    bells = [
        {"at": 3000, "target": ids[one.email], "recipients": [one.rep.email]}
        for one in people
        if one.hot
    ]
    events = [{"at": 1000, "properties": {"hs_url": f"https://x/?{d.mark}"}} for d in deeds]
    users = [{"id": email, "fields": {"Email": email}, "log": []} for email in reps]
    owners = [{"id": email, "email": email} for email in reps]
    hubspot = {"objects": {"contacts": contacts}, "events": events, "owners": owners}
    objects = {"Lead": leads, "Task": tasks, "User": users}
    return hubspot, {"objects": objects, "notifications": bells}


def _is_alone(deed: Deed) -> bool:
    """Prices and enquiries are entries of their own by the activity document's preset."""
    return bool(deed.step["event"] == "form_submit" or deed.step["path"] == "/pricing")


def _contact(number: int, email: str, *, hot: bool) -> dict[str, Any]:
    score = [{"value": "85", "timestamp": "1970-01-01T00:00:01.500Z"}]
    return {
        "id": str(number), "archived_ms": None,
        "properties": {"email": email, "baton_stage": "mql" if hot else "lead"},
        "history": {"hubspotscore": score}, "log": [],
    }  # fmt: skip


def _lead(number: int, email: str, *, hot: bool) -> dict[str, Any]:
    rated = {**(HOT if hot else WARM), "Baton_Reasons__c": "+15 Price page viewed"}
    stage = {"Baton_Stage__c": "mql" if hot else "lead"}
    fields = {"Email": email, "Baton_Key__c": f"K{number}", **rated, **stage}
    return {"id": f"L{number}", "deleted": False, "fields": fields, "log": []}


def _activity(number: int, who: str, mark: str | None) -> dict[str, Any]:
    fields = {
        "Status": "Completed", "Priority": "Normal", "WhoId": who, "Subject": "Page view",
        "Description": f"URL: https://x/?{mark}", "Baton_Key__c": f"activity/{number}",
    }  # fmt: skip
    return {"id": f"T{number}", "deleted": False, "fields": fields, "log": []}


def _digest(who: str, count: int) -> dict[str, Any]:
    noun = "activity" if count == 1 else "activities"
    fields = {
        "Status": "Completed", "Priority": "Normal", "WhoId": who,
        "Subject": f"{count} {noun}, 2026-11-20: Page views {count}",
        "Description": "", "Baton_Key__c": f"digest/{who}",
    }  # fmt: skip
    return {"id": f"D{who}", "deleted": False, "fields": fields, "log": []}


def _handed(who: str) -> dict[str, Any]:
    fields = {"Status": "Not Started", "WhoId": who, "Baton_Key__c": "handoff/1/delivered"}
    return {"id": f"H{who}", "deleted": False, "fields": fields, "log": []}


def _alert(who: str, owner: str) -> dict[str, Any]:
    fields = {
        "Status": "Not Started", "Priority": "High", "WhoId": who, "OwnerId": owner,
        "IsReminderSet": True, "ReminderDateTime": "2026-11-20T10:20:00Z",
        "Baton_Key__c": f"alert/{who}",
    }  # fmt: skip
    return {"id": f"A{who}", "deleted": False, "fields": fields, "log": [], "created_at": 2000}


def _wrong(outcome: Outcome) -> tuple[int, int, int]:
    return len(outcome.missing), len(outcome.extra), len(outcome.bells_missing)


def test_what_went_well_has_no_findings(script: Script, dumps: Dumps) -> None:
    """Latency runs from the decisive deed (1000, a score 1500) to the task (2000)."""
    outcome = judge(script, *dumps)

    assert outcome.complete
    assert (outcome.leads, outcome.alerts, outcome.notifications) == (10, 2, 2)
    marked = [one for one in script.deeds if one.mark is not None]
    assert outcome.activities == len(marked)
    assert outcome.entries == outcome.tasks - outcome.alerts < outcome.activities
    assert sorted(outcome.alert_ms) == [500, 1000]


@pytest.mark.parametrize(
    ("table", "wrong"),
    [("Lead", (0, 2, 0)), ("Task", (0, 1, 0))],
)
def test_what_is_there_twice_is_noticed(
    script: Script, dumps: Dumps, table: str, wrong: tuple[int, int, int]
) -> None:
    """A second lead is wrong twice: one too many for its person, and a key used twice."""
    rows = dumps[1]["objects"][table]
    rows.append({**rows[0], "id": "again"})

    assert _wrong(judge(script, *dumps)) == wrong


def test_a_lost_activity_is_noticed(script: Script, dumps: Dumps) -> None:
    """By its mark."""
    del dumps[1]["objects"]["Task"][0]

    outcome = judge(script, *dumps)

    assert outcome.missing[0].startswith("activity visit=")
    assert _wrong(outcome) == (1, 0, 0)


def test_what_a_digest_leaves_out_or_counts_twice_is_noticed(script: Script, dumps: Dumps) -> None:
    """By the number that its title tells."""
    digests = [one for one in dumps[1]["objects"]["Task"] if one["id"].startswith("D")]
    count, rest = digests[0]["fields"]["Subject"].split(" ", 1)

    digests[0]["fields"]["Subject"] = f"{int(count) - 1} {rest}"
    assert _wrong(judge(script, *dumps)) == (1, 0, 0)
    digests[0]["fields"]["Subject"] = f"{int(count) + 2} {rest}"
    assert _wrong(judge(script, *dumps)) == (0, 2, 0)


def test_a_wrong_stage_or_touch_count_is_noticed(script: Script, dumps: Dumps) -> None:
    """In either system; who was given up by a rep is recycled."""
    hubspot, salesforce = dumps
    salesforce["objects"]["Lead"][0]["fields"]["Baton_Touch_Count__c"] += 1
    salesforce["objects"]["Lead"][1]["fields"]["Baton_Stage__c"] = "sql"
    hubspot["objects"]["contacts"][2]["properties"]["baton_stage"] = None
    people = script.people

    assert judge(script, *dumps).missing == [
        f"stage of {people[1].email}", f"stage of {people[2].email}",
        f"touches of {people[0].email}",
    ]  # fmt: skip
    edit = Edit(0, people[0], "Status", "Closed - Not Converted", "baton_stage", "recycled")
    assert Script(people, (), [edit]).stages(())[people[0].email] == "recycled"


def test_a_hand_off_is_judged_once_it_was_made(script: Script, dumps: Dumps) -> None:
    """Its state at the Lead, the receiver's task, and the stage that follows."""
    first = script.handings[0]
    number = script.people.index(first.person)
    lead = dumps[1]["objects"]["Lead"][number]
    lost = judge(script, *dumps, [first]).missing
    lead["fields"] |= {"Baton_Handoff_State__c": "Meeting set", "Baton_Stage__c": "sao"}
    dumps[0]["objects"]["contacts"][number]["properties"]["baton_stage"] = "sao"
    dumps[1]["objects"]["Task"].append(_handed(lead["id"]))

    assert lost == [f"stage of {first.person.email}", f"hand-off of {first.person.email}"]
    outcome = judge(script, *dumps, [first])
    assert (outcome.complete, outcome.handoffs) == (True, 1)


def test_an_activity_at_the_wrong_lead_is_lost_and_too_much(script: Script, dumps: Dumps) -> None:
    """Being somewhere is not enough."""
    first = dumps[1]["objects"]["Task"][0]["fields"]
    first["WhoId"] = "L9" if first["WhoId"] != "L9" else "L8"

    assert _wrong(judge(script, *dumps)) == (1, 1, 0)


def test_an_alert_for_the_wrong_rep_is_no_alert(script: Script, dumps: Dumps) -> None:
    """The owner's task is missing, the other's is too much."""
    dumps[1]["objects"]["Task"][-1]["fields"]["OwnerId"] = "somebody"

    assert _wrong(judge(script, *dumps)) == (1, 1, 0)


def test_a_bell_that_did_not_ring_is_told_apart(script: Script, dumps: Dumps) -> None:
    """After a kill it is allowed; its task stands."""
    dumps[1]["notifications"].pop()

    assert _wrong(judge(script, *dumps)) == (0, 0, 1)


def test_a_bell_that_rang_twice_is_too_much(script: Script, dumps: Dumps) -> None:
    """Whoever is killed."""
    dumps[1]["notifications"].append(dumps[1]["notifications"][0])

    assert _wrong(judge(script, *dumps)) == (0, 1, 0)


def test_the_same_seed_plays_the_same_play() -> None:
    """Another seed plays another."""
    assert write(20, seed=4) == write(20, seed=4)
    assert write(20, seed=4) != write(20, seed=5)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([7], 0.99, 7),
        ([1, 2, 3, 4], 0.5, 2),
        (list(range(1, 101)), 0.95, 95),
        (list(range(1, 101)), 0.99, 99),
    ],
)
def test_percentiles_are_by_nearest_rank(
    values: list[int], share: float, expected: int | None
) -> None:
    """A figure that really occurred."""
    assert percentile(values, share) == expected
