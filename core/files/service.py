"""Taking files in, finding them again, and removing what nobody wanted.

A file begins without a record and belongs to whoever sent it; saving a record that names it makes it the record's,
and from then on whoever may see the record may see the file.
"""

import base64
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

import core
from core.db.base import now
from core.db.session import TenantSession
from core.entity import service
from core.entity.entity import Entity
from core.entity.errors import InvalidError, MissingError
from core.entity.tables import StoredFile
from core.entity.values import value_of
from core.files.content import PDF, PICTURE_TOO_LARGE, PICTURES, PROGRAMS, media_type, safe_name
from core.files.limits import limit_of
from core.files.storage import SMALL, Content, Storage, TooLargeError, digest
from core.i18n import Label, Text, translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

ABANDONED = timedelta(days=1)
"""A file that no record took for this long was given up."""
_SECONDS = 30
_ROOT = Path(core.__file__).resolve().parent.parent


class FileRefusedError(ValueError):
    """A file that is not taken; the first argument says why and what would be."""

    def __init__(self, reason: Label) -> None:
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that the person may have, or its small twin."""

    file: StoredFile
    storage: Storage
    small: bool

    @property
    def inline(self) -> bool:
        """Whether a page may show it: pictures that we made ourselves, and nothing else."""
        return self.file.media_type in PICTURES

    @property
    def is_paper(self) -> bool:
        """Whether browsers open it in a viewer of their own, walled off: a PDF, and nothing else."""
        return self.file.media_type == PDF

    @property
    def etag(self) -> str:
        """What changes when the content does."""
        return f"{self.file.sha256.hex()}{'-small' if self.small else ''}"

    def direct_link(self, seconds: int) -> str | None:
        """Where the storage itself gives it, to be saved; None where only we can: it knows no sandbox for papers."""
        if self.is_paper:
            return None
        return self.storage.direct_link(self.file.tenant_id, self.file.id, self.file.name, seconds)

    def open(self) -> Content:
        """The bytes. Raises :class:`MissingError` if they are gone."""
        try:
            return self.storage.open(self.file.tenant_id, self.file.id, small=self.small)
        except FileNotFoundError:
            raise MissingError("file", self.file.id) from None


def store(context: "Context", storage: Storage, stream: IO[bytes], name: str, *, picture: bool = False) -> StoredFile:
    """Take a file in. A ``picture`` is re-encoded. Raises :class:`FileRefusedError`."""
    passing = _received(context, storage, stream)
    try:
        found, name = media_type(passing), safe_name(name)
        if passing.stat().st_size == 0:
            raise FileRefusedError(_("This file is empty."))
        if picture or found in PICTURES:
            found = _reencoded(passing, required=picture) or found
            name = f"{name.rpartition('.')[0] or name}.{PICTURES[found]}" if found in PICTURES else name
        _check(context, name, found, passing)
        size, sha256 = digest(passing)
        row = StoredFile(
            name=name, size=size, media_type=found, sha256=sha256, user_id=context.user.id if context.user else None
        )
        context.session.add(row)
        context.session.flush()
        storage.keep(context.tenant, row.id, passing)
    finally:
        _discard(passing)
    return row


def _received(context: "Context", storage: Storage, stream: IO[bytes]) -> Path:
    """The stream as a passing file, read no further than the company's limit."""
    limit = limit_of(context)
    try:
        return storage.receive(context.tenant, stream, limit << 20 if limit else None)
    except TooLargeError:
        raise FileRefusedError(
            _(
                "This file is too large: up to %(limit)s MB are taken. Make it smaller, or send a link to it.",
                limit=limit,
            )
        ) from None


def _check(context: "Context", name: str, media_type: str, passing: Path) -> None:
    """Ask the plugins; one that cannot look refuses."""
    try:
        reason = context.hooks.file_check(context, name, media_type, passing)
    except InvalidError as error:
        why = next((text for texts in error.errors.values() for text in texts), "")
        raise FileRefusedError(
            _("This file could not be checked, so it was not kept. %(reason)s Try again later.", reason=why)
        ) from error
    if reason:
        raise FileRefusedError(reason)


def refuse_programs(media_type: str) -> Text | None:
    """Why a file of this type is not kept: core's own answer to the hook ``file_check``."""
    if media_type in PROGRAMS:
        return _("Programs are not taken: whoever opened this one would run it. Send a link to where it comes from.")
    return None


def _discard(passing: Path) -> None:
    """Leave nothing of a file that was on its way."""
    for path in passing.parent.glob(f"{passing.stem}.*"):
        path.unlink(missing_ok=True)


