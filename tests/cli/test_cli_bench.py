"""`baton bench`: its plumbing, with few records and one call of each kind."""

import json

import pytest

from tests.cli.conftest import Command

CALLS = {
    "hubspot": ["batch read of 100", "batch update of 100"],
    "salesforce": ["collections read of 200", "collections update of 200", "composite of 25"],
}


@pytest.mark.parametrize("vendor", CALLS)
def test_a_sandbox_is_measured(bare: Command, vendor: str) -> None:
    """Lines for people, then one of JSON with the memory and every kind of call."""
    few = ("--records", "30", "--seconds", "0", "--json")
    ended = bare("bench", "sandbox", "--vendor", vendor, *few)

    assert ended.code == 0, ended.err
    first, *_, last = ended.out.splitlines()
    figures = json.loads(last)
    assert first.startswith(f"{vendor}: 30 records, seeded at ")
    assert list(figures) == [vendor]
    assert figures[vendor]["records"] == 30
    assert list(figures[vendor]["batches"]) == CALLS[vendor]
    assert min(figures[vendor][name] for name in ("rss_mb", "rss_mb_at_1000000")) > 0


@pytest.mark.slow
def test_the_sync_is_measured(bare: Command) -> None:
    """The calls of each way beside their floor and what looking costs anyway, the times, a
    backfill without a single 429.
    """
    few = ("--people", "100", "--seconds", "2", "--per-s", "5", "--backfill", "300")
    ended = bare("bench", "sync", *few, "--per-10-s", "100", "--json")

    assert ended.code == 0, ended.err
    figures = json.loads(ended.out.splitlines()[-1])
    assert [figures["sparing"][way]["floor"] for way in ("ma_to_sfa", "sfa_to_ma")] == [2, 2]
    assert sum(figures["sparing"]["sfa_to_ma"]["idle"].values()) > 0
    assert (figures["soon"]["changes"], figures["soon"]["overtaken"]) == (10, 0)
    assert (figures["backfill"]["people"], figures["backfill"]["refused_429"]) == (300, 0)


def test_the_panel_is_measured(bare: Command) -> None:
    """Opened by the CRM, filtered and paged, each with its percentiles."""
    ended = bare("bench", "panel", "--rows", "200", "--requests", "20", "--json")

    assert ended.code == 0, ended.err
    figures = json.loads(ended.out.splitlines()[-1])
    assert figures["activities"] == 200
    assert list(figures["ms"]) == ["opened", "filtered", "further_back"]
    assert min(one["p50"] for one in figures["ms"].values()) > 0


def test_an_unknown_vendor_is_refused(bare: Command) -> None:
    """Before anything is started."""
    ended = bare("bench", "sandbox", "--vendor", "hubspott")

    assert (ended.code, ended.err) == (1, "baton: --vendor is one of hubspot, salesforce\n")
