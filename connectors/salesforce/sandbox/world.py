"""The sandbox seen from the control routes: seed, edit, convert, lock, look inside."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Any, TypeVar

from starlette.routing import Route

from connectors.salesforce.sandbox import custom, dml, keeping, keeping_work, merge, state
from connectors.salesforce.sandbox.config import Config
from connectors.salesforce.sandbox.convert import Wish, convert
from connectors.salesforce.sandbox.events.hub import Events
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.org import REP, Actor, Clock, Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.schema import SObject
from connectors.sandbox.control import Refusal, changed, control_route

T = TypeVar("T")
UI = "CRM_UI"
PERSON_WISH = {"owner_id", "account_id", "contact_id", "opportunity_name", "status"}


class World:
    """Implements what `connectors.sandbox.control` asks for."""

    def __init__(self, config: Config, now: Clock = time.time) -> None:
        self._now = now
        self._config = config
        self.state = state.start(config, now)
        self.events = Events(lambda: self._config, lambda: self.state)

    @property
    def config(self) -> Config:
        return self._config

    @property
    def org(self) -> Org:
        return self.state.org

    def reconfigure(self, changes: Mapping[str, Any]) -> None:
        config = changed(self._config, changes)
        self.events.check(config)
        self._config = self.org.config = config
        self.events.listen()

    def reset(self) -> None:
        self.state = state.start(self._config, self._now)
        self.events.reset()

    def seed(self, records: Sequence[Mapping[str, Any]]) -> list[str]:
        """All of them or none."""
        mark = self.org.mark()
        try:
            ids = [self._seed(record) for record in records]
        except Problem as problem:
            self.org.rollback(mark)
            raise Refusal(f"{problem.code}: {problem.message}") from problem
        self.org.commit()
        return ids

    def _seed(self, record: Mapping[str, Any]) -> str:
        if not isinstance(record, Mapping):
            raise Refusal(f"a record is a JSON object with object and fields, not {record!r}")
        made = self._object(record)
        fields = dict(record.get("fields") or record.get("properties") or {})
        if made.name == "User":
            fields = {**_user_defaults(fields), **fields}
        id_ = fields.get("Id")
        if id_ is not None and (not str(id_).startswith(made.prefix) or self.org.row(id_)):
            raise Refusal(f"{id_!r} cannot be the id of a new {made.name}")
        return dml.create(self.org, made, fields, Actor(self.org.user_id, "SEED")).id

    def create(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A person makes a record in the UI."""
        made, actor = self._object(body), self._person(body)
        return self._do(lambda: dml.create(self.org, made, body.get("fields", {}), actor))

    def edit(self, change: Mapping[str, Any]) -> Mapping[str, Any]:
        made, actor = self._object(change), self._person(change)
        fields = change.get("fields") or change.get("properties") or {}
        return self._do(lambda: dml.update(self.org, made, str(change.get("id")), fields, actor))

    def delete(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        made, actor = self._object(body), self._person(body)
        return self._do(lambda: dml.delete(self.org, made, str(body.get("id")), actor))

    def undelete(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        made, actor = self._object(body), self._person(body)
        return self._do(lambda: dml.undelete(self.org, made, str(body.get("id")), actor))

    def convert(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A person converts a lead: `{"lead": id, "by": e-mail, "opportunity": true}`."""
        wish = Wish(
            lead_id=str(body.get("lead") or body.get("id")),
            makes_opportunity=bool(body.get("opportunity", True)),
            **{name: body[name] for name in PERSON_WISH & body.keys()},
        )
        actor = self._person(body)
        return self._attempt(lambda: asdict(convert(self.org, wish, actor)))

    def merge(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A person merges: `{"object": "Lead", "master": id, "losers": [ids], "fields": {…}}`."""
        losers = body.get("losers")
        if not isinstance(losers, list):
            raise Refusal("losers must be a list of one or two ids")
        actor = self._person(body)
        wish = merge.Wish(
            self._object(body).name,
            str(body.get("master")),
            [str(id_) for id_ in losers],
            body.get("fields") or {},
        )
        return self._attempt(lambda: asdict(merge.merge(self.org, wish, actor)))

    def lock(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The next `times` writes to each of `ids` meet a locked row."""
        ids, times = body.get("ids"), body.get("times", 1)
        if not isinstance(ids, list) or not isinstance(times, int):
            raise Refusal("ids must be a list of ids, times a number")
        for id_ in ids:
            self.org.locks[canonical(id_) or str(id_)] = times
        return {"locks": self.org.locks}

    def expire_tokens(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"expired": self.state.tokens.expire()}

    def dump(self, kind: str | None) -> Any:
        tables = self.org.tables
        if kind is not None:
            made = self._object({"object": kind})
            return tables[made.name].raw()
        objects = {name: table.raw() for name, table in tables.items()}
        notifications = self.state.notifications
        return {"objects": objects, "notifications": notifications, **self.events.dump()}

    def ids(self, kind: str) -> Sequence[str]:
        return list(self.org.tables[kind].rows)

    def raw(self, kind: str, record_id: str) -> Mapping[str, Any] | None:
        row = self.org.tables[kind].rows.get(record_id)
        return row.as_json() if row else None

    def counts(self) -> Mapping[str, int]:
        return {name: len(table.rows) for name, table in self.org.tables.items()}

    def effects(self) -> Mapping[str, Any]:
        return {"notifications": self.state.notifications, **self.events.dump()}

    def keep(self) -> Iterator[Mapping[str, Any]]:
        return chain(keeping.keep(self.state), keeping_work.keep(self.state, self.events))

    def restore(self, lines: Iterable[Mapping[str, Any]]) -> None:
        def rest(line: Mapping[str, Any]) -> bool:
            return keeping_work.restore(self.state, self.events, line)

        keeping.restore(self.state, lines, rest)

    def quiet(self) -> Mapping[str, Any]:
        return self.events.quiet()

    def routes(self) -> list[Route]:
        """The control routes that only this sandbox has."""
        return [
            *self.events.routes(),
            control_route("POST", "/create", self.create, "a person makes a record in the UI"),
            control_route("POST", "/delete", self.delete, "a person deletes a record"),
            control_route("POST", "/undelete", self.undelete, "a person restores a record"),
            control_route("POST", "/convert", self.convert, "a person converts a lead"),
            control_route("POST", "/merge", self.merge, "a person merges records"),
            control_route("POST", "/lock", self.lock, "lock rows for the next writes"),
            control_route("POST", "/expire_tokens", self.expire_tokens, "end all sessions"),
            control_route(
                "POST", "/fields", lambda b: custom.add_fields(self.org, b), "add fields"
            ),
            control_route(
                "POST", "/objects", lambda b: custom.add_object(self.org, b), "add an object"
            ),
        ]

    def _object(self, body: Mapping[str, Any]) -> SObject:
        name = str(body.get("object"))
        if (found := self.org.schema.find(name)) is None:
            raise Refusal(f"there is no object {name!r}")
        return found

    def _person(self, body: Mapping[str, Any]) -> Actor:
        email = str(body.get("by") or REP)
        if (user := self.org.user(email)) is None:
            raise Refusal(f"there is no user {email!r}; seed one first")
        return Actor(user.id, UI, allows_duplicates=True)

    def _do(self, write: Callable[[], Row]) -> Mapping[str, Any]:
        row = self._attempt(write)
        return {"id": row.id, "fields": row.fields}

    def _attempt(self, write: Callable[[], T]) -> T:
        mark = self.org.mark()
        try:
            return write()
        except Problem as problem:
            self.org.rollback(mark)
            raise Refusal(f"{problem.code}: {problem.message}") from problem
        finally:
            self.org.commit()


def _user_defaults(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A user needs little more than an e-mail address here."""
    email = str(fields.get("Email") or fields.get("Username") or "")
    return {
        "Username": email,
        "Email": email,
        "LastName": email.partition("@")[0],
        "Alias": email[:8],
    }
