"""What a paper of a car hands down to the one that is made of it, and what was made of it already."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from core import sdk
from core.sdk import Context
from plugins.catalog.api import GoodsLine

from .documents import CarDocument
from .models import Reception

D = TypeVar("D", bound=CarDocument)

HANDED_DOWN = (
    "vehicle", "customer", "kind", "km", "advisor", "reception", "insurer", "claim_no", "deductible", "discount", "note",
)  # fmt: skip
"""The fields that stay the same from paper to paper."""


def handed_down(document: CarDocument, target: type[CarDocument]) -> dict[str, Any]:
    """What the heads of both have in common."""
    fields = type(document).__fields__
    names = [name for name in HANDED_DOWN if name in fields and name in target.__fields__]
    return {name: getattr(document, fields[name].column) for name in names}


def lines_as(target: type[GoodsLine], lines: Iterable[GoodsLine]) -> list[dict[str, Any]]:
    """Lines as those of another paper begin: all that can be said of both."""
    return [
        {
            name: getattr(line, spec.column)
            for name, spec in type(line).__fields__.items()
            if name in target.__fields__ and spec.writable
        }
        for line in lines
    ]


def made_of(context: Context, model: type[D], column: Any, source: sdk.Entity, *gone: str) -> D | None:
    """What was made of a record and stands: whoever comes second finds it, for the record is locked.

    Those in a state that is ``gone`` stand no more.
    """
    table: Any = model.__table__
    found = sa.select(model).where(
        model.tenant_id == context.tenant, column == source.id, table.c.deleted_at.is_(None),
        table.c.state.not_in(gone) if gone else sa.true(),
    )  # fmt: skip
    return context.session.scalar(found.order_by(table.c.id).limit(1))


def of_reception(reception: Reception) -> dict[str, Any]:
    """What a paper that is made of a reception begins with; the car is its owner's unless somebody else is named."""
    return {
        "reception": reception.id,
        "vehicle": reception.vehicle_id,
        "customer": reception.customer_id or reception.vehicle.customer_id,
        "kind": reception.kind,
        "km": reception.km,
        "advisor": reception.link_id("advisor"),
        "claim_no": reception.claim,
    }


def make(context: Context, model: type[D], values: dict[str, Any]) -> D:
    """A paper that follows from another one, with all of it: also what its maker may not set by hand."""
    context.require(context.resource(model).name, "create")
    return sdk.create(context.unrestricted(), model, values)


def of_kind(lines: Sequence[Any], kind: str) -> list[Any]:
    """Those that are work, or parts."""
    return [line for line in lines if line.kind == kind]
