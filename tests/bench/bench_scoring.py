"""What a score and a judgement cost: user CPU microseconds, by the length of the history.

Run: `python tests/bench/bench_scoring.py`. The pages of a site recur, as they do among the people
who visit it; `unseen` has a title and an address of its own for each activity.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle

from app.domain.activity import Fact
from app.domain.hot_lead import HotState, judge
from app.domain.hot_lead_document import HotLeadDocument
from app.domain.presets import preset
from app.domain.scoring import Score, score
from app.domain.scoring_document import ScoringDocument
from connectors.base import Value

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
PEOPLE = 60
RUNS = 5  # the best of so many: other processes only ever add to the time
PAGES = ("pricing", "case-studies", "products", "company", "blog", "docs", "features", "news")
TITLES = ("Pricing", "導入事例 株式会社サンプル", "Product overview", "会社概要", "製品の機能")
TYPES = (
    *("page_view",) * 10,
    *("email_open",) * 5,
    *("email_click",) * 2,
    *("form_submit", "download", "seminar", "call", "email_sent"),
)
JOBS = ("営業部長", "Marketing Manager", "CTO", "Student", "担当者")
FIRMS = ("製造業", "Software", "Retail")


@dataclass(frozen=True, slots=True)
class Person:
    fields: dict[str, Value]
    facts: list[Fact]


def person(dice: random.Random, length: int, *, unseen: bool) -> Person:
    fields: dict[str, Value] = {
        "email": f"user{dice.randrange(10**6)}@{dice.choice(['gmail.com', 'firm.example'])}",
        "job_title": dice.choice(JOBS),
        "industry": dice.choice(FIRMS),
        "employees": dice.choice([None, "20", "120", 1_000]),
        "phone": dice.choice([None, "+81312345678"]),
        "timeline": dice.choice([None, "within 6 months", "未定"]),
        "trial_ends_on": dice.choice([None, "2026-04-10"]),
    }
    return Person(fields, [fact(dice, unseen=unseen) for _ in range(length)])


def fact(dice: random.Random, *, unseen: bool) -> Fact:
    page, number = dice.choice(PAGES), dice.randrange(10**9 if unseen else 30)
    return Fact(
        type=dice.choice(TYPES),
        at=NOW - timedelta(seconds=dice.randrange(120 * 86_400)),
        title=f"{dice.choice(TITLES)} {number}" if unseen else dice.choice(TITLES),
        detail={
            "url": f"https://www.firm.example/{page}/{number}?utm_source=mail",
            "referrer": "https://search.example/",
            "duration_s": dice.randrange(300),
        },
    )


def cost_us(work: Callable[[], object], times: int) -> float:
    """User CPU time of one piece of work that is done so many times at once."""
    best = min(_elapsed(work) for _ in range(RUNS))
    return round(best * 1e6 / times, 1)


def _elapsed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def measure(people: Sequence[Person]) -> dict[str, float]:
    scoring = ScoringDocument.model_validate(preset("scoring"))
    hot = HotLeadDocument.model_validate(preset("hot_lead"))

    def score_all() -> list[Score]:
        return [score(scoring, one.fields, one.facts, NOW) for one in people]

    def judge_all() -> None:
        for one, result, state in zip(people, scores, cycle(states), strict=False):
            judge(hot, state, result, one.fields, one.facts, NOW, caused_at=NOW)

    states = (HotState(), HotState(NOW - timedelta(days=2), 1, NOW - timedelta(days=2)))
    scores = score_all()
    return {"score_us": cost_us(score_all, PEOPLE), "judge_us": cost_us(judge_all, PEOPLE)}


def main() -> None:
    dice = random.Random(2026)  # noqa: S311 -- the same people in each run
    report: dict[str, dict[str, float]] = {}
    for length in (0, 20, 200):
        for name, unseen in (("seen", False), ("unseen", True)):
            people = [person(dice, length, unseen=unseen) for _ in range(PEOPLE)]
            report[f"{length} activities, {name}"] = measure(people)
    few, many = (report[f"{length} activities, seen"]["score_us"] for length in (20, 200))
    ratio = {"score_200_to_20": round(many / few, 2)}
    sys.stdout.write(json.dumps({**report, "ratio": ratio}, indent=2) + "\n")


if __name__ == "__main__":
    main()
