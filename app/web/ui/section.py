"""A part of a page that follows the live board."""

from collections.abc import Callable
from dataclasses import dataclass, field

from nicegui.element import Element

from app.web.ui.live import Sight


@dataclass(slots=True)
class Section:
    """A part of the page that is made anew when, and only when, what it shows has changed."""

    place: Element
    picked: Callable[[Sight], object]
    render: Callable[[Sight], None]
    shown: object = field(default_factory=object)

    def show(self, sight: Sight) -> None:
        """Show what was seen."""
        now = self.picked(sight)
        if now == self.shown:
            return
        self.shown = now
        self.place.clear()
        with self.place:
            self.render(sight)
