"""Journal lines that are events, too: what is journalled there is told to whoever asked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from app.store.events import Happening


class Noted(Protocol):
    """A journal line."""

    @property
    def event(self) -> str: ...
    @property
    def link_id(self) -> UUID | None: ...
    @property
    def connection(self) -> str | None: ...
    @property
    def cause_id(self) -> UUID | None: ...
    @property
    def detail(self) -> dict[str, Any]: ...


def of(lines: Sequence[Noted]) -> list[Happening]:
    """The events that these lines are."""
    found = [HEARD[one.event](one) for one in lines if one.event in HEARD]
    return [one for one in found if one is not None]


def _created(line: Noted) -> Happening:
    data = {"connection": line.connection}
    return Happening("people.created", line.link_id, data=data, cause_id=line.cause_id)


def _merged(line: Noted) -> Happening:
    data = {"from": line.detail["person"], "connection": line.connection}
    return Happening("people.merged", line.link_id, data=data, cause_id=line.cause_id)


def _scored(line: Noted) -> Happening | None:
    before, after = line.detail.get("grade_before"), line.detail.get("grade")
    if before == after:
        return None
    data = {
        "from": before,
        "to": after,
        "score": line.detail["total"],
        "score_before": line.detail["before"],
    }
    return Happening("score.grade_changed", line.link_id, data=data, cause_id=line.cause_id)


def _held(line: Noted) -> Happening:
    subject = f"campaign:{line.detail['campaign']}"
    data = {**line.detail, "connection": line.connection}
    return Happening("campaign.held", None, subject, data, line.cause_id)


def _job(line: Noted) -> Happening:
    detail = {name: value for name, value in line.detail.items() if name != "job"}
    data = {**detail, "state": line.event.removeprefix("job_")}
    return Happening("job.finished", None, f"job:{line.detail['job']}", data, line.cause_id)


def _activated(line: Noted) -> Happening:
    one = line.detail
    subject = f"document:{one['kind']}/{one['name']}@{one['version']}"
    return Happening("document.activated", None, subject, one, line.cause_id)


def _storm_began(line: Noted) -> Happening:
    return Happening("alert.storm_began", None, *_storm(line))


def _storm_ended(line: Noted) -> Happening:
    return Happening("alert.storm_ended", None, *_storm(line))


def _storm(line: Noted) -> tuple[str, dict[str, Any], UUID | None]:
    data = {**line.detail, "connection": line.connection}
    return f"storm:{line.detail['storm']}", data, line.cause_id


HEARD: Mapping[str, Callable[[Noted], Happening | None]] = {
    "found": _created,
    "absorbed": _merged,
    "scored": _scored,
    "members_held": _held,
    "job_done": _job,
    "job_failed": _job,
    "job_cancelled": _job,
    "activated": _activated,
    "storm_began": _storm_began,
    "storm_ended": _storm_ended,
}
