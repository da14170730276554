"""The Salesforce connector: its capabilities, each a verb of one module."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

import httpx
from pydantic import ValidationError
from simple_salesforce.api import Salesforce

from connectors.base import (
    Account,
    Activity,
    Alert,
    ConnectorError,
    Cursor,
    Entry,
    Field,
    Hint,
    Inbound,
    Kind,
    Landed,
    Listed,
    News,
    Owner,
    Page,
    Record,
    Ref,
    Rejected,
    Write,
)
from connectors.campaigns import Campaign, Change, Credit, Group, GroupKind, Member, Summary
from connectors.embedding import Embedded
from connectors.messages import TaskState
from connectors.salesforce import canvas, deleted, followups, outbound, role_feed
from connectors.salesforce.activities import activities, feed_from
from connectors.salesforce.alerts import notify, raise_alerts
from connectors.salesforce.auth import GivenToken, SignIn, check_secrets, classify_token
from connectors.salesforce.batch import BATCH
from connectors.salesforce.campaign_figures import credit, summary
from connectors.salesforce.campaigns import change_members, make_campaign, members
from connectors.salesforce.changes import changes
from connectors.salesforce.deletes import delete, erase
from connectors.salesforce.entries import FORMS, log
from connectors.salesforce.errors import classify
from connectors.salesforce.installing import install, uninstall
from connectors.salesforce.limits import Daily
from connectors.salesforce.listing import listing
from connectors.salesforce.loading import load_outcomes, loads_from, open_load, send_load
from connectors.salesforce.owners import owners, probe
from connectors.salesforce.records import READ_BATCH, find, read
from connectors.salesforce.schema import describe
from connectors.salesforce.session import Api, OrgTokens, Session
from connectors.salesforce.settings import VENDOR_HOSTS, Secrets, Settings
from connectors.salesforce.writes import write
from connectors.vendor import Opening
from connectors.wire import NoTokens, Unlimited, Wire


class HintFeed(Protocol):
    """One feed of hints of an org."""

    def hints(self, cursor: Cursor | None, wait_s: float) -> News: ...


class Adapter:
    """One Salesforce org. May be shared between threads."""

    read_batch = READ_BATCH
    write_batch = BATCH

    def __init__(self, api: Api, secrets: Secrets, hint_feeds: Mapping[str, HintFeed]) -> None:
        self._api = api
        self._secrets = secrets
        self._hint_feeds = hint_feeds

    def parse(self, inbound: Inbound, now: datetime) -> Sequence[Hint | Activity]:  # noqa: ARG002  a message has no age
        return outbound.parse(inbound, self._api.settings, self._secrets)

    def acknowledgement(self) -> tuple[bytes, str]:
        return outbound.acknowledgement()

    def embedded(self, inbound: Inbound, now: datetime) -> Embedded:  # noqa: ARG002  a signed request has no age
        return canvas.embedded(inbound, self._api.settings, self._secrets)

    def frames(self) -> Sequence[str]:
        return canvas.frames(self._api.settings)

    def read(self, refs: Sequence[Ref], fields: Collection[str]) -> Sequence[Record]:
        return read(self._api, refs, fields)

    def find(
        self,
        kind: Kind,
        by: Literal["key", "email"],
        values: Sequence[str],
        fields: Collection[str],
    ) -> Mapping[str, Sequence[Record]]:
        return find(self._api, kind, by, values, fields)

    def changes(self, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
        return changes(self._api, kind, fields, cursor)

    def listing(
        self, kind: Kind, fields: Collection[str], cursor: Cursor | None, since: datetime | None
    ) -> Listed:
        return listing(self._api, kind, fields, cursor, since)

    def hint_feeds(self) -> Sequence[str]:
        return tuple(self._hint_feeds)

    def hints(self, feed: str, cursor: Cursor | None, wait_s: float) -> News:
        if feed not in self._hint_feeds:
            raise Rejected(f"no feed {feed!r} is set up for this connection", code="NO_FEED")
        return self._hint_feeds[feed].hints(cursor, wait_s)

    def write(self, writes: Sequence[Write]) -> Mapping[str, Landed | ConnectorError]:
        return write(self._api, writes)

    def loads_from(self) -> int | None:
        return loads_from(self._api)

    def open_load(self, object_: str, *, creating: bool) -> str:
        return open_load(self._api, object_, creating=creating)

    def send_load(self, load: str, writes: Sequence[Write]) -> Mapping[str, Rejected]:
        return send_load(self._api, load, writes)

    def load_outcomes(
        self, kind: Kind, load: str, writes: Sequence[Write]
    ) -> Mapping[str, Landed | ConnectorError] | None:
        return load_outcomes(self._api, kind, load, writes)

    def delete(self, refs: Sequence[Ref]) -> Mapping[Ref, ConnectorError | None]:
        return delete(self._api, refs)

    def erase(self, refs: Sequence[Ref]) -> Mapping[Ref, ConnectorError | None]:
        return erase(self._api, refs)

    def feeds(self) -> Sequence[str]:
        return self._api.settings.activity_feeds

    def activities(self, feed: str, cursor: Cursor | None) -> Page[Activity]:
        return activities(self._api, feed, cursor)

    def feed_from(self, feed: str, since: datetime) -> Cursor:
        return feed_from(self._api, feed, since)

    def forms(self) -> Mapping[str, bool]:
        return FORMS

    def log(self, entries: Sequence[Entry]) -> Mapping[str, Landed | ConnectorError]:
        return log(self._api, entries)

    def group_kinds(self) -> frozenset[GroupKind]:
        return frozenset({"campaign"})

    def members(self, group: Group, cursor: Cursor | None) -> Page[Member]:
        return members(self._api, group, cursor)

    def members_at_once(self) -> int:
        return BATCH

    def change_members(
        self, group: Group, changes: Sequence[Change]
    ) -> Mapping[str, Landed | ConnectorError]:
        return change_members(self._api, group, changes)

    def make_campaign(self, campaign: Campaign) -> Landed:
        return make_campaign(self._api, campaign)

    def summary(self, group: Group) -> Summary:
        return summary(self._api, group)

    def credit(self, credits_: Sequence[Credit]) -> Mapping[str, Landed | ConnectorError]:
        return credit(self._api, credits_)

    def raise_alerts(self, alerts: Sequence[Alert]) -> Mapping[str, Landed | ConnectorError]:
        return raise_alerts(self._api, alerts)

    def notify(self, alerts: Sequence[Alert]) -> Mapping[str, ConnectorError | None]:
        return notify(self._api, alerts)

    def mention(self, alerts: Sequence[Alert]) -> Mapping[str, ConnectorError | None]:
        return followups.mention(self._api, alerts)

    def tasks(self, ids: Sequence[str]) -> Mapping[str, TaskState]:
        return followups.task_states(self._api, ids)

    def kinds(self) -> Sequence[Kind]:
        return self._api.settings.kinds

    def describe(self, kind: Kind) -> Sequence[Field]:
        return describe(self._api, kind)

    def owners(self) -> Sequence[Owner]:
        return owners(self._api)

    def probe(self) -> Account:
        return probe(self._api)

    def install(self, *, dry_run: bool = False) -> Sequence[str]:
        keys = self._secrets.webhook_keys
        return install(self._api, keys[0] if keys else None, dry_run=dry_run)

    def uninstall(self, *, dry_run: bool = False) -> Sequence[str]:
        return uninstall(self._api, dry_run=dry_run)


def open_adapter(opening: Opening) -> Adapter:
    """An adapter from what the host gives. Makes no request.

    Raises: Rejected, naming what is wrong with the settings or missing among the secrets.
    """
    settings, secrets = _checked(opening)
    check_secrets(settings, secrets)
    _check_scheme(settings, opening.hosts)
    hosts = VENDOR_HOSTS | opening.hosts
    tokens = _tokens(opening, settings, secrets, hosts)
    daily = Daily(opening.budget, settings.daily_ceiling)
    wire = Wire(
        connection=opening.name,
        http=opening.http,
        tokens=tokens,
        classify=classify,
        budget=daily,
        hosts=hosts,
        observe=opening.observe,
    )
    session = Session(wire, tokens)
    sdk = Salesforce(
        instance_url=settings.instance_url,
        session_id="the wire signs in",
        version=settings.api_version,
        session=session,  # type: ignore[arg-type]  # all that the SDK uses of requests.Session
    )
    api = Api(settings=settings, daily=daily, session=session, sdk=sdk)
    return Adapter(api, secrets, _hint_feeds(api, tokens, opening.hosts))


def _hint_feeds(api: Api, tokens: OrgTokens, trusted: frozenset[str]) -> Mapping[str, HintFeed]:
    """The feeds of hints that are switched on. Raises: Rejected."""
    feeds: dict[str, HintFeed] = {}
    if api.settings.change_events:
        from connectors.salesforce import (  # noqa: PLC0415  gRPC is slow to import
            change_events,
        )

        feeds[change_events.FEED] = change_events.open_feed(api, tokens, trusted)
    if api.settings.deleted_every_s is not None:
        feeds[deleted.FEED] = deleted.Deleted(api, api.settings.deleted_every_s)
    if api.settings.contact_roles_every_s is not None:
        every_s = api.settings.contact_roles_every_s
        feeds[role_feed.FEED] = role_feed.ContactRoles(api, every_s)
    return feeds


def _checked(opening: Opening) -> tuple[Settings, Secrets]:
    try:
        return (
            Settings.model_validate(dict(opening.settings)),
            Secrets.model_validate(dict(opening.secrets)),
        )
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False, include_context=False)
        told = "; ".join(f"{'/'.join(map(str, each['loc']))}: {each['msg']}" for each in problems)
        fields = tuple(str(each["loc"][0]) for each in problems if each["loc"])
        raise Rejected(told, code="SETTINGS", fields=fields) from None


def _check_scheme(settings: Settings, trusted: frozenset[str]) -> None:
    """Tokens travel in clear to a local sandbox only."""
    for name in ("instance_url", "login_url"):
        url = httpx.URL(getattr(settings, name) or "https://unset")
        if url.scheme == "http" and url.host not in trusted:
            raise Rejected(f"{name}: use https://", code="SETTINGS", fields=(name,))


def _tokens(
    opening: Opening, settings: Settings, secrets: Secrets, hosts: frozenset[str]
) -> OrgTokens:
    if settings.flow == "static":
        return GivenToken(settings, secrets)
    wire = Wire(
        connection=opening.name,
        http=opening.http,
        tokens=NoTokens(),
        classify=classify_token,
        budget=Unlimited(),  # token requests do not count against the org's calls
        hosts=hosts,
        observe=opening.observe,
    )
    return SignIn(settings, secrets, wire, opening.keep, alone=opening.alone, trusted=opening.hosts)
