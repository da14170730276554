"""Whether scores told who converts: bands, thresholds, and the statistics by hand."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.backtest import Tally, evaluate, wilson


def tally(others: list[int], converted: list[int], rule: str = "r") -> Tally:
    """Cases by total; those who score 50 or more have the rule."""
    found = Tally()
    for ended, totals in ((False, others), (True, converted)):
        for total in totals:
            rules = [rule, rule] if total >= 50 else []
            found.add({"total": total, "fit": 1}, rules, converted=ended)
    return found


def test_a_score_that_tells_is_found() -> None:
    """Ten low who did not, ten high who did: AUC 1, the threshold between them."""
    result = evaluate(tally([10] * 10, [80] * 10), ["r", "unused"])

    assert (result.verdict, result.suggested, result.rate) == ("discriminates", 80, 0.5)
    total, fit = result.separation[:2]
    assert (total.auc, total.ks, total.p) == (1.0, 1.0, 0.0)
    assert (fit.auc, fit.p, fit.verdict) == (0.5, 1.0, "does_not_discriminate")
    assert [(b.low, b.high, b.cases, b.rate, b.lift) for b in result.bands if b.cases] == [
        (10, 19, 10, 0.0, 0.0), (80, 89, 10, 1.0, 2.0),
    ]  # fmt: skip
    at = {row.threshold: (row.cases, row.precision, row.recall) for row in result.thresholds}
    assert (at[5], at[80], at[85]) == ((20, 0.5, 1.0), (10, 1.0, 1.0), (0, None, 0.0))
    rule, unused = result.rules
    assert (rule.rate_with, rule.rate_without, rule.verdict) == (1.0, 0.0, "raises")
    assert (unused.cases, unused.verdict) == (0, "too_few")


def test_the_statistic_is_that_of_the_textbook() -> None:
    """Ties count half; p by the normal approximation with ties corrected."""
    others = [10, 20, 20, 30, 30, 30, 40, 40, 50, 60]
    converted = [20, 30, 40, 50, 50, 60, 60, 70, 70, 80]

    (total, *_) = evaluate(tally(others, converted)).separation

    assert (total.auc, total.p, total.ks) == (0.795, 0.0243, 0.5)
    assert total.verdict == "discriminates"


def test_rules_that_do_not_discriminate_are_said_to() -> None:
    """The same scores at both ends suggest no threshold."""
    result = evaluate(tally([10, 60] * 10, [10, 60] * 10), ["r"])

    assert (result.verdict, result.suggested) == ("does_not_discriminate", None)
    assert result.separation[0].auc == 0.5
    assert result.rules[0].verdict == "no_difference"


def test_rules_the_wrong_way_round_are_named() -> None:
    """Who converts scores lower."""
    result = evaluate(tally([80] * 12, [10] * 12), ["r"])

    assert (result.verdict, result.suggested) == ("inverted", None)
    assert result.rules[0].verdict == "lowers"


def test_few_cases_say_nothing() -> None:
    """Nine of an end are too few; without any nothing is divided."""
    few, none = evaluate(tally([10] * 9, [80] * 50), ["r"]), evaluate(Tally(), ["r"])

    assert (few.verdict, few.suggested) == ("too_few", None)
    assert (none.verdict, none.rate, none.cases) == ("too_few", None, 0)
    assert none.thresholds[0].youden is None


def test_intervals_are_wilsons() -> None:
    """Also at the ends, where the plain interval has no width."""
    assert wilson(0, 0) == (None, None)
    assert wilson(8, 10) == (0.4902, 0.9433)
    assert wilson(0, 10) == (0.0, 0.2775)
    assert wilson(10, 10) == (0.7225, 1.0)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(0, 100), min_size=10, max_size=40),
    st.lists(st.integers(0, 100), min_size=10, max_size=40),
)
def test_bands_and_thresholds_have_all_cases(others: list[int], converted: list[int]) -> None:
    """Bands add up; recall falls with the threshold; AUC is the share of ordered pairs."""
    result = evaluate(tally(others, converted))
    pairs = [(high > low) + (high == low) / 2 for high in converted for low in others]

    assert sum(band.cases for band in result.bands) == len(others) + len(converted)
    recalls = [row.recall for row in result.thresholds]
    assert recalls == sorted(recalls, key=lambda share: -(share or 0))
    assert result.separation[0].auc == round(sum(pairs) / len(pairs), 3)


def test_a_tally_goes_on_where_it_was_kept() -> None:
    """A job stores it as JSON between two portions."""
    first = tally([10] * 10, [80] * 5)

    kept = Tally(**json.loads(json.dumps(first.as_json())))
    kept.add({"total": 80, "fit": 1}, ["r"], converted=True)

    assert kept.cases == [10, 6]
    assert kept.as_json() == tally([10] * 10, [80] * 6).as_json()
