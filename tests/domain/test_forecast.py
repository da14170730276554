"""Will the day's allowance last?"""

from datetime import UTC, datetime, timedelta

from app.domain.forecast import Forecast, Spent, forecast

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def hour(ago: float, calls: int, used: int | None = None, total: int | None = None) -> Spent:
    return Spent(NOW - timedelta(hours=ago), calls, used, total)


def test_at_this_pace_the_ceiling_comes_in_eight_hours() -> None:
    """500 calls an hour, 5,000 of 10,000 used, and we stop at 9,000."""
    hours = [hour(5, 50), hour(2, 600, 4000, 10_000), hour(1, 400, 5000, 10_000)]

    assert forecast(hours, ceiling_share=0.9, now=NOW) == Forecast(
        used=5000,
        total=10_000,
        ceiling=9000,
        ours_24h=1050,
        per_hour=500.0,
        day_at_pace=12_000,
        ceiling_at=NOW + timedelta(hours=8),
    )


def test_a_quiet_day_reaches_nothing() -> None:
    """Ten calls an hour: the ceiling is more than a day away."""
    seen = forecast([hour(2, 20, 100, 10_000)], ceiling_share=0.9, now=NOW)

    assert (seen.per_hour, seen.day_at_pace, seen.ceiling_at) == (10.0, 240, None)


def test_beyond_the_ceiling_is_now() -> None:
    """Somebody else used it up."""
    seen = forecast([hour(1, 0, 9500, 10_000)], ceiling_share=0.9, now=NOW)

    assert seen.ceiling_at == NOW


def test_a_vendor_that_does_not_count_has_no_ceiling() -> None:
    """Only our own calls are known."""
    assert forecast([hour(1, 60)], ceiling_share=1.0, now=NOW) == Forecast(
        None, None, None, 60, 60.0, 1440, None
    )


def test_before_the_first_call_nothing_is_expected() -> None:
    """An empty day, and hours that are too long ago."""
    assert forecast([hour(30, 900)], ceiling_share=1.0, now=NOW) == Forecast(
        None, None, None, 0, 0.0, 0, None
    )
