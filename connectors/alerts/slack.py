"""Slack: an incoming webhook into one channel, or a bot that also finds people.

Sources: Slack developer docs, "Sending messages using incoming webhooks" (errors are an HTTP
status and one word), "Web API" (errors are `ok: false` under HTTP 200), "Rate limits" (429 with
Retry-After), "chat.postMessage", "users.lookupByEmail", "Block Kit"; read 2026-11.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from connectors.alerts.posting import is_address, parsed, post, short, wire
from connectors.base import Account, AuthLost, Busy, ConnectorError, Rejected, Unsure
from connectors.messages import Message, Section, Sent, one_by_one
from connectors.vendor import Opening, Vendor
from connectors.wire import classify_status

HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com", "slack.com"})
API = "https://slack.com/api"
TEXT_MAX = 2_900  # a section's text may have 3,000 characters
HEADER_MAX = 150
BLOCKS_MAX = 45  # of 50
BUTTONS_MAX = 5
# The hook, or the token, is no good any more: whatever is sent fails until a person acts.
LOST = frozenset({
    "no_service", "no_active_hooks", "invalid_token", "no_team", "team_disabled",
    "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired",
    "missing_scope", "org_login_required", "access_denied",
})  # fmt: skip
BUSY = frozenset({"ratelimited", "rate_limited", "service_unavailable"})
DOUBTFUL = frozenset({"fatal_error", "internal_error", "rollup_error", "request_timeout"})


class Settings(BaseModel):
    """Where messages appear."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    post_to: Literal["channel", "person"] = Field(
        default="channel",
        description="person: a direct message to whom it is for, found by e-mail (needs a bot "
        "token with users:read.email); the channel where Slack does not know them",
    )
    channel: str | None = Field(
        default=None,
        max_length=80,
        description="Id or name of the bot's channel, such as C024BE91L. A webhook has its own.",
    )
    api_url: str = Field(default=API, description="Of a sandbox; Slack's own otherwise.")


class Secrets(BaseModel):
    """One of both: the webhook's address, which is a secret, or a bot's token."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    webhook_url: str | None = Field(default=None, repr=False)
    bot_token: str | None = Field(default=None, repr=False, description="xoxb-…, chat:write")

    @field_validator("webhook_url")
    @classmethod
    def _is_address(cls, url: str | None) -> str | None:
        if url is not None and not is_address(url):
            raise ValueError("expected an address such as https://hooks.slack.com/services/…")
        return url

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.webhook_url is None) == (self.bot_token is None):
            raise ValueError("give either webhook_url or bot_token")
        return self


class _Token:
    """The bot's token. It is never renewed."""

    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> str:
        return self._token

    def renew(self, stale: str) -> str:  # noqa: ARG002  the interface
        raise AuthLost("Slack refused the bot's token")


