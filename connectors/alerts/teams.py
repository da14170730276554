"""Microsoft Teams: an Adaptive Card to the webhook of a workflow ("Workflows" app, Power Automate).

The older Office 365 connectors (webhook.office.com) were retired in 2026. The answer to a workflow
is 202: it was started, not that it posted.
Sources: Microsoft Learn, "Create incoming webhooks with Workflows", connector reference "Microsoft
Teams" (28 KB a message), "Adaptive Cards" (mentions by UPN); read 2026-11.
"""

import json
from collections.abc import Sequence
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors.alerts.posting import is_address, parsed, post, short, wire
from connectors.base import Account, AuthLost, ConnectorError, Rejected
from connectors.messages import Message, Section, Sent, one_by_one
from connectors.vendor import Opening, Vendor
from connectors.wire import classify_status

HOSTS = frozenset({
    ".logic.azure.com", ".api.powerplatform.com", "api.powerautomate.com", "flow.microsoft.com",
})  # fmt: skip
CARD_MAX = 27_000  # bytes; the limit is about 28 KB with everything
LINE_MAX = 500
BUTTONS_MAX = 6  # what a card shows without an overflow menu
LOST = frozenset({401, 403, 404, 410})


class Settings(BaseModel):
    """How a card names people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mention: bool = Field(
        default=True,
        description="Mention whom it is for; their e-mail address is their user principal name.",
    )


class Secrets(BaseModel):
    """The workflow's address carries its signature."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    webhook_url: str = Field(repr=False, description="https://….logic.azure.com/workflows/…")

    @field_validator("webhook_url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        if not is_address(url):
            raise ValueError("expected the https address that the workflow shows")
        return url


class Teams:
    """One channel or chat of Teams, behind one workflow."""

    read_batch = 1
    write_batch = 4  # requests a second that the older hooks allowed

    def __init__(self, opening: Opening) -> None:
        self._settings = Settings.model_validate(dict(opening.settings))
        self._secrets = Secrets.model_validate(dict(opening.secrets))
        self._wire = wire(opening, HOSTS, classify)

    def send(self, messages: Sequence[Message]) -> Sent:
        return one_by_one(messages, self._send)

    def probe(self) -> Account:
        """A workflow can't be asked without starting it."""
        return Account("workflow", "Microsoft Teams")

    def _send(self, message: Message) -> None:
        post(self._wire, self._secrets.webhook_url, body(message, mention=self._settings.mention))


def classify(response: httpx.Response, reads: bool) -> ConnectorError | None:  # noqa: FBT001  the wire's interface
    """What a workflow's answer means. Its errors are `{"error": {"code", "message"}}`."""
    if response.is_success:
        return None
    answer = parsed(response)
    said = answer.get("error") if isinstance(answer, dict) else None
    code = str(said.get("code", "")) if isinstance(said, dict) else ""
    named = f"Teams: HTTP {response.status_code} {code}".rstrip()
    if response.status_code in LOST or code == "WorkflowTriggerIsNotEnabled":
        return AuthLost(f"{named}: the workflow is gone, off, or its address was changed")
    if (error := classify_status(response, reads=reads)) is not None:
        return error
    return Rejected(named, code=code or str(response.status_code))


def body(message: Message, *, mention: bool) -> dict[str, Any]:
    """The request's body: one card. Lines are left out from the end where it is too large."""
    sections = list(message.sections)
    while len(_wire_form(made := _body(message, sections, mention=mention))) > CARD_MAX:
        if not sections:
            break
        sections.pop()
    return made


def _wire_form(made: dict[str, Any]) -> bytes:
    return json.dumps(made, ensure_ascii=False).encode()


def _body(message: Message, sections: Sequence[Section], *, mention: bool) -> dict[str, Any]:
    content: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {**_text(short(message.title, LINE_MAX)), "size": "Large", "weight": "Bolder"},
            *(part for one in sections for part in _section(one)),
        ],
        "actions": [
            {"type": "Action.OpenUrl", "title": one.label, "url": one.url}
            for one in message.buttons[:BUTTONS_MAX]
        ],
        "msteams": {"width": "Full"},
    }
    if mention and message.to is not None:
        name = f"<at>{message.to}</at>"
        entity = {
            "type": "mention",
            "text": name,
            "mentioned": {"id": message.to, "name": message.to},
        }
        content["body"].insert(1, {"type": "TextBlock", "text": name, "wrap": True})
        content["msteams"]["entities"] = [entity]
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": content,
    }
    return {"type": "message", "attachments": [attachment]}


def _section(one: Section) -> list[dict[str, Any]]:
    if not one.lines:
        return []
    head = [{**_text(one.heading), "weight": "Bolder"}] if one.heading else []
    many = len(one.lines) > 1
    return [*head, *(_text(("• " if many else "") + line) for line in one.lines)]


def _text(text: str) -> dict[str, Any]:
    """A text block. It knows a little Markdown, so what could be some is escaped."""
    plain = short(text, LINE_MAX)
    for mark in ("\\", "*", "_", "[", "]", "`", "#", "<"):
        plain = plain.replace(mark, "\\" + mark)
    return {"type": "TextBlock", "text": plain, "wrap": True}


TEAMS = Vendor(
    name="teams",
    label="Microsoft Teams",
    roles=frozenset({"out"}),
    settings=Settings,
    secrets=Secrets,
    open=Teams,
    sandbox="connectors.alerts.sandbox.teams:create",
)
