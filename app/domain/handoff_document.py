"""The `handoff` document: what one team hands to the next, how good it must be, and who decides.

    flows:
      is_fs:                                   # inside sales to field sales
        sections: [{name: need, label: …, fields: [{name: problem, type: long_text, …}]}]
        criteria: [{name: budget, framework: bant, label: …, when: {field: memo.budget, op: in, …}}]
        quality:  [{name: need, points: 25, label: …, checks: [{label: …, when: …}]}]
        gate:     [{name: quality, label: …, when: {field: handoff.quality, op: gte, value: 60}}]
        checklist: [{name: pages, label: …, when: {activity: page_view}}]
      fs_cs: …                                 # field sales to customer success

Conditions are those of the other rules. Besides the person's canonical fields they may ask for
`memo.<field>`, `memo.<field>.length` (characters), `memo.<field>.numbers` (figures in it), and
for `handoff.*` (`FIGURES`). A checklist item without a condition is ticked by a person.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from app.domain.activity import Label
from app.domain.activity_document import Texts
from app.domain.calendar import BusinessCalendar
from app.domain.condition_document import Condition
from app.domain.notice_document import BY_REQUEST, Notice, NoticeKind, Opportunities, OutsideHours
from mappings.field_conditions import Name, Part

FlowName: TypeAlias = Literal["is_fs", "fs_cs"]
FieldType: TypeAlias = Literal[
    "text", "long_text", "number", "date", "datetime", "bool", "choice", "email"
]
Framework: TypeAlias = Literal["bant", "meddic", "other"]
Outcome: TypeAlias = Literal["won", "lost", "done"]
KeyRole: TypeAlias = Literal["operator", "admin"]
Key: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
MEMO, FIGURE = "memo.", "handoff."
ALL_POINTS = 100
MEASURES = ("length", "numbers")
FIGURES = (
    "bant", "meddic", "other", "confirmed", "quality", "quality_open", "missing", "questions_open",
    "touches", "hot", "registered", "notified",
)  # fmt: skip
HISTORY = (
    "history.first_touch", "history.touches", "history.summary", "history.pages",
    "history.conversations", "history.name", "history.earlier",
)  # fmt: skip


class Choice(Part):
    value: Key
    label: Label


class MemoField(Part):
    """One field of the memo. `prefill`: canonical fields, `HISTORY`, or `earlier.<field>` of the
    memo that was handed over before; the first that is known.
    """

    name: Key
    label: Label
    type: FieldType = "text"
    required: bool = False
    choices: tuple[Choice, ...] = ()
    prefill: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _chooses(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("a field of type choice, and no other, has choices")
        if unknown := [one for one in self.prefill if _is_unknown(one, "history.", HISTORY)]:
            raise ValueError(f"prefill: there is no {unknown[0]}; known: {', '.join(HISTORY)}")
        return self


class Section(Part):
    name: Key
    label: Label
    fields: Annotated[tuple[MemoField, ...], Field(min_length=1, max_length=50)]


class Named(Part):
    """A condition with a name and words."""

    name: Key
    label: Label
    when: Condition


class Criterion(Named):
    """One of BANT (or MEDDIC): `when` says that it is confirmed."""

    framework: Framework = "bant"


class Check(Part):
    """What a part of the quality looks at; `label` is what is missing where it fails.

    Exactly one of `when`, `required` (the share of the required fields that are filled) and
    `criteria` (the share of these that are confirmed).
    """

    label: Label
    weight: Annotated[float, Field(gt=0, le=100)] = 1.0
    when: Condition | None = None
    required: Literal[True] | None = None
    criteria: Framework | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(one is not None for one in (self.when, self.required, self.criteria)) != 1:
            raise ValueError("a check has exactly one of when, required, criteria")
        return self


class QualityPart(Part):
    name: Key
    label: Label
    points: Annotated[int, Field(strict=True, ge=1, le=100)]
    checks: Annotated[tuple[Check, ...], Field(min_length=1, max_length=30)]


class Band(Part):
    """A stretch of the quality score, from `at_least` up, and what it means."""

    name: Key
    label: Label
    at_least: Annotated[int, Field(strict=True, ge=0, le=100)]


class ChecklistItem(Part):
    name: Key
    label: Label
    when: Condition | None = None


class Reason(Part):
    name: Key
    label: Label


Reasons: TypeAlias = Annotated[tuple[Reason, ...], Field(max_length=50)]


class NoteTexts(Part):
    """Templates of the note in the SFA (Jinja), in place of what Baton writes. They are given
    `handoff` (id, state, quality, band, missing, next_step, giver, receiver, reason, meeting_at),
    `memo` (section -> field -> value, in words), `person`, and `default`, which is Baton's text.
    """

    title: Texts | None = None
    body: Texts | None = None


class Roles(Part):
    """The least role of an API key that may do so. Everything else needs `operator`."""

    approve: KeyRole = "admin"
    override: KeyRole = "admin"
    reassign: KeyRole = "operator"


class Flow(Part):
    """How one team hands over to the next.

    `manager_approval`: a manager approves before the receiver is told. `remind_hours_before` the
    meeting the giver hears what is missing. `feedback_minutes` are business minutes after the
    meeting, which is taken to last `meeting_minutes`; `react_minutes` those to accept in.
    """

    label: Label
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=30)]
    criteria: Annotated[tuple[Criterion, ...], Field(max_length=30)] = ()
    quality: Annotated[tuple[QualityPart, ...], Field(min_length=1, max_length=20)]
    bands: Annotated[tuple[Band, ...], Field(min_length=1, max_length=10)]
    gate: Annotated[tuple[Named, ...], Field(max_length=30)] = ()
    checklist: Annotated[tuple[ChecklistItem, ...], Field(max_length=50)] = ()
    manager_approval: bool = True
    reject_reasons: Reasons = ()
    won_reasons: Reasons = ()
    lost_reasons: Reasons = ()
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1)] = ("won", "lost")
    react_minutes: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 540
    meeting_minutes: Annotated[int, Field(strict=True, ge=1, le=1_440)] = 60
    feedback_minutes: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 540
    remind_hours_before: Annotated[int, Field(strict=True, ge=1, le=240)] = 24
    roles: Roles = Roles()
    note: NoteTexts = NoteTexts()
    notices: Mapping[NoticeKind | Literal["all"], Notice] = Field(default_factory=dict)

    def notice(self, kind: NoticeKind) -> Notice | None:
        """How somebody is told of this; None: not at all. Where nothing is said, by a task."""
        chosen = self.notices.get(kind) or self.notices.get("all")
        return chosen or (None if kind in BY_REQUEST else Notice())

    @property
    def fields(self) -> Mapping[str, MemoField]:
        """The memo's fields by name, in order."""
        return {one.name: one for section in self.sections for one in section.fields}

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        fields = [one.name for section in self.sections for one in section.fields]
        _check_once("a memo field", fields)
        for noun, those in (
            ("a section", self.sections), ("a criterion", self.criteria),
            ("a quality part", self.quality), ("a band", self.bands), ("a gate rule", self.gate),
            ("a checklist item", self.checklist), ("a reason to reject", self.reject_reasons),
            ("a reason for a win", self.won_reasons), ("a reason for a loss", self.lost_reasons),
        ):  # fmt: skip
            _check_once(noun, [one.name for one in those])
        if (points := sum(part.points for part in self.quality)) != ALL_POINTS:
            raise ValueError(f"quality: the parts have 100 points together, not {points}")
        if min(band.at_least for band in self.bands) != 0:
            raise ValueError("bands: one begins at 0")
        self._check_conditions(fields)
        return self

    def _check_conditions(self, fields: Collection[str]) -> None:
        for part in self.quality:
            for check in part.checks:
                if check.criteria and not any(
                    one.framework == check.criteria for one in self.criteria
                ):
                    raise ValueError(f"quality: there are no criteria of {check.criteria}")
        for name in _asked(self.model_dump()):
            field, _, measure = name.removeprefix(MEMO).partition(".")
            if name.startswith(MEMO) and (
                field not in fields or (measure and measure not in MEASURES)
            ):
                raise ValueError(f'a condition asks for "{name}", which the memo does not have')
            if _is_unknown(name, FIGURE, [FIGURE + one for one in FIGURES]):
                raise ValueError(
                    f'there is no figure "{name}"; handoff. goes with {", ".join(FIGURES)}'
                )


class HandoffDocument(Part):
    """Both flows, the calendar by which deadlines are counted, and what ends an opportunity.

    `outside_hours`: whether what is told by channels waits for the calendar's next working hours.
    """

    flows: Annotated[Mapping[FlowName, Flow], Field(min_length=1)]
    calendar: BusinessCalendar = BusinessCalendar()
    outside_hours: OutsideHours = "tell"
    opportunities: Opportunities = Opportunities()


def _is_unknown(name: str, prefix: str, known: Collection[str]) -> bool:
    return name.startswith(prefix) and name not in known


def _check_once(noun: str, names: Collection[str]) -> None:
    if twice := sorted({one for one in names if list(names).count(one) > 1}):
        raise ValueError(f"{noun} stands twice: {', '.join(twice)}")


def _asked(piece: Any) -> Iterator[str]:
    """The fields that conditions anywhere in a piece ask for."""
    if isinstance(piece, Mapping):
        if isinstance(piece.get("field"), str) and "op" in piece:
            yield piece["field"]
        for inner in piece.values():
            yield from _asked(inner)
    elif isinstance(piece, list | tuple):
        for inner in piece:
            yield from _asked(inner)
