"""The values that Baton itself computes, as mapped fields show them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from app.domain.activity import Language
from app.domain.hot_lead_document import REASONS
from app.domain.touch import Touch, channel_label
from app.flows.handoffs_shown import shown as handed
from app.flows.raising import language, zone_of
from app.flows.round import Case
from app.flows.stages import mirrored
from mappings.values import stamp

DAY = timedelta(days=1)


def derived(case: Case) -> dict[str, Any]:
    """Those that the mapping names, under their canonical names, in the SFA's words. Where it
    counts days, the link is due again when they change.
    """
    rules, plan, link = case.round.rules, case.plan, case.link
    target = rules.connections.get(plan.connection("sfa"))
    words: Language = "en" if target is None else language(target)
    zone = UTC if target is None else zone_of(target)
    shown = rules.hot_lead[0].reasons if rules.hot_lead else REASONS
    values: dict[str, Any] = {
        "score": link.score,
        "grade": link.grade,
        "fit": link.fit,
        "intent": link.intent,
        "timing": link.timing,
        "stage": link.stage,
        "stage_since": _stamp(link.stage_since),
        "stage_reason": link.stage_reason,
        "hot_since": _stamp(link.hot_since),
        "reasons": "\n".join(_line(r, words, zone) for r in link.reasons[:shown]) or None,
        **_touches(case.past.touch, words, case.round.now),
    }
    own = {one.name: one.baton for one in plan.document.fields if one.baton is not None}
    if "days_since_touch" in own.values():
        _wake_tomorrow(case)
    return (
        {name: values[baton] for name, baton in own.items() if baton in values}
        | mirrored(case)
        | handed(case)
    )


def _touches(touch: Touch, words: Language, now: datetime) -> dict[str, Any]:
    return {
        "first_touch": _stamp(touch.first_at),
        "first_channel": channel_label(touch.first_channel, words),
        "last_touch": _stamp(touch.last_at),
        "last_channel": channel_label(touch.last_channel, words),
        "touch_count": touch.count or None,
        "last_page": touch.page,
        "last_campaign": touch.campaign,
        "days_since_touch": touch.days_since(now),
    }


def _wake_tomorrow(case: Case) -> None:
    """Look again when one more day has passed since the last touch."""
    touch, link = case.past.touch, case.link
    days = touch.days_since(case.round.now)
    if touch.last_at is not None and days is not None:
        next_at = touch.last_at + (days + 1) * DAY
        link.next_score_at = min(next_at, link.next_score_at or next_at)


def _line(reason: Mapping[str, Any], words: Language, zone: tzinfo) -> str:
    """One reason as a rep reads it in a field: points, what, and their day, which does not age."""
    at = datetime.fromisoformat(reason["at"]).astimezone(zone) if reason["at"] else None
    day = "" if at is None else f" ({at.date().isoformat()})"
    label = reason["label_ja"] if words == "ja" else reason["label"]
    return f"{reason['points']:+.0f} {label}{day}"


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
