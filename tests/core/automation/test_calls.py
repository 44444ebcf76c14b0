"""Calling other programs: signed, once, and never into a network of our own."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest

from core.automation.calls import secret_of
from core.automation.runs import retry
from core.db.base import now
from core.entity.errors import InvalidError
from core.webhooks.signing import verify
from tests.core.automation.conftest import Office


@dataclass
class Program:
    """Somebody else's, in one of several moods."""

    port: int = 0
    status: int = 200
    silent: bool = False
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def other() -> Iterator[Program]:
    found = Program()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            if found.silent:
                self.connection.close()
                return
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *_given: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


@pytest.fixture
def near(office: Office) -> Office:
    """An installation that lets webhooks reach this machine."""
    settings = office.worker.settings
    assert settings is not None
    return replace(office, worker=replace(office.worker, settings=replace(settings, webhook_allow=("127.0.0.0/8",))))


def call(other: Program, **more: Any) -> dict[str, Any]:
    return {"do": "webhook", "url": f"http://127.0.0.1:{other.port}/hook", **more}


def test_a_call_is_signed_and_carries_the_record(near: Office, other: Program) -> None:
    rule = near.automate(call(other))
    customer = near.customer("Lan", website="https://example.com")
    near.work()
    assert near.states() == ["done"]
    ((headers, body),) = other.taken
    assert near.worker.settings is not None
    secret = secret_of(near.worker.settings, near.admin.tenant, rule.id)
    assert verify(secret, headers, body, int(now().timestamp()))
    said = orjson.loads(body)
    assert (said["event"], said["record"]["id"], said["record"]["website"]) == (
        "created",
        str(customer.id),
        "https://example.com",
    )


def test_a_call_that_nobody_answered_is_unknown_and_not_repeated_by_itself(near: Office, other: Program) -> None:
    other.silent = True
    near.automate(call(other))
    near.customer()
    near.work()
    near.later()
    assert near.states() == ["unknown"]
    assert len(other.taken) == 1
    other.silent = False
    (run,) = near.runs()
    retry(near.admin, run.id)
    near.work()
    assert near.states() == ["done"]
    assert len({headers["webhook-id"] for headers, _body in other.taken}) == 1, "a person's second try has the same id"


def test_who_knows_repeated_calls_gets_them_until_one_is_taken(near: Office, other: Program) -> None:
    other.status = 500
    near.automate(call(other, idempotent=True))
    near.customer()
    near.work()
    assert near.states() == ["sending"]
    other.status = 200
    near.later()
    assert near.states() == ["done"]
    assert len(other.taken) == 2
    assert len({headers["webhook-id"] for headers, _body in other.taken}) == 1


def test_a_call_into_our_own_network_fails_and_says_so(office: Office, other: Program) -> None:
    with pytest.raises(InvalidError):
        office.automate({"do": "webhook", "url": "ftp://example.com"})
    office.automate({"do": "webhook", "url": f"https://127.0.0.1:{other.port}/"})
    office.customer()
    office.work()
    for _turn in range(8):
        office.later()
    assert office.states() == ["failed"]
    assert not other.taken
