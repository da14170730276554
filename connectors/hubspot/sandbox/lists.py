"""Lists (segments) and their folders.

MANUAL lists hold what was added, SNAPSHOT lists what matched once and what was added since,
DYNAMIC lists whatever matches now. Source: HubSpot developer docs, "Lists".
"""

from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.sandbox.digits import is_whole

PROCESSING_TYPES = ("MANUAL", "DYNAMIC", "SNAPSHOT")
FIRST_ID = 1
LEGACY_OFFSET = 1000  # a legacy id is another number than the list's id
ROOT = 0


@dataclass(slots=True)
class Listing:
    """One list. `members` holds when each record joined first and last (epoch ms)."""

    id: int
    name: str
    kind: ObjectType
    processing: str
    branch: dict[str, Any] | None
    created_ms: int
    updated_ms: int
    user_id: int
    filters_ms: int
    folder: int = ROOT
    version: int = 1
    deleted_ms: int | None = None
    conversion: dict[str, Any] | None = None
    properties: dict[str, str] = field(default_factory=dict)
    members: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def legacy_id(self) -> int:
        return self.id + LEGACY_OFFSET

    def join(self, record_id: str, at_ms: int) -> None:
        first, _ = self.members.get(record_id, (at_ms, at_ms))
        self.members[record_id] = (first, at_ms)

    def as_json(self, *, filters: bool, size: int) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "listId": str(self.id), "listVersion": self.version, "name": self.name,
            "objectTypeId": self.kind.id, "processingType": self.processing,
            "processingStatus": "COMPLETE", "size": size,
            "createdById": str(self.user_id), "updatedById": str(self.user_id),
            "createdAt": iso(self.created_ms), "updatedAt": iso(self.updated_ms),
            "filtersUpdatedAt": iso(self.filters_ms),
        }  # fmt: skip
        if self.deleted_ms is not None:
            shown["deletedAt"] = iso(self.deleted_ms)
        if filters and self.branch is not None:
            shown["filterBranch"] = completed(self.branch)
        return shown


def completed(branch: dict[str, Any]) -> dict[str, Any]:
    """A filter branch as answers have it: with its operator, and both of its lists."""
    either = branch.get("filterBranchType") in {"OR", "NOT_ANY"}
    inner = [completed(one) for one in branch.get("filterBranches") or []]
    operator = {"filterBranchOperator": "OR" if either else "AND"}
    return {**operator, **branch, "filterBranches": inner, "filters": branch.get("filters") or []}


@dataclass(slots=True)
class Folder:
    id: int
    name: str
    parent: int
    user_id: int
    created_ms: int
    updated_ms: int


@dataclass(slots=True)
class Lists:
    all: dict[int, Listing] = field(default_factory=dict)
    folders: dict[int, Folder] = field(default_factory=dict)

    def live(self, list_id: str) -> Listing | None:
        found = self.all.get(int(list_id)) if is_whole(list_id) else None
        return found if found is not None and found.deleted_ms is None else None

    def named(self, kind: ObjectType, name: str) -> Listing | None:
        """Names are unique per object type, regardless of case."""
        for one in self.all.values():
            same = one.kind.id == kind.id and one.name.lower() == name.lower()
            if same and one.deleted_ms is None:
                return one
        return None

    def next_id(self) -> int:
        return max(self.all, default=FIRST_ID - 1) + 1

    def folder_json(self, folder_id: int) -> dict[str, Any]:
        """A folder with all that is in it; 0 is the root."""
        folder = self.folders.get(folder_id, Folder(ROOT, "", ROOT, 0, 0, 0))
        inside = [f.id for f in self.folders.values() if f.parent == folder_id and f.id != ROOT]
        lists = [x.id for x in self.all.values() if x.folder == folder_id and x.deleted_ms is None]
        return {
            "id": folder.id, "parentFolderId": folder.parent, "name": folder.name,
            "userId": folder.user_id, "childLists": lists,
            "childNodes": [self.folder_json(child) for child in inside],
            "createdAt": iso(folder.created_ms), "updatedAt": iso(folder.updated_ms),
        }  # fmt: skip
