"""Where the bytes lie, under names that we make: on disk, or (:mod:`core.files.s3`) in a bucket."""

import hashlib
import os
import shutil
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from core.settings import Settings

SMALL = ".small"
_CHUNK = 1 << 20


class TooLargeError(ValueError):
    """A stream went on beyond the limit; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file to be read and then closed."""

    stream: IO[bytes]
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of what a storage holds."""

    name: str
    changed_at: float
    """Seconds since 1970."""


class Storage(ABC):
    """The files of every company. A file passes through a folder of this machine, where it is looked at, and is kept."""

    @abstractmethod
    def receive(self, tenant: int, stream: IO[bytes], limit: int | None = None) -> Path:
        """Write a stream to a passing file that nobody else can read. Raises :class:`TooLargeError` at ``limit`` bytes."""

    @abstractmethod
    def keep(self, tenant: int, file_id: UUID, passing: Path) -> None:
        """Give a passing file its place, its small twin first; all of a file is there or nothing."""

    @abstractmethod
    def open(self, tenant: int, file_id: UUID, *, small: bool = False) -> Content:
        """Read a file, or a picture's small twin. Raises FileNotFoundError."""

    @abstractmethod
    def all(self, tenant: int) -> Iterator[Kept]:
        """Everything that is there of a company, what is passing too."""

    @abstractmethod
    def discard(self, tenant: int, name: str) -> None:
        """Remove one of :meth:`all`; one that is gone already is no error."""

    @abstractmethod
    def direct_link(self, tenant: int, file_id: UUID, name: str, seconds: int) -> str | None:
        """An address at which browsers save the file under its name for so long; None where only we can give it."""

    def remove(self, tenant: int, file_id: UUID) -> None:
        """Remove a file and its small twin; one that is gone already is no error."""
        for name in (f"{file_id}{SMALL}", str(file_id)):
            self.discard(tenant, name)


@dataclass(frozen=True, slots=True)
class DiskStorage(Storage):
    """A folder per company below ``root``."""

    root: Path

    def path(self, tenant: int, file_id: UUID, *, small: bool = False) -> Path:
        """Where a file, or a picture's small twin, lies or will lie. The id is ours: no name can lead elsewhere."""
        return self._folder(tenant) / f"{file_id}{SMALL if small else ''}"

    def receive(self, tenant: int, stream: IO[bytes], limit: int | None = None) -> Path:
        """Into the company's folder: keeping it is a rename."""
        path = self.path(tenant, uuid4()).with_suffix(".part")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                _copy(stream, file, limit)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def keep(self, tenant: int, file_id: UUID, passing: Path) -> None:
        """By renaming."""
        twin = passing.with_name(f"{passing.name}{SMALL}")
        if twin.exists():
            twin.replace(self.path(tenant, file_id, small=True))
        passing.replace(self.path(tenant, file_id))

    def open(self, tenant: int, file_id: UUID, *, small: bool = False) -> Content:
        """The file itself."""
        stream = self.path(tenant, file_id, small=small).open("rb")
        return Content(stream, os.fstat(stream.fileno()).st_size)

    def all(self, tenant: int) -> Iterator[Kept]:
        """What lies in the company's folder."""
        folder = self._folder(tenant)
        for path in folder.iterdir() if folder.is_dir() else ():
            yield Kept(path.name, path.stat().st_mtime)

    def discard(self, tenant: int, name: str) -> None:
        """Remove it from the company's folder."""
        (self._folder(tenant) / name).unlink(missing_ok=True)

    def direct_link(self, tenant: int, file_id: UUID, name: str, seconds: int) -> str | None:
        """None: only we can give it."""

    def _folder(self, tenant: int) -> Path:
        return self.root / str(int(tenant))


def _copy(source: IO[bytes], target: IO[bytes], limit: int | None) -> None:
    size = 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if limit is not None and size > limit:
            raise TooLargeError
        target.write(chunk)


def storage_of(settings: Settings) -> Storage:
    """Where an installation keeps its files. Raises :class:`core.settings.SettingsError` for an address that is none."""
    if not settings.storage_url:
        return DiskStorage(settings.var / "files")
    from core.files.s3 import S3Storage

    return S3Storage.at(settings.storage_url, settings.var / "passing")


def digest(path: Path) -> tuple[int, bytes]:
    """Size and SHA-256 of a file."""
    found = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
            size += len(chunk)
    return size, found.digest()


def add_to(archive: zipfile.ZipFile, name: str, storage: Storage, tenant: int, file_id: UUID) -> bool:
    """Write a file into an archive; whether its bytes are there at all."""
    try:
        content = storage.open(tenant, file_id)
    except FileNotFoundError:
        return False
    with content.stream as stream, archive.open(name, "w", force_zip64=True) as target:
        shutil.copyfileobj(stream, target, _CHUNK)
    return True
