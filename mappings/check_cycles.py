"""Check that values settle: no field may be computed, over other rules, from itself.

Rules lead from vendor fields to vendor fields. A way round that passes a transform which can't be
undone (`concat`, `expr`, `truncate`, …) changes the value on each round, or loses it.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mappings.document import MappingDocument
from mappings.finding import Finding, error
from mappings.sides import OTHER, ROLES, Role


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
        back = None if way.exact else _return(doc, way, readers)
        if back is not None:
            names = " -> ".join([way.read, way.told, *(step.told for step in back)])
            rules = ", ".join(f'"{doc.fields[step.index].name}"' for step in back)
            yield error(
                f"/fields/{way.index}/transforms/{way.source}",
                f"its value comes back to what it is made of ({names}), by the rule {rules}: "
                "it would never settle; make that rule one-way, or read other fields here",
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
