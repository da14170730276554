"""What the tests of rules share: a fixed moment, facts at an age, documents."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.activity import Fact
from app.domain.hot_lead_document import HotLeadDocument
from app.domain.presets import preset
from app.domain.scoring_document import ScoringDocument

MakeFact = Callable[..., Fact]


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def fact(now: datetime) -> MakeFact:
    """Make a fact of a type, so many days old, at an address."""

    def make(type_: str, days: float = 0, title: str = "", **detail: str) -> Fact:
        return Fact(type_, now - timedelta(days=days), title, detail)

    return make


@pytest.fixture(scope="session")
def scoring() -> ScoringDocument:
    return ScoringDocument.model_validate(preset("scoring"))


@pytest.fixture(scope="session")
def hot() -> HotLeadDocument:
    return HotLeadDocument.model_validate(preset("hot_lead"))
