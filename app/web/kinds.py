"""Kinds of activities, as pages group them and give them a picture."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

GROUPS: Mapping[str, Sequence[str]] = MappingProxyType({
    "web": ("page_view", "ad_click", "chat", "social"),
    "mail": ("email_sent", "email_open", "email_click", "email_bounce", "email", "unsubscribe"),
    "form": ("form_submit", "download", "trial"),
    "event": ("seminar", "campaign", "list_membership"),
    "sales": ("call", "meeting", "task", "note", "lifecycle_change", "stage_change", "won", "lost"),
})  # fmt: skip
_ICONS: Mapping[str, str] = MappingProxyType({
    "page_view": "web", "ad_click": "click", "chat": "chat", "social": "chat",
    "email_sent": "mail", "email_open": "mail", "email_click": "click", "email_bounce": "stop",
    "email": "mail", "unsubscribe": "stop", "form_submit": "form", "download": "file",
    "trial": "file", "seminar": "event", "campaign": "flag", "list_membership": "list",
    "call": "phone", "meeting": "people", "task": "check", "note": "note",
    "lifecycle_change": "stage", "stage_change": "stage", "won": "won", "lost": "stop",
})  # fmt: skip
ICONS = tuple(sorted({*_ICONS.values(), "other"}))


def icon_of(type_: str) -> str:
    """The name of a kind's picture (`app/web/icons.css`); one for all that nobody foresaw."""
    return _ICONS.get(type_, "other")


def types_of(group: str | None) -> Sequence[str]:
    """The kinds of a group; none where there is no such group, which means all of them."""
    return GROUPS.get(group or "", ())
