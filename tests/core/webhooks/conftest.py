"""A receiver of webhooks that keeps what it gets, in one of several moods, and a worker that sends."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from core.access.vault import Vault
from core.context import Context
from core.db.database import Database
from core.jobs.drain import Drain
from core.jobs.models import Job
from core.settings import Settings
from core.testing.throwaway import SECRET
from core.webhooks import service
from core.webhooks.address import networks
from core.webhooks.models import Webhook
from core.webhooks.service import Draft, Subscription

LOOPBACK = networks(["127.0.0.0/8"])


@dataclass
class Request:
    """What arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.body)
        return found

    @property
    def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.said["events"]
        return found

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """Another program. ``mood`` is a status it answers with, or a way to misbehave."""

    url: str = ""
    mood: str = "200"
    got: list[Request] = field(default_factory=list)
    patience: threading.Event = field(default_factory=threading.Event)
    """Set to let slow answers end."""

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for one in self.got for event in one.events]


class _Talk(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        found: Receiver = self.server.found  # type: ignore[attr-defined] # set by the fixture
        body = self.rfile.read(int(self.headers["Content-Length"]))
        found.got.append(Request(self.path, {name.lower(): one for name, one in self.headers.items()}, body))
        if found.mood.isdigit():
            self._answer(int(found.mood), b"said " + found.mood.encode())
        elif found.mood == "redirects":
            self.send_response(307)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif found.mood == "talks without end":
            self.send_response(200)
            self.send_header("Content-Length", str(10**12))
            self.end_headers()
            self._go_on(b"x" * 65536)
        elif found.mood == "drips":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            self._go_on(b"X-A: a\r\n", pause=0.02)
        elif found.mood == "speaks nonsense":
            self.wfile.write(b"\x00\x01 what?\r\n\r\n")
        self.close_connection = True

    def _answer(self, status: int, text: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _go_on(self, part: bytes, pause: float = 0) -> None:
        found: Receiver = self.server.found  # type: ignore[attr-defined] # as above
        try:
            while not found.patience.is_set():
                self.wfile.write(part)
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            return

    def log_message(self, format: str, *args: Any) -> None:
        del format, args


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """It listens on loopback, which a setting of the installation allows."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Talk) as server:
        found = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
        server.found = found  # type: ignore[attr-defined] # read by the handler
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield found
        found.patience.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation that lets webhooks reach this machine."""
    return Settings(var=tmp_path, secret_key=SECRET, webhook_allow=("127.0.0.0/8",))


@pytest.fixture
def vault() -> Vault:
    return Vault(SECRET)


@pytest.fixture
def company_admin(context: Context, make_user: Callable[..., Context]) -> Context:
    """The administrator, known to the database: webhooks act with somebody's rights."""
    return make_user(context)


@pytest.fixture
def listen(company_admin: Context, vault: Vault, receiver: Receiver) -> Callable[..., Webhook]:
    """Add an endpoint at the receiver: ``listen("core.customer", "created", conditions=…)``."""

    def add(entity: str = "core.customer", *events: str, conditions: Any = (), name: str = "Kho") -> Webhook:
        one = Subscription(entity, events or ("created", "changed", "deleted", "restored"), tuple(conditions))
        made, _secret = service.make(company_admin, vault, Draft(name, receiver.url, True, (one,)), LOOPBACK)
        company_admin.session.commit()
        return made

    return add


@pytest.fixture
def work(database: Database, context: Context, settings: Settings) -> Callable[[], int]:
    """Let a worker do what this company has to do now, what failed before too."""

    def go() -> int:
        context.session.commit()
        due = (
            sa.update(Job).where(Job.tenant_id == context.tenant, Job.state == "new").values(available_at=sa.func.now())
        )
        context.session.execute(due)
        context.session.commit()
        done = Drain(database, context.hooks, settings=settings).company(context.tenant, seconds=60)
        context.session.expire_all()
        return done

    return go


@pytest.fixture
def reload(context: Context) -> Callable[[UUID], Webhook]:
    """An endpoint as the database has it now."""

    def read(webhook_id: UUID) -> Webhook:
        context.session.rollback()
        return service.get(context, webhook_id)

    return read
