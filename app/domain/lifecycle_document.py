"""The `lifecycle` document: the stages, who enters them when, and how both sides show them.

    stages:
      - name: mql
        owner: marketing
        to: [sql, sao, lost, recycled]
        when: {score: total, op: gte, value: 80}

Besides canonical fields, conditions may name `baton.hot` (whether a hot-lead rule holds),
`baton.stage` (the present one) and `baton.reason` (why the last cycle ended).
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from app.domain.activity import Label
from app.domain.condition_document import Condition, Globs
from mappings.field_conditions import Name, Part, Word
from mappings.sides import ROLES, Role, Sides

StageName: TypeAlias = Literal["lead", "mql", "sql", "sao", "won", "lost", "customer", "recycled"]
Team: TypeAlias = Literal["marketing", "is", "fs", "cs"]
Duty: TypeAlias = Literal["R", "A", "C", "I"]
Hours: TypeAlias = Annotated[float, Field(strict=True, gt=0, le=87_600)]


class Movers(Part):
    """Who may move somebody into a stage: the rule (`when`), a person with at least this role at
    Baton (null: nobody), and who edits the mirrored field at these sides.
    """

    rule: bool = True
    role: Literal["operator", "admin"] | None = "operator"
    sides: tuple[Role, ...] = ROLES


class StageRule(Part):
    """One stage. `to` are the stages that may follow it, of which by rule the first is taken that
    lets somebody in; `when` is what lets people in by rule.

    `reason`: whoever moves somebody in says why. `ends`: it ends a cycle, so that activities
    before it let nobody in anywhere any more. `aim_hours` is how long people shall stay at most.
    """

    name: StageName
    owner: Team
    to: tuple[StageName, ...] = ()
    when: Condition | None = None
    movers: Movers = Movers()
    reason: bool = False
    ends: bool = False
    aim_hours: Hours | None = None


class Mirror(Part):
    """How one side shows the stages. The first value of a stage is written; all are read as it. A
    stage without values, and a value without a stage, change nothing.

    `begins`: where a person begins whom the side shows with a value of several stages; else it is
    the first of them. `order` are the side's values from the first to the last where it only lets
    them go forward; `clear_first`: to go back all the same, the field is emptied before.
    """

    values: Mapping[StageName, tuple[Word, ...]] = Field(default_factory=dict)
    begins: Mapping[Word, StageName] = Field(default_factory=dict)
    order: tuple[Word, ...] = Field(default=(), max_length=100)
    clear_first: bool = False


class Reactivation(Part):
    """Who was recycled, lost, or moved back by a person gets into one of these stages by rule
    again only after a new activity of these types (globs).
    """

    stages: tuple[StageName, ...] = ("mql", "sao", "won")
    activity: Globs = ("page_view", "email_click", "form_submit", "download", "seminar", "trial",
                       "chat", "ad_click", "stage_change", "won")  # fmt: skip


class Nurture(Part):
    """The list of the marketing system on which people in these stages are; they leave it as they
    leave the stages, but where `leave` is false.
    """

    list: Name
    stages: tuple[StageName, ...] = ("recycled",)
    leave: bool = True


class RaciRow(Part):
    """One piece of work and what each team is in it: responsible, accountable, consulted,
    informed.
    """

    work: Label
    marketing: tuple[Duty, ...] = ()
    is_: tuple[Duty, ...] = Field(default=(), alias="is")
    fs: tuple[Duty, ...] = ()
    cs: tuple[Duty, ...] = ()

    @model_validator(mode="after")
    def _somebody_does_it(self) -> Self:
        if not any("R" in duties for duties in (self.marketing, self.is_, self.fs, self.cs)):
            raise ValueError("nobody is responsible (R)")
        return self

    def duties(self, team: Team) -> tuple[Duty, ...]:
        return self.is_ if team == "is" else getattr(self, team)


class Review(Part):
    """What counts in the review of deviations: stages that prove a lead good, and bad; how many
    outcomes a suggestion needs at least.
    """

    entered: StageName = "mql"
    good: tuple[StageName, ...] = ("sao", "won", "customer")
    bad: tuple[StageName, ...] = ("lost", "recycled")
    least: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 20


class LifecycleDocument(Part):
    """The stages in their order. The first one is where everybody begins.

    A move down the list is a move forward. Back up goes a person who says why (`moves_back`), and
    by rule whoever ended a cycle. `reason_fields` are canonical fields in which a side says why.
    """

    stages: tuple[StageRule, ...] = Field(min_length=1, max_length=8)
    moves_back: bool = True
    mirrors: Sides[Mirror] = Sides()
    reason_fields: tuple[Name, ...] = Field(default=(), max_length=20)
    reactivation: Reactivation = Reactivation()
    nurture: Nurture | None = None
    raci: tuple[RaciRow, ...] = Field(default=(), max_length=50)
    review: Review = Review()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [one.name for one in self.stages]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"a stage stands once; twice: {', '.join(twice)}")
        for one in self.stages:
            self._check(one, names)
        for role in ROLES:
            _check_order(role, self.mirrors.of(role))
        return self

    def _check(self, one: StageRule, names: list[StageName]) -> None:
        place = names.index(one.name)
        for target in one.to:
            if target not in names:
                raise ValueError(f"{one.name}: there is no stage {target} in this document")
            back = names.index(target) <= place
            if back and not (one.ends and target in self.reactivation.stages):
                raise ValueError(
                    f"{one.name}: {target} stands before it; only who ended a cycle goes there "
                    "by rule, and only where it is a stage of the reactivation"
                )

    def rule(self, name: str) -> StageRule | None:
        """A stage of this document."""
        return next((one for one in self.stages if one.name == name), None)

    def place(self, name: str) -> int:
        """Where a stage stands in the order; -1 for one that this document does not have."""
        return next((i for i, one in enumerate(self.stages) if one.name == name), -1)

    def mirror(self, role: Role) -> Mirror:
        return self.mirrors.of(role) or Mirror()


def _check_order(role: Role, mirror: Mirror | None) -> None:
    if mirror is None or not mirror.order:
        return
    words = [word for values in mirror.values.values() for word in values]
    if missing := sorted(set(words) - set(mirror.order)):
        raise ValueError(f"mirrors: {role}: the order lacks {', '.join(missing)}")
