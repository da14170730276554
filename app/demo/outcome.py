"""What came of it, judged only by what both sandboxes have in their own stores.

Pure: two dumps and the script in, findings out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.demo.configuration import is_single
from app.demo.people import Person
from app.demo.script import HOT_SCORE, Deed, Edit, Handing, Script
from app.demo.stores import Dump, Stores, has_key, marks, read

GATHERED = re.compile(r"(\d+) activit(?:y|ies), ")  # how the title of a digest begins
ALERT, DIGEST, HANDING = "alert/", "digest/", "handoff/"  # how keys of tasks begin
HOT_FROM = 80


@dataclass(slots=True)
class Outcome:
    """Figures, what is missing, and what is there that should not be (or twice).

    `activities` are told in so many `entries`: one by one, or as the count of a digest.
    `bells_missing` are notifications that did not ring; their tasks are judged apart.
    """

    leads: int = 0
    activities: int = 0
    entries: int = 0
    digests: int = 0
    handoffs: int = 0
    tasks: int = 0
    alerts: int = 0
    notifications: int = 0
    edits_back: int = 0
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    bells_missing: list[str] = field(default_factory=list)
    alert_ms: list[int] = field(default_factory=list)
    edit_ms: list[int] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return not (self.missing or self.extra or self.bells_missing)


def judge(
    script: Script, hubspot: Dump, salesforce: Dump, handed: Sequence[Handing] = ()
) -> Outcome:
    """Compare what happened with what there should be; `handed`: who was handed over so far."""
    stores, outcome = read(hubspot, salesforce), Outcome()
    outcome.leads = sum(len(found) for found in stores.leads.values())
    outcome.tasks = len(stores.tasks)
    outcome.notifications = len(stores.bells)
    _judge_people(script, stores, outcome)
    _judge_stages(script.stages(handed), stores, outcome)
    _judge_touches(script, stores, outcome)
    _judge_activities(script.deeds, stores, outcome)
    _judge_alerts(script, stores, outcome)
    _judge_edits(script.edits, stores, outcome)
    _judge_handings(handed, stores, outcome)
    return outcome


def _judge_people(script: Script, stores: Stores, outcome: Outcome) -> None:
    wanted = {person.email for person in script.people}
    for email, found in stores.leads.items():
        strange = len(found) if email not in wanted else len(found) - 1
        outcome.extra += [f"lead {email}"] * strange
    outcome.extra += [f"contact {email}" for email in stores.contacts.keys() - wanted]
    keys = Counter(
        lead["fields"].get("Baton_Key__c") for found in stores.leads.values() for lead in found
    )
    outcome.extra += [f"key {key}" for key, n in keys.items() if key and n > 1]
    for person in script.people:
        found = stores.leads.get(person.email, ())
        if not found:
            outcome.missing.append(f"lead {person.email}")
        elif not _rated(person, found[0]["fields"]):
            outcome.missing.append(f"score of {person.email}")


def _rated(person: Person, fields: Mapping[str, Any]) -> bool:
    score, hot_since = fields.get("Baton_Score__c"), fields.get("Baton_Hot_Since__c")
    if score is None or not fields.get("Baton_Grade__c") or not fields.get("Baton_Reasons__c"):
        return False
    if person.hot:
        return score >= HOT_FROM and fields["Baton_Grade__c"] == "A" and hot_since is not None
    return score < HOT_FROM and hot_since is None


def _judge_stages(wanted: Mapping[str, str], stores: Stores, outcome: Outcome) -> None:
    """Both systems show the stage of each person."""
    for email, stage in wanted.items():
        at_leads = {one["fields"].get("Baton_Stage__c") for one in stores.leads.get(email, ())}
        contact = stores.contacts.get(email)
        there = None if contact is None else contact["properties"].get("baton_stage")
        if at_leads | {there} != {stage}:
            outcome.missing.append(f"stage of {email}")


def _judge_touches(script: Script, stores: Stores, outcome: Outcome) -> None:
    """The Lead says how often its person was in contact."""
    wanted = Counter(one.person.email for one in script.deeds if one.mark is not None)
    for email, count in wanted.items():
        shown = [one["fields"].get("Baton_Touch_Count__c") for one in stores.leads.get(email, ())]
        if shown[:1] != [count]:
            outcome.missing.append(f"touches of {email}")


def _judge_activities(deeds: Sequence[Deed], stores: Stores, outcome: Outcome) -> None:
    """Each deed is a completed task of its person's Lead, or counted by their digest, as the
    activity document asks.
    """
    completed = (one for one in stores.tasks if one["fields"]["Status"] == "Completed")
    done = [one for one in completed if not has_key(one, HANDING)]  # else a memo
    digests = [one for one in done if has_key(one, DIGEST)]
    singles = [one for one in done if not has_key(one, DIGEST)]
    there = Counter((mark, t["fields"]["WhoId"]) for t in singles for mark in marks(t["fields"]))
    counted = Counter(who for one in digests for who in _gathered(one["fields"]))
    wanted: Counter[tuple[str, str]] = Counter()
    asked: Counter[str] = Counter()
    for deed, mark, lead in _told(deeds, stores):
        if is_single(deed):
            wanted[mark, lead] += 1
        else:
            asked[lead] += 1
    outcome.entries, outcome.digests = len(done), len(digests)
    outcome.activities = len(singles) + counted.total()
    outcome.missing += [f"activity {mark}" for mark, _ in (wanted - there).elements()]
    outcome.missing += [f"activity in a digest of {who}" for who in (asked - counted).elements()]
    outcome.extra += [f"activity {mark}" for mark, _ in (there - wanted).elements()]
    outcome.extra += [f"activity in a digest of {who}" for who in (counted - asked).elements()]
    unmarked = [one for one in singles if not marks(one["fields"])]
    outcome.extra += [f"activity {one['id']}" for one in unmarked]


def _told(deeds: Sequence[Deed], stores: Stores) -> Iterator[tuple[Deed, str, str]]:
    """What is to be told: the deed, its mark, its person's Lead."""
    for one in deeds:
        for lead in stores.leads.get(one.person.email, ())[:1]:
            if one.mark is not None:
                yield one, one.mark, lead["id"]


