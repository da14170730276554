"""Check scoring rules against each other: what counts for nothing, and what nobody can reach."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from math import inf

from app.configuring.rule_checks import mapped_fields
from app.domain.scoring_document import AxisLimits, IntentRule, PointsRule, ScoringDocument
from app.store.db import Tx
from mappings.finding import Finding, warning
from mappings.transforms import did_you_mean

FULL = 100.0


def findings(tx: Tx, document: ScoringDocument) -> Iterator[Finding]:
    """Warnings: all of it could be meant, and hardly is."""
    yield from _ma_score(tx, document)
    yield from _reach(document)
    yield from _unused(document)
    for index, rule in enumerate(document.intent):
        where = f"/intent/{index}"
        yield from _hidden(document.intent[:index], where, rule)
        if rule.cap is not None and abs(rule.points) > rule.cap:
            tip = f"one activity has {rule.points:g} points, and the cap lets {rule.cap:g} count"
            yield warning(f"{where}/cap", tip)


def _ma_score(tx: Tx, document: ScoringDocument) -> Iterator[Finding]:
    known = mapped_fields(tx)
    if document.ma_score is not None and known and document.ma_score.field not in known:
        name = document.ma_score.field
        hint = did_you_mean(name, known)
        yield warning("/ma_score/field", f'no mapping has a field "{name}"{hint}')


def _reach(document: ScoringDocument) -> Iterator[Finding]:
    """A threshold that no person can come to."""
    most = _most(document)
    if most == 0:
        yield warning("", "no rule gives points that count: everybody's score is 0")
    elif most < document.mql:
        tip = f"nobody becomes an MQL: all rules together give at most {most:g} of {document.mql}"
        yield warning("/mql", tip)


def _most(document: ScoringDocument) -> float:
    """The highest total that the rules can give."""
    ma = document.ma_score
    if ma is not None and ma.mode == "replace":
        return FULL
    axes = document.axes
    sums = (
        (axes.fit, _points(document.fit)),
        (axes.intent, _intent(document)),
        (axes.timing, _points(document.timing)),
    )
    total = sum(_weighed(limits, points) for limits, points in sums)
    return min(FULL, total + (0 if ma is None else FULL * ma.weight))


def _points(rules: Sequence[PointsRule]) -> float:
    return sum(max(0.0, rule.points) for rule in rules)


def _intent(document: ScoringDocument) -> float:
    """Activities can be many: a rule gives as much as its cap, or its group's, lets it."""
    most: dict[str | None, float] = {}
    for rule in document.intent:
        if rule.points > 0:
            most[rule.group] = most.get(rule.group, 0.0) + (inf if rule.cap is None else rule.cap)
    limits = {name: group.cap for name, group in document.groups.items()}
    return sum(min(points, limits.get(name or "", inf)) for name, points in most.items())


def _weighed(limits: AxisLimits, points: float) -> float:
    return limits.weight * min(points, limits.cap)


def _unused(document: ScoringDocument) -> Iterator[Finding]:
    grouped = {rule.group for rule in document.intent}
    for name in document.groups.keys() - grouped:
        yield warning(f"/groups/{name}", "no rule is in this group")
    spoken = {document.category_of(rule) for rule in document.rules}
    for name in document.categories.keys() - spoken:
        yield warning(f"/categories/{name}", "no rule speaks for this category")


def _hidden(before: Sequence[IntentRule], where: str, rule: IntentRule) -> Iterator[Finding]:
    """In a group an activity counts for the first rule that means it."""
    for other in before:
        is_for_all = other.group is not None and not other.match and not other.unless_match
        if is_for_all and other.group == rule.group and _covers(other, rule):
            tip = f'never counts: "{other.name}" stands before it in its group and takes all of it'
            yield warning(where, tip)
            return


def _covers(other: IntentRule, rule: IntentRule) -> bool:
    """Whether every type that one means is one of the other's; globs only where they are alike."""
    return all(
        any(one == glob or fnmatchcase(one, glob) for glob in other.activity)
        for one in rule.activity
    )
