"""The past of one field, folded away: each write with its values, each decision and who made it."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.flows.refer import Named
from app.web.ui.desk import Visit
from app.web.ui.pieces import Moment, blank_or_value, change, tag


def field_past(visit: Visit, field: str, past: Sequence[Mapping[str, Any]], named: Named) -> None:
    """Newest first; nothing where nothing is known."""
    if not past:
        return
    with tag("details"):
        tag("summary", visit.words("conflicts.history"))
        with tag("ol", classes="timeline"):
            for one in past:
                with tag("li"):
                    _line(visit, field, one, named)


def _line(visit: Visit, field: str, one: Mapping[str, Any], named: Named) -> None:
    words, facts = visit.words, one["facts"]
    with tag("p"):
        tag("span", words.known("event", one["event"]), "strong")
        said = " · ".join(part for part in (one["connection"], one["version"]) if part)
        tag("span", f" · {said}" if said else "")
    with tag("p", classes="muted"):
        if one["event"] == "told":
            change(visit, field, (facts["before"], facts["after"]), named)
        for role, value in sorted((facts.get("lost") or {}).items()):
            tag("span", f"{words('detail.lost')} ({words(f'conflicts.{role}')}): ")
            blank_or_value(visit, (field, value), named)
            tag("span", " · ")
        if "kept" in facts:
            tag("span", f"{words('detail.kept')}: ")
            blank_or_value(visit, (field, facts["kept"]), named)
        if "by" in facts:
            tag("span", f" · {facts['by']}")
    Moment(one["at"], visit, "full").classes("muted")
