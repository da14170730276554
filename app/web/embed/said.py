"""A sight in words: plain values, in a language and a time zone, for the template to place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, cast
from zoneinfo import ZoneInfo

from app.domain.activity import Fact, type_label
from app.domain.reaction import standing
from app.domain.touch import Touch, channel_label
from app.web import moments
from app.web.embed.sight import Sight
from app.web.kinds import icon_of
from app.web.said import reason_parts
from app.web.timeline import day_name, details, heading, told
from app.web.ui.pieces import company_of, name_of
from app.web.ui.words import Words

OPEN = {"open", "due_again", "snoozed"}


@dataclass(frozen=True, slots=True)
class Teller:
    """Says things to one viewer."""

    words: Words
    zone: ZoneInfo
    now: datetime

    def time(self, at: datetime | None) -> Mapping[str, str] | None:
        """A time as the template takes it."""
        if at is None:
            return None
        return {
            "iso": at.isoformat(),
            "text": moments.moment(at, self.zone, self.words.language, self.now),
        }

    def head(self, person: Mapping[str, Any]) -> dict[str, Any]:
        """Who it is."""
        fields, words = person["agreed"], self.words
        title = str(fields.get("job_title") or "")
        about = [title, company_of(fields), person["email"] or ""]
        return {
            "name": name_of(fields, words.language, words("person.unknown")),
            "about": " · ".join(part for part in about if part),
            "stage": words.known("stage", person["stage"]),
            "hot": self.time(person["hot_since"]),
            "is_person": person["kind"] == "person",
        }

    def score(self, person: Mapping[str, Any]) -> dict[str, Any] | None:
        """Score, grade and reasons."""
        if person["score"] is None:
            return None
        parts = [reason_parts(one, self.words.language) for one in person["reasons"]]
        reasons = [{"points": p, "text": text, "at": self.time(at)} for p, text, at in parts]
        grade = person["grade"] or "-"
        said = self.words("leads.score", score=person["score"], grade=grade)
        axes = [(self.words(f"axis.{one}"), person[one]) for one in ("fit", "intent", "timing")]
        return {"total": person["score"], "grade": grade, "said": said, "axes": axes,
                "reasons": reasons}  # fmt: skip

    def alert(self, alert: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """The hot-lead alert, and whether it waits for an answer."""
        if alert is None:
            return None
        stands = standing(alert["reaction"], alert["snoozed_until"], self.now)
        by = None
        if alert["reaction"] is not None:
            at = moments.moment(alert["reacted_at"], self.zone, self.words.language, self.now)
            by = self.words("alert.by", name=alert["reacted_by"], at=at)
        return {
            "id": alert["id"],
            "stands": stands,
            "text": self.words(f"alert.{stands}"),
            "open": stands in OPEN,
            "by": by,
            "reason": alert["reaction_reason"],
            "until": self.time(alert["snoozed_until"]) if stands == "snoozed" else None,
            "react_by": self.time(alert["react_by"]),
            "late": stands in {"open", "due_again"} and alert["react_by"] < self.now,
        }

    def touch(self, touch: Touch | None) -> list[dict[str, Any]]:
        """First and last contact, how many, the last page and campaign."""
        if touch is None or not touch.count:
            return []
        words, language = self.words, self.words.language
        rows: list[dict[str, Any]] = []

        def say(label: str, text: str, at: datetime | None = None) -> None:
            rows.append({"label": words(label), "text": text, "at": self.time(at)})

        say("panel.touches", words("panel.count", n=touch.count))
        say("panel.first", channel_label(touch.first_channel, language) or "", touch.first_at)
        say("panel.last", channel_label(touch.last_channel, language) or "", touch.last_at)
        if touch.page:
            say("panel.page", touch.page)
        if touch.campaign:
            say("panel.campaign", touch.campaign)
        return rows

    def days(self, sight: Sight) -> Iterator[dict[str, Any]]:
        """The history, day by day."""

        def on(one: Mapping[str, Any]) -> Any:
            return cast("datetime", one["at"]).astimezone(self.zone).date()

        for day, those in groupby(sight.entries, on):
            yield {
                "title": day_name(day, self.words, self.zone, self.now),
                "entries": [self._entry(one) for one in those],
            }

    def _entry(self, one: Mapping[str, Any]) -> dict[str, Any]:
        language = self.words.language
        fact = Fact(one["type"], one["at"], one["title"], one["detail"])
        return {
            "icon": icon_of(fact.type),
            "kind": type_label(fact.type, language),
            "title": heading(fact, language),
            "source": one["connection"],
            "iso": fact.at.isoformat(),
            "clock": moments.clock(fact.at, self.zone),
            "lines": details(fact, language),
            "deliveries": [told(each, self.words, self.zone) for each in one["deliveries"]],
        }
