"""What Baton needs inside a HubSpot account, put in and taken out: properties, the custom event,
and subscriptions of the app to webhooks and to the journal, as far as they are set.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.hubspot.installing import events, properties, webhooks
from connectors.hubspot.installing.todo import Todo, carried_out
from connectors.hubspot.journal import Journal
from connectors.hubspot.rest import Api


@dataclass(frozen=True, slots=True)
class Account:
    """What is reached in the account: the `app` signs in by its developer's key."""

    api: Api
    app: Api | None
    journal: Journal | None


def install(account: Account, *, dry_run: bool = False) -> list[str]:
    """Create what is missing, change what is not as it must be; a line for each. May be repeated.

    With `dry_run` nothing is done. Raises: any of the five; Rejected where a property of our key's
    name exists but is not unique.
    """
    return carried_out(_missing(account), dry_run=dry_run)


def uninstall(account: Account, *, dry_run: bool = False) -> list[str]:
    """Remove what `install` made, with what our properties hold; a line for each."""
    return carried_out(_present(account), dry_run=dry_run)


def _missing(account: Account) -> Iterator[Todo]:
    yield from list(properties.missing(account.api))
    yield from events.missing(account.api)
    if account.app is not None:
        yield from webhooks.missing(account.app)
    if account.journal is not None:
        yield from account.journal.to_create()


def _present(account: Account) -> Iterator[Todo]:
    """What would still send to us goes first."""
    if account.app is not None:
        yield from list(webhooks.present(account.app))
    if account.journal is not None:
        yield from account.journal.to_remove()
    yield from events.present(account.api)
    yield from properties.present(account.api)
