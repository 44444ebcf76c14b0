"""Where the bytes lie: on disk, in a folder per company, under names that we make."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self
from uuid import UUID, uuid4

from core.settings import Settings

SMALL = ".small"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Storage:
    """The files of every company; another kind of storage has the same four methods."""

    root: Path

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Where an installation keeps its files."""
        return cls(settings.var / "files")

    def path(self, tenant: int, file_id: UUID, *, small: bool = False) -> Path:
        """Where a file, or a picture's small twin, lies or will lie. The id is ours: no name can lead elsewhere."""
        return self.root / str(int(tenant)) / f"{file_id}{SMALL if small else ''}"

    def receive(self, tenant: int, stream: IO[bytes]) -> Path:
        """Write a stream to a passing file of the company's folder, readable by nobody else."""
        path = self.path(tenant, uuid4()).with_suffix(".part")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            while chunk := stream.read(_CHUNK):
                file.write(chunk)
        return path

    def keep(self, tenant: int, file_id: UUID, passing: Path) -> None:
        """Give a passing file its place, and its small twin too; all of a file is there or nothing."""
        twin = passing.with_name(f"{passing.name}{SMALL}")
        if twin.exists():
            twin.replace(self.path(tenant, file_id, small=True))
        passing.replace(self.path(tenant, file_id))

    def remove(self, tenant: int, file_id: UUID) -> None:
        """Remove a file; one that is gone already is no error."""
        for small in (False, True):
            self.path(tenant, file_id, small=small).unlink(missing_ok=True)

    def all(self, tenant: int) -> Iterator[Path]:
        """Every file of a company's folder."""
        folder = self.root / str(int(tenant))
        if folder.is_dir():
            yield from folder.iterdir()


def digest(path: Path) -> tuple[int, bytes]:
    """Size and SHA-256 of a file."""
    found = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
            size += len(chunk)
    return size, found.digest()
