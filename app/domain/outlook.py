"""What will become of a score's points by time alone: to what they decay, and by when.

    +15 Price page viewed, 2 days ago; decays to 7.5 by 2026-12-07

Points of activities are told as they stand a half-life from now (caps and what is forgotten until
then included), or when the last of them is forgotten; those of a rule that holds for a time, when
that ends. Days are those of the given zone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from math import isinf

from app.domain.activity import Fact, Language, later
from app.domain.decay import Decaying
from app.domain.reasons import Reason
from app.domain.score_sheet import Sheet, lay_out
from app.domain.scoring import Score, score
from app.domain.scoring_document import ScoringDocument
from connectors.base import Value


@dataclass(frozen=True, slots=True)
class Forecast:
    """To how many points (of the total, to one decimal) a line comes, and when."""

    points: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a score, with what will become of it (None: it stays)."""

    reason: Reason
    forecast: Forecast | None

    def said(self, language: Language, zone: tzinfo = UTC) -> str:
        """The line in words, its forecast included."""
        text = self.reason.text_ja if language == "ja" else self.reason.text_en
        if self.forecast is None:
            return text
        between = "。" if language == "ja" else "; "
        return f"{text}{between}{forecast_said(self.forecast, language, zone)}"


@dataclass(frozen=True, slots=True)
class Outlook:
    """A person's score now, line by line."""

    score: Score
    lines: tuple[Line, ...]


def forecast_said(forecast: Forecast, language: Language, zone: tzinfo = UTC) -> str:
    """A forecast in words, after the line that it is about."""
    day = forecast.at.astimezone(zone).date().isoformat()
    if not forecast.points:
        return f"{day}に消滅" if language == "ja" else f"ends on {day}"
    if language == "ja":
        return f"{day}までに{forecast.points:g}点へ減衰"
    return f"decays to {forecast.points:g} by {day}"


def outlook(
    document: ScoringDocument, fields: Mapping[str, Value], facts: Sequence[Fact], now: datetime
) -> Outlook:
    """Score a person, and say of each line what will become of it."""
    result = score(document, fields, facts, now)
    forecasts = _forecasts(lay_out(document, fields, facts, now), now)
    lines = [Line(one, forecasts.get((one.axis, one.rule))) for one in result.reasons]
    return Outlook(result, tuple(lines))


def _forecasts(sheet: Sheet, now: datetime) -> dict[tuple[str, str], Forecast]:
    """By axis and name of the rule."""
    found: dict[tuple[str, str], Forecast] = {}
    weight = sheet.document.axes.intent.weight
    for counted in sheet.intent:
        after_us = _horizon(counted.decaying)
        if after_us is not None:
            points = round(weight * counted.decaying.value(after_us), 1)
            at = later(now, timedelta(microseconds=after_us))
            found["intent", counted.rule.name] = Forecast(points, at)
    for axis, rules in (("fit", sheet.fit), ("timing", sheet.timing)):
        for held in rules:
            if held.finding.holds and held.finding.changes_at is not None:
                found[axis, held.rule.name] = Forecast(0.0, held.finding.changes_at)
    return found


def _horizon(decaying: Decaying) -> int | None:
    """In how many microseconds to look: a half-life, or when all is forgotten if that is sooner."""
    half, forget = decaying.half_life_us, decaying.forget_us
    ends = forget if isinf(forget) else max(0.0, forget - min(decaying.ages_us))
    first = min(half, ends)
    return None if isinf(first) else round(first)
