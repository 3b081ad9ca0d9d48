"""Tests: a mail server on loopback that speaks as much of RFC 5321 as handing in takes."""

import socketserver
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
    messages: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    """Envelope's sender, envelope's recipients, content."""


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Mailbox = self.server.mailbox  # type: ignore[attr-defined]  # set where it is made
        sender, to = "", list[str]()
        self._say("220 loopback")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            verb, argument = line[:4].upper(), line.partition("<")[2].partition(">")[0]
            match verb:
                case "EHLO" | "HELO" | "RSET" | "NOOP":
                    self._say("250 loopback")
                case "MAIL":
                    sender = argument
                    self._say("550 no" if box.refuses_sender else "250 ok")
                case "RCPT":
                    if argument in box.unknown:
                        self._say("550 unknown")
                    else:
                        to.append(argument)
                        self._say("250 ok")
                case "DATA":
                    self._say("354 go on")
                    box.messages.append((sender, tuple(to), self._content()))
                    self._say("250 taken")
                case _:
                    self._say("221 bye")
                    return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


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
