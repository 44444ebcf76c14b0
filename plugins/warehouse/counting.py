"""Stocktakes: what is counted, against what the ledger says."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Entity, LongText, Mapped, Money, choice, computed, field, link
from plugins.catalog.api import Product

from .models import Location, Lot, Warehouse
from .slips import APPROVED, CANCELLED, NEW

_ = sdk.translator("plugins.warehouse")


class Stocktake(Entity):
    """Biên bản kiểm kê, form 05-VT. Once it is approved the ledger says what was counted."""

    __tablename__ = "warehouse_stocktake"

    number: Mapped[str] = sdk.number(_("Slip no."), prefix="KK-")
    on: Mapped[date] = field(_("Counted on"), default=sdk.TODAY, sort=True, aliases=("ngày kiểm kê",))
    warehouse: Mapped[Warehouse] = link(_("Warehouse"), aliases=("kho",))
    state: Mapped[str] = choice(_("State"), NEW, APPROVED, CANCELLED, aliases=("trạng thái",))
    committee: Mapped[LongText | None] = field(
        _("Committee"), listed=False, personal=True, help=_("Who counts, one person a line, with their function.")
    )
    reason: Mapped[str | None] = field(_("Reason"), search=True, length=300)
    note: Mapped[LongText | None] = field(_("Note"), listed=False)
    if TYPE_CHECKING:
        warehouse_id: Mapped[UUID]

    @property
    def reference(self) -> tuple[str, UUID]:
        """The stocktake as the ledger names it."""
        return "warehouse.stocktake", self.id


class Count(Entity):
    """A product of a stocktake: what the ledger says there is, and what somebody counted."""

    __tablename__ = "warehouse_count"
    __table_args__ = (
        sa.Index(
            "uq_warehouse_count_product", "tenant_id", "stocktake_id", "product_id", "lot_id", "location_id", unique=True,
            postgresql_nulls_not_distinct=True, postgresql_where=sa.text("deleted_at IS NULL"),
        ),
    )  # fmt: skip

    name: Mapped[str | None] = field(_("Product name"), search=True, readonly=True, listed=False, length=400)
    stocktake: Mapped[Stocktake] = link(_("Stocktake"), part=True, listed=False)
    product: Mapped[Product] = link(_("Product"), listed=False, aliases=("mã hh", "hàng hóa"))
    lot: Mapped[Lot | None] = link(_("Lot or serial number"))
    location: Mapped[Location | None] = link(_("Location"))
    book: Mapped[Decimal] = field(_("By the ledger"), default=0, readonly=True)
    counted: Mapped[Decimal | None] = field(_("Counted"), minimum=0, aliases=("kiểm kê", "thực tế"))
    difference: Mapped[Decimal | None] = computed(_("Difference"), "counted - book")
    value: Mapped[Money] = field(_("Value of the difference"), default=0, readonly=True)
    reason: Mapped[str | None] = field(_("Reason"), length=200, aliases=("nguyên nhân",))
    if TYPE_CHECKING:
        stocktake_id: Mapped[UUID]
        product_id: Mapped[UUID]
        lot_id: Mapped[UUID | None]
        location_id: Mapped[UUID | None]
