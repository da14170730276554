"""What will happen: who does what and when in HubSpot, and what reps change in Salesforce.

Every deed has an address of its own (`?visit=…`), so that it can be recognised wherever it shows
up. Points by Baton's default scoring: decision maker 15, telephone 5, active this week 10, price
page 15 (at most twice), e-mail click 6, enquiry 30; in the demo also 10 for a HubSpot score of 80.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.demo.people import REPS, Person, Rep, cast

HOT_SCORE = 85
SITE = "https://www.example.com"
PRICING, PRODUCT, BLOG = "/pricing", "/product/tour", "/blog/news"
GIVEN_UP = "Closed - Not Converted"
HANDED = 4  # hot people whom inside sales hands over
EDITED_SHARE = 0.15  # of all people
PER_S = 10  # people who begin in a second
SHORTEST_S = 6.0
GAP_S = (0.2, 1.2)  # between two deeds of one person


ANSWERS = (
    ("Accepted", "", "Meeting set", "sao"),
    ("Question", "Who signs in the end?", "Question open", "sql"),
    ("Rejected", "Too early", "Rejected", "sql"),
    ("", "", "Handed over", "sql"),
)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a person does, or a new score. `mark` is unique; a score has none.

    `decisive`: the one by which the person becomes hot.
    """

    at_s: float
    person: Person
    step: Mapping[str, Any]
    mark: str | None
    decisive: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """A rep changes a Lead: `field` of Salesforce to `value`; HubSpot's `twin` is to follow."""

    at_s: float
    person: Person
    field: str
    value: str
    twin: str
    expected: str


@dataclass(frozen=True, slots=True)
class Handing:
    """Inside sales hands somebody over to a colleague, who answers in Salesforce with a decision
    (none: it waits) and words. `state` and `stage`: where both are then.
    """

    person: Person
    receiver: Rep
    decision: str
    words: str
    state: str
    stage: str


@dataclass(frozen=True, slots=True)
class Script:
    """The whole play, in order of time. A rep's owner change is told by e-mail address."""

    people: Sequence[Person]
    deeds: Sequence[Deed]
    edits: Sequence[Edit]

    @property
    def handings(self) -> Sequence[Handing]:
        """What follows of the play: each way to answer, as far as there are hot people."""
        hot = [one for one in self.people if one.hot][:HANDED]
        return [
            Handing(one, next(rep for rep in REPS if rep != one.rep), *answer)
            for one, answer in zip(hot, ANSWERS, strict=False)
        ]

    def stages(self, handed: Sequence[Handing]) -> Mapping[str, str]:
        """By address, the stage of everybody at the end: hot leads are MQLs, those whom a rep has
        given up are recycled.
        """
        given_up = {one.person.email: "recycled" for one in self.edits if one.value == GIVEN_UP}
        begun = {one.email: "mql" if one.hot else "lead" for one in self.people}
        return begun | given_up | {one.person.email: one.stage for one in handed}

    @property
    def cues(self) -> "list[Deed | Edit]":
        """Deeds and edits together, in order of time."""
        every: list[Deed | Edit] = [*self.deeds, *self.edits]
        return sorted(every, key=lambda cue: cue.at_s)

    @property
    def lasts_s(self) -> float:
        return max((cue.at_s for cue in self.cues), default=0.0)


def write(count: int, seed: int) -> Script:
    """The play for so many people; the same seed gives the same play."""
    chance = random.Random(seed)  # noqa: S311  a repeatable play, not a secret
    people = cast(count, chance)
    deeds: list[Deed] = []
    span_s = max(SHORTEST_S, count / PER_S)
    for person in people:
        at_s = chance.uniform(0, span_s)
        for step, decisive in _deeds(person, chance):
            mark = _mark(len(deeds)) if "event" in step else None
            told = {**step, "contact": person.email}
            if mark is not None:
                told["properties"] = _told(step, mark)
            deeds.append(Deed(at_s, person, told, mark, decisive))
            at_s += chance.uniform(*GAP_S)
    edits = list(_edits(people, span_s, chance))
    deeds.sort(key=lambda one: one.at_s)
    return Script(people, deeds, sorted(edits, key=lambda one: one.at_s))


def _mark(number: int) -> str:
    return f"visit={number:05d}."


def _told(step: Mapping[str, Any], mark: str) -> dict[str, str]:
    url = f"{SITE}{step['path']}?{mark}"
    match step["event"]:
        case "form_submit":
            return {"url": url, "hs_form_name": "Contact us", "form": "Contact us"}
        case "email_click":
            return {"url": url, "subject": "What is new this month"}
        case _:
            return {"url": url, "title": step["path"].strip("/")}


def _deeds(person: Person, chance: random.Random) -> Iterator[tuple[dict[str, Any], bool]]:
    """Steps in their order, and which of them is decisive."""
    price = {"event": "page_view", "path": PRICING}
    click = {"event": "email_click", "path": PRODUCT}
    enquiry = {"event": "form_submit", "path": "/contact"}
    match person.fate:
        case "hot_by_form":  # 20 + 10 + 15, 51, 66, 90
            yield from ((price, False), (click, False), (price, False), (enquiry, True))
            yield {"event": "page_view", "path": BLOG}, False
        case "hot_by_score":  # 20 + 10 + 15, 75, 85
            yield from ((price, False), (enquiry, False), ({"score": HOT_SCORE}, True))
        case _:  # 5 + 10 + 8 … 29 at most
            for path in chance.choices((PRICING, PRODUCT, BLOG), k=chance.randint(1, 3)):
                yield {"event": "page_view", "path": path}, False
            if chance.random() < 0.5:  # noqa: PLR2004  every other person
                yield click, False
            if chance.random() < 0.3:  # noqa: PLR2004  nearly every third person
                yield {"score": chance.randint(10, 60)}, False


def _edits(people: Sequence[Person], span_s: float, chance: random.Random) -> Iterator[Edit]:
    """Each person's Lead is edited at most once; those who turn hot keep owner and status."""
    for person in chance.sample(people, round(len(people) * EDITED_SHARE)):
        at_s = chance.uniform(0, span_s)
        kind = chance.choice(("phone",) if person.hot else ("phone", "status", "owner"))
        if kind == "phone":
            phone = f"+8136{chance.randrange(1_000_000, 9_999_999)}"
            yield Edit(at_s, person, "Phone", phone, "phone", phone)
        elif kind == "status":
            yield Edit(at_s, person, "Status", GIVEN_UP, "baton_stage", "recycled")
        else:
            rep = chance.choice([one for one in REPS if one != person.rep])
            yield Edit(at_s, person, "OwnerId", rep.email, "hubspot_owner_id", rep.email)