def _gathered(fields: Mapping[str, Any]) -> list[str]:
    """The Lead, once for each activity that its digest counts."""
    found = GATHERED.match(str(fields["Subject"]))
    return [str(fields["WhoId"])] * int(found[1]) if found else []


def _judge_alerts(script: Script, stores: Stores, outcome: Outcome) -> None:
    """One urgent task and one bell for the owner of each hot lead, none for others."""
    urgent = [one for one in stores.tasks if has_key(one, ALERT)]
    outcome.alerts = len(urgent)
    tasks: dict[str, list[Dump]] = defaultdict(list)
    for one in urgent:
        tasks[str(one["fields"]["WhoId"])].append(one)
    bells = Counter((b["target"], who) for b in stores.bells for who in b["recipients"])
    decisive = {one.person.email: one for one in script.deeds if one.decisive}
    for person in (one for one in script.people if one.hot):
        lead_id = next((lead["id"] for lead in stores.leads.get(person.email, ())), "")
        user = stores.users[person.rep.email]
        for_owner = [t for t in tasks[lead_id] if _alarms(t["fields"], user)]
        if not for_owner:
            outcome.missing.append(f"alert of {person.email}")
        else:
            tasks[lead_id].remove(for_owner[0])
            made_at = for_owner[0]["created_at"]
            outcome.alert_ms.append(made_at - _moment(decisive[person.email], stores))
        if bells[lead_id, user] == 0:
            outcome.bells_missing.append(f"notification of {person.email}")
        bells[lead_id, user] -= 1
    outcome.extra += [f"alert of {who}" for who, more in tasks.items() for _ in more]
    outcome.extra += [f"notification of {who}" for (who, _), n in bells.items() for _ in range(n)]


def _alarms(fields: Mapping[str, Any], user: str) -> bool:
    reminds = bool(fields["IsReminderSet"] and fields["ReminderDateTime"])
    return reminds and fields["Priority"] == "High" and fields["OwnerId"] == user


def _moment(deed: Deed, stores: Stores) -> int:
    """When a deed happened, by HubSpot's clock (epoch ms)."""
    if deed.mark is not None:
        return stores.happened[deed.mark]
    versions = stores.contacts[deed.person.email]["history"]["hubspotscore"]
    at = next(one["timestamp"] for one in versions if one["value"] == str(HOT_SCORE))
    return _epoch_ms(at)


def _epoch_ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _judge_edits(edits: Sequence[Edit], stores: Stores, outcome: Outcome) -> None:
    """What reps changed in Salesforce is in HubSpot."""
    for edit in edits:
        contact = stores.contacts.get(edit.person.email)
        wanted = stores.owners.get(edit.expected, edit.expected)
        value = None if contact is None else contact["properties"].get(edit.twin)
        if contact is None or value is None or _plain(value) != _plain(wanted):
            outcome.missing.append(f"edit of {edit.field} of {edit.person.email}")
            continue
        outcome.edits_back += 1
        landed = contact["history"][edit.twin][0]["timestamp"]
        outcome.edit_ms += _edit_took(edit, stores, _epoch_ms(landed))


def _judge_handings(handed: Sequence[Handing], stores: Stores, outcome: Outcome) -> None:
    """The Lead says where the hand-off stands, and field sales has its task."""
    tasks = Counter(t["fields"]["WhoId"] for t in stores.tasks if has_key(t, HANDING))
    for one in handed:
        leads = stores.leads.get(one.person.email, ())[:1]
        states = [lead["fields"].get("Baton_Handoff_State__c") for lead in leads]
        if states == [one.state] and tasks[leads[0]["id"]]:
            outcome.handoffs += 1
        else:
            outcome.missing.append(f"hand-off of {one.person.email}")


def _edit_took(edit: Edit, stores: Stores, landed_ms: int) -> list[int]:
    log = stores.leads[edit.person.email][0]["log"]
    by_person = [c["at"] for c in log if c["source"] == "CRM_UI" and edit.field in c["fields"]]
    return [landed_ms - by_person[-1]] if by_person else []


def _plain(value: str) -> str:
    """A telephone number in any notation is the same number."""
    return re.sub(r"[\s()-]", "", value)
