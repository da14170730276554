"""The setting `custom_objects`: kinds of an admin's own, and the vendor's object of each.

Every vendor that has custom objects has this setting, under this name, so that a mapping of kind
`subscription` is known to be possible before any call is made.
"""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, StringConstraints

from connectors.base import KIND_PATTERN, KINDS, Kind

SETTING = "custom_objects"


def _own(objects: Mapping[Kind, str]) -> Mapping[Kind, str]:
    if taken := sorted(set(objects) & set(KINDS)):
        raise ValueError(f"{taken[0]} is a kind of Baton's; choose another name")
    if len(set(objects.values())) < len(objects):
        raise ValueError("one object can be of one kind only")
    return dict(objects)


KindName: TypeAlias = Annotated[str, StringConstraints(pattern=KIND_PATTERN)]
ObjectName: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")
]
CustomObjects: TypeAlias = Annotated[Mapping[KindName, ObjectName], AfterValidator(_own)]
