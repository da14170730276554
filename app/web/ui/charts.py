"""Simple charts that a screen reader can read: bars in a table, a line with its table beside it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from app.web.ui.pieces import tag

WIDTH, HEIGHT = 600, 120
MOST = 100  # points of a score


@contextmanager
def table(title: str, heads: Sequence[str]) -> Iterator[None]:
    """A table with its columns' heads; rows are made inside."""
    with tag("div", classes="scrolled"), tag("table", classes="figures", aria_label=title):
        with tag("thead"), tag("tr"):
            for head in heads:
                tag("th", head, scope="col")
        with tag("tbody"):
            yield


def bar(share: float | None, text: str) -> None:
    """A cell with a bar of that share (0 to 1) beside its figure."""
    with tag("td"):
        if share is not None:
            value = f"{max(0.0, min(1.0, share)):.4f}"
            tag("progress", classes="bar cell", value=value, max="1", aria_label=text)
        tag("span", text)


def line(points: Sequence[int], said: str, mark: int | None = None) -> None:
    """Scores (0 to 100) from the oldest to the newest; `mark` is a threshold."""
    if len(points) < 2:  # noqa: PLR2004  a line has two ends
        return
    step = WIDTH / (len(points) - 1)
    path = " ".join(f"{n * step:.1f},{_y(total):.1f}" for n, total in enumerate(points))
    size = {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "preserveAspectRatio": "none"}
    with tag("svg", "", "trend", role="img", aria_label=said, **size):
        if mark is not None:
            at = f"{_y(mark):.1f}"
            tag("line", "", "threshold", x1="0", x2=str(WIDTH), y1=at, y2=at)
        tag("polyline", points=path)


def _y(total: int) -> float:
    return HEIGHT - HEIGHT * total / MOST


def percent(share: float | None) -> str:
    """A share in words; "-" where there is none."""
    return "-" if share is None else f"{100 * share:.1f} %"
