"""What a rep answers to an alert from the panel's form."""

from datetime import datetime, timedelta, tzinfo
from typing import Literal

from pydantic import BaseModel, Field

from app.domain.reaction import LONGEST_REASON, Reaction
from app.flows.react import accept, reject, snooze
from app.web import moments

AFTER = {"hour": timedelta(hours=1), "hours": timedelta(hours=4)}


class Answer(BaseModel):
    """The form. `when`: until when an alert is put off."""

    alert: int = Field(ge=1, lt=2**63)
    deed: Literal["accept", "snooze", "reject"]
    when: Literal["hour", "hours", "morning"] = "hour"
    reason: str = Field("", max_length=LONGEST_REASON)
    pass_: str = Field("", alias="pass", max_length=2000)
    kind: str = Field("", max_length=40)
    zone: str = Field("", max_length=moments.LONGEST_NAME)
    lang: str = Field("", max_length=10)

    @property
    def lacks_reason(self) -> bool:
        """White space alone says nothing."""
        return self.deed == "reject" and not self.reason.strip()

    def meant(self, by: str, now: datetime, zone: tzinfo) -> Reaction:
        """What that says of the alert."""
        if self.deed == "accept":
            return accept(by)
        if self.deed == "reject":
            return reject(by, self.reason)
        if self.when in AFTER:
            return snooze(by, (now + AFTER[self.when]).replace(microsecond=0))
        return snooze(by, moments.tomorrow_morning(now, zone))
