"""Where an embedded server answers: picked once and kept, so that it comes back where its clients look for it."""

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

# Below the ports that systems give to outgoing connections (Linux from 32768, others from 49152): a client that
# keeps trying a dead server's port must not be given that very port as its own and end up talking to itself.
PORTS = range(15_000, 30_000)


@dataclass(frozen=True)
class Address:
    """Port and password of a server on 127.0.0.1, and the mark by which its processes are known."""

    port: int
    password: str
    mark: str

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The kept address, if there is one."""
        try:
            return cls(**json.loads(path.read_text(encoding="ascii")))
        except (FileNotFoundError, ValueError, TypeError):  # unreadable text is as good as none
            return None

    @classmethod
    def keep(cls, path: Path) -> Self:
        """The kept address; a new one where there is none, a new port where something else has taken it."""
        kept = cls.read(path)
        if kept and is_free(kept.port):
            return kept
        password = kept.password if kept else secrets.token_urlsafe(24)
        mark = kept.mark if kept else f"ghep-{secrets.token_hex(4)}"
        address = cls(free_port(), password, mark)
        address._write(path)
        return address

    def _write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            json.dump(asdict(self), file)
        new.replace(path)


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    while True:
        port = secrets.choice(PORTS)
        if is_free(port):
            return port


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            return False
    return True
