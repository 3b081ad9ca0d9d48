"""Tests: a mail server on loopback that speaks as much of RFC 5321 as handing in takes.

With a certificate it is reached by TLS (RFC 8314), or changes to it by STARTTLS (RFC 3207); with a
login it takes messages from whoever logs in by AUTH PLAIN (RFC 4954, RFC 4616).
"""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Mailbox:
    """What the server was handed, and whom it does not know."""

    port: int = 0
    unknown: frozenset[str] = frozenset()
    refuses_sender: bool = False
    certificate: ssl.SSLContext | None = None
    from_the_start: bool = False
    """Whether TLS begins with the connection; else the client asks for it, and has to."""
    login: tuple[str, str] | None = None
    messages: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    """Envelope's sender, envelope's recipients, content."""


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.box: Mailbox = self.server.mailbox  # type: ignore[attr-defined]  # set where it is made
        self.is_private = self.is_known = False
        self.sender, self.to = "", list[str]()
        if self.box.certificate and self.box.from_the_start and not self._secure():
            return
        self._say("220 loopback")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            if not self._answer(line[:4].upper(), line):
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # what TLS was begun on is no longer the server's to close

    def _answer(self, verb: str, line: str) -> bool:
        """Answer a line; say whether the session goes on."""
        match verb:
            case "EHLO":
                self._say("\r\n".join(f"250-{one}" for one in self._offers()) + "\r\n250 HELP")
            case "HELO" | "RSET" | "NOOP":
                self._say("250 loopback")
            case "STAR":
                self._say("220 go on")
                return self._secure()
            case "AUTH":
                self._let_in(line.rsplit(maxsplit=1)[-1])
            case "MAIL" | "RCPT" | "DATA" if not self._may_send():
                self._say("530 not yet")
            case "MAIL":
                self.sender = _address(line)
                self._say("550 no" if self.box.refuses_sender else "250 ok")
            case "RCPT":
                self._add(_address(line))
            case "DATA":
                self._say("354 go on")
                self.box.messages.append((self.sender, tuple(self.to), self._content()))
                self._say("250 taken")
            case _:
                self._say("221 bye")
                return False
        return True

    def _offers(self) -> list[str]:
        offers = ["loopback"]
        if self.box.certificate and not self.is_private:
            offers.append("STARTTLS")
        if self.box.login:
            offers.append("AUTH PLAIN")
        return offers

    def _secure(self) -> bool:
        """Change to TLS; say whether the client goes on after it saw the certificate."""
        assert self.box.certificate
        try:
            self.connection = self.box.certificate.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, ConnectionError):
            return False
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.is_private = True
        return True

    def _let_in(self, response: str) -> None:
        _, user, password = base64.b64decode(response).decode().split("\0")
        self.is_known = (user, password) == self.box.login
        self._say("235 welcome" if self.is_known else "535 not you")

    def _may_send(self) -> bool:
        private = self.is_private or self.box.certificate is None
        return private and (self.is_known or self.box.login is None)

    def _add(self, recipient: str) -> None:
        if recipient in self.box.unknown:
            self._say("550 unknown")
        else:
            self.to.append(recipient)
            self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Serve on a free port of loopback."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        box = Mailbox(port=server.server_address[1])
        server.mailbox = box  # type: ignore[attr-defined]  # its sessions look there
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
