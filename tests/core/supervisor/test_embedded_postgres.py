"""The embedded PostgreSQL: it keeps what was committed, whatever is done to its processes."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from core.supervisor import leftovers
from core.supervisor.errors import SupervisorError
from core.supervisor.postgres import KEPT, EmbeddedPostgres
from core.supervisor.supervise import Supervisor

Until = Callable[[Callable[[], object]], None]


def ignore(_line: str) -> None:
    pass


def started(supervisor: Supervisor, var: Path, *, fast: bool = True) -> EmbeddedPostgres:
    server = EmbeddedPostgres.prepare(var, fast=fast, say=ignore)
    supervisor.up(server, layer=0)
    server.create_database()
    return server


def write_down(server: EmbeddedPostgres, text: str) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def written(server: EmbeddedPostgres) -> list[str]:
    with psycopg.connect(server.url) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note")]


def kill_main_process(supervisor: Supervisor) -> None:
    running = supervisor.children[0].running
    assert running
    running.kill()
    running.wait()


def test_what_was_committed_is_there_after_the_server_was_killed(
    supervisor: Supervisor, var: Path, until: Until, said: Callable[[], str]
) -> None:
    server = started(supervisor, var, fast=False)
    write_down(server, "Nguyễn")
    kill_main_process(supervisor)
    until(lambda: "PostgreSQL 18 is back" in said())
    assert written(server) == ["Nguyễn"]
    assert "PostgreSQL 18 was killed by SIGKILL; starting it again" in said()


def test_a_backend_that_is_still_computing_does_not_hold_up_the_new_server(
    supervisor: Supervisor, var: Path, until: Until, monkeypatch: pytest.MonkeyPatch, said: Callable[[], str]
) -> None:
    monkeypatch.setattr(leftovers, "ORPHANS", 0.5)
    server = started(supervisor, var)
    backends: list[int] = []

    def compute() -> None:
        with suppress(psycopg.OperationalError), psycopg.connect(server.url) as connection:
            backends.append(connection.info.backend_pid)
            connection.execute("DO $$ DECLARE n bigint := 0; BEGIN WHILE n >= 0 LOOP n := n + 1; END LOOP; END $$")

    client = threading.Thread(target=compute)
    client.start()
    until(lambda: backends)
    kill_main_process(supervisor)
    until(lambda: "is back" in said())
    client.join()
    assert not psutil.pid_exists(backends[0]) or psutil.Process(backends[0]).status() == psutil.STATUS_ZOMBIE


def test_a_lock_file_that_names_another_living_process_does_not_prevent_a_start(
    supervisor: Supervisor, var: Path
) -> None:
    server = started(supervisor, var)
    write_down(server, "before")
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    supervisor.stop()
    bystander = subprocess.Popen(
        ["sleep", "600"], user=server.account.uid if server.account.is_other else None, cwd="/"
    )
    try:
        (server.data / "postmaster.pid").write_text("\n".join([str(bystander.pid), *lines[1:]]))
        assert written(started(supervisor, var)) == ["before"]
    finally:
        bystander.kill()
        bystander.wait()


def test_a_start_waits_for_the_server_of_a_supervisor_that_was_killed(supervisor: Supervisor, var: Path) -> None:
    script = (
        "import os, pathlib, signal, sys; sys.path[:0] = sys.argv[2:];"
        "from core.supervisor.postgres import EmbeddedPostgres as E; from core.supervisor.console import Console;"
        "from core.supervisor.supervise import Supervisor as S;"
        "s = S(Console(), signals=()); p = E.prepare(pathlib.Path(sys.argv[1]), fast=True);"
        "s.up(p, layer=0); p.create_database(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(var), *sys.path], capture_output=True, check=False)
    assert ended.returncode == -9, ended.stderr.decode()
    server = started(supervisor, var)
    ours = {each.pid for each in psutil.Process().children()}
    assert len([each for each in leftovers.processes(server.address.mark) if each.pid in ours]) == 1
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_database_of_another_version_is_refused_in_one_line(var: Path) -> None:
    (var / "postgres").mkdir()
    (var / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(SupervisorError, match=r"was made by PostgreSQL 17, this is PostgreSQL 18: .*GHEP_VAR") as error:
        EmbeddedPostgres.prepare(var, fast=True, say=ignore)
    assert "\n" not in str(error.value)


def test_a_half_made_database_is_made_anew(supervisor: Supervisor, var: Path) -> None:
    (var / "postgres.new" / "base").mkdir(parents=True)
    (var / "postgres.new" / "PG_VERSION").write_text("18\n")
    started(supervisor, var)
    assert not (var / "postgres.new").exists()


def test_a_lost_password_file_loses_no_data(supervisor: Supervisor, var: Path) -> None:
    before = started(supervisor, var)
    write_down(before, "kept")
    supervisor.stop()
    (var / KEPT).unlink()
    after = started(supervisor, var)
    assert after.address.password != before.address.password
    assert written(after) == ["kept"]


def test_the_address_stays_the_same_from_start_to_start(supervisor: Supervisor, var: Path) -> None:
    before = started(supervisor, var)
    supervisor.stop()
    assert EmbeddedPostgres.prepare(var, fast=True, say=ignore).url == before.url


def test_nobody_gets_in_without_the_password(supervisor: Supervisor, var: Path) -> None:
    server = started(supervisor, var)
    assert (var / KEPT).stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url.replace(server.address.password, "guess"))


def test_vietnamese_letters_are_letters(supervisor: Supervisor, var: Path) -> None:
    server = started(supervisor, var)
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        assert connection.execute("SELECT lower('ĐỖ'), 'Đỗ' ~ '^\\w+$'").fetchone() == ("đỗ", True)
        assert connection.execute("SELECT similarity('Đỗ Ướ', 'đỗ ướ')").fetchone() == (1.0,)


def test_it_runs_for_an_ordinary_user(var: Path) -> None:
    """Root gives itself up first; what is imported by then stays usable where root's Python is closed to others."""
    script = (
        "import os, pathlib, sys; sys.path[:0] = sys.argv[3:];"
        "import encodings.ascii, encodings.idna, psycopg;"
        "from core.supervisor import account, postgres; from core.supervisor.console import Console;"
        "from core.supervisor.supervise import Supervisor as S;"
        "uid = int(sys.argv[2]); binaries = postgres.find_binaries();"
        "reach = account.Account('nobody', uid, uid).open_way_to(binaries / 'postgres');"
        "uid == os.geteuid() or (os.setgroups([]), os.setgid(uid), os.setuid(uid));"
        "var = pathlib.Path(sys.argv[1]);\n"
        "with S(Console(), signals=()) as s:\n"
        "    p = postgres.EmbeddedPostgres.prepare(var, fast=True); s.up(p, layer=0); p.create_database()\n"
        "    print('owner', (var / 'postgres').stat().st_uid)\n"
    )
    uid = os.geteuid() or 65534
    os.chown(var, uid, -1)
    ended = subprocess.run(
        [sys.executable, "-c", script, str(var), str(uid), *sys.path], capture_output=True, text=True, check=False
    )
    assert f"owner {uid}" in ended.stdout, ended.stderr
