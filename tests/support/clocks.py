"""A clock and facts of it, for tests of how clocks stand."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.presets import preset
from app.domain.sla_document import ClockRule, SlaDocument
from app.domain.sla_facts import Happened

TOKYO = ZoneInfo("Asia/Tokyo")
T0 = datetime(2026, 6, 5, 17, 0, tzinfo=TOKYO)  # a Friday
DEFAULT = SlaDocument.model_validate(preset("sla"))
HOUR = timedelta(hours=1)


def rule(**changes: Any) -> ClockRule:
    """An hour, warned of 15 minutes before; two steps after it."""
    body = {
        "name": "reply",
        "label": {"en": "Reply", "ja": "返信"},
        "start": [{"event": "stage.changed", "where": {"to": "mql"}}],
        "stop": [{"activity": "call", "by": "sfa"}, {"changed": "status"}],
        "limit": {"minutes": 60},
        "warn": {"before_minutes": 15},
        "escalate": [{"act": "task"}, {"act": "alert", "after_minutes": 30, "to": "boss@x.jp"}],
    }
    return ClockRule.model_validate(body | changes)


def clock(name: str) -> ClockRule:
    found = DEFAULT.clock(name)
    assert found is not None
    return found


def told(type_: str, at: datetime, subject: str = "", seq: int = 1, **data: Any) -> Happened:
    return Happened("event", type_, at, at, subject, data, seq=seq)


def did(type_: str, at: datetime, role: str = "sfa", **detail: Any) -> Happened:
    return Happened("activity", type_, at, at, data=detail, role=role)
