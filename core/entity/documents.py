"""What an entity says of itself that is a document: that it needs approval, and that money is owed for it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal
from uuid import UUID

import sqlalchemy as sa

if TYPE_CHECKING:
    from core.context import Context


@dataclass(frozen=True, slots=True)
class Approval:
    """A value that a record takes only after the people agreed whom the company has set for it."""

    field: str
    value: str
    amount: str = ""
    """The field with the money that a step may be limited by: *only from 50 million on*."""
    beyond: tuple[str, ...] = ()
    """Values that a record takes later still, and never without the approved one before."""

    @property
    def values(self) -> frozenset[str]:
        """The approved value and those beyond it."""
        return frozenset((self.value, *self.beyond))


@dataclass(frozen=True, kw_only=True, slots=True)
class Payable:
    """Money is owed for its records. Names are of fields."""

    amount: str
    """What is owed in all."""
    customer: str
    """The link to who owes it, or whom it is owed to."""
    direction: Literal["in", "out"] = "in"
    """Whether customers owe it to the company, or the company owes it to them."""
    number: str = ""
    """What people and bank transfers call a record by; its title where nothing is said."""
    on: str = ""
    """The day it arises on; that of its making where nothing is said."""
    due: str = ""
    """The day until which it is to be paid; that on which it arises where nothing is said."""
    part_of: str = ""
    """The link to what it is a part of, such as an opportunity; figures are added up by that, too."""
    costs: "Callable[[Context], sa.Select[tuple[UUID, Decimal]]] | None" = None
    """What its records cost beside the payments that are made for them, such as parts out of a warehouse: a select of
    ``id`` and ``amount``, of any number of rows for each. Profit is less by it."""
    counts: "Callable[[Context], sa.ColumnElement[bool]] | None" = None
    """Which records are owed at all, in SQL: not drafts, not what was cancelled. All of them where nothing is said."""
