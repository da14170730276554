"""E-mail: what arrives, and what each refusal of a mail server means."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from pydantic import ValidationError

from connectors.alerts.smtp import Settings, Smtp
from connectors.base import AuthLost, Busy, Rejected, Unsure
from tests.connectors.alerts.conftest import message, opening


class Mailbox:
    """Takes mail, and answers as it is told to."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.answers: dict[str, str] = {}
        self.hang_up = False

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: Any
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        if self.hang_up:
            assert server.transport is not None
            server.transport.close()
        if "data" in self.answers:
            return self.answers["data"]
        content = envelope.content
        assert isinstance(content, bytes)
        parsed = BytesParser(policy=default).parsebytes(content)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.to.append(list(envelope.rcpt_tos))
        return "250 OK"


def signs_in(*asked: Any) -> AuthResult:
    return AuthResult(success=asked[-1].password == b"right", handled=False)


@pytest.fixture
def mailbox(free_port: int) -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    running = Controller(
        box, hostname="127.0.0.1", port=free_port,
        authenticator=signs_in,
        auth_require_tls=False,
    )  # fmt: skip
    running.start()
    yield box, free_port
    running.stop()


def channel(http: httpx.Client, port: int, password: str | None = None, **more: Any) -> Smtp:
    settings = {
        "host": "127.0.0.1", "port": port, "security": "none", "sender": "baton@example.com",
        "to": ["sales@example.com"], **more,
    }  # fmt: skip
    secrets = {} if password is None else {"username": "baton", "password": password}
    return Smtp(opening(http, settings, secrets))


def test_a_mail_says_it_in_text_and_html(mailbox: tuple[Mailbox, int], http: httpx.Client) -> None:
    """To whom it is for, else to those who read the channel; values are escaped."""
    box, port = mailbox

    outcomes = channel(http, port).send(
        [
            message("1", "rep@example.com", title="ホットリード: Ada\r\nBcc: x@evil.example"),
            message("2"),
        ]
    )

    assert outcomes == {"1": None, "2": None}
    assert box.to == [["rep@example.com"], ["sales@example.com"]]
    mail = box.mails[0]
    assert mail["Subject"] == "ホットリード: Ada Bcc: x@evil.example"
    assert mail["Bcc"] is None
    assert mail["Message-ID"] == "<1@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert "- Viewed <the> prices & *more*" in plain.get_content()
    assert "Accept: https://baton.example/a/token" in plain.get_content()
    assert "Viewed &lt;the&gt; prices" in rich.get_content()


def test_nobody_to_write_to_is_a_refusal(mailbox: tuple[Mailbox, int], http: httpx.Client) -> None:
    """It is for nobody in particular, and nobody reads the channel."""
    outcome = channel(http, mailbox[1], to=[]).send([message()])["alert/1"]

    assert isinstance(outcome, Rejected)
    assert outcome.code == "no_recipient"


def test_an_unknown_address_fails_alone(mailbox: tuple[Mailbox, int], http: httpx.Client) -> None:
    """550: for good. The next mail of the batch arrives."""
    box, port = mailbox
    box.answers["gone@example.com"] = "550 5.1.1 no such user"

    outcomes = channel(http, port).send([message("1", "gone@example.com"), message("2")])

    assert isinstance(outcomes["1"], Rejected)
    assert outcomes["1"].code == "550"
    assert outcomes["2"] is None


@pytest.mark.parametrize("where", ["rep@example.com", "data"])
def test_a_mailbox_that_is_busy_is_asked_again(
    mailbox: tuple[Mailbox, int], http: httpx.Client, where: str
) -> None:
    """450 and 452: later."""
    box, port = mailbox
    box.answers[where] = "451 4.3.2 try again later"

    with pytest.raises(Busy):
        raise_first(channel(http, port), "rep@example.com")


def raise_first(smtp: Smtp, to: str) -> None:
    outcome = smtp.send([message("1", to)])["1"]
    if outcome is not None:
        raise outcome


def test_mail_that_is_refused_as_such_is_shown(
    mailbox: tuple[Mailbox, int], http: httpx.Client
) -> None:
    """554 after the data: spam, or too large."""
    box, port = mailbox
    box.answers["data"] = "554 5.7.1 looks like spam"

    outcome = channel(http, port).send([message()])["alert/1"]

    assert isinstance(outcome, Rejected)
    assert outcome.code == "554"


def test_a_server_that_hangs_up_leaves_doubt(
    mailbox: tuple[Mailbox, int], http: httpx.Client
) -> None:
    """After the final dot nobody knows."""
    box, port = mailbox
    box.hang_up = True

    assert isinstance(channel(http, port).send([message()])["alert/1"], Unsure)


def test_a_wrong_password_pauses_the_channel(
    mailbox: tuple[Mailbox, int], http: httpx.Client
) -> None:
    """535: whatever is sent fails until a person acts."""
    with pytest.raises(AuthLost, match="535"):
        channel(http, mailbox[1], "wrong").send([message()])

    assert channel(http, mailbox[1], "right").send([message()]) == {"alert/1": None}


def test_a_server_that_is_down_is_asked_again(http: httpx.Client, free_port: int) -> None:
    """No connection is no answer about the mail."""
    with pytest.raises(Busy):
        channel(http, free_port).send([message()])


def test_a_server_without_tls_gets_nothing_where_it_is_asked_for(
    mailbox: tuple[Mailbox, int], http: httpx.Client
) -> None:
    """It does not offer STARTTLS: neither password nor mail goes out in clear."""
    with pytest.raises(AuthLost, match="STARTTLS"):
        channel(http, mailbox[1], "right", security="starttls").send([message()])
    assert mailbox[0].mails == []


def test_mail_in_clear_stays_in_the_house() -> None:
    """Without TLS only a private address is taken."""
    with pytest.raises(ValidationError, match="private address"):
        Settings(host="smtp.example.com", security="none", sender="a@example.com")


def test_a_server_inside_needs_to_be_named(http: httpx.Client, free_port: int) -> None:
    """A loopback address that no operator allowed is not spoken to."""
    settings = {"host": "127.0.0.1", "port": free_port, "security": "none", "sender": "a@b.example"}
    made = opening(http, settings, {})
    stranger = type(made)(made.name, settings, {}, http, made.budget, hosts=frozenset())

    with pytest.raises(Rejected) as caught:
        Smtp(stranger).send([message()])

    assert caught.value.code == "HOST_NOT_PUBLIC"
