"""The `activity` document: which activities are logged where, as what, and how long all are kept.

The first route that an activity fits decides for each receiving connection; one that fits none
is not logged there. Templates are Jinja, without loops over anything but what they are given:

    single   type, label (the type in words), title, at, detail, person
    digest   count, counts, items (newest first; each as of a single one), first_at, last_at,
             starts_at, ends_at, person

`at` and the others are times in the document's time zone; `detail` and `person` hold values by
name; what is not there is empty.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, model_validator

from app.domain.condition_document import ActivityMatch, FieldOrdered, FieldTexts, Glob
from app.domain.scoring_document import RuleName
from app.domain.templates import flaw
from mappings.field_conditions import FieldEquals, FieldExists, FieldIn, Name, Part

MOST_ITEMS = 100  # of a digest, that its templates see; a task is to be read
OF_ONE = frozenset({"type", "label", "title", "at", "detail", "person"})
OF_MANY = frozenset({"count", "counts", "items", "first_at", "last_at", "starts_at", "ends_at",
                     "person"})  # fmt: skip
Keep: TypeAlias = Annotated[  # YAML reads a bare no as false
    Literal["single", "digest", "no"], BeforeValidator(lambda v: "no" if v is False else v)
]


def _compiles(source: str) -> str:
    if found := flaw(source):
        raise ValueError(found)
    return source


def _is_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, OSError, ValueError) as error:
        raise ValueError(f"no time zone {name!r}; use a name such as Asia/Tokyo") from error
    return name


Template: TypeAlias = Annotated[str, Field(max_length=8_000), AfterValidator(_compiles)]
Zone: TypeAlias = Annotated[str, AfterValidator(_is_zone)]
Count: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=10_000)]
FieldIs: TypeAlias = Annotated[
    FieldEquals | FieldIn | FieldTexts | FieldOrdered | FieldExists, Discriminator("op")
]
Span: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=36_500)]


class Texts(Part):
    """A template in each language; a connection's `language` chooses."""

    en: Template
    ja: Template


class Route(ActivityMatch):
    """Activities (by type and, with `match`, by their texts) and what becomes of them.

    `when` are conditions on their details, all of which hold; `unless` on the person, such as an
    opt-out, of which none may. `digest` gathers those of a `period` into one entry, which appears
    with the `at_least`th and is updated in place. `form`, `fields` are the receiver's own words;
    `omit` are globs of the names of details that are not told.
    """

    name: RuleName
    source: Name | None = None
    target: Name | None = None
    when: tuple[FieldIs, ...] = Field(default=(), max_length=20)
    unless: tuple[FieldIs, ...] = Field(default=(), max_length=20)
    keep: Keep = "single"
    period: Literal["day", "week"] = "day"
    at_least: Count = 1
    form: Annotated[str, Field(max_length=60)] = ""
    title: Texts | None = None
    body: Texts | None = None
    fields: Mapping[Name, Template] = Field(default_factory=dict, max_length=50)
    omit: tuple[Glob, ...] = Field(default=(), max_length=100)

    def templates(self) -> Iterator[tuple[str, str]]:
        """Each template with the place where it stands in the route."""
        for key, texts in (("title", self.title), ("body", self.body)):
            if texts is not None:
                yield from ((f"{key}/en", texts.en), (f"{key}/ja", texts.ja))
        yield from ((f"fields/{name}", source) for name, source in self.fields.items())

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.at_least > 1 and self.keep != "digest":
            raise ValueError("at_least is for digests; a single activity is logged or it is not")
        return self


class ActivityDocument(Part):
    """The routes, and how long activities matter.

    `gather_minutes`: how long a digest gathers before it is written, or updated. Activities
    older than `history_days` when they are first seen are kept here, but logged nowhere.
    `retention_days` by type (globs, the first that fits): after that an activity is forgotten.
    """

    routes: tuple[Route, ...] = Field(max_length=100)
    time_zone: Zone = "UTC"
    gather_minutes: Annotated[float, Field(strict=True, ge=0, le=1_440)] = 5.0
    history_days: Span | None = 365
    retention_days: Mapping[Glob, Span] = Field(default_factory=dict, max_length=100)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [route.name for route in self.routes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"a route's name must be unique; used twice: {', '.join(twice)}")
        return self


EVERYTHING = ActivityDocument(  # what holds until an admin makes a document
    routes=(Route(name="everything", activity=("*",)),), history_days=None
)
