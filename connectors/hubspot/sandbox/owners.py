"""Users, queues and their owner ids. Source: HubSpot's published OpenAPI, "Owners"."""

from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.moments import iso

FIRST_OWNER_ID = 71_000_001
FIRST_USER_ID = 62_000_001


@dataclass(frozen=True, slots=True)
class Owner:
    """`id` is what owner properties hold, never `user_id`. Archived owners have no `userId`."""

    id: str
    email: str
    first_name: str
    last_name: str
    user_id: int
    type: str = "PERSON"
    created_ms: int = 0
    archived: bool = False
    role_id: str | None = None
    primary_team_id: str | None = None
    secondary_team_ids: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": self.id, "email": self.email, "type": self.type,
            "firstName": self.first_name, "lastName": self.last_name,
            "userIdIncludingInactive": self.user_id,
            "createdAt": iso(self.created_ms), "updatedAt": iso(self.created_ms),
            "archived": self.archived,
        }  # fmt: skip
        if not self.archived:
            shown["userId"] = self.user_id
        return shown


@dataclass(slots=True)
class Owners:
    all: dict[str, Owner] = field(default_factory=dict)

    def add(self, given: dict[str, Any], now_ms: int) -> Owner:
        """From {email, firstName, lastName, type?, archived?}."""
        count = len(self.all)
        owner = Owner(
            str(FIRST_OWNER_ID + count),
            str(given.get("email", "")),
            str(given.get("firstName", "")),
            str(given.get("lastName", "")),
            FIRST_USER_ID + count,
            str(given.get("type", "PERSON")),
            now_ms,
            archived=bool(given.get("archived")),
        )
        self.all[owner.id] = owner
        return owner

    def by_email(self, email: str) -> Owner | None:
        wanted = email.lower()
        return next((o for o in self.all.values() if o.email.lower() == wanted), None)
