"""Registry: hands a message to a mail server, if settings name one."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from services.kit.errors import Unavailable

Security: TypeAlias = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where messages are handed in, and how."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = None
    timeout_seconds: int = 30

    def deliver(self, message: bytes, *, sender: str, to: Sequence[str]) -> bool:
        """Hand a message in; say whether the server takes it for at least one address.

        Raises:
            Unavailable: the server does not answer, or refuses the sender or the session.
        """
        try:
            with self._session() as session:
                if self.security == "starttls":
                    session.starttls(context=ssl.create_default_context())
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
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_seconds, context=context
            )
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)
