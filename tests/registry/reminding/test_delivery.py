"""Reminders: how a message is handed to a mail server: secured, logged in, or not at all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from services.kit.errors import Unavailable
from services.kit.settings import SettingsRefused
from services.registry.reminding.delivery import MailServer
from tests.registry.reminding.certificates import certified
from tests.registry.reminding.mail_server import Mailbox, mail_server

MESSAGE = b"Subject: a reminder\r\n\r\nThe report is due.\r\n"
TO = ("focal.point@zza.example",)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def authorities(mailbox: Mailbox, tmp_path: Path) -> Path:
    """The mail server has a certificate and takes nothing in the clear, nor from strangers."""
    mailbox.certificate, believed = certified(tmp_path)
    mailbox.login = ("concord", "correct horse")
    return believed


def server(
    mailbox: Mailbox,
    security: Literal["none", "starttls", "tls"],
    authorities: Path | None,
    *,
    knows_password: bool = True,
) -> MailServer:
    return MailServer(
        host="127.0.0.1",
        port=mailbox.port,
        security=security,
        user="concord",
        password="correct horse" if knows_password else "a guess",
        authorities=authorities,
        timeout_seconds=5,
    )


def deliver(one: MailServer) -> bool:
    return one.deliver(MESSAGE, sender="secretariat@concord.example", to=TO)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_message_goes_over_a_secured_connection_after_logging_in(
    mailbox: Mailbox, authorities: Path, security: Literal["starttls", "tls"]
) -> None:
    mailbox.from_the_start = security == "tls"
    assert deliver(server(mailbox, security, authorities))
    assert mailbox.messages == [("secretariat@concord.example", TO, MESSAGE)]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_nobody_believed_vouches_for_gets_nothing(
    mailbox: Mailbox, authorities: Path, security: Literal["starttls", "tls"]
) -> None:
    mailbox.from_the_start = security == "tls"
    with pytest.raises(Unavailable, match="SSLCertVerificationError"):
        deliver(server(mailbox, security, None))  # those of the system do not know it
    assert mailbox.messages == []


def test_a_certificate_of_another_address_is_none(mailbox: Mailbox, tmp_path: Path) -> None:
    mailbox.certificate, believed = certified(tmp_path, "127.0.0.2")
    with pytest.raises(Unavailable, match="SSLCertVerificationError"):
        deliver(server(mailbox, "starttls", believed))
    assert mailbox.messages == []


def test_a_wrong_password_is_said_and_nothing_is_handed_in(
    mailbox: Mailbox, authorities: Path
) -> None:
    with pytest.raises(Unavailable, match="SMTPAuthenticationError"):
        deliver(server(mailbox, "starttls", authorities, knows_password=False))
    assert mailbox.messages == []


def test_nothing_goes_in_the_clear_where_the_connection_should_be_secured(mailbox: Mailbox) -> None:
    mailbox.login = ("concord", "correct horse")
    with pytest.raises(Unavailable, match="SMTPNotSupportedError"):
        deliver(server(mailbox, "starttls", None))
    assert mailbox.messages == []


def test_authorities_that_cannot_be_read_are_said_plainly(mailbox: Mailbox, tmp_path: Path) -> None:
    for wrong in (tmp_path / "nowhere.pem", tmp_path / "empty.pem"):
        if wrong.stem == "empty":
            wrong.write_text("no certificate\n")
        with pytest.raises(SettingsRefused, match="REGISTRY_SMTP_CA_FILE"):
            deliver(server(mailbox, "tls", wrong))
