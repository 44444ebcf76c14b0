"""Fields that a module keeps beside the records of another: lists, filters, exports and reports have them among the rest."""

from dataclasses import replace
from typing import Any, ClassVar

import sqlalchemy as sa

from core.db.base import reference
from core.entity.declaring import DeclaredRow
from core.entity.entity import Entity
from core.entity.kind_lines import CELLS


class Extension(DeclaredRow):
    """A row beside a record, with the record's own id; a record may be without one.

    Its values follow from something else: the module writes them in sets, and nobody sets them by hand. They go with
    the record when it is removed for good; what becomes of them in a merge the module says by the hook ``merged``.
    """

    extends: ClassVar[type[Entity]]
    """Whose records they stand beside."""
    narrow: ClassVar[str] = ""
    """The choice that the list of records is narrowed by in one step; empty for none."""
    icon: ClassVar[str] = "filter"
    """What that button looks like."""

    @classmethod
    def prepare(cls) -> None:
        """Turn the declared fields into columns, with the key to the record and an index for each way to sort."""
        table = cls.__tablename__
        fields = {name: replace(spec, readonly=True, beside=cls) for name, spec in cls.declared().items()}
        for spec in fields.values():
            if spec.kind.name not in CELLS or spec.kind.name == "link" or spec.unique:
                raise TypeError(f"there is no room for {spec.name!r} beside a record")
        constraints: list[Any] = [*cls.__dict__.get("__table_args__", ())]
        constraints.append(reference("id", cls.extends.__tablename__, ondelete="CASCADE"))
        constraints += cls.map_fields(fields)
        sorted_by = (spec for spec in fields.values() if spec.sort)
        constraints += [sa.Index(f"ix_{table}_{spec.name}", "tenant_id", spec.column, "id") for spec in sorted_by]
        cls.__table_args__ = tuple(constraints)
