"""Filters of lists over what contacts did: page views, e-mails, forms, events of any type.

Source: HubSpot developer docs, "List filters"; HubSpot's published OpenAPI, "Lists" (operators and
`pruningRefineBy`, `coalescingRefineBy`). Event type ids: HubSpot developer docs.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connectors.hubspot.sandbox.events import Event
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Record

Filter = Mapping[str, Any]
STANDARD_EVENTS = {
    "4-96000": "page_view", "4-1639801": "form_submit", "4-666440": "email_open",
    "4-666288": "email_click", "4-1720599": "meeting_booked",
}  # fmt: skip
MS = {
    "SECONDS": 1000, "MINUTES": 60_000, "HOURS": 3_600_000, "DAYS": 86_400_000,
    "WEEKS": 604_800_000, "MONTHS": 2_592_000_000, "QUARTERS": 7_776_000_000,
    "YEARS": 31_536_000_000,
}  # fmt: skip
EMAIL_DEEDS = {
    "OPENED": ("OPEN", None), "LINK_CLICKED": ("CLICK", None),
    "OPENED_BUT_LINK_NOT_CLICKED": ("OPEN", "CLICK"),
}  # fmt: skip


def problem(one: Filter) -> str | None:
    """What keeps a filter, or a branch of type `UNIFIED_EVENTS`, from being judged."""
    kind, operator = one.get("filterType"), str(one.get("operator"))
    if kind == "EMAIL_EVENT" and operator not in EMAIL_DEEDS:
        return f"The operator {operator} is not supported for filters of type EMAIL_EVENT"
    if kind == "PAGE_VIEW" and not operator.removeprefix("NOT_").startswith("HAS_PAGEVIEW_"):
        return f"The operator {operator} is not valid for filters of type PAGE_VIEW"
    lines = one.get("filterLines", one.get("filters")) or []
    if not isinstance(lines, list) or not all(_is_line(line) for line in lines):
        return "Each filter of an event must have a property and an operation"
    try:
        re.compile(str(one.get("pageUrl", "")) if operator.endswith("MATCHES_REGEX") else "")
        _refined([0], one, 0)
    except (KeyError, TypeError, ValueError, re.error):
        return "The refineBy of the filter is not valid"
    return None


def _is_line(line: Any) -> bool:
    return isinstance(line, Mapping) and isinstance(line.get("operation"), Mapping)


def count_fits(count: int, refine: Any) -> bool:
    """At least once, unless `NUM_OCCURRENCES` says how often."""
    if not isinstance(refine, Mapping) or refine.get("type") != "NUM_OCCURRENCES":
        return count >= 1
    least, most = refine.get("minOccurrences"), refine.get("maxOccurrences")
    return (least is None or count >= least) and (most is None or count <= most)


def has_completed(portal: Portal, record: Record, branch: Filter) -> bool:
    """A branch of type `UNIFIED_EVENTS`: all its property filters hold for one event."""
    lines = [one for one in branch.get("filters") or [] if one.get("filterType") == "PROPERTY"]
    found = [e for e in _of_type(portal, record, branch) if _line_up(e, lines)]
    done = _refined([event.at_ms for event in found], branch, portal.now_ms())
    return not done if branch.get("operator") == "HAS_NOT_COMPLETED" else done


def _did(portal: Portal, record: Record) -> list[Event]:
    return portal.events.by_object.get((record.type.label, record.id), [])


def _of_type(portal: Portal, record: Record, one: Filter) -> Iterable[Event]:
    """Events of a type, by its name, its id or the id of its definition."""
    wanted = str(one.get("eventTypeId") or one.get("eventId"))
    names = {wanted}
    if wanted in STANDARD_EVENTS:
        names.add(portal.config.event_types[STANDARD_EVENTS[wanted]])
    names |= {n for n, d in portal.definitions.items() if wanted == f"6-{d.number}"}
    return (event for event in _did(portal, record) if event.type in names)


def _line_up(event: Event, lines: Iterable[Filter]) -> bool:
    return all(_holds(event.properties, line) for line in lines)


def _holds(properties: Mapping[str, str], line: Filter) -> bool:
    """One property of an event: equality, containment, presence."""
    operation = line.get("operation") or {}
    held = properties.get(str(line.get("property")))
    operator = str(operation.get("operator", ""))
    if operator in {"IS_KNOWN", "IS_UNKNOWN"}:
        return (held is not None) == (operator == "IS_KNOWN")
    values = operation.get("values") or [operation.get("value")]
    texts = [str(value).lower() for value in values if value is not None]
    if "CONTAIN" in operator:
        fits = held is not None and any(text in held.lower() for text in texts)
    else:
        fits = held is not None and held.lower() in texts
    return not fits if "NOT" in operator else fits


def _refined(times: Iterable[int], one: Filter, now_ms: int) -> bool:
    """Those within the time asked for, counted."""
    refines = [r for key in ("pruningRefineBy", "coalescingRefineBy")
               if isinstance(r := one.get(key), Mapping)]  # fmt: skip
    kept = [at for at in times if all(_within(at, refine, now_ms) for refine in refines)]
    counted = [r for r in refines if r.get("type") == "NUM_OCCURRENCES"]
    return count_fits(len(kept), counted[0] if counted else None)


def _within(at_ms: int, refine: Filter, now_ms: int) -> bool:
    match refine.get("type"):
        case "ABSOLUTE_COMPARATIVE":
            return _compared(at_ms, refine, int(refine["timestamp"]))
        case "RELATIVE_COMPARATIVE":
            return _compared(at_ms, refine, _offset(refine["timeOffset"], now_ms))
        case "ABSOLUTE_RANGED":
            lower, upper = int(refine["lowerTimestamp"]), int(refine["upperTimestamp"])
        case "RELATIVE_RANGED":
            lower = _offset(refine["lowerBoundOffset"], now_ms)
            upper = _offset(refine["upperBoundOffset"], now_ms)
        case _:
            return True
    return (lower <= at_ms <= upper) != ("NOT" in str(refine.get("rangeType")))


def _compared(at_ms: int, refine: Filter, bound_ms: int) -> bool:
    return at_ms < bound_ms if refine.get("comparison") == "BEFORE" else at_ms > bound_ms


def _offset(given: Filter, now_ms: int) -> int:
    distance = int(given["amount"]) * MS.get(str(given["timeUnit"]), MS["DAYS"])
    return now_ms + (distance if given.get("offsetDirection") == "FUTURE" else -distance)


def _page_view(portal: Portal, record: Record, one: Filter) -> bool:
    operator, wanted = str(one.get("operator", "")), str(one.get("pageUrl", ""))

    def fits(url: str) -> bool:
        if operator.endswith("MATCHES_REGEX"):
            return re.search(wanted, url) is not None
        return wanted in url if operator.endswith("CONTAINS") else wanted == url

    name = portal.config.event_types["page_view"]
    views = [e for e in _did(portal, record) if e.type == name]
    times = [e.at_ms for e in views if fits(e.properties.get("hs_url", ""))]
    seen = _refined(times, one, portal.now_ms())
    return not seen if operator.startswith("NOT_") else seen


def _email_event(portal: Portal, record: Record, one: Filter) -> bool:
    """Of any e-mail, or (`emailId`) of one campaign."""
    wanted, unwanted = EMAIL_DEEDS.get(str(one.get("operator")), ("", None))
    email = str(one.get("emailId") or "")
    about = [e for e in _did(portal, record) if e.email_type]
    if email:
        about = [e for e in about if e.properties.get("emailCampaignId") == email]
    if unwanted and any(e.email_type == unwanted for e in about):
        return False
    times = [e.at_ms for e in about if e.email_type == wanted]
    return _refined(times, one, portal.now_ms())


def _event(portal: Portal, record: Record, one: Filter) -> bool:
    times = [e.at_ms for e in _of_type(portal, record, one)]
    done = _refined(times, one, portal.now_ms())
    return not done if str(one.get("operator")).startswith("NOT_") else done


def _unified_event(portal: Portal, record: Record, one: Filter) -> bool:
    found = [e for e in _of_type(portal, record, one) if _line_up(e, one.get("filterLines") or [])]
    return _refined([event.at_ms for event in found], one, portal.now_ms())


def _submitted(portal: Portal, record: Record, one: Filter) -> bool:
    """Whether the contact ever filled in the form (any form, where none is named)."""
    form, page = (str(one[key]) if one.get(key) else None for key in ("formId", "pageId"))
    times = [
        sent.at_ms
        for sent in portal.forms.submissions
        if sent.contact_id == record.id
        and form in {None, sent.form_id}
        and page in {None, sent.page_url}
    ]
    done = _refined(times, one, portal.now_ms())
    return not done if one.get("operator") == "NOT_FILLED_OUT" else done


JUDGES: dict[str, Callable[[Portal, Record, Filter], bool]] = {
    "PAGE_VIEW": _page_view,
    "EMAIL_EVENT": _email_event,
    "EVENT": _event,
    "UNIFIED_EVENTS": _unified_event,
    "INTEGRATION_EVENT": _unified_event,
    "FORM_SUBMISSION": _submitted,
    "FORM_SUBMISSION_ON_PAGE": _submitted,
}
