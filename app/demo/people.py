"""The people of the demo: reps, and contacts that HubSpot knows. The same for the same seed."""

import random
from dataclasses import dataclass
from typing import Literal, TypeAlias

Fate: TypeAlias = Literal["hot_by_form", "hot_by_score", "warm"]

FIRST = (
    "Aiko", "Ben", "Carla", "Daichi", "Emma", "Farid", "Grace", "Haruto", "Ines", "Jun", "Kana",
    "Liam", "Mei", "Noah", "Olga", "Priya", "Quinn", "Ren", "Sara", "Takumi", "Uma", "Yuki",
    "太郎", "花子", "健一", "美咲",
)  # fmt: skip
LAST = (
    "Abe", "Baker", "Costa", "Dubois", "Endo", "Fischer", "Garcia", "Hayashi", "Ito", "Jensen",
    "Kato", "Lopez", "Mori", "Novak", "Okada", "Park", "Rossi", "Sato", "Tanaka", "Ueda", "Weber",
    "山田", "佐藤", "高橋", "鈴木",
)  # fmt: skip
COMPANIES = (
    "Acme Robotics", "Blue Harbor Foods", "Cedar Logistics", "Delta Print", "株式会社みらい製作所",
    "Everest Software", "Fuji Optics", "Granite Partners", "東都ロジスティクス",
)  # fmt: skip
BUYERS = (
    "Director of Operations",
    "Head of Marketing",
    "Vice President",
    "営業本部長",
    "代表取締役",
)
OTHERS = ("Engineer", "Analyst", "Assistant", "Designer", "総務担当")
HOT_SHARE = 0.2
KNOWN_SHARE = 0.15  # already a Lead in Salesforce before Baton is switched on


@dataclass(frozen=True, slots=True)
class Rep:
    """A user whom both systems know under one address."""

    email: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True)
class Person:
    """A contact. `known`: Salesforce has a Lead of this address already."""

    email: str
    first_name: str
    last_name: str
    company: str
    job_title: str
    phone: str
    rep: Rep
    fate: Fate
    known: bool

    @property
    def hot(self) -> bool:
        return self.fate != "warm"


REPS = tuple(
    Rep(f"{first.lower()}.{last.lower()}@reps.example.com", first, last)
    for first, last in (("Rin", "Aoki"), ("Sam", "Brown"), ("Tess", "Clark"), ("Ken", "Doi"))
)


def cast(count: int, chance: random.Random) -> list[Person]:
    """So many people, a fifth of whom will turn hot: half by what they do, half by a score."""
    hot = set(chance.sample(range(count), round(count * HOT_SHARE)))
    known = set(chance.sample(range(count), round(count * KNOWN_SHARE)))
    by_score = set(sorted(hot)[::2])
    people = []
    for number in range(count):
        fate: Fate = "warm"
        if number in hot:
            fate = "hot_by_score" if number in by_score else "hot_by_form"
        first, last = chance.choice(FIRST), chance.choice(LAST)
        people.append(
            Person(
                email=f"person{number:04d}@customer{number % 37:02d}.example.com",
                first_name=first,
                last_name=last,
                company=chance.choice(COMPANIES),
                job_title=chance.choice(BUYERS if number in hot else OTHERS),
                phone=f"+8135{chance.randrange(1_000_000, 9_999_999)}",
                rep=chance.choice(REPS),
                fate=fate,
                known=number in known,
            )
        )
    return people
