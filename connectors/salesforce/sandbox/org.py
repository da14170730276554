"""An org: its schema, records, users and clock, and the few ways in which records change.

No rules here (see dml.py): what is written is stored, stamped, logged, and can be taken back.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from connectors.salesforce.sandbox import standard
from connectors.salesforce.sandbox.config import Config, ValidationRule
from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.ids import IdMaker
from connectors.salesforce.sandbox.records import Change, Row, Table
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.stamps import stamp_s
from connectors.salesforce.sandbox.standard.history import stages
from connectors.salesforce.sandbox.standard.package import NOTIFICATION_TYPE

INTEGRATION_USER = "integration@sandbox.example"
REP = "rep@sandbox.example"
Clock: TypeAlias = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Actor:
    """On whose behalf something is written, and through what (API, CRM_UI, SEED, SYSTEM)."""

    user_id: str
    source: str = "API"
    allows_duplicates: bool = False
    wants_details: bool = False  # of the records that a duplicate rule found
    auto_assigns: bool | None = None  # None: the header was not sent
    row_locked: bool = False  # a fault: every row is locked for this request
    unheard: bool = False  # change events say nothing of it
    origin: str = ""  # the API and client that a change event names

    @property
    def is_setup(self) -> bool:
        """Setup writes what nobody else may: audit fields, read-only fields, half records."""
        return self.source == "SEED"


@dataclass(frozen=True, slots=True)
class Happened:
    """A record was written: `kind` is CREATE, UPDATE, DELETE or UNDELETE, `changes` what is new.

    PUBLISH: `row` is a platform event.
    """

    kind: str
    row: Row
    changes: Mapping[str, Any]
    before: Mapping[str, Any]
    actor: Actor


class Org:
    def __init__(self, config: Config, now: Clock = time.time) -> None:
        self.config = config
        self.now = now
        self.schema = standard.schema(config)
        self.schema_changed_at = now()
        self.ids = IdMaker()
        self.tables = {
            n: Table(made, config.live_records) for n, made in self.schema.objects.items()
        }
        self.locks: dict[str, int] = {}  # record id → how many more attempts fail
        self.validation_rules: dict[str, ValidationRule] = {}  # deployed, by Object.Name
        self._undo: list[Callable[[], Any]] = []
        self.follower: Callable[[Sequence[Happened]], None] | None = None  # hears of each commit
        self.follows_records = False  # whether it hears of more than platform events
        self._happened: list[Happened] = []
        self.id, self.user_id = self._found()

    # looking

    def table(self, made: SObject) -> Table:
        return self.tables[made.name]

    def row(self, id_: str | None) -> Row | None:
        """Any record by its 18-character id, deleted ones included."""
        made = self.schema.of_id(id_) if id_ else None
        return self.tables[made.name].rows.get(id_ or "") if made else None

    def alive(self, made: SObject, one: Field, value: Any) -> list[Row]:
        """Records that are not deleted and whose field has this value."""
        table = self.table(made)
        if table.has_index(one.name):
            return [row for row in table.lookup(one, value) if not row.deleted]
        glance = table.rows.glance
        found = [id_ for id_ in table.rows if glance(id_).fields.get(one.name) == value]
        return [table.rows[id_] for id_ in found if id_ not in table.deleted]

    def user(self, email_or_username: str) -> Row | None:
        made = self.schema.objects["User"]
        for name in ("Username", "Email"):
            for row in self.alive(made, made.fields[name], email_or_username):
                return row
        return None

    # changing

    def insert(self, made: SObject, fields: Mapping[str, Any], actor: Actor) -> Row:
        """Store a new record. System fields that `fields` brings are kept."""
        id_ = fields.get("Id") or self.ids.next(made.prefix)
        at = stamp_s(self.now())
        system = {
            "Id": id_,
            "IsDeleted": False,
            "CreatedDate": at,
            "CreatedById": actor.user_id,
            "LastModifiedDate": fields.get("CreatedDate") or at,
            "LastModifiedById": actor.user_id,
            "SystemModstamp": fields.get("LastModifiedDate") or fields.get("CreatedDate") or at,
        }
        row = Row(made, id_, {**dict.fromkeys(made.fields), **system, **fields})
        row.log.append(self._change(actor, {n: v for n, v in fields.items() if v is not None}))
        table = self.table(made)
        table.insert(row)
        self._undo.append(lambda: table.remove(row))
        self._note("CREATE", row, row.fields, {}, actor)
        return row

    def update(
        self, row: Row, changes: Mapping[str, Any], actor: Actor, *, kind: str = "UPDATE"
    ) -> None:
        """Store a change. Work of the system itself leaves LastModifiedDate alone."""
        at = stamp_s(self.now())
        stamps = {"SystemModstamp": at}
        if actor.source != "SYSTEM":
            stamps |= {"LastModifiedDate": at, "LastModifiedById": actor.user_id}
        before = dict(row.fields)
        self.table(row.object).set(row, {**stamps, **changes})
        changed = {n: v for n, v in changes.items() if before.get(n) != v}
        row.log.append(self._change(actor, changed))
        deleted_at = row.deleted_at

        def undo() -> None:
            row.log.pop()
            row.deleted_at = deleted_at
            self.table(row.object).set(row, before)

        self._undo.append(undo)
        self._note(kind, row, {**stamps, **changes}, before, actor)

    def publish(self, made: SObject, fields: Mapping[str, Any], actor: Actor) -> Row:
        """A platform event: nothing is stored, the follower hears of it with the commit."""
        own = {
            "EventUuid": str(uuid.uuid4()),
            "CreatedDate": stamp_s(self.now()),
            "CreatedById": actor.user_id,
        }
        row = Row(made, self.ids.next(made.prefix), {**dict.fromkeys(made.fields), **fields, **own})
        if self.follower is not None:
            self._happened.append(Happened("PUBLISH", row, row.fields, {}, actor))
            self._undo.append(self._happened.pop)
        return row

    def delete(self, row: Row, actor: Actor, *, master_id: str | None = None) -> None:
        """Into the recycle bin; after a merge the record names the one it was merged into."""
        merged = {"MasterRecordId": master_id} if master_id else {}
        self.update(row, {"IsDeleted": True, **merged}, actor, kind="DELETE")
        row.deleted_at = stamp_s(self.now())

    def undelete(self, row: Row, actor: Actor) -> None:
        merged = {"MasterRecordId": None} if "MasterRecordId" in row.fields else {}
        self.update(row, {"IsDeleted": False, **merged}, actor, kind="UNDELETE")
        row.deleted_at = None

    def purge(self, row: Row) -> None:
        """Out of the recycle bin, for good."""
        table = self.table(row.object)
        table.remove(row)
        self._undo.append(lambda: table.insert(row))

    def mark(self) -> int:
        """A point to roll back to."""
        return len(self._undo)

    def rollback(self, mark: int) -> None:
        while len(self._undo) > mark:
            self._undo.pop()()

    def commit(self) -> None:
        self._undo.clear()
        if self._happened:
            happened, self._happened = self._happened, []
            if self.follower is not None:
                self.follower(happened)

    def set_validation_rule(self, key: str, rule: ValidationRule | None) -> bool:
        """Have this deployed rule, or none under this key; whether there was one."""
        rules, before = self.validation_rules, self.validation_rules.get(key)
        rules.pop(key, None)
        if rule is not None:
            rules[key] = rule

        def undo() -> None:
            rules.pop(key, None)
            if before is not None:
                rules[key] = before

        self._undo.append(undo)
        return before is not None

    def schema_touched(self) -> None:
        """Tables and indexes for objects and fields added since."""
        self.schema_changed_at = self.now()
        for name, made in self.schema.objects.items():
            if name not in self.tables:
                self.tables[name] = Table(made, self.config.live_records)
            self.tables[name].index_fields()

    # internals

    def _note(
        self,
        kind: str,
        row: Row,
        changes: Mapping[str, Any],
        before: Mapping[str, Any],
        actor: Actor,
    ) -> None:
        """Keep it for the follower until the commit. Nobody hears of what was seeded."""
        silent = self.follower is None or not self.follows_records
        if silent or actor.is_setup or actor.unheard:
            return
        self._happened.append(Happened(kind, row, dict(changes), before, actor))
        self._undo.append(self._happened.pop)

    def _change(self, actor: Actor, fields: Mapping[str, Any]) -> Change:
        return Change(int(self.now() * 1000), actor.user_id, actor.source, dict(fields))

    def _found(self) -> tuple[str, str]:
        """What an org is born with; its id and the id of the user that integrations run as."""
        objects = self.schema.objects
        user_id = self.ids.next(objects["User"].prefix)
        actor = Actor(user_id, "SEED")
        profile = self._profile("Standard User", actor)
        self._profile("System Administrator", actor)
        defaults = {n: f.default for n, f in objects["User"].fields.items()}
        for person in _people(user_id):
            known = {k: v for k, v in defaults.items() if v is not None}
            self.insert(objects["User"], {**known, **person, "ProfileId": profile.id}, actor)
        org = {
            "Name": self.config.org_name,
            "OrganizationType": "Enterprise Edition",
            "InstanceName": "SBX1",
            "IsSandbox": True,
            "TimeZoneSidKey": "America/Los_Angeles",
            "LanguageLocaleKey": "en_US",
            "DefaultLocaleSidKey": "en_US",
        }
        if self.config.baton_package:
            self.insert(objects["CustomNotificationType"], NOTIFICATION_TYPE, actor)
        row = self.insert(objects["Organization"], org, actor)
        for stage in stages():
            self.insert(objects["OpportunityStage"], stage, actor)
        self.commit()
        return row.id, user_id

    def _profile(self, name: str, actor: Actor) -> Row:
        """A profile, and the permission set that holds what it grants."""
        objects = self.schema.objects
        row = self.insert(objects["Profile"], {"Name": name}, actor)
        owned: dict[str, Any] = {"Name": f"X{row.id[:15]}", "Label": row.id, "ProfileId": row.id}
        owned |= {"IsOwnedByProfile": True, "IsCustom": False, "Type": "Profile"}
        self.insert(objects["PermissionSet"], owned, actor)
        return row


def _people(integration_id: str) -> Iterator[dict[str, Any]]:
    yield {
        "Id": integration_id,
        "Username": INTEGRATION_USER,
        "Email": INTEGRATION_USER,
        "FirstName": "Integration",
        "LastName": "User",
        "Name": "Integration User",
        "Alias": "integ",
    }
    yield {
        "Username": REP,
        "Email": REP,
        "FirstName": "Default",
        "LastName": "Rep",
        "Name": "Default Rep",
        "Alias": "rep",
    }
