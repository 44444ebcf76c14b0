"""How the embedded PostgreSQL is tuned: one machine shared with the application, mostly short transactions."""

import locale
import os
import sys
from pathlib import Path

import psutil

from core.supervisor.account import Account

FILE = "ghep.conf"
MIB = 1 << 20

SETTINGS = {
    "max_connections": "100",
    "max_locks_per_transaction": "256",  # a migration touches every table of every plugin
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",  # solid-state disks
    "jit": "off",  # compiling costs more than our short queries do
    "idle_in_transaction_session_timeout": "5min",  # a stopped process must not hold its locks for ever
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_min_duration_statement": "2s",
    "log_checkpoints": "off",
    "shared_preload_libraries": "pg_stat_statements",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def write(data: Path, account: Account, *, fast: bool) -> None:
    """Write our settings beside ``postgresql.conf``, which includes them; ``ALTER SYSTEM`` still has the last word."""
    settings = SETTINGS | _by_machine() | (FAST if fast else {})
    path = data / FILE
    text = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
    path.write_text(f"# Written at every start. To change a setting: ALTER SYSTEM SET …\n{text}", encoding="utf-8")
    account.own(path)


def _by_machine() -> dict[str, str]:
    memory = psutil.virtual_memory().total // MIB
    settings = {
        "shared_buffers": f"{min(max(memory // 8, 64), 1024)}MB",
        "effective_cache_size": f"{memory // 2}MB",
    }
    if sys.platform == "linux":
        # Free what a killed client was still computing. Needs a poll() that notices hang-ups.
        settings["client_connection_check_interval"] = "10s"
        shared = os.statvfs("/dev/shm")  # noqa: S108 - measured, not written to
        if shared.f_blocks * shared.f_frsize < 256 * MIB:  # containers have 64 MB: too little for a parallel hash join
            settings["dynamic_shared_memory_type"] = "mmap"
    return settings


def character_types() -> str:
    """A locale of this system that knows letters beyond ASCII: trigrams are made of what it calls letters."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8"):
            try:
                return locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
