"""How a connection is, on a card; and how to get a first connection."""

from collections.abc import Callable, Sequence

from app.store.board import Health
from app.web.ui.desk import Visit
from app.web.ui.pieces import Moment, Tone, badge, empty, fact, tag

TONES: dict[str, Tone] = {"active": "good", "paused": "warn", "needs_attention": "bad"}
ADD = ("baton apply -f connections.yaml", "PUT /api/v1/connections/{name}")


def health_cards(
    visit: Visit, health: Sequence[Health], buttons: Callable[[Health], None] | None = None
) -> None:
    """A card for each connection, or what to do where there is none."""
    words = visit.words
    if not health:
        with tag("div", classes="card"):
            empty(words("health.none"), words("health.none_hint"), ADD)
        return
    for one in health:
        _card(visit, one, buttons)


def _card(visit: Visit, one: Health, buttons: Callable[[Health], None] | None) -> None:
    words = visit.words
    with tag("article", classes="card connection"):
        with tag("div", classes="card-head"):
            tag("h3", one.name)
            badge(words(f"connection.{one.state}"), TONES.get(one.state, "calm"))
        tag("p", f"{one.vendor} · {words.known('connection_role', one.role)}", "muted")
        for reason in (one.reason, one.feed_reason, one.wait_reason):
            if reason:
                tag("p", reason, "notice bad" if one.state == "needs_attention" else "notice warn")
        if one.state == "paused":
            tag("p", words("connection.paused_hint"), "muted")
        with tag("dl", classes="facts"):
            _facts(visit, one)
        if buttons is not None:
            buttons(one)


def _facts(visit: Visit, one: Health) -> None:
    words = visit.words
    with fact(words("health.read")):
        if one.read_at is None:
            tag("span", words("health.never"))
        else:
            Moment(one.read_at, visit)
            if not one.caught_up:
                tag("span", words("health.catching_up"), "muted")
    if one.stands_at is not None:
        with fact(words("health.stands_at")):
            Moment(one.stands_at, visit)
    with fact(words("health.lag")):
        if one.waiting_since is None:
            tag("span", words("health.no_lag"))
        else:
            Moment(one.waiting_since, visit, "for")
    _spent(visit, one)
    if one.waits_until is not None:
        with fact(words("health.waits")):
            Moment(one.waits_until, visit, "until")
    if one.checked_at is not None:
        with fact(words("health.checked")):
            Moment(one.checked_at, visit)


def _spent(visit: Visit, one: Health) -> None:
    """The account's calls of the day as heard last, else as the last test showed; then ours, how
    long the day lasts, and the rates that are kept to.
    """
    words, spent = visit.words, one.spent
    used, limit = spent.used, spent.total
    if used is None:
        used, limit = one.account.get("api_used"), one.account.get("api_limit")
    if used is not None:
        with fact(words("health.api")):
            tag("span", f"{used:,} / {limit:,}" if limit else f"{used:,}")
    if spent.ours_24h:
        with fact(words("health.ours")):
            tag(
                "span",
                words("health.pace", calls=f"{spent.ours_24h:,}", pace=f"{spent.per_hour:,.0f}"),
            )
    if spent.ceiling is not None and spent.ceiling != spent.total:
        with fact(words("health.ceiling")):
            tag("span", f"{spent.ceiling:,}")
    if spent.ceiling_at is not None:
        with fact(words("health.used_up")):
            Moment(spent.ceiling_at, visit, "until")
    for name, (rate, is_heard) in sorted(one.limits.items()):
        with fact(words("health.limit", name=name)):
            tag("span", words("health.rate", calls=f"{rate.calls:,}", seconds=f"{rate.per_s:g}"))
            if is_heard:
                tag("span", words("health.heard"), "muted")
