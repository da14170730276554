"""Hand-offs whose quality and end disagree, and what the ends suggest to change. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from app.domain.activity import Label
from app.domain.backtest import BackTest, RuleResult, Tally, evaluate
from app.domain.condition_document import AllOf, AnyOf, Condition, NotSo
from app.domain.deviation import Advice, advice
from app.domain.handoff_document import FIGURE, MEMO, Flow
from app.domain.handoff_quality import Judged
from mappings.field_conditions import FieldOrder

Kind: TypeAlias = Literal["good_but_failed", "poor_but_won", "rated_lower", "rated_higher"]
What: TypeAlias = Literal["raise", "lower", "drop", "require"]
LOW_RATING, HIGH_RATING = 2, 4  # of 5: the receiver was not served, or was
AT_LEAST = {(f"{FIGURE}quality", "gt"), (f"{FIGURE}quality", "gte")}
LASTING = {FIGURE + name for name in ("bant", "meddic", "other", "confirmed", "quality", "missing")}


@dataclass(frozen=True, slots=True)
class Ended:
    """A hand-off that came to an end: its quality then, how it ended, the receiver's rating (1-5),
    and which rules of the flow it meets.
    """

    quality: int
    good: bool
    rating: int | None = None
    met: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change of the rules: of the quality that the gate asks for (`rule` None) to `value`; to
    drop a rule of the gate; to require what is no rule of the gate yet. `label`: the rule's words.
    """

    what: What
    rule: str | None = None
    label: Label | None = None
    value: int | None = None
    result: RuleResult | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """All that the ends say; `kinds` by hand-off, None where nothing disagrees."""

    threshold: int
    test: BackTest
    advice: Advice
    kinds: tuple[Kind | None, ...]
    suggestions: tuple[Suggestion, ...]


def review(flow: Flow, those: Sequence[Ended], least: int) -> Found:
    """What disagrees, and what to change, from `least` hand-offs on."""
    threshold, names = threshold_of(flow), rules_of(flow)
    tally = Tally()
    for one in those:
        met = [name for name in names if name in one.met]
        tally.add({"total": one.quality}, met, converted=one.good)
    test = evaluate(tally, list(names))
    said = advice(threshold, test, least)
    kinds = tuple(_kind(flow, threshold, one) for one in those)
    changes = tuple(_changes(names, test, said)) if test.cases >= least else ()
    return Found(threshold, test, said, kinds, changes)


def _kind(flow: Flow, threshold: int, one: Ended) -> Kind | None:
    """How the end disagrees with the quality; where it does not, how the rating does."""
    is_enough = one.quality >= threshold
    if is_enough != one.good:
        return "good_but_failed" if is_enough else "poor_but_won"
    if one.rating is None:
        return None
    best = max(band.at_least for band in flow.bands)
    if one.quality >= best and one.rating <= LOW_RATING:
        return "rated_lower"
    return "rated_higher" if not is_enough and one.rating >= HIGH_RATING else None


def threshold_of(flow: Flow) -> int:
    """The least quality that the gate asks for; else where the second lowest band begins."""
    asked = [round(value) for rule in flow.gate for value in _qualities(rule.when)]
    bands = sorted(band.at_least for band in flow.bands)
    return min(asked, default=bands[min(1, len(bands) - 1)])


def _qualities(condition: Condition) -> Iterator[float]:
    for one in _leaves(condition):
        if isinstance(one, FieldOrder) and (one.field, one.op) in AT_LEAST:
            yield float(one.value)


def rules_of(flow: Flow) -> Mapping[str, Label]:
    """The rules whose answer lasts: they go by the memo alone, not by score, time or activities."""
    found: dict[str, Label] = {}
    for area, those in (
        ("gate", flow.gate),
        ("criterion", flow.criteria),
        ("checklist", flow.checklist),
    ):
        for rule in those:
            if rule.when is not None and all(_lasts(one) for one in _leaves(rule.when)):
                found[f"{area}.{rule.name}"] = rule.label
    return {**found, **{f"part.{one.name}": one.label for one in flow.quality}}


def met_by(said: Judged) -> AbstractSet[str]:
    """The rules that a hand-off meets; a part of the quality by half of its points."""
    found = {f"gate.{line.name}" for line in said.gate if line.done}
    found |= {f"criterion.{name}" for name in said.quality.confirmed}
    found |= {f"checklist.{line.name}" for line in said.checklist if line.done}
    return found | {f"part.{one.name}" for one in said.quality.parts if 2 * one.points >= one.of}


def _leaves(condition: Condition) -> Iterator[Any]:
    match condition:
        case AllOf():
            for part in condition.all:
                yield from _leaves(part)
        case AnyOf():
            for part in condition.any:
                yield from _leaves(part)
        case NotSo():
            yield from _leaves(condition.so)
        case _:
            yield condition


def _lasts(leaf: Any) -> bool:
    name = str(getattr(leaf, "field", ""))
    return name.startswith(MEMO) or name in LASTING


def _changes(names: Mapping[str, Label], test: BackTest, said: Advice) -> Iterator[Suggestion]:
    if said in {"raise", "lower"}:
        yield Suggestion("raise" if said == "raise" else "lower", value=test.suggested)
    for result in test.rules:
        is_gate = result.rule.startswith("gate.")
        if is_gate and result.verdict in {"no_difference", "lowers"}:
            yield Suggestion("drop", result.rule, names[result.rule], result=result)
        elif not is_gate and result.verdict == "raises":
            yield Suggestion("require", result.rule, names[result.rule], result=result)
