"""The stages of one person: where they stand, how they got there, and moving them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from nicegui import ui

from app.configuring import InUse, Missing
from app.domain.lifecycle import LONGEST_REASON, NotAllowed
from app.domain.lifecycle_document import StageName
from app.flows import stage_shown as showing
from app.flows.moving import OvertakenError, Wanted, move
from app.store import stages
from app.store.db import Tx
from app.web.deps import transacted
from app.web.ui.actions import check_operator
from app.web.ui.desk import Visit
from app.web.ui.frame import act
from app.web.ui.people import Person
from app.web.ui.pieces import Moment, badge, fact, field_name, spoken, tag

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page shows of somebody's stages; nothing `follows` without a lifecycle."""

    changes: Sequence[Mapping[str, Any]]
    lists: Sequence[Mapping[str, Any]]
    follows: Sequence[tuple[StageName, bool, str]]
    late: bool


def read(tx: Tx, person: Person) -> Standing | None:
    """None where no lifecycle has decided about anybody's stage."""
    lifecycle = showing.in_force(tx)
    changes = stages.trail(tx, person["id"], None, SHOWN)
    if lifecycle is None and not changes:
        return None
    lists = stages.lists_of(tx, person["id"])
    if lifecycle is None:
        return Standing(changes, lists, (), late=False)
    at = showing.late_at(lifecycle[0], person["stage"], person["stage_since"])
    late = at is not None and at < datetime.now(UTC)
    return Standing(changes, lists, showing.follows(lifecycle[0], person["stage"]), late)


def show(visit: Visit, person: Person, found: Standing) -> None:
    """Where somebody stands, the way there, and what an operator may do."""
    words = visit.words
    with tag("p", classes="chips"):
        badge(words.known("stage", person["stage"]), "good")
        if person["stage_since"] is not None:
            tag("span", words("stages.since"), "muted")
            Moment(person["stage_since"], visit)
        if found.late:
            badge(words("stages.too_long"), "bad")
    if visit.may_operate and found.follows:
        _mover(visit, person, found.follows)
    with tag("ul", classes="plain-list"):
        for one in found.changes:
            _change(visit, one)
    with tag("dl", classes="facts wide"):
        if person["stage_reason"]:
            with fact(words("stages.last_reason")):
                tag("span", person["stage_reason"])
        for one in found.lists:
            _listed(visit, one)


def _change(visit: Visit, one: Mapping[str, Any]) -> None:
    words = visit.words
    target = words.known("stage", one["target"])
    if one["source"] is None:
        text = words("stages.first", stage=target)
    else:
        source = words.known("stage", one["source"])
        text = f"{source} → {target}"
    with tag("li"):
        with tag("p", classes="chips"):
            tag("span", text, "strong")
            Moment(one["at"], visit).classes("muted")
        said = [words.known("stages.by", one["moved_by"]), one["who"], one["reason"] or ""]
        if not one["reason"]:
            said += [because(visit, why) for why in one["why"]]
        tag("p", " · ".join(part for part in said if part), "muted")


def because(visit: Visit, why: Mapping[str, Any]) -> str:
    """What let somebody into a stage."""
    name = str(why["what"])
    named = visit.words.has("stages.what", name)
    said = visit.words.known("stages.what", name) if named else field_name(visit, name)
    return f"{said}: {spoken(visit, why['found'])}"


def _listed(visit: Visit, one: Mapping[str, Any]) -> None:
    words = visit.words
    with fact(words("stages.list", list=one["list_id"], connection=one["connection"])):
        tag("span", words("stages.on_list" if one["wanted"] else "stages.off_list"))
        if one["state"] != "done":
            tag("span", words(f"stages.list_{one['state']}"), "muted")
        if one["reason"]:
            tag("span", one["reason"], "notice warn")


def _mover(visit: Visit, person: Person, follows: Sequence[tuple[StageName, bool, str]]) -> None:
    """Choose a stage, and say why where the lifecycle asks for it."""
    words, needed = visit.words, {str(stage): reason for stage, reason, _ in follows}
    given = {"stage": str(follows[0][0]), "reason": ""}
    with tag("details", name="move-stage"):
        tag("summary", words("stages.move"), "button")
        with tag("div", classes="choices"):
            with tag("label", words("stages.move_to")), tag("select") as chosen:
                for stage, _, _ in follows:
                    tag("option", words(f"stage.{stage}"), value=stage)
            with tag("label", words("stages.reason"), "grow"):
                field = tag("input", type="search", maxlength=str(LONGEST_REASON))
            send = tag("button", words("stages.move"), "button main", type="button")
    emit = "(event) => emit(event.target.value)"
    chosen.on("change", lambda e: given.update(stage=str(e.args)), js_handler=emit)
    field.on("input", lambda e: given.update(reason=str(e.args)), js_handler=emit)

    async def sent() -> None:
        reason = given["reason"].strip()
        if needed.get(given["stage"], False) and not reason:
            ui.notify(words("stages.reason_needed"), type="negative")
            return
        deed = partial(moved, visit, person["id"], given["stage"], reason, person["stage"])
        await act(visit, deed, ui.navigate.reload)()

    send.on("click", sent)


def moved(visit: Visit, person_id: UUID, stage: Any, reason: str, seen: str) -> None:
    """Move somebody. Raises: NotAllowed (of the desk), Missing, InUse (with what the lifecycle
    says against it).
    """
    check_operator(visit)
    who = visit.who
    wanted = Wanted(stage, "person", who, visit.key.role, reason or None, seen=seen)
    parts = visit.desk.parts
    try:
        _, wakes = transacted(parts, lambda tx: move(tx, person_id, wanted, now=datetime.now(UTC)))
    except LookupError as error:
        raise Missing(str(error)) from None
    except (NotAllowed, OvertakenError) as error:
        raise InUse(str(error)) from None
    parts.wake(wakes)
