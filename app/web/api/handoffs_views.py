"""Hand-offs as the API shows them, and their refusals as problems."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from app.domain.activity import Label
from app.domain.handoff import GateClosed, NotYours, Unfit
from app.domain.handoff_document import FlowName
from app.domain.handoff_moves import Deed, Illegal, State, possible
from app.domain.handoff_quality import Line
from app.domain.handoff_words import NEXT_STEPS
from app.flows.handoffs_acts import NoSuchHandoff, OpenAlready, Stale, UnfitMemo
from app.flows.handoffs_known import NoDocument, Seen, name_of
from app.store import handoffs, handoffs_listing
from app.store.db import Tx
from app.web.problems import Problem


class LabelView(BaseModel):
    """Words in both languages."""

    en: str = Field(examples=["Problem and need"])
    ja: str = Field(examples=["課題・ニーズの明確さ"])


class QualityPartView(BaseModel):
    """A part of the quality: `points` of `of`, and what is missing for the rest."""

    name: str = Field(examples=["need"])
    label: LabelView
    points: int = Field(examples=[17])
    of: int = Field(examples=[25])
    missing: list[LabelView]


class HandoffLineView(BaseModel):
    """A condition of the gate, or an item of the checklist; `by`: who ticked it."""

    name: str = Field(examples=["quality"])
    label: LabelView
    done: bool
    auto: bool = Field(description="checked from data; else a person ticks it")
    by: str | None = None


class HandoffMessageView(BaseModel):
    """A line of the thread."""

    at: datetime
    what: str = Field(examples=["question"])
    by: str
    text: str = Field(examples=["Who signs the contract?"])


class HandoffEntryView(BaseModel):
    """A note or task in another system, or a message by a channel, and whether it stands there."""

    connection: str = Field(examples=["salesforce"])
    what: str = Field(examples=["task"], description="note, task, notification, mention, message")
    title: str
    owner: str | None
    state: str = Field(
        examples=["sent"], description="pending, sent, failed, in_doubt, dropped or flying"
    )
    code: str | None
    reason: str | None
    external_id: str | None
    changed_at: datetime
    due_at: datetime | None = Field(
        None, description="from when on a message that waits is told; null: nothing waits"
    )


class HandoffOpportunity(BaseModel):
    """The opportunity that was won or lost, as it stood then."""

    name: str | None = Field(None, examples=["山田製作所 100席"])
    stage: str | None = Field(None, examples=["Closed Lost"])
    amount: str | None = Field(None, examples=["1200000"])
    reason: str | None = Field(None, description="in its own words", examples=["価格"])
    connection: str | None = Field(None, description="where that was seen", examples=["salesforce"])
    record: str | None = Field(None, description="Baton's id of it, or the system's")
    at: datetime | None = None


class HandoffBrief(BaseModel):
    """A hand-off in a list. `version` counts its changes: send it back with an act, so that you
    act on what you saw.
    """

    id: int = Field(examples=[12])
    link_id: UUID
    flow: FlowName
    state: State
    version: int = Field(examples=[4])
    quality: int = Field(ge=0, le=100, examples=[84])
    band: str = Field(examples=["high"])
    name: str = Field(examples=["山田 綾"])
    email: str | None
    company: str | None
    score: int | None
    grade: str | None
    giver: str | None = Field(examples=["is@example.jp"])
    receiver: str | None = Field(examples=["fs@example.jp"])
    reason: str | None
    outcome: str | None = Field(
        description="how it was closed: won, lost, done; stays when it is recycled"
    )
    meeting_at: datetime | None
    due_at: datetime | None = Field(description="by when somebody must have reacted")
    overdue: bool
    questions_open: int
    age_days: int = Field(description="whole days in this state", examples=[2])
    created_at: datetime
    changed_at: datetime
    state_at: datetime


class HandoffView(HandoffBrief):
    """One hand-off with its memo and all that is said of it."""

    memo: dict[str, Any] = Field(examples=[{"problem": "見積作成に月40時間", "budget": "secured"}])
    next_step: LabelView
    band_label: LabelView
    parts: list[QualityPartView]
    gate: list[HandoffLineView]
    gate_open: bool
    checklist: list[HandoffLineView]
    possible: list[Deed] = Field(examples=[["accept", "ask", "reject"]])
    note: str | None
    override: dict[str, Any] | None
    feedback: dict[str, Any] | None
    opportunity: HandoffOpportunity | None = Field(description="what ended it, where one did")
    thread: list[HandoffMessageView]
    told: list[HandoffEntryView]
    rules: int = Field(description="version of the document that it went by last")
    created_by: str


def brief(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the list."""
    now = datetime.now(UTC)
    fields = row["agreed"]
    company = fields.get("company") or fields.get("company_name")
    whole = [str(fields[name]) for name in ("last_name", "first_name") if fields.get(name)]
    return {
        **{name: row[name] for name in HandoffBrief.model_fields if name in row},
        "name": str(fields.get("name") or " ".join(whole) or row["email"] or row["link_id"]),
        "company": None if company is None else str(company),
        "overdue": row["due_at"] is not None and row["due_at"] < now,
        "age_days": max(0, (now - row["state_at"]).days),
    }


