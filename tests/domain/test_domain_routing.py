"""Routes: the first that fits decides; digests by day or week of the document's zone; templates."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from app.domain.activity import Fact
from app.domain.activity_document import EVERYTHING, ActivityDocument
from app.domain.entries import Gathered, of_many, of_one
from app.domain.presets import preset
from app.domain.routing import (
    Way,
    cut_off,
    gathered_at,
    is_private,
    period,
    retention,
    route_of,
    told,
    way,
)

NOON = datetime(2026, 11, 4, 3, tzinfo=UTC)  # a Wednesday, noon in Tokyo
DEFAULT = ActivityDocument.model_validate(preset("activity"))


def made(*routes: dict[str, Any], **more: Any) -> ActivityDocument:
    return ActivityDocument.model_validate({"routes": list(routes), **more})


def goes(document: ActivityDocument, fact: Fact, source: str = "ma", target: str = "sfa") -> Way:
    return way(document, fact, source, target, since=None)


@pytest.mark.parametrize(
    ("fact", "keep", "route"),
    [
        (Fact("page_view", NOON, "", {"url": "https://x.jp/pricing?a=1"}), "single", "key-pages"),
        (Fact("page_view", NOON, "", {"url": "https://x.jp/blog"}), "digest", "daily"),
        (Fact("email_open", NOON, "News"), "digest", "daily"),
        (Fact("email_sent", NOON, "News"), "no", "sent-mail"),
        (Fact("form_submit", NOON, "Contact"), "single", "everything-else"),
    ],
)
def test_the_preset_logs_what_matters_and_gathers_the_noise(
    fact: Fact, keep: str, route: str
) -> None:
    """A look at prices is an entry of its own; other pages are a day's digest."""
    found = goes(DEFAULT, fact)

    assert (found.keep, found.route) == (keep, route)


def test_without_a_document_everything_is_logged_alone() -> None:
    """What holds until an admin makes one, however old it is."""
    assert goes(EVERYTHING, Fact("page_view", NOON)) == Way("single", "everything")
    assert cut_off(EVERYTHING, NOON) is None


def test_a_route_may_be_for_one_way_only() -> None:
    """By source and target; what fits none is left out."""
    rules = made({"name": "calls", "activity": "call", "source": "sfa", "target": "ma"})

    assert goes(rules, Fact("call", NOON), "sfa", "ma") == Way("single", "calls")
    assert goes(rules, Fact("call", NOON), "ma", "sfa") == Way("no", code="no_route")


def test_what_is_too_old_is_left_out() -> None:
    """Older than the document's history, or than a job's date."""
    rules = made({"name": "all", "activity": "*"}, history_days=30)
    since = cut_off(rules, NOON)

    assert since == NOON - timedelta(days=30)
    assert way(rules, Fact("call", NOON - timedelta(days=31)), "a", "b", since=since) == Way(
        "no", code="too_old"
    )


@pytest.mark.parametrize(
    ("span", "starts", "ends"),
    [
        ("day", "2026-11-04T00:00:00+09:00", "2026-11-05T00:00:00+09:00"),
        ("week", "2026-11-02T00:00:00+09:00", "2026-11-09T00:00:00+09:00"),
    ],
)
def test_a_digest_is_of_a_day_or_week_of_the_zone(span: str, starts: str, ends: str) -> None:
    """Weeks begin on Monday; a day is the day in Tokyo, not in Greenwich."""
    rules = made(
        {"name": "noise", "activity": "*", "keep": "digest", "period": span},
        time_zone="Asia/Tokyo",
    )
    late = datetime(2026, 11, 3, 15, 30, tzinfo=UTC)  # half past midnight there

    found = period(rules, rules.routes[0], late)

    assert [at.isoformat() for at in found] == [starts, ends]


def test_digests_of_many_people_are_written_at_the_same_moments() -> None:
    """So that two hundred of them share a call; and never later than the document says."""
    rules = made(gather_minutes=5)
    moments = {gathered_at(rules, NOON + timedelta(seconds=s)) for s in (1, 60, 299)}

    assert moments == {NOON + timedelta(minutes=5)}
    assert gathered_at(made(gather_minutes=0), NOON) == NOON


def test_conditions_keep_people_and_details_back() -> None:
    """`unless` asks the person, `omit` hides details."""
    rules = made(
        {
            "name": "all",
            "activity": "*",
            "unless": [{"field": "opt_out", "op": "equals", "value": True}],
            "omit": ["*_ip", "utm_*"],
        }
    )
    route = rules.routes[0]

    assert is_private(route, {"opt_out": True})
    assert not is_private(route, {"opt_out": False})
    assert told(route, {"url": "u", "client_ip": "1", "utm_source": "x"}) == {"url": "u"}


