"""What changed in a connection's fields, on its card, and confirming it."""

from functools import partial

from app.store import drift
from app.store.drift import Drifted
from app.web.ui import actions
from app.web.ui.desk import Visit
from app.web.ui.frame import act
from app.web.ui.pieces import badge, tag

SHOWN = 20


def read(visit: Visit) -> dict[str, list[Drifted]]:
    """Connection -> what touches an active mapping and nobody has confirmed."""
    found: dict[str, list[Drifted]] = {}
    with visit.desk.parts.database.begin() as tx:
        for one in drift.harmful(tx):
            found.setdefault(one.connection, []).append(one)
    return found


def drift_list(visit: Visit, found: list[Drifted]) -> None:
    """The differences of one connection."""
    words = visit.words
    tag("h4", words("drift.title"))
    with tag("ul", classes="findings", aria_label=words("drift.title")):
        for one in found[:SHOWN]:
            with tag("li") as line:
                badge(words(f"change.{one.change}"), "warn")
                if one.paused:
                    badge(words("drift.paused"), "bad")
                tag("code", f"{one.object}.{one.field}")
                places = ", ".join(f"{t['mapping']} {t['pointer']}" for t in one.touches)
                tag("span", words("drift.touches", places=places), "muted")
                if visit.may_operate:
                    label = words("drift.confirm")
                    said = f"{label}: {one.object}.{one.field}"
                    button = tag("button", label, "button", type="button", aria_label=said)
                    deed = partial(actions.confirm_drift, visit, one.connection, one.id)
                    button.on("click", act(visit, deed, line.delete))