class Slack:
    """One channel of Slack, or one bot."""

    read_batch = 1
    write_batch = 5

    def __init__(self, opening: Opening) -> None:
        self._settings = Settings.model_validate(dict(opening.settings))
        self._secrets = Secrets.model_validate(dict(opening.secrets))
        token = self._secrets.bot_token
        self._wire = wire(opening, HOSTS, classify, None if token is None else _Token(token))
        self._people: dict[str, str | None] = {}

    def send(self, messages: Sequence[Message]) -> Sent:
        return one_by_one(messages, self._send)

    def probe(self) -> Account:
        """A bot's own name. A webhook can't be asked without posting, so its address is checked."""
        if self._secrets.bot_token is None:
            return Account("webhook", self._settings.channel or "Slack")
        found = self._api("auth.test", {})
        return Account(str(found.get("team_id", "")), str(found.get("team", "Slack")))

    def _send(self, message: Message) -> ConnectorError | None:
        body: dict[str, Any] = {"text": short(message.title, TEXT_MAX), "blocks": blocks(message)}
        if self._secrets.webhook_url is not None:
            post(self._wire, self._secrets.webhook_url, body)
            return None
        channel = self._channel(message.to)
        if channel is None:
            return Rejected("neither the person nor `channel` is known", code="no_channel")
        self._api("chat.postMessage", {**body, "channel": channel, "unfurl_links": False})
        return None

    def _channel(self, to: str | None) -> str | None:
        """A person's own, where they are to be written to and Slack knows them."""
        if self._settings.post_to == "channel" or to is None:
            return self._settings.channel
        if to not in self._people:
            self._people[to] = self._person(to)
        return self._people[to] or self._settings.channel

    def _person(self, email: str) -> str | None:
        url = f"{self._settings.api_url}/users.lookupByEmail"
        try:
            answer = parsed(self._wire.send("GET", url, params={"email": email}))
        except Rejected as error:
            if error.code == "users_not_found":
                return None
            raise
        user = answer.get("user") if isinstance(answer, dict) else None
        return str(user["id"]) if isinstance(user, dict) and "id" in user else None

    def _api(self, method: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = parsed(post(self._wire, f"{self._settings.api_url}/{method}", body))
        if not isinstance(answer, dict):
            raise Unsure("Slack answered with something that is no JSON object")
        return answer


def classify(response: httpx.Response, reads: bool) -> ConnectorError | None:  # noqa: FBT001  the wire's interface
    """What an answer of either interface means."""
    word = _word(response)
    if word in BUSY or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return Busy(f"Slack: {word or 'HTTP 429'}", retry_in_s=_retry(response))
    if word in LOST:
        return AuthLost(f"Slack: {word}")
    if word in DOUBTFUL:
        return Busy(f"Slack: {word}") if reads else Unsure(f"Slack: {word}")
    if (error := classify_status(response, reads=reads)) is not None:
        return error
    if word:
        return Rejected(f"Slack: {word}", code=word)
    return None


def _retry(response: httpx.Response) -> float | None:
    from_status = classify_status(httpx.Response(429, headers=response.headers), reads=True)
    return from_status.retry_in_s if isinstance(from_status, Busy) else None


def _word(response: httpx.Response) -> str:
    """Slack's one word for what is wrong; "" where nothing is."""
    answer = parsed(response)
    if isinstance(answer, dict) and "ok" in answer:
        return "" if answer["ok"] is True else str(answer.get("error") or "unknown_error")
    if response.is_success:
        return ""
    first = response.text.strip().split("\n")[0] if response.text.strip() else ""
    return first if first.replace("_", "").isalnum() and len(first) <= 60 else ""  # noqa: PLR2004  a word


def blocks(message: Message) -> list[dict[str, Any]]:
    """The message in Block Kit. Texts are plain or escaped: a vendor's value is no markup."""
    made: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(short(message.title, HEADER_MAX))}
    ]
    made += [_section(one) for one in message.sections if one.lines][:BLOCKS_MAX]
    if message.buttons:
        buttons = [
            {
                "type": "button",
                "text": _plain(short(one.label, 75)),
                "url": one.url,
                "action_id": f"link-{n}",
            }
            for n, one in enumerate(message.buttons[:BUTTONS_MAX])
        ]
        made.append({"type": "actions", "elements": buttons})
    return made


def _section(one: Section) -> dict[str, Any]:
    lines = [escape(line) for line in one.lines]
    listed = [f"• {line}" for line in lines] if len(lines) > 1 else lines
    head = [f"*{escape(one.heading)}*"] if one.heading else []
    text = short("\n".join([*head, *listed]), TEXT_MAX)
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def escape(text: str) -> str:
    """A text that Slack takes for nothing else: the three characters that its docs name."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


SLACK = Vendor(
    name="slack",
    label="Slack",
    roles=frozenset({"out"}),
    settings=Settings,
    secrets=Secrets,
    open=Slack,
    sandbox="connectors.alerts.sandbox.slack:create",
)
