"""What a back-test shows: the verdict first, then conversion by score, thresholds and rules."""

from collections.abc import Mapping

from app.web.api.scoring_views import BackTestView
from app.web.ui import charts
from app.web.ui.charts import percent
from app.web.ui.desk import Visit
from app.web.ui.pieces import Tone, badge, tag

TONES: Mapping[str, Tone] = {
    "discriminates": "good", "does_not_discriminate": "bad", "inverted": "bad", "too_few": "warn",
    "raises": "good", "lowers": "bad", "no_difference": "warn",
}  # fmt: skip


def show_backtest(visit: Visit, shown: BackTestView) -> None:
    """All of it, in cards."""
    words = visit.words
    target = words.known("stage", shown.target)
    with tag("section", classes="card"):
        tag("p", words("backtest.cases", cases=f"{shown.cases:,}", target=target,
                       converted=f"{shown.converted:,}", rate=percent(shown.rate)))  # fmt: skip
        said = words(f"backtest.{shown.verdict}")
        tag("p", said, f"notice {TONES[shown.verdict]}", role="status")
        total = shown.separation[0]
        if total.auc is not None:
            values = {"auc": total.auc, "p": total.p, "ks": total.ks}
            tag("p", words("backtest.statistic", **values), "muted")
        if shown.suggested is not None:
            tag("p", words("trial.suggested", threshold=shown.suggested), "strong")
    if not shown.cases:
        return
    with tag("div", classes="halves"):
        _bands(visit, shown)
        _thresholds(visit, shown)
    _rules(visit, shown)


def _bands(visit: Visit, shown: BackTestView) -> None:
    words = visit.words
    heads = [words(f"backtest.{key}") for key in ("band", "n", "rate", "range", "lift")]
    with tag("section", classes="card"):
        tag("h3", words("backtest.bands"))
        with charts.table(words("backtest.bands"), heads):
            for band in shown.bands:
                with tag("tr"):
                    tag("th", f"{band.low}-{band.high}", scope="row")
                    tag("td", f"{band.cases:,}")
                    charts.bar(band.rate, percent(band.rate))
                    low, high = percent(band.rate_low), percent(band.rate_high)
                    tag("td", "-" if band.rate is None else f"{low} - {high}", "muted")
                    tag("td", "-" if band.lift is None else f"{band.lift:g}")


def _thresholds(visit: Visit, shown: BackTestView) -> None:
    words = visit.words
    heads = [words("trial.threshold"), words("backtest.n"), words("backtest.precision"),
             words("backtest.recall")]  # fmt: skip
    with tag("section", classes="card"):
        tag("h3", words("backtest.thresholds"))
        with charts.table(words("backtest.thresholds"), heads):
            for row in shown.thresholds:
                with tag("tr", classes="current" if row.threshold == shown.mql else ""):
                    tag("th", str(row.threshold), scope="row")
                    tag("td", f"{row.cases:,}")
                    charts.bar(row.precision, percent(row.precision))
                    charts.bar(row.recall, percent(row.recall))


def _rules(visit: Visit, shown: BackTestView) -> None:
    words = visit.words
    with tag("section", classes="card"):
        tag("h3", words("backtest.axes"))
        with tag("div", classes="chips"):
            for one in shown.separation:
                auc = "-" if one.auc is None else f"AUC {one.auc:g}"
                badge(f"{words.known('axis', one.axis)}: {auc}", TONES[one.verdict])
        tag("h3", words("backtest.rules"))
        heads = [words(f"backtest.{key}") for key in ("rule", "n", "with", "without")]
        with charts.table(words("backtest.rules"), [*heads, ""]):
            for rule in shown.rules:
                with tag("tr"):
                    tag("th", rule.rule, scope="row")
                    tag("td", f"{rule.cases:,}")
                    charts.bar(rule.rate_with, percent(rule.rate_with))
                    tag("td", percent(rule.rate_without))
                    with tag("td"):
                        badge(words(f"rule_says.{rule.verdict}"), TONES[rule.verdict])
