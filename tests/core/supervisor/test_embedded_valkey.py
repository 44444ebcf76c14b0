"""The embedded Valkey: a bell that may be lost and comes back."""

from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from core.supervisor.supervise import Supervisor
from core.supervisor.valkey import KEPT, EmbeddedValkey, ask


def ignore(_line: str) -> None:
    pass


def started(supervisor: Supervisor, var: Path) -> EmbeddedValkey:
    server = EmbeddedValkey.prepare(var, say=ignore)
    supervisor.up(server, layer=0)
    return server


def test_it_comes_back_at_the_same_address_after_it_was_killed(
    supervisor: Supervisor, var: Path, until: Callable[[Callable[[], object]], None], said: Callable[[], str]
) -> None:
    server = started(supervisor, var)
    running = supervisor.children[0].running
    assert running
    running.kill()
    until(lambda: "Valkey is back" in said())
    with redis.Redis.from_url(server.url) as client:
        assert client.set("bell", "rings")


def test_nobody_gets_in_without_the_password(supervisor: Supervisor, var: Path) -> None:
    server = started(supervisor, var)
    assert (var / KEPT).stat().st_mode & 0o077 == 0
    with pytest.raises(redis.AuthenticationError):
        ask(server.url.replace(server.address.password, "guess"), patience=5)


def test_the_password_is_on_no_command_line(supervisor: Supervisor, var: Path) -> None:
    server = started(supervisor, var)
    running = supervisor.children[0].running
    assert running
    assert server.address.password not in Path(f"/proc/{running.pid}/cmdline").read_text()
