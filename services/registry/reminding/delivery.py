"""Registry: hands a message to a mail server, if settings name one."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from services.kit.errors import Unavailable
from services.kit.settings import SettingsRefused

Security: TypeAlias = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where messages are handed in, and how."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = None
    authorities: Path | None = None
    """File of the authorities (PEM) whose certificates are believed; `None`: the system's."""
    timeout_seconds: int = 30

    def deliver(self, message: bytes, *, sender: str, to: Sequence[str]) -> bool:
        """Hand a message in; say whether the server takes it for at least one address.

        Raises:
            Unavailable: the server does not answer, is not who it should be, or refuses the sender
                or the session.
            SettingsRefused: the authorities cannot be read.
        """
        try:
            with self._session() as session:
                if self.security == "starttls":
                    session.starttls(context=self._context())
                if self.user is not None:
                    session.login(self.user, self.password or "")
                session.sendmail(sender, list(to), message)
        except smtplib.SMTPRecipientsRefused:
            return False
        except OSError as error:  # every error of smtplib is one
            reason = type(error).__name__
            raise Unavailable(f"the mail server did not take the message: {reason}") from error
        return True

    def _session(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_seconds, context=self._context()
            )
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.authorities)
        except OSError as error:  # ssl's errors are some
            reason = type(error).__name__
            raise SettingsRefused(f"REGISTRY_SMTP_CA_FILE: cannot be read: {reason}") from None
