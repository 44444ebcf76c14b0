"""Files in a bucket of S3 or of whatever speaks like it.

Credentials come from where every program for S3 looks for them: ``AWS_ACCESS_KEY_ID`` and
``AWS_SECRET_ACCESS_KEY``, a profile, or the machine's own role.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import parse_qsl, quote, urlsplit
from uuid import UUID

from core.files.content import UNKNOWN
from core.files.storage import SMALL, Content, DiskStorage, Kept, Storage
from core.settings import SettingsError

EXAMPLE = "s3://bucket/prefix?endpoint=https://s3.example.com&region=ap-southeast-1"
_OPTIONS = frozenset(("endpoint", "region", "direct"))


@dataclass(frozen=True, slots=True)
class S3Storage(Storage):
    """Objects named ``prefix/company/file`` in one bucket; none is public and none has a name that somebody chose."""

    bucket: str
    prefix: str
    endpoint: str
    """Where the service answers; empty is Amazon's own."""
    region: str
    direct: bool
    """Whether browsers can reach it, and are sent there for what they save."""
    passing: DiskStorage

    @classmethod
    def at(cls, url: str, passing: Path) -> Self:
        """The storage that an address names. Connects to nothing yet. Raises :class:`SettingsError`."""
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        endpoint = options.get("endpoint", "")
        if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or options.keys() - _OPTIONS:
            raise SettingsError(f"GHEP_STORAGE_URL: an address such as {EXAMPLE} is needed.")
        if endpoint and urlsplit(endpoint).scheme not in {"http", "https"}:
            raise SettingsError(f"GHEP_STORAGE_URL: endpoint={endpoint!r} begins with neither https:// nor http://.")
        direct = options.get("direct") == "1"
        prefix, region = parts.path.strip("/"), options.get("region", "")
        return cls(parts.netloc, prefix, endpoint, region, direct, DiskStorage(passing))

    def receive(self, tenant: int, stream: IO[bytes], limit: int | None = None) -> Path:
        """Onto this machine's disk, where it is looked at before anything is sent."""
        return self.passing.receive(tenant, stream, limit)

    def keep(self, tenant: int, file_id: UUID, passing: Path) -> None:
        """By sending it, in parts where it is large: an object appears when the last part is there."""
        twin = passing.with_name(f"{passing.name}{SMALL}")
        if twin.exists():
            self._send(twin, self._key(tenant, f"{file_id}{SMALL}"))
        self._send(passing, self._key(tenant, str(file_id)))

    def _send(self, path: Path, key: str) -> None:
        self._client.upload_file(str(path), self.bucket, key)
        path.unlink()

    def open(self, tenant: int, file_id: UUID, *, small: bool = False) -> Content:
        """Read as it comes in."""
        key = self._key(tenant, f"{file_id}{SMALL if small else ''}")
        try:
            found = self._client.get_object(Bucket=self.bucket, Key=key)
        except self._client.exceptions.NoSuchKey:
            raise FileNotFoundError(key) from None
        return Content(found["Body"], found["ContentLength"])

    def direct_link(self, tenant: int, file_id: UUID, name: str, seconds: int) -> str | None:
        """Signed by our credentials; the service answers with bytes to be saved, whatever they are."""
        if not self.direct:
            return None
        wanted = {
            "Bucket": self.bucket,
            "Key": self._key(tenant, str(file_id)),
            "ResponseContentType": UNKNOWN,
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "ResponseCacheControl": "no-store",
        }
        link: str = self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)
        return link

    def all(self, tenant: int) -> Iterator[Kept]:
        """The company's objects, a thousand at a time, and what is passing through this machine."""
        prefix = self._key(tenant, "")
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        for page in pages:
            for one in page.get("Contents", ()):
                yield Kept(one["Key"].removeprefix(prefix), one["LastModified"].timestamp())
        yield from self.passing.all(tenant)

    def discard(self, tenant: int, name: str) -> None:
        """Remove the object, or what is left of one that was passing."""
        self.passing.discard(tenant, name)
        self._client.delete_object(Bucket=self.bucket, Key=self._key(tenant, name))

    def _key(self, tenant: int, name: str) -> str:
        return f"{self.prefix}/{int(tenant)}/{name}".lstrip("/")

    @property
    def _client(self) -> Any:
        return _client(self.endpoint, self.region)


@cache
def _client(endpoint: str, region: str) -> Any:
    """One for a process: it costs a tenth of a second to make, keeps its connections, and threads may share it."""
    import boto3
    from botocore.config import Config

    config = Config(
        signature_version="s3v4",
        connect_timeout=5,
        read_timeout=30,
        retries={"mode": "standard", "max_attempts": 3},
        # Only where the operation demands one: others than Amazon refuse the newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.client("s3", endpoint_url=endpoint or None, region_name=region or None, config=config)
