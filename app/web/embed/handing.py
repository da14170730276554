"""The hand-off of a person, in the panel: where it stands, how good it is, what comes next."""

from collections.abc import Mapping
from typing import Any

from app.domain.handoff_moves import ENDED
from app.domain.handoff_words import next_step
from app.store.handoffs import Kept
from app.web.embed.said import Teller


def told(teller: Teller, kept: Kept | None) -> Mapping[str, Any] | None:
    """As the template takes it; None where there is none."""
    if kept is None:
        return None
    words, one = teller.words, kept.standing
    late = one.due_at is not None and one.due_at < teller.now
    return {
        "state": words(f"handoff_state.{one.state}"),
        "quality": words("handoffs.quality_of", n=kept.quality),
        "next": None if one.state in ENDED else next_step(one.state, words.language),
        "receiver": one.receiver,
        "meeting": teller.time(one.meeting_at),
        "due": teller.time(one.due_at),
        "late": late,
    }
