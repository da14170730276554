"""Check that values settle: no field may be computed, over other rules, from itself.

Rules lead from vendor fields to vendor fields. A way round that passes a transform which can't be
undone (`concat`, `expr`, `truncate`, …) changes the value on each round, or loses it. So does one
on which a transform that moves values on (`prefix`, `scale`, …) is not taken back, and one over
more than two fields passes their values round and round.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from mappings.document import MappingDocument
from mappings.finding import Finding, error
from mappings.number_transforms import Scale
from mappings.sides import OTHER, ROLES, Role
from mappings.text_transforms import Prefix, Unprefix
from mappings.transform import Transform
from mappings.value_transforms import Scalar, Values
from mappings.values import as_text

THERE_AND_BACK = 2
Shift: TypeAlias = tuple[str, str | float]  # what is done to a value on its way, and how much


@dataclass(frozen=True, slots=True)
class Way:
    """A rule carries the field `read` of side `source` to `told` of the other side."""

    index: int
    source: Role
    read: str
    told: str
    exact: bool


def check_cycles(doc: MappingDocument) -> Iterator[Finding]:
    """Rules with a one-way transform whose value comes back, by other rules, to what they read."""
    ways = [way for index in range(len(doc.fields)) for way in _ways(doc, index)]
    readers: dict[tuple[Role, str], list[Way]] = {}
    for way in ways:
        readers.setdefault((way.source, way.read), []).append(way)
    for way in ways:
        back = _return(doc, way, readers)
        if back is None or _settles(doc, [way, *back]):
            continue
        moving = [one for one in (way, *back) if not one.exact or _shifts(doc, [one])]
        if way in (moving or [min((way, *back), key=lambda one: one.index)]):
            yield _refusal(doc, way, back, plain=not moving)


def _refusal(doc: MappingDocument, way: Way, back: Sequence[Way], *, plain: bool) -> Finding:
    names = " -> ".join([way.read, way.told, *(step.told for step in back)])
    rules = ", ".join(f'"{doc.fields[step.index].name}"' for step in back)
    mend = "leave one of these rules out" if plain else "make that rule one-way"
    return error(
        f"/fields/{way.index}" + ("" if plain else f"/transforms/{way.source}"),
        f"its value comes back to what it is made of ({names}), by the rule {rules}: "
        f"it would never settle; {mend}, or read other fields here",
    )


def _ways(doc: MappingDocument, index: int) -> Iterator[Way]:
    rule = doc.fields[index]
    for source in ROLES:
        told = rule.field(OTHER[source])
        if told is None or not rule.supplies(source) or not rule.writes(OTHER[source]):
            continue
        exact = all(step.undo == "exact" for step in rule.transform(source))
        for read in sorted(rule.reads(source)):
            yield Way(index, source, read, told, exact)


def _settles(doc: MappingDocument, ways: Sequence[Way]) -> bool:
    """Whether there and back is where it began. More than two fields that feed each other in a
    ring hand their values round for ever.
    """
    return ways[0].exact and len(ways) == THERE_AND_BACK and not _shifts(doc, ways)


def _shifts(doc: MappingDocument, ways: Sequence[Way]) -> bool:
    """Whether a value that went these ways is another one then: what moves it on (+) as a side is
    read is not taken back (-) as a side is told.
    """
    moved: Counter[Shift] = Counter()
    for way in ways:
        rule = doc.fields[way.index]
        for role, sign in ((way.source, 1), (OTHER[way.source], -1)):
            for step in rule.transform(role):
                if (found := _shift(step)) is not None:
                    moved[found[0]] += sign * found[1]
    return any(moved.values())


def _shift(step: Transform) -> tuple[Shift, int] | None:
    """What a transform adds to each value it reads, and whether it adds it or takes it off."""
    match step:
        case Prefix():
            return ("prefix", step.text), 1
        case Unprefix():
            return ("prefix", step.text), -1
        case Scale() if step.factor != 1:
            return ("scale", step.factor), 1
        case Values() if any(as_text(step.forward(v)) != as_text(v) for v in _again(step)):
            return ("values", repr(step.table)), 1
    return None


def _again(step: Values) -> Iterator[Scalar]:
    """Values that a map makes, and reads as well."""
    return (made for made in step.table.values() if as_text(made) in step.table)


def _return(
    doc: MappingDocument, start: Way, readers: Mapping[tuple[Role, str], Sequence[Way]]
) -> list[Way] | None:
    """The shortest way by other rules from what `start` tells to what it reads; None for none."""
    paths = deque([[start]])
    seen: set[Way] = set()
    while paths:
        path = paths.popleft()
        at = path[-1]
        for following in readers.get((OTHER[at.source], at.told), ()):
            if following in seen or not _goes_on(doc, start, at, following):
                continue
            if following.source != start.source and following.told == start.read:
                return [*path[1:], following]
            seen.add(following)
            paths.append([*path, following])
    return None


def _goes_on(doc: MappingDocument, start: Way, at: Way, following: Way) -> bool:
    """Whether it is another rule, about the same object of the side where they meet."""
    one, two = doc.fields[at.index], doc.fields[following.index]
    return two.name != doc.fields[start.index].name and one.overlaps(two, following.source)
