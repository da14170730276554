"""How a side shows a stage: what to write into its own field, and what an edit there means."""

from collections.abc import Sequence
from typing import cast

from app.domain.lifecycle_document import LifecycleDocument, Mirror, StageName
from connectors.base import Value


def shown(mirror: Mirror, stage: str, seen: Value) -> Value:
    """What a side's field shall hold, given what it holds (None: it is empty, or unknown).

    What fits the stage stays, and so does what means nothing here. Where the side lets its values
    only go forward, one further on stays too, or is emptied first.
    """
    words = mirror.values.get(cast("StageName", stage), ())
    if not words or (seen is not None and (seen in words or not means(mirror, seen))):
        return seen
    wanted = words[0]
    if seen is None or not _is_back(mirror.order, str(seen), wanted):
        return wanted
    return None if mirror.clear_first else seen


def _is_back(order: Sequence[str], seen: str, wanted: str) -> bool:
    return seen in order and wanted in order and order.index(wanted) < order.index(seen)


def means(mirror: Mirror, value: Value) -> list[StageName]:
    """The stages that a value of a side stands for."""
    return [stage for stage, words in mirror.values.items() if value in words]


def meant(
    document: LifecycleDocument, mirror: Mirror, value: Value, here: StageName
) -> StageName | None:
    """The stage to which a side moves somebody by showing a value; None where it moves nobody.

    Of several stages it is the first one that may follow, else the one nearest to the present.
    """
    stages = [one for one in means(mirror, value) if document.place(one) >= 0]
    if not stages or here in stages:
        return None
    rule = document.rule(here)
    follows = [one for one in stages if rule is not None and one in rule.to]
    place = document.place(here)
    near = sorted(stages, key=lambda one: abs(document.place(one) - place))
    return (follows or near)[0]


def beginning(document: LifecycleDocument, mirror: Mirror, value: Value) -> StageName | None:
    """The stage in which a person begins whom a side shows with a value: of several as the
    document says, else the first that ends no cycle.
    """
    said = mirror.begins.get(str(value))
    if said is not None and document.place(said) >= 0:
        return said
    stages = [one for one in means(mirror, value) if document.place(one) >= 0]
    rules = [rule for one in stages if (rule := document.rule(one)) is not None]
    going = [rule.name for rule in rules if not rule.ends]
    return min(going or stages, key=document.place, default=None)
