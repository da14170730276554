"""What came of it, judged only by what both sandboxes have in their own stores.

Pure: two dumps and the script in, findings out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from app.demo.people import Person
from app.demo.script import HOT_SCORE, Deed, Edit, Script

Dump: TypeAlias = Mapping[str, Any]
MARK = re.compile(r"visit=\d{5}\.")
HOT_FROM = 80


@dataclass(slots=True)
class Outcome:
    """Figures, what is missing, and what is there that should not be (or twice).

    `bells_missing` are notifications that did not ring; their tasks are judged apart.
    """

    leads: int = 0
    activities: int = 0
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


@dataclass(frozen=True, slots=True)
class Stores:
    """Both dumps, indexed."""

    contacts: Mapping[str, Dump]
    leads: Mapping[str, Sequence[Dump]]
    tasks: Sequence[Dump]
    bells: Sequence[Dump]
    happened: Mapping[str, int]
    owners: Mapping[str, str]
    users: Mapping[str, str]


def read(hubspot: Dump, salesforce: Dump) -> Stores:
    """Index two dumps by what the script knows: addresses and marks."""
    objects = salesforce["objects"]
    leads: dict[str, list[Dump]] = defaultdict(list)
    for lead in _live(objects["Lead"]):
        leads[str(lead["fields"].get("Email")).lower()].append(lead)
    contacts = (one for one in hubspot["objects"]["contacts"] if one["archived_ms"] is None)
    return Stores(
        contacts={one["properties"].get("email", one["id"]).lower(): one for one in contacts},
        leads=leads,
        tasks=list(_live(objects["Task"])),
        bells=salesforce["notifications"],
        happened={m: one["at"] for one in hubspot["events"] for m in _marks(one["properties"])},
        owners={one["email"]: one["id"] for one in hubspot["owners"]},
        users={one["fields"]["Email"]: one["id"] for one in objects["User"]},
    )


def judge(script: Script, hubspot: Dump, salesforce: Dump) -> Outcome:
    """Compare what happened with what there should be."""
    stores, outcome = read(hubspot, salesforce), Outcome()
    outcome.leads = sum(len(found) for found in stores.leads.values())
    outcome.tasks = len(stores.tasks)
    outcome.notifications = len(stores.bells)
    _judge_people(script, stores, outcome)
    _judge_activities(script.deeds, stores, outcome)
    _judge_alerts(script, stores, outcome)
    _judge_edits(script.edits, stores, outcome)
    return outcome


def last_change_ms(hubspot: Dump, salesforce: Dump) -> int:
    """When anything was written last, at either side, by anybody."""
    return max(_changes(hubspot, salesforce), default=0)


def changes_since(hubspot: Dump, salesforce: Dump, ms: int) -> int:
    """How much was written after a moment."""
    return sum(at > ms for at in _changes(hubspot, salesforce))


def _changes(hubspot: Dump, salesforce: Dump) -> Iterator[int]:
    for dump in (hubspot, salesforce):
        for found in dump["objects"].values():
            yield from (entry["at"] for one in found for entry in one["log"])
    yield from (one["at"] for one in salesforce["notifications"])


def _live(records: Sequence[Dump]) -> Iterator[Dump]:
    return (one for one in records if not one["deleted"])


def _marks(values: Mapping[str, Any]) -> list[str]:
    return MARK.findall(" ".join(str(value) for value in values.values()))


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


def _judge_activities(deeds: Sequence[Deed], stores: Stores, outcome: Outcome) -> None:
    """Each deed is one completed task of its person's Lead."""
    done = [one for one in stores.tasks if one["fields"]["Status"] == "Completed"]
    outcome.activities = len(done)
    there = Counter((mark, t["fields"]["WhoId"]) for t in done for mark in _marks(t["fields"]))
    wanted = Counter(
        (one.mark, lead["id"])
        for one in deeds
        if one.mark is not None
        for lead in stores.leads.get(one.person.email, ())[:1]
    )
    outcome.missing += [f"activity {mark}" for mark, _ in (wanted - there).elements()]
    outcome.extra += [f"activity {mark}" for mark, _ in (there - wanted).elements()]
    unmarked = [one for one in done if not _marks(one["fields"])]
    outcome.extra += [f"activity {one['id']}" for one in unmarked]


def _judge_alerts(script: Script, stores: Stores, outcome: Outcome) -> None:
    """One urgent task and one bell for the owner of each hot lead, none for others."""
    urgent = [one for one in stores.tasks if one["fields"]["Priority"] == "High"]
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
    return bool(fields["IsReminderSet"] and fields["ReminderDateTime"]) and (
        fields["OwnerId"] == user
    )


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


def _edit_took(edit: Edit, stores: Stores, landed_ms: int) -> list[int]:
    log = stores.leads[edit.person.email][0]["log"]
    by_person = [c["at"] for c in log if c["source"] == "CRM_UI" and edit.field in c["fields"]]
    return [landed_ms - by_person[-1]] if by_person else []


def _plain(value: str) -> str:
    """A telephone number in any notation is the same number."""
    return re.sub(r"[\s()-]", "", value)