def view(tx: Tx, seen: Seen) -> HandoffView:
    """All of one."""
    kept, one, said = seen.kept, seen.kept.standing, seen.judged
    row = handoffs_listing.row(tx, kept.id)
    if row is None:
        raise Problem(404, f"there is no hand-off {kept.id}")
    return HandoffView.model_validate({
        **brief(row),
        "name": name_of(seen.known.link),
        "quality": said.quality.total,
        "band": said.quality.band.name,
        "memo": dict(kept.memo),
        "next_step": _label(NEXT_STEPS[one.state]),
        "band_label": _label(said.quality.band.label),
        "parts": [
            {"name": part.name, "label": _label(part.label), "points": part.points, "of": part.of,
             "missing": [_label(label) for label in part.missing]}
            for part in said.quality.parts
        ],
        "gate": [_line(line) for line in said.gate],
        "gate_open": said.open,
        "checklist": [_line(line) for line in said.checklist],
        "possible": list(possible(one.state)),
        "note": one.note,
        "override": one.override,
        "feedback": one.feedback,
        "opportunity": kept.opportunity,
        "thread": handoffs.thread(tx, kept.id),
        "told": [
            *handoffs_listing.entries(tx, kept.id),
            *handoffs_listing.messages(tx, kept.link_id, kept.id),
        ],
        "rules": kept.rules,
        "created_by": kept.created_by,
    })  # fmt: skip


def _label(label: Label) -> dict[str, str]:
    return {"en": label.en, "ja": label.ja}


def _line(line: Line) -> dict[str, Any]:
    about = {"name": line.name, "label": _label(line.label), "done": line.done}
    return {**about, "auto": line.auto, "by": line.by}


@contextmanager
def refusals() -> Iterator[None]:
    """What hand-offs refuse, as problems: 404, 403, 409 (with how it stands), 422."""
    try:
        yield
    except NoSuchHandoff as error:
        raise Problem(404, str(error)) from None
    except NotYours as error:
        raise Problem(403, str(error)) from None
    except NoDocument as error:
        raise Problem(409, str(error)) from None
    except Illegal as error:
        can = ", ".join(error.possible)
        raise Problem(
            409, str(error), errors=[("/state", error.state), ("/possible", can)]
        ) from None
    except Stale as error:
        kept = error.now.kept
        now = [("/state", kept.standing.state), ("/version", str(kept.version))]
        raise Problem(409, str(error), errors=now) from None
    except OpenAlready as error:
        at = [("/handoff", str(error.handoff_id))]
        raise Problem(409, str(error), errors=at) from None
    except GateClosed as error:
        unmet = [(f"/gate/{line.name}", line.label.en) for line in error.unmet]
        raise Problem(422, str(error), errors=unmet) from None
    except Unfit as error:
        under = "/memo/" if isinstance(error, UnfitMemo) else "/"
        places = [(under + name, text) for name, text in error.places.items()]
        raise Problem(422, str(error), errors=places) from None