def _reencoded(path: Path, *, required: bool) -> str:
    """Replace a picture by what its pixels say; the type it has now."""
    target = path.with_suffix(".new")
    try:
        done = subprocess.run(  # noqa: S603 # our own program, with paths of our own making
            [sys.executable, "-P", "-m", "core.files.picture", str(path), str(target)],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False,
            env={"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        if done.returncode == 0:
            target.replace(path)
            target.with_name(f"{target.name}{SMALL}").replace(path.with_name(f"{path.name}{SMALL}"))
            return done.stdout.decode()
        too_large = done.returncode == PICTURE_TOO_LARGE
    except subprocess.TimeoutExpired:
        too_large = True
    if too_large:
        raise FileRefusedError(_("This picture has too many pixels. Make it smaller and choose it again."))
    if required:
        raise FileRefusedError(_("This is not a picture. Choose a PNG, JPEG, WebP or GIF file."))
    raise FileRefusedError(_("This picture is damaged. Open it, save it again and choose the new file."))


def fetch(context: "Context", storage: Storage, file_id: UUID, *, small: bool = False) -> Found:
    """A file the person may have, or a picture's small twin.

    Raises :class:`MissingError`: absent, foreign and hidden look alike.
    """
    row = context.session.scalar(
        sa.select(StoredFile).where(StoredFile.tenant_id == context.tenant, StoredFile.id == file_id)
    )
    if row is None or not _allowed(context, row):
        raise MissingError("file", file_id)
    return Found(row, storage, small and row.media_type in PICTURES)


def linked_file(session: TenantSession, storage: Storage, file_id: UUID) -> Found:
    """A file somebody has a link to: their right was asked for when it was made. Raises :class:`MissingError`."""
    row = session.scalar(sa.select(StoredFile).where(StoredFile.tenant_id == session.tenant, StoredFile.id == file_id))
    if row is None:
        raise MissingError("file", file_id)
    session.expunge(row)
    return Found(row, storage, small=False)


def as_data(context: "Context", storage: Storage, file_id: UUID | None) -> str:
    """A picture itself as a ``data:`` address, for documents, which fetch nothing; empty where it is gone.

    Whether somebody may see it is asked before: it is a field of a record that they see.
    """
    statement = sa.select(StoredFile.media_type).where(
        StoredFile.tenant_id == context.tenant, StoredFile.id == file_id, StoredFile.media_type.in_(PICTURES)
    )
    found = context.session.scalar(statement) if file_id else None
    if file_id is None or found is None:
        return ""
    try:
        with storage.open(context.tenant, file_id).stream as stream:
            return f"data:{found};base64,{base64.b64encode(stream.read()).decode()}"
    except FileNotFoundError:
        return ""


def _allowed(context: "Context", row: StoredFile) -> bool:
    if row.record_id is None:
        return context.user is not None and row.user_id == context.user.id
    if context.user is not None and row.record_id == context.user.id:
        return True  # one's own picture, whatever one may see of others
    try:
        model = context.resource(row.entity).model
    except LookupError:
        return False
    for deleted in (False, True):
        with suppress(MissingError):
            record = service.get(context, model, row.record_id, deleted=deleted)
            return not _is_hidden(context, record, row.id)
    return False


def _is_hidden(context: "Context", record: Entity, file_id: UUID) -> bool:
    """Whether a record holds a file in fields alone that this person may not know of."""
    fields = context.all_fields(context.resource(type(record))).values()
    holding = [spec for spec in fields if spec.kind.name in {"file", "image"} and value_of(record, spec) == file_id]
    return bool(holding) and all(spec.hidden for spec in holding)


def names(context: "Context", ids: set[UUID]) -> dict[UUID, str]:
    """What files are called."""
    if not ids:
        return {}
    statement = sa.select(StoredFile.id, StoredFile.name).where(
        StoredFile.tenant_id == context.tenant, StoredFile.id.in_(ids)
    )
    return {row.id: row.name for row in context.session.execute(statement)}


def own(context: "Context", file_id: UUID) -> StoredFile | None:
    """A file the person has just sent and no record has taken yet."""
    if context.user is None:
        return None
    return context.session.scalar(
        sa.select(StoredFile).where(
            StoredFile.tenant_id == context.tenant,
            StoredFile.id == file_id,
            StoredFile.user_id == context.user.id,
            StoredFile.record_id.is_(None),
        )
    )


def sweep(context: "Context", storage: Storage) -> int:
    """Remove what nobody wanted: rows no record took, and bytes without a row. For a daily schedule."""
    context.session.execute(
        sa.delete(StoredFile).where(
            StoredFile.tenant_id == context.tenant,
            StoredFile.record_id.is_(None),
            StoredFile.created_at < now() - ABANDONED,
        )
    )
    known = {
        str(one)
        for one in context.session.scalars(sa.select(StoredFile.id).where(StoredFile.tenant_id == context.tenant))
    }
    removed = 0
    limit = time.time() - ABANDONED.total_seconds()
    for one in list(storage.all(context.tenant)):
        if one.name.removesuffix(SMALL) not in known and one.changed_at < limit:
            storage.discard(context.tenant, one.name)
            removed += 1
    return removed
