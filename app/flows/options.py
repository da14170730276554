"""What an admin sets about a connection besides the vendor's own settings."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.store.connections import Connection


class Options(BaseModel):
    """How Baton uses a connection. All can be changed at any time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    poll_s: float = Field(60.0, ge=0.5, description="seconds between two looks for changes")
    activities_s: float = Field(30.0, ge=0.5, description="seconds between two reads of activities")
    refresh_s: float = Field(600.0, ge=5, description="seconds between reads of owners and schema")
    feed_alarm_share: float = Field(
        0.5, gt=0, le=1, description="share of a vendor's retention at which a late feed alarms"
    )
    history_share: float = Field(
        0.5, gt=0, le=1, description="share of the vendor's allowance for logging old activities"
    )
    log_activities: bool = Field(True, description="log the other side's activities here")
    language: Literal["en", "ja"] = Field("en", description="of texts that are written here")
    reconcile_at: str = Field(
        "02:00",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d|off)$",
        description="time of day (UTC) at which both systems are compared, or off; of the sfa side",
    )

    @classmethod
    def of(cls, connection: Connection) -> "Options":
        return cls.model_validate(dict(connection.options))
