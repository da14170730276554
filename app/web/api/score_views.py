"""What the API shows of one person's score: point by point, and what vendors say of theirs."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.domain.activity import Label
from app.domain.outlook import Line, forecast_said
from app.flows.scores import Explained


class LineView(BaseModel):
    """One line of a score: points of the total, what they are for, and what becomes of them."""

    axis: str
    rule: str
    category: str | None
    label: Label
    points: float
    at: datetime | None
    becomes: float | None = Field(description="points at `becomes_at`; null: it stays")
    becomes_at: datetime | None
    text: Label
    forecast: Label | None = Field(description="the same in words")


class CategoryView(BaseModel):
    """What somebody's points say of a product category."""

    category: str
    label: Label
    points: int
    lines: list[LineView]


class MatrixView(BaseModel):
    """The quadrant of fit x intent."""

    fit_high: int
    intent_high: int
    fit: bool = Field(description="whether fit is high")
    intent: bool
    priority: int = Field(description="1 is the most urgent")


class ExplainedView(BaseModel):
    """A score as of now."""

    person_id: UUID
    scoring: str = Field(examples=["main@4"])
    at: datetime
    total: int
    grade: str
    fit: int
    intent: int
    timing: int
    ma_score: int | None
    matrix: MatrixView
    mql: int
    next_change_at: datetime | None
    lines: list[LineView]
    categories: list[CategoryView]


class ScoreChangeView(BaseModel):
    """One change of a vendor's own score."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    score: str = Field(examples=["Lead score"])
    value: float | None
    delta: float | None
    reasons: list[str]


class VendorScoreView(BaseModel):
    """What one vendor says of its own score of somebody."""

    connection: str
    changes: list[ScoreChangeView]
    problem: str | None


def explained_view(found: Explained) -> ExplainedView:
    """As the API shows it."""
    score, document = found.outlook.score, found.document
    lines = [line_view(one) for one in found.outlook.lines]
    matrix = document.matrix
    return ExplainedView(
        person_id=found.link_id,
        scoring=f"{found.name}@{found.version}",
        at=found.at,
        total=score.total,
        grade=score.grade,
        fit=score.fit,
        intent=score.intent,
        timing=score.timing,
        ma_score=score.ma_score,
        matrix=MatrixView(
            fit_high=matrix.fit_high,
            intent_high=matrix.intent_high,
            fit=score.fit >= matrix.fit_high,
            intent=score.intent >= matrix.intent_high,
            priority=score.priority,
        ),
        mql=document.mql,
        next_change_at=score.next_change_at,
        lines=lines,
        categories=[
            CategoryView(
                category=category,
                label=document.categories[category].label,
                points=points,
                lines=[one for one in lines if one.category == category],
            )
            for category, points in score.categories.items()
        ],
    )


def line_view(line: Line) -> LineView:
    """One line, in both languages."""
    reason, forecast = line.reason, line.forecast
    return LineView(
        axis=reason.axis,
        rule=reason.rule,
        category=reason.category,
        label=Label(en=reason.label, ja=reason.label_ja or reason.label),
        points=reason.points,
        at=reason.at,
        becomes=None if forecast is None else forecast.points,
        becomes_at=None if forecast is None else forecast.at,
        text=Label(en=reason.text_en, ja=reason.text_ja),
        forecast=None
        if forecast is None
        else Label(en=forecast_said(forecast, "en"), ja=forecast_said(forecast, "ja")),
    )
