"""People with e-mail accounts of their own: real SMTP and IMAP servers on loopback, and a worker that sends and fetches."""

import imaplib
import socket
import subprocess
import sys
import time
from asyncio import Server, Transport
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller as AnyController
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from core.access.models import User
from core.context import Context, UserInfo
from core.customers.models import Customer
from core.db.database import Database
from core.entity import service
from core.entity.reference import Reference
from core.jobs.drain import Drain
from core.jobs.queue import enqueue
from core.mailbox import accounts, writing
from core.mailbox.accounts import Draft
from core.mailbox.models import Mail
from core.mailbox.receiving import LOOK
from core.mailbox.sending import queue
from core.privacy import purposes
from core.settings import Settings

ADDRESS = "hanh@anphat.vn"
PASSWORD = "mật khẩu ứng dụng".encode().hex()


@dataclass
class Smtp:
    """A mail server that knows one name and password."""

    port: int = 0
    password: str = PASSWORD
    taken: list[EmailMessage] = field(default_factory=list)
    answer: str = "250 OK"
    """What it says when it was given a message."""
    refuses: frozenset[str] = frozenset()
    hangs_up: bool = False
    """Whether it goes away when it has a message, without a word."""

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        good = isinstance(given, LoginPassword) and given.password.decode() == self.password
        return AuthResult(success=good, handled=False)

    async def handle_RCPT(  # the server's own name for it
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 sign in first"
        if address in self.refuses:
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.hangs_up:
            assert isinstance(server.transport, Transport)
            server.transport.abort()
        return self.answer


class Controller(AnyController):
    """On a port that is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call] # the library's own


@pytest.fixture
def smtp() -> Iterator[Smtp]:
    """A real SMTP server."""
    found = Smtp()
    server = Controller(
        found, "127.0.0.1", 0, authenticator=found.authenticate, auth_require_tls=False
    )  # fmt: skip
    server.start()
    found.port = server.port
    yield found
    server.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation that may use the mail servers of this machine."""
    return Settings(var=tmp_path, secret_key="bí mật", domain="crm.vn", mail_allow=("127.0.0.0/8",))


@dataclass
class Office:
    """A company, somebody who writes e-mails, and a worker."""

    context: Context
    """The person's."""
    settings: Settings
    drain: Callable[[Settings], Drain]

    def work(self, settings: Settings | None = None) -> int:
        """Do what is to be done."""
        self.context.session.commit()
        return self.drain(settings or self.settings).company(self.context.tenant, seconds=30)

    def account(self, **changes: Any) -> Draft:
        """Set up the person's own account."""
        draft = replace(self.servers, **changes)
        accounts.save(self.context, self.settings, draft)
        self.context.session.commit()
        return draft

    servers: Draft = field(default_factory=Draft)

    def customer(self, name: str = "Chị Lan", email: str = "lan@khach.vn", **values: Any) -> Customer:
        """A customer with an address."""
        made = service.create(self.context, Customer, {"name": name, "email": email, **values})
        self.context.session.commit()
        return made

    def write(self, record: Any, **changes: Any) -> Mail:
        """Write to a record and have it sent."""
        letter = replace(writing.begin(self.context, record), subject="Lịch hẹn", body="Chào chị,\n\nHẹn 9 giờ.")
        mail = writing.write(self.context, replace(letter, **changes))
        queue(self.context, self.settings, mail.id)
        self.context.session.commit()
        return mail

    def read(self, mail_id: UUID) -> Mail:
        """An e-mail as it is now."""
        self.context.session.rollback()
        self.context.session.expire_all()
        return service.get(self.context, Mail, mail_id)

    def fetch(self) -> None:
        """Look into the INBOX, as the clock would have it."""
        enqueue(self.context, LOOK)
        self.work()

    def mails(self) -> list[Mail]:
        """All of the company, the oldest first."""
        self.context.session.rollback()
        self.context.session.expire_all()
        statement = sa.select(Mail).where(Mail.tenant_id == self.context.tenant).order_by(Mail.id)
        return list(self.context.session.scalars(statement))

    def reference(self, record: Any) -> Reference:
        """What names a record."""
        return Reference(self.context.resource(type(record)).name, record.id)


@pytest.fixture
def office(context: Context, database: Database, settings: Settings, smtp: Smtp) -> Office:
    """Hạnh, who writes to customers."""
    purposes.furnish(context)
    user = service.create(context, User, {"name": "Hạnh", "email": "hanh@anphat.vn"})
    user.signature = "Hạnh\nAn Phát"
    context.session.commit()
    person = Context(
        context.session, context.company, context.hooks, context.active, context.grants,
        UserInfo(user.id, user.name, user.email),
    )  # fmt: skip
    servers = Draft(
        address="hanh@anphat.vn", name="Hạnh – An Phát", password=PASSWORD,
        smtp_host="127.0.0.1", smtp_port=smtp.port, smtp_security="none",
    )  # fmt: skip
    return Office(person, settings, lambda one: Drain(database, context.hooks, settings=one), servers)


@dataclass
class Imap:
    """A real IMAP server, and the INBOX that a test fills by IMAP itself."""

    port: int

    def connected(self) -> imaplib.IMAP4:
        """Somebody else's program, signed in."""
        found = imaplib.IMAP4("127.0.0.1", self.port)
        found.login(ADDRESS, PASSWORD)
        return found

    def empty(self) -> None:
        """Take everything out."""
        inbox = self.connected()
        inbox.select("INBOX")
        inbox.store("1:*", "+FLAGS", "\\Deleted")
        inbox.expunge()
        inbox.logout()

    def put(self, *messages: bytes | EmailMessage) -> None:
        """Let messages arrive."""
        inbox = self.connected()
        for one in messages:
            raw = one if isinstance(one, bytes) else one.as_bytes(policy=policy.SMTP)
            state, said = inbox.append("INBOX", "", None, raw)
            assert state == "OK", said
        inbox.logout()


@pytest.fixture(scope="session")
def imap_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imap]:
    """The server, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(port), "--no-tls",
        "--no-service", "admin", "--no-service", "managesieve",
        "dict", "--demo-user", ADDRESS, "--demo-password", PASSWORD,
    ]  # fmt: skip
    with (tmp_path_factory.mktemp("imap") / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)  # our own words
        try:
            wait_for(port, process)
            yield Imap(port)
        finally:
            process.terminate()
            process.wait(10)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 30
    while True:
        assert process.poll() is None, "the IMAP server has ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < end, "the IMAP server does not answer"
            time.sleep(0.05)
        else:
            return


@pytest.fixture
def imap(imap_server: Imap) -> Imap:
    """An empty INBOX."""
    imap_server.empty()
    return imap_server


def letter(
    sender: str = "Chị Lan <lan@khach.vn>", subject: str = "Re: Lịch hẹn", text: str = "Được nhé", **headers: str
) -> EmailMessage:
    """What a customer's program writes."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, ADDRESS, subject
    message["Message-ID"] = f"<{uuid4().hex}@khach.vn>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message
