"""What a company says of its files; the files themselves are rows of :mod:`core.entity.tables`."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow


class FilePolicy(TenantRow):
    """How large files may be; no row is as large as the installation takes."""

    __tablename__ = "core_file_policy"
    __table_args__ = (sa.UniqueConstraint("tenant_id"),)

    largest: Mapped[int] = mapped_column(sa.Integer)
    """Megabytes of one file."""
