"""A mail server that keeps what it takes, in one of several moods, and a worker that sends."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from core.context import Context
from core.db.database import Database
from core.jobs.drain import Drain
from core.settings import Settings


@dataclass
class MailServer:
    """Where a test's messages arrive."""

    port: int = 0
    mood: str = ""
    """``refuses`` takes no recipient, ``hangs up`` does so before it says that it took a message."""
    said: list[str] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Talk(socketserver.StreamRequestHandler):
    """One connection: as much of SMTP as a sender needs."""

    def handle(self) -> None:
        found: MailServer = self.server.found  # type: ignore[attr-defined] # set by the fixture
        self._say("220 mail.example.com")
        while line := self.rfile.readline():
            command = line.decode().strip()
            found.said.append(command)
            verb = command[:4].upper()
            if verb == "EHLO":
                self._say("250-mail.example.com\r\n250 AUTH PLAIN")
            elif verb == "RCPT" and found.mood == "refuses":
                self._say("550 nobody here")
            elif verb == "DATA":
                self._say("354 go on")
                if not self._take(found):
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("235 ok" if verb == "AUTH" else "250 ok")

    def _take(self, found: MailServer) -> bool:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        found.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
        if found.mood == "hangs up":
            return False
        self._say("250 taken")
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    found = MailServer()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        server.found = found  # type: ignore[attr-defined] # read by the handler
        found.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation without a mail server."""
    return Settings(var=tmp_path, secret_key="bí mật", domain="crm.vn", url="https://crm.vn")


@pytest.fixture
def work(database: Database, context: Context) -> Callable[[Settings], int]:
    """Let a worker of an installation do what this company has to do."""

    def go(settings: Settings) -> int:
        context.session.commit()
        return Drain(database, context.hooks, settings=settings).company(context.tenant, seconds=30)

    return go
