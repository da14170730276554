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
    log_activities: bool = Field(True, description="log the other side's activities here")
    language: Literal["en", "ja"] = Field("en", description="of texts that are written here")

    @classmethod
    def of(cls, connection: Connection) -> "Options":
        return cls.model_validate(dict(connection.options))
