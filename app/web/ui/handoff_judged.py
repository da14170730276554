"""How good a hand-off is, on its page: the quality part by part, the gate, the checklist."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeAlias

from app.domain.handoff_quality import Judged, Line
from app.web.ui.desk import Visit
from app.web.ui.handoffs import BAND_TONES
from app.web.ui.pieces import badge, tag

Tick: TypeAlias = Callable[[Line], Awaitable[None]]


def quality(visit: Visit, said: Judged) -> None:
    """The total with its band; each part with what is missing for the rest of its points."""
    words, found = visit.words, said.quality
    with tag("div", classes="card-head"):
        tag("h2", words("handoffs.quality_of", n=found.total))
        badge(found.band.label.text(words.language), BAND_TONES.get(found.band.name, "calm"))
    with tag("ul", classes="plain-list"):
        for part in found.parts:
            with tag("li", classes="reason"):
                tag("span", f"{part.points}/{part.of}", "points")
                with tag("span", classes="reason-text"):
                    tag("span", part.label.text(words.language), "strong")
                    if part.missing:
                        lacks = "、" if words.language == "ja" else ", "
                        tag("p", lacks.join(x.text(words.language) for x in part.missing), "muted")


def gate(visit: Visit, said: Judged) -> None:
    """The conditions, and which are met."""
    with tag("div", classes="card-head"):
        tag("h2", visit.words("handoffs.gate"))
        _count(visit, said.gate)
    _lines(visit, said.gate, None)


def checklist(visit: Visit, said: Judged, tick: Tick | None) -> None:
    """The items; those that no data says can be ticked."""
    with tag("div", classes="card-head"):
        tag("h2", visit.words("handoffs.checklist"))
        _count(visit, said.checklist)
    _lines(visit, said.checklist, tick)


def _count(visit: Visit, lines: Sequence[Line]) -> None:
    done = sum(line.done for line in lines)
    text = visit.words("handoffs.n_done", n=done, of=len(lines))
    badge(text, "good" if done == len(lines) else "warn")


def _lines(visit: Visit, lines: Sequence[Line], tick: Tick | None) -> None:
    language = visit.words.language
    with tag("ul", classes="checklist"):
        for line in lines:
            with tag("li"):
                text = line.label.text(language)
                if line.auto or tick is None:
                    said = visit.words("app.yes" if line.done else "app.no")
                    mark = "✓" if line.done else "-"
                    tag(
                        "span",
                        mark,
                        "mark" if line.done else "mark open",
                        role="img",
                        aria_label=said,
                    )
                    tag("span", text)
                else:
                    _box(line, text, tick)
                if line.by:
                    tag("span", line.by, "muted")


def _box(line: Line, text: str, tick: Tick) -> None:
    with tag("label", classes="check"):
        box = tag("input", type="checkbox", name=f"tick-{line.name}")
        if line.done:
            box.props["checked"] = True
        tag("span", text)
    box.on("change", partial(tick, line))
