"""The lines of a document: rows that are part of one record, edited in its form and nowhere else."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from core.db.base import reference
from core.entity.declaring import DeclaredRow
from core.entity.kind_lines import CELLS

if TYPE_CHECKING:
    from core.entity.entity import Entity


class Line(DeclaredRow):
    """A row of a document. It has fields and a rule of its own; who may see and change it, its document says.

    A subclass is mapped when the document names it by :func:`core.entity.fields.lines`.
    """

    document: ClassVar["type[Entity]"]
    """The entity whose lines these are."""
    document_id: Mapped[UUID] = mapped_column(sa.Uuid, sort_order=-98)
    position: Mapped[int] = mapped_column(sa.Integer, default=0, sort_order=90)
    """Where it stands among the lines of its document, from 0."""

    @classmethod
    def map(cls) -> None:
        """Nothing yet: the key to the document waits for the document."""

    @classmethod
    def belong(cls, document: "type[Entity]") -> Any:
        """Map the class as the lines of an entity; gives the relationship that reads them, in their order.

        It only reads: lines are written in sets, by :mod:`core.entity.lines`.
        """
        if "document" in cls.__dict__:
            raise TypeError(f"{cls.__name__} belongs to {cls.document.__name__} already")
        cls.document = document
        super().map()
        return relationship(
            lambda: cls,
            primaryjoin=lambda: sa.and_(
                document.id == foreign(cls.document_id), document.tenant_id == foreign(cls.tenant_id)
            ),
            order_by=lambda: (cls.position, cls.id),
            viewonly=True,
        )

    @classmethod
    def prepare(cls) -> None:
        """Turn the declared fields into columns, with the key to the document and an index for each way to them."""
        fields, table = cls.declared(), cls.__tablename__
        for spec in fields.values():
            if spec.kind.name not in CELLS or spec.unique:
                raise TypeError(f"a line has no room for {spec.name!r}: only {', '.join(sorted(CELLS))}, none unique")
        constraints: list[Any] = [*cls.__dict__.get("__table_args__", ())]
        constraints.append(reference("document_id", cls.document.__tablename__, ondelete="CASCADE"))
        constraints += cls.map_fields(fields)
        constraints.append(sa.Index(f"ix_{table}_document", "tenant_id", "document_id", "position"))
        links = (spec for spec in fields.values() if spec.kind.name == "link")
        constraints += [sa.Index(f"ix_{table}_{spec.name}", "tenant_id", spec.column) for spec in links]
        cls.__table_args__ = tuple(constraints)