def test_retention_is_by_the_first_glob_that_fits() -> None:
    """A type that none fits is kept for ever."""
    rules = made(retention_days={"page_view": 90, "email_*": 30})

    assert retention(rules, ["page_view", "email_open", "call"]) == {
        "page_view": 90, "email_open": 30,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("route", "text"),
    [
        ({"title": {"en": "{{ a", "ja": "x"}}, "line 1"),
        ({"at_least": 3}, "at_least is for digests"),
        ({"keep": "twice"}, "Input should be 'single', 'digest' or 'no'"),
    ],
)
def test_a_bad_route_is_refused_with_the_reason(route: dict[str, Any], text: str) -> None:
    """A template that does not compile, a threshold without a digest, an unknown word."""
    with pytest.raises(ValidationError, match=text):
        made({"name": "a", "activity": "*", **route})


def test_two_routes_of_one_name_are_refused() -> None:
    """Deliveries name their route."""
    with pytest.raises(ValidationError, match="used twice: a"):
        made({"name": "a", "activity": "x"}, {"name": "a", "activity": "y"})


ENDLESS = (
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
    "{% set many = title * 200 %}{% for a in many %}{% for b in many %}{% endfor %}{% endfor %}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 99999999 }}",
    "{{ title|center(1000000000) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ (1).to_bytes(1000000000, 'big') }}",
    "{% set x = title %}" + "{% set x = x ~ x %}" * 60 + "{{ x|length }}",
    "{{ title|replace('', title * 9999)|replace('H', title * 9999) }}",
)


def test_a_template_can_do_no_harm() -> None:
    """No way out of the sandbox, no endless loop; where it fails, the default text stands."""
    fact = Fact("call", NOON, "Hello", {"duration_s": 61})
    for source in ("{{ ''.__class__.__mro__ }}", "{{ range(9) }}", "{{ 1 / 0 }}", *ENDLESS):
        rules = made({"name": "a", "activity": "*", "title": {"en": source, "ja": source}})
        assert of_one(rules, rules.routes[0], fact, {}, "en").title == "Call: Hello"


def test_a_template_may_do_what_is_usual() -> None:
    """The allowance is far above what a readable entry takes."""
    fact = Fact("call", NOON, "Hello", {"duration_s": 312, "amount": 12_000_000})
    source = (
        "{{ '{:,}'.format(detail.amount) ~ '円' }} {{ '%.1f' % (detail.duration_s / 60) }}分 "
        "{{ '=' * 20 }} {% for name in detail %}{{ loop.index }} {{ name }}"
        "{{ ', ' if not loop.last }}{% endfor %} {{ title|center(9)|replace('l', 'L') }}"
    )
    rules = made({"name": "a", "activity": "*", "body": {"en": source, "ja": source}})
    assert of_one(rules, rules.routes[0], fact, {}, "ja").body == (
        "12,000,000円 5.2分 ==================== 1 duration_s, 2 amount   HeLLo"
    )


def test_a_digest_says_how_many_of_what_and_when() -> None:
    """The same thing several times is one line, with its last time, in the document's zone."""
    rules = made({"name": "a", "activity": "*", "keep": "digest"}, time_zone="Asia/Tokyo")
    facts = [
        Fact("page_view", NOON + timedelta(minutes=n), "Prices", {"url": "https://x.jp"})
        for n in (9, 5, 0)
    ]
    facts.append(Fact("email_open", NOON - timedelta(hours=1), "News"))
    starts, ends = period(rules, rules.routes[0], NOON)
    gathered = Gathered(facts, 4, starts, ends)

    english = of_many(rules, rules.routes[0], gathered, {}, "en")
    japanese = of_many(rules, rules.routes[0], gathered, {}, "ja")

    assert english.title == "4 activities, 2026-11-04: Page view 3, E-mail opened 1"
    assert english.body == (
        "Page view 3, E-mail opened 1\n\n"
        "11-04 12:09 Page view: Prices \u00d73\n"
        "11-04 11:00 E-mail opened: News"
    )
    assert japanese.title == "2026-11-04の行動 4件: ページ閲覧 3, メール開封 1"


def test_fields_of_the_receiver_are_filled_by_templates() -> None:
    """What is empty is not told."""
    rules = made(
        {
            "name": "a",
            "activity": "*",
            "form": "event",
            "fields": {"Location": "{{ detail.place }}", "Type": "{{ detail.none }}"},
        }
    )
    text = of_one(rules, rules.routes[0], Fact("meeting", NOON, "", {"place": "Kyoto"}), {}, "en")

    assert (text.form, text.fields) == ("event", {"Location": "Kyoto"})
    assert route_of(rules, "b") is None
