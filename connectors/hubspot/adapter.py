"""The connector to one HubSpot account: every capability, each in its own module."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal

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
from connectors.campaigns import Change, Group, GroupKind, Member, Summary
from connectors.embedding import Card, Embedded
from connectors.hubspot import (
    activities,
    alerting,
    campaigns,
    card,
    changes,
    deletes,
    engagements,
    followups,
    install,
    journal,
    listing,
    records,
    schema,
    scoring,
    webhooks,
    write,
)
from connectors.hubspot.auth import app_tokens, hosts_for, tokens_for
from connectors.hubspot.errors import classifier
from connectors.hubspot.journal import Journal
from connectors.hubspot.limits import DailyShare
from connectors.hubspot.objects import BATCH
from connectors.hubspot.project.files import files
from connectors.hubspot.rest import Api
from connectors.hubspot.settings import Secrets, Settings
from connectors.messages import TaskState
from connectors.scores import ScoreChange
from connectors.vendor import Opening
from connectors.wire import Classify, NoTokens, Tokens, Unlimited, Wire


class HubSpot:
    """Baton's view of one HubSpot account. Opening it makes no request."""

    write_batch = BATCH

    def __init__(self, opening: Opening) -> None:
        self.settings = Settings.model_validate(dict(opening.settings))
        self._secrets = Secrets.model_validate(dict(opening.secrets))
        self.read_batch = self.settings.read_batch
        wire = Wire(
            connection=opening.name,
            http=opening.http,
            tokens=tokens_for(opening, self.settings, self._secrets),
            classify=classifier(self.settings.time_zone),
            budget=DailyShare(opening.budget, self.settings.daily_share),
            hosts=hosts_for(opening),
            observe=opening.observe,
        )
        self._name = opening.name
        self._api = Api(wire, self.settings)
        self._journal = _journal_of(opening, self.settings, self._secrets)
        app = _app_of(opening, self.settings, self._secrets)
        self._account = install.Account(self._api, app, self._journal)

    def parse(self, inbound: Inbound, now: datetime) -> Sequence[Hint | Activity]:
        own = self._api.own_writes
        return webhooks.parse(inbound, now, self.settings, self._secrets.webhook_secrets, own)

    def embedded(self, inbound: Inbound, now: datetime) -> Embedded:
        return card.embedded(inbound, now, self.settings, self._secrets.webhook_secrets)

    def frames(self) -> Sequence[str]:
        return self.settings.panel_hosts

    def card(self, card_: Card, ref: Ref) -> tuple[bytes, str]:
        return card.answer(card_, ref)

    def read(self, refs: Sequence[Ref], fields: Collection[str]) -> Sequence[Record]:
        return records.read(self._api, refs, fields)

    def find(
        self,
        kind: Kind,
        by: Literal["key", "email"],
        values: Sequence[str],
        fields: Collection[str],
    ) -> Mapping[str, Sequence[Record]]:
        return records.find(self._api, kind, by, values, fields)

    def changes(self, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
        return changes.changes(self._api, kind, fields, cursor)

    def listing(
        self, kind: Kind, fields: Collection[str], cursor: Cursor | None, since: datetime | None
    ) -> Listed:
        return listing.listing(self._api, kind, fields, cursor, since)

    def hint_feeds(self) -> Sequence[str]:
        return () if self._journal is None else (journal.FEED,)

    def hints(self, feed: str, cursor: Cursor | None, wait_s: float) -> News:  # noqa: ARG002  a journal has nothing to wait for
        if feed != journal.FEED or self._journal is None:
            raise Rejected(f"no feed {feed!r}; the setting `journal` makes one", code="NO_FEED")
        return self._journal.hints(cursor)

    def write(self, writes: Sequence[Write]) -> Mapping[str, Landed | ConnectorError]:
        return write.write(self._api, writes)

    def delete(self, refs: Sequence[Ref]) -> Mapping[Ref, ConnectorError | None]:
        return deletes.delete(self._api, refs)

    def erase(self, refs: Sequence[Ref]) -> Mapping[Ref, ConnectorError | None]:
        return deletes.erase(self._api, refs)

    def feeds(self) -> Sequence[str]:
        return activities.feeds(self._api)

    def activities(self, feed: str, cursor: Cursor | None) -> Page[Activity]:
        return activities.activities(self._api, feed, cursor)

    def feed_from(self, feed: str, since: datetime) -> Cursor:
        return activities.feed_from(self._api, feed, since)

    def forms(self) -> Mapping[str, bool]:
        return engagements.forms(self._api)

    def log(self, entries: Sequence[Entry]) -> Mapping[str, Landed | ConnectorError]:
        return engagements.log(self._api, entries)

    def group_kinds(self) -> frozenset[GroupKind]:
        return frozenset({"list", "marketing_event"})

    def members(self, group: Group, cursor: Cursor | None) -> Page[Member]:
        return campaigns.members(self._api, group, cursor)

    def members_at_once(self) -> int:
        return campaigns.AT_ONCE

    def change_members(
        self, group: Group, changes: Sequence[Change]
    ) -> Mapping[str, Landed | ConnectorError]:
        return campaigns.change_members(self._api, group, changes)

    def summary(self, group: Group) -> Summary:
        return campaigns.summary(self._api, group)

    def raise_alerts(self, alerts: Sequence[Alert]) -> Mapping[str, Landed | ConnectorError]:
        return alerting.raise_alerts(self._api, alerts)

    def tasks(self, ids: Sequence[str]) -> Mapping[str, TaskState]:
        return followups.task_states(self._api, ids)

    def kinds(self) -> Sequence[Kind]:
        return self.settings.kinds

    def describe(self, kind: Kind) -> Sequence[Field]:
        return schema.describe(self._api, kind)

    def score_changes(self, ref: Ref) -> Sequence[ScoreChange]:
        return scoring.changes(self._api, ref)

    def owners(self) -> Sequence[Owner]:
        return schema.owners(self._api)

    def probe(self) -> Account:
        return schema.probe(self._api)

    def install(self, *, dry_run: bool = False) -> list[str]:
        """Create what Baton needs in the account; answer what was (or would be) created."""
        return install.install(self._account, dry_run=dry_run)

    def uninstall(self, *, dry_run: bool = False) -> list[str]:
        """Remove what was installed, with what our properties hold."""
        return install.uninstall(self._account, dry_run=dry_run)

    def project(self, public_url: str) -> Mapping[str, str]:
        return files(self.settings, public_url, self._name)


def _app_of(opening: Opening, settings: Settings, secrets: Secrets) -> Api | None:
    """The app as its developer reaches it, where all is set that its webhooks need."""
    key = secrets.developer_api_key
    if key is None or settings.app_id is None or settings.webhook_url is None:
        return None
    wire = Wire(
        connection=opening.name,
        http=opening.http,
        tokens=NoTokens(),  # the key signs in
        classify=classifier(settings.time_zone),
        budget=Unlimited(),  # HubSpot counts no calls of an app's settings
        hosts=hosts_for(opening),
        observe=opening.observe,
    )
    return Api(wire, settings, key)


def _journal_of(opening: Opening, settings: Settings, secrets: Secrets) -> Journal | None:
    """The journal where it is switched on. Raises: Rejected."""
    if not settings.journal:
        return None

    def wire(tokens: Tokens, classify: Classify, hosts: frozenset[str]) -> Wire:
        return Wire(
            connection=opening.name,
            http=opening.http,
            tokens=tokens,
            classify=classify,
            budget=Unlimited(),  # HubSpot counts no calls of the journal
            hosts=hosts,
            observe=opening.observe,
        )

    signed_in = wire(
        app_tokens(opening, settings, secrets), classifier(settings.time_zone), hosts_for(opening)
    )
    hosts = opening.hosts | settings.journal_file_hosts
    return Journal(Api(signed_in, settings), wire(NoTokens(), journal.classify_file, hosts))
