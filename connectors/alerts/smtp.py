"""E-mail by SMTP, with TLS.

Sources: RFC 5321 (4yz is temporary, 5yz is for good; after the final dot nobody knows), RFC 3207
(STARTTLS), RFC 3834 (Auto-Submitted), read 2026-11.
"""

import html
import smtplib
import socket
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from connectors.base import Account, AuthLost, Busy, ConnectorError, Rejected, Unsure
from connectors.messages import Message, Sent, one_by_one
from connectors.outward import checked, tls
from connectors.vendor import Opening, Vendor
from connectors.wire import is_near

ADDRESS = r"^[^@\s<>,;]+@[^@\s<>,;]+$"
TIMEOUT_S = 30.0
CONNECT_S = 5.0
TEMPORARY = range(400, 500)
AUTH_BUSY = 454  # RFC 4954: temporary authentication failure


class Settings(BaseModel):
    """The mail server, and from whom mail comes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1, max_length=253, description="Such as smtp.example.com.")
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="none: only to a server in your own network"
    )
    sender: str = Field(pattern=ADDRESS, max_length=254)
    sender_name: str = Field(default="Baton", max_length=100, pattern=r"^[^\r\n]*$")
    to: tuple[str, ...] = Field(
        default=(), max_length=50, description="Who gets what is for nobody in particular."
    )

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if self.security == "none" and not is_near(self.host):
            raise ValueError("without TLS only a server with a private address is spoken to")
        return self


class Secrets(BaseModel):
    """The account at the mail server, where it wants one."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    username: str | None = Field(default=None, repr=False)
    password: str | None = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("give both username and password, or neither")
        return self


class Smtp:
    """One mail server. A connection is opened for a batch and closed after it."""

    read_batch = 1
    write_batch = 20

    def __init__(self, opening: Opening) -> None:
        self._settings = Settings.model_validate(dict(opening.settings))
        self._secrets = Secrets.model_validate(dict(opening.secrets))
        self._trusted = opening.hosts

    def send(self, messages: Sequence[Message]) -> Sent:
        if not messages:
            return {}
        server = self._signed_in()
        try:
            return one_by_one(messages, lambda one: self._send(server, one))
        finally:
            _leave(server)

    def probe(self) -> Account:
        _leave(self._signed_in())
        return Account(self._settings.host, self._settings.sender)

    def _send(self, server: smtplib.SMTP, message: Message) -> ConnectorError | None:
        to = (message.to,) if message.to is not None else self._settings.to
        if not to:
            return Rejected(
                "it is for nobody in particular, and `to` is empty", code="no_recipient"
            )
        mail = composed(message, self._settings, to, datetime.now(UTC))
        return _asked(lambda: server.send_message(mail, self._settings.sender, list(to)))

    def _signed_in(self) -> smtplib.SMTP:
        """A server that takes mail from us. Raises: Busy, AuthLost, Rejected."""
        made, settings = self._opened(), self._settings
        try:
            if settings.security == "starttls":
                made.starttls(context=tls())
            if self._secrets.username is not None and self._secrets.password is not None:
                made.login(self._secrets.username, self._secrets.password)
        except smtplib.SMTPAuthenticationError as error:
            _leave(made)
            said = f"SMTP {error.smtp_code}: the mail server refused our sign-in"
            if error.smtp_code == AUTH_BUSY or error.smtp_code in TEMPORARY:
                raise Busy(said) from error
            raise AuthLost(said) from error
        except smtplib.SMTPNotSupportedError as error:
            _leave(made)
            raise AuthLost(f"the mail server does not offer what is set: {error}") from error
        except (smtplib.SMTPException, OSError) as error:
            _leave(made)
            raise Busy(f"mail server: {type(error).__name__}") from error
        return made

    def _opened(self) -> smtplib.SMTP:
        settings = self._settings
        try:
            addresses = checked(settings.host, settings.port, self._trusted)
            return _connected(settings, addresses)
        except smtplib.SMTPConnectError as error:
            raise Busy(f"SMTP {error.smtp_code} at connecting") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Busy(f"no connection to the mail server: {type(error).__name__}") from error


def _connected(settings: Settings, addresses: Collection[str]) -> smtplib.SMTP:
    """Connect to an address that was judged; TLS is checked against the host's name."""

    class Pinned(smtplib.SMTP):
        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002  the interface
            sock = _first(addresses, port)
            if settings.security == "tls":
                return tls().wrap_socket(sock, server_hostname=settings.host)
            return sock

    return Pinned(settings.host, settings.port, timeout=TIMEOUT_S)


def _first(addresses: Collection[str], port: int) -> socket.socket:
    failed: OSError = OSError("no address")
    for address in addresses:
        try:
            made = socket.create_connection((address, port), timeout=CONNECT_S)
        except OSError as error:
            failed = error
            continue
        made.settimeout(TIMEOUT_S)
        return made
    raise failed


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _asked(send: Callable[[], Any]) -> ConnectorError | None:
    """What became of one mail. Raises: Busy where the server hung up before it had one."""
    try:
        send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = dict(error.recipients.values())
        code = max(codes)
        return _refused(code, codes[code])
    except smtplib.SMTPResponseException as error:  # also the sender, the data
        return _refused(error.smtp_code, error.smtp_error)
    except smtplib.SMTPServerDisconnected as error:
        return Unsure(f"the mail server hung up: {error}")
    except (smtplib.SMTPException, OSError) as error:
        return Unsure(f"mail server: {type(error).__name__}")
    return None


def _refused(code: int, text: bytes | str) -> ConnectorError:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    reason = f"SMTP {code}: {' '.join(said.split())[:200]}"
    return Busy(reason) if code in TEMPORARY or code < 0 else Rejected(reason, code=str(code))


def composed(
    message: Message, settings: Settings, to: Sequence[str], now: datetime
) -> EmailMessage:
    """The mail: plain text, and the same as HTML."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(message.title.split())
    mail["From"] = formataddr((settings.sender_name, settings.sender))
    mail["To"] = ", ".join(to)
    mail["Date"] = format_datetime(now)
    domain = settings.sender.rpartition("@")[2]
    mail["Message-ID"] = f"<{message.key.replace('/', '.')}@{domain}>"  # alike if sent again
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = message.language
    mail.set_content(_text(message))
    mail.add_alternative(_html(message), subtype="html")
    return mail


def _text(message: Message) -> str:
    parts = [message.title]
    for one in message.sections:
        head = [one.heading] if one.heading else []
        many = len(one.lines) > 1
        parts.append("\n".join([*head, *(("- " if many else "") + line for line in one.lines)]))
    parts += [f"{one.label}: {one.url}" for one in message.buttons]
    return "\n\n".join(parts) + "\n"


def _html(message: Message) -> str:
    rows = [f"<h2>{html.escape(message.title)}</h2>"]
    for one in message.sections:
        head = f"<strong>{html.escape(one.heading)}</strong><br>" if one.heading else ""
        rows.append(f"<p>{head}{'<br>'.join(html.escape(line) for line in one.lines)}</p>")
    links = (
        f'<a href="{html.escape(one.url, quote=True)}">{html.escape(one.label)}</a>'
        for one in message.buttons
    )
    rows.append(f"<p>{' &nbsp; '.join(links)}</p>")
    return f'<html lang="{message.language}"><body>{"".join(rows)}</body></html>'


SMTP = Vendor(
    name="smtp",
    label="E-mail (SMTP)",
    roles=frozenset({"out"}),
    settings=Settings,
    secrets=Secrets,
    open=Smtp,
)
