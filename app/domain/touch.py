"""Touches: when and how a person was in contact with us, as summary fields show it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from app.domain.activity import Fact, Label, Language, one_line, shorten

# What is no contact of the person with us: what the systems noted, or sent without an answer.
NO_TOUCH = frozenset({
    "email_sent", "email_bounce", "list_membership", "lifecycle_change", "stage_change", "won",
    "lost", "task", "note",
})  # fmt: skip
# A meeting, event or call that did not come about.
NOT_MET = frozenset({"no_show", "no answer", "no_answer", "busy", "wrong number", "failed"})
_CHANNEL = MappingProxyType({
    "page_view": "web", "download": "web", "form_submit": "web", "trial": "web",
    "email": "email", "email_open": "email", "email_click": "email", "unsubscribe": "email",
    "seminar": "event", "campaign": "campaign", "ad_click": "ads", "chat": "chat",
    "social": "social", "call": "phone", "meeting": "meeting",
})  # fmt: skip
_LABELS: Mapping[str, Label] = MappingProxyType({
    key: Label(en=en, ja=ja) for key, (en, ja) in {
        "web": ("Web", "Web"), "email": ("E-mail", "メール"), "event": ("Event", "イベント"),
        "campaign": ("Campaign", "キャンペーン"), "ads": ("Ads", "広告"),
        "chat": ("Chat", "チャット"), "social": ("Social media", "SNS"), "phone": ("Phone", "電話"),
        "meeting": ("Meeting", "商談・打ち合わせ"), "other": ("Other", "その他"),
    }.items()
})  # fmt: skip
CAMPAIGN_NAMES = ("campaign_name", "utm_campaign", "campaign", "event_name")
LONGEST = 255  # the shortest text field among the systems that show it


@dataclass(frozen=True, slots=True)
class Touch:
    """First and last contact, how many, and the last page and campaign, each with its time."""

    count: int = 0
    first_at: datetime | None = None
    first_channel: str | None = None
    last_at: datetime | None = None
    last_channel: str | None = None
    page: str | None = None
    page_at: datetime | None = None
    campaign: str | None = None
    campaign_at: datetime | None = None

    def days_since(self, now: datetime) -> int | None:
        """Whole days since the last touch."""
        return None if self.last_at is None else max(0, (now - self.last_at).days)


NONE = Touch()


def channel_label(channel: str | None, language: Language) -> str | None:
    """A channel in words; one of a source's own as it calls it."""
    label = _LABELS.get(channel or "")
    return label.text(language) if label else channel


def touched(facts: Iterable[Fact], so_far: Touch = NONE) -> Touch:
    """Add what happened, in any order, each activity once."""
    touch = so_far
    for fact in facts:
        touch = _named(touch, fact)
        if fact.type in NO_TOUCH or str(fact.detail.get("outcome") or "").lower() in NOT_MET:
            continue
        channel, touch = channel_of(fact), replace(touch, count=touch.count + 1)
        if touch.first_at is None or fact.at < touch.first_at:
            touch = replace(touch, first_at=fact.at, first_channel=channel)
        if touch.last_at is None or fact.at >= touch.last_at:
            touch = replace(touch, last_at=fact.at, last_channel=channel)
    return touch


def without(touch: Touch, ahead: Iterable[Fact], behind: Iterable[Fact]) -> Touch:
    """What has come about so far: a meeting of next week is no touch before next week.

    `ahead`: all that lies ahead; `behind`: the newest of what does not.
    """
    coming, been = touched(ahead), touched(behind)
    first_at = touch.first_at
    if been.last_at is None or first_at is None or first_at > been.last_at:
        return replace(been, count=max(0, touch.count - coming.count))
    kept = replace(
        touch, count=max(0, touch.count - coming.count), last_at=been.last_at,
        last_channel=been.last_channel,
    )  # fmt: skip
    if coming.page_at is not None:
        kept = replace(kept, page=been.page, page_at=been.page_at)
    if coming.campaign_at is not None:
        kept = replace(kept, campaign=been.campaign, campaign_at=been.campaign_at)
    return kept


def channel_of(fact: Fact) -> str:
    """By what means; a source may say so itself."""
    own = fact.detail.get("channel")
    return shorten(one_line(str(own)), LONGEST) if own else _CHANNEL.get(fact.type, "other")


def _named(touch: Touch, fact: Fact) -> Touch:
    """The page and the campaign that it names, if it is the latest that does."""
    url = fact.detail.get("url")
    if fact.type == "page_view" and url and (touch.page_at is None or fact.at >= touch.page_at):
        touch = replace(touch, page=shorten(one_line(str(url)), LONGEST), page_at=fact.at)
    named = (one_line(str(fact.detail.get(one) or "")) for one in CAMPAIGN_NAMES)
    name = next((one for one in named if one and not one.isdigit()), None)  # an id tells nobody
    if name and (touch.campaign_at is None or fact.at >= touch.campaign_at):
        text = shorten(name, LONGEST)
        touch = replace(touch, campaign=text, campaign_at=fact.at)
    return touch
