"""Set aside: a value that a side shows and that is not its opinion.

An undo puts an old value back, or a person decides against what one side says. Until that side
shows something else, what it shows there has no say in a merge. Kept per field of a side, as JSON:

`shown`    the value set aside;
`agreed`   as long as this is agreed, `shown` shall stand there. Without it the side is told what
           is agreed, like any other;
`before`   what the side showed when `shown` was still to be written; absent once that is done;
`version`  the mapping version that the undo was made under; another one ends it;
`job`      the undo, for the ledger of writes.
"""

from collections.abc import Collection
from typing import Any, TypeAlias

from app.domain.merge import Values
from connectors.base import Value

Asides: TypeAlias = dict[str, dict[str, Any]]


def put_back(seen: Value, value: Value, agreed: Value, *, version: str, job: int) -> dict[str, Any]:
    """Have `value` stand at a side that shows `seen`, while `agreed` stays agreed."""
    if value == agreed:
        return {"shown": seen, "job": job}
    return {"shown": value, "agreed": agreed, "before": seen, "version": version, "job": job}


def wish(asides: Asides, name: str, agreed: Value) -> Value:
    """What shall stand at this side, where `agreed` is agreed."""
    one = asides.get(name, {})
    value: Value = one["shown"] if "agreed" in one and one["agreed"] == agreed else agreed
    return value


def awaited(asides: Asides, name: str, value: Value) -> bool:
    """Whether writing `value` puts back what an undo asked for; that is no new base."""
    one = asides.get(name, {})
    return "before" in one and one["shown"] == value


def looked(asides: Asides, values: Values) -> None:
    """A look: what an undo wrote may stand there now; what was changed there is an opinion."""
    for name in asides.keys() & values.keys():
        one, value = asides[name], values[name]
        if value == one["shown"]:
            one.pop("before", None)
        elif "before" not in one or value != one["before"]:
            del asides[name]


def landed(asides: Asides, told: Values) -> None:
    """A write was confirmed."""
    for name in asides.keys() & told.keys():
        if awaited(asides, name, told[name]):
            del asides[name]["before"]
        else:
            del asides[name]  # it shows what is agreed


def release(asides: Asides, agreed: Values, *, version: str, flying: Collection[str]) -> None:
    """End what no longer holds: something else was agreed, or the mapping is another one.

    Not while a write of the field is under way or in doubt.
    """
    for name in (asides.keys() & agreed.keys()) - set(flying):
        one = asides[name]
        if "agreed" in one and (one["agreed"] != agreed[name] or one["version"] != version):
            one = asides[name] = {"shown": one.get("before", one["shown"])}
        if "agreed" not in one and one["shown"] == agreed[name]:
            del asides[name]
