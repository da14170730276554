"""Filters of lists: branches of filters of properties, list memberships and what contacts did.

Source: HubSpot developer docs, "List filters". The root is an OR of ANDs. Kinds of filters that
this sandbox can't judge (ads, webinars, surveys and the like) are refused by name.
"""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.hubspot.sandbox import list_event_filters, list_operations
from connectors.hubspot.sandbox.errors import ApiError, invalid
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Record

Branch = Mapping[str, Any]
NESTED = ("AND", "OR", "NOT_ALL", "NOT_ANY", "ASSOCIATION", "UNIFIED_EVENTS")
MOST_DEPTH = 5


def _refused(message: str) -> ApiError:
    return ApiError(
        400, message, "VALIDATION_ERROR", subCategory="ListError.INVALID_FILTER_BRANCH"
    )  # fmt: skip


def check(portal: Portal, kind: ObjectType, branch: Any) -> None:
    """Raises: ApiError where the filters make no sense."""
    if not isinstance(branch, dict) or branch.get("filterBranchType") != "OR":
        raise _refused("The root filter branch must be of type OR")
    if branch.get("filters"):
        raise _refused("The root OR filter branch must not have filters")
    inner = branch.get("filterBranches")
    if not isinstance(inner, list) or not inner:
        raise _refused("The root OR filter branch must have at least one AND filter branch")
    if any(not isinstance(one, dict) or one.get("filterBranchType") != "AND" for one in inner):
        raise _refused("The filter branches of the root OR filter branch must be of type AND")
    for one in inner:
        _check_branch(portal, kind, one, 1)


def _check_branch(portal: Portal, kind: ObjectType, branch: Any, depth: int) -> None:
    if not isinstance(branch, dict) or branch.get("filterBranchType") not in NESTED:
        name = branch.get("filterBranchType") if isinstance(branch, dict) else branch
        raise _refused(f"Filter branches of type {name} are not supported")
    if depth > MOST_DEPTH:
        raise _refused(f"Filter branches can be nested {MOST_DEPTH} deep at most")
    if branch["filterBranchType"] == "ASSOCIATION":
        kind = portal.kind(str(branch.get("objectTypeId", "")))
    filters, inner = branch.get("filters") or [], branch.get("filterBranches") or []
    if not isinstance(filters, list) or not isinstance(inner, list):
        raise _refused("filters and filterBranches must be lists")
    if branch["filterBranchType"] == "UNIFIED_EVENTS":
        if wrong := list_event_filters.problem(branch):
            raise _refused(wrong)
        return
    for one in filters:
        _check_filter(portal, kind, one)
    for nested in inner:
        _check_branch(portal, kind, nested, depth + 1)


def _check_filter(portal: Portal, kind: ObjectType, one: Any) -> None:
    filter_type = str(one.get("filterType")) if isinstance(one, dict) else ""
    if filter_type not in JUDGES:
        raise _refused(f"Filters of type {filter_type} are not supported")
    if filter_type == "IN_LIST" and portal.lists.live(str(one.get("listId"))) is None:
        raise _refused(f"List {one.get('listId')} does not exist")
    if filter_type in list_event_filters.JUDGES and (wrong := list_event_filters.problem(one)):
        raise _refused(wrong)
    if filter_type != "PROPERTY":
        return
    name = str(one.get("property", ""))
    prop = portal.schema(kind).live(name)
    if prop is None:
        raise invalid(f'Property "{name}" does not exist', property=[name])
    list_operations.check(prop, one.get("operation"))


def leads_to(portal: Portal, branch: Branch, list_id: str) -> bool:
    """Tell whether these filters ask for this list, be it by way of other dynamic lists."""
    asked = [str(f["listId"]) for f in branch.get("filters") or [] if "listId" in f]
    lists = [found for i in asked if (found := portal.lists.live(i)) is not None]
    inner = [*(branch.get("filterBranches") or []), *(x.branch for x in lists if x.branch)]
    return list_id in asked or any(leads_to(portal, one, list_id) for one in inner)


def matches(portal: Portal, record: Record, branch: Branch | None) -> bool:
    """Tell whether a record fits checked filters."""
    if branch is None:
        return False
    kind = branch["filterBranchType"]
    if kind == "UNIFIED_EVENTS":
        return list_event_filters.has_completed(portal, record, branch)
    if kind == "ASSOCIATION":
        return any(_all(portal, other, branch) for other in _associated(portal, record, branch))
    if kind == "OR":
        return any(_outcomes(portal, record, branch))
    if kind == "NOT_ANY":
        return not any(_outcomes(portal, record, branch))
    every = _all(portal, record, branch)
    return not every if kind == "NOT_ALL" else every


def _all(portal: Portal, record: Record, branch: Branch) -> bool:
    return all(_outcomes(portal, record, branch))


def _outcomes(portal: Portal, record: Record, branch: Branch) -> list[bool]:
    filters, inner = branch.get("filters") or [], branch.get("filterBranches") or []
    judged = [JUDGES[one["filterType"]](portal, record, one) for one in filters]
    return judged + [matches(portal, record, nested) for nested in inner]


def _associated(portal: Portal, record: Record, branch: Branch) -> list[Record]:
    kind = portal.kind(str(branch["objectTypeId"]))
    wanted = branch.get("associationTypeId")
    ends = portal.links.of(record.type.name, record.id, kind.name)
    table = portal.table(kind)
    return [
        other
        for other_id, specs in ends.items()
        if (other := table.get(other_id)) is not None
        and (wanted is None or any(number == wanted for _, number in specs))
    ]


def _by_property(portal: Portal, record: Record, one: Mapping[str, Any]) -> bool:
    prop = portal.schema(record.type).live(str(one["property"]))
    if prop is None:
        return False
    return list_operations.holds(prop, record, one["operation"], portal.now_ms())


def _in_list(portal: Portal, record: Record, one: Mapping[str, Any]) -> bool:
    found = portal.lists.live(str(one.get("listId")))
    within = found is not None and record.id in found.members
    if found is not None and found.processing == "DYNAMIC":
        within = matches(portal, record, found.branch)
    return not within if one.get("operator") == "NOT_IN_LIST" else within


def _associations(portal: Portal, record: Record, one: Mapping[str, Any]) -> bool:
    """How many associations of a type there are."""
    spec = (str(one.get("associationCategory")), one.get("associationTypeId"))
    ends = portal.links.targets(record.type.name, record.id)
    count = sum(1 for _, _, specs in ends if spec in specs)
    return list_event_filters.count_fits(count, one.get("coalescingRefineBy"))


JUDGES: dict[str, Callable[[Portal, Record, Mapping[str, Any]], bool]] = {
    "PROPERTY": _by_property,
    "IN_LIST": _in_list,
    "NUM_ASSOCIATIONS": _associations,
    "CONSTANT": lambda _portal, _record, one: bool(one.get("shouldAccept")),
    **list_event_filters.JUDGES,
}
