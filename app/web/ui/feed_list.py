"""The feeds of all connections: how far each has been read, and how long its vendor keeps it."""

from collections.abc import Sequence

from app.store.board import FeedState
from app.web.ui.desk import Visit
from app.web.ui.pieces import Moment, fact, tag

HOUR_S = 3600
DAY_H = 24
TOLD = {"changes", "hints", "activities"}  # what people did; the others are owners and fields


def feed_list(visit: Visit, feeds: Sequence[FeedState]) -> None:
    """One line a feed. A feed that nobody reads falls behind by itself."""
    words = visit.words
    shown = [one for one in feeds if one.name.partition(":")[0] in TOLD]
    if not shown:
        return
    tag("h2", words("feeds.title"))
    tag("p", words("feeds.intro"), "muted")
    with tag("ul", classes="plain-list rows card"):
        for one in shown:
            _feed(visit, one)


def feed_name(visit: Visit, name: str) -> str:
    """What a feed tells, and of what; `activities:` and `changes:` are followed by it."""
    kind, _, what = name.partition(":")
    said = (visit.words.known("feed", kind), visit.words.known("kind", what))
    return " · ".join(part for part in said if part)


def _feed(visit: Visit, one: FeedState) -> None:
    words = visit.words
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            tag("p", f"{one.connection} · {feed_name(visit, one.name)}", "strong")
            if one.reason:
                tag("p", one.reason, "notice bad")
        with tag("dl", classes="facts even two"):
            with fact(words("health.lag")):
                if one.stands_at is None:
                    tag("span", words("feeds.unknown"))
                else:
                    Moment(one.stands_at, visit, "for")
                if not one.caught_up:
                    tag("span", words("health.catching_up"), "muted")
            with fact(words("feeds.kept")):
                tag("span", _kept(visit, one.kept_s))


def _kept(visit: Visit, kept_s: float | None) -> str:
    """How long a vendor keeps what was not read, in days or hours."""
    if kept_s is None:
        return visit.words("feeds.ever")
    hours = kept_s / HOUR_S
    if hours < DAY_H:
        return visit.words("feeds.hours", n=f"{hours:.0f}")
    return visit.words("feeds.days", n=f"{hours / DAY_H:.0f}")
