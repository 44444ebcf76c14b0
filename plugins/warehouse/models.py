"""Where goods lie, the ledger of all that came and went, and what is on hand by it."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column

from core import sdk
from core.sdk import (
    Address,
    Choice,
    Entity,
    Extension,
    LongText,
    Mapped,
    Money,
    TenantRow,
    User,
    choice,
    computed,
    field,
    link,
    reference,
)
from plugins.catalog.api import Product

_ = sdk.translator("plugins.warehouse")

STORE, TRANSIT = Choice("store", _("Warehouse"), "blue"), Choice("transit", _("Goods on their way"), "orange")
UNTRACKED = Choice("none", _("By quantity only"))
LOTS, SERIALS = Choice("lot", _("By lot and expiry"), "blue"), Choice("serial", _("By serial number"), "purple")
ENOUGH, LOW, OUT = (
    Choice("enough", _("Enough"), "green"),
    Choice("low", _("Low"), "orange"),
    Choice("out", _("Out"), "red"),
)
AVERAGE, FIFO = Choice("average", _("Moving average")), Choice("fifo", _("First in, first out"))
QUANTITY = sa.Numeric(18, 4)
AMOUNT = sa.Numeric(18, 2)


class Warehouse(Entity):
    """A place where goods are kept and counted."""

    __tablename__ = "warehouse_warehouse"

    name: Mapped[str] = field(
        _("Warehouse"), search=True, sort=True, unique=True, length=80, aliases=("kho", "tên kho")
    )
    kind: Mapped[str] = choice(
        _("Kind of warehouse"), STORE, TRANSIT, readonly=True, listed=False,
        help=_("What was sent from one warehouse to another lies in a warehouse of its own until it is received."),
    )  # fmt: skip
    keeper: Mapped[User | None] = link(_("Storekeeper"), aliases=("thủ kho",))
    address: Mapped[Address | None] = field(_("Address"), listed=False)
    active: Mapped[bool] = field(_("In use"), default=True)
    note: Mapped[LongText | None] = field(_("Note"), listed=False)
    if TYPE_CHECKING:
        keeper_id: Mapped[UUID | None]


class Location(Entity):
    """A shelf or a bin of a warehouse."""

    __tablename__ = "warehouse_location"

    name: Mapped[str] = field(_("Location"), search=True, sort=True, length=60, aliases=("vị trí", "kệ"))
    warehouse: Mapped[Warehouse] = link(_("Warehouse"), part=True, aliases=("kho",))
    active: Mapped[bool] = field(_("In use"), default=True)
    if TYPE_CHECKING:
        warehouse_id: Mapped[UUID]


class Rule(Entity):
    """How a product is kept: how it is told apart, and how much of it there should be."""

    __tablename__ = "warehouse_rule"
    __table_args__ = (
        sa.Index(
            "uq_warehouse_rule_product", "tenant_id", "product_id", unique=True,
            postgresql_where=sa.text("deleted_at IS NULL"),
        ),
    )  # fmt: skip

    name: Mapped[str | None] = field(_("Product name"), search=True, readonly=True, listed=False, length=400)
    product: Mapped[Product] = link(_("Product"), part=True, listed=False, aliases=("hàng hóa", "mã hh"))
    if TYPE_CHECKING:
        product_id: Mapped[UUID]
    tracked: Mapped[str] = choice(_("Told apart"), UNTRACKED, LOTS, SERIALS, aliases=("theo dõi",))
    minimum: Mapped[Decimal | None] = field(
        _("Minimum stock"), minimum=0, aliases=("tồn tối thiểu",), help=_("Fewer than this in a warehouse is told of.")
    )
    maximum: Mapped[Decimal | None] = field(_("Maximum stock"), minimum=0, aliases=("tồn tối đa",))
    note: Mapped[str | None] = field(_("Note"))

    def check(self) -> Iterable[tuple[str, sdk.Text]]:
        """There is room between the two."""
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            yield "maximum", _("The maximum is less than the minimum.")


class Lot(Entity):
    """Goods of one making, or one piece by its serial number."""

    __tablename__ = "warehouse_lot"
    __table_args__ = (
        sa.Index(
            "uq_warehouse_lot_code", "tenant_id", "product_id", "code", unique=True,
            postgresql_where=sa.text("deleted_at IS NULL"),
        ),
    )  # fmt: skip

    code: Mapped[str] = field(_("Lot or serial number"), search=True, sort=True, length=60, aliases=("số lô", "sê-ri"))
    product: Mapped[Product] = link(_("Product"), part=True)
    if TYPE_CHECKING:
        product_id: Mapped[UUID]
    made_on: Mapped[date | None] = field(_("Made on"), aliases=("ngày sản xuất",))
    expires_on: Mapped[date | None] = field(_("Expires on"), sort=True, aliases=("hạn dùng", "hạn sử dụng"))
    note: Mapped[str | None] = field(_("Note"), listed=False)


class Stock(Entity):
    """What is on hand of a product in a warehouse: the sum of its entries in the ledger. Whoever moves goods locks it."""

    __tablename__ = "warehouse_stock"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "product_id", "warehouse_id"),)

    name: Mapped[str] = field(_("Product name"), search=True, readonly=True, listed=False, length=400)
    product: Mapped[Product] = link(_("Product"), readonly=True, listed=False)
    warehouse: Mapped[Warehouse] = link(_("Warehouse"), readonly=True)
    on_hand: Mapped[Decimal] = field(_("On hand"), default=0, readonly=True, sort=True)
    reserved: Mapped[Decimal] = field(_("Reserved"), default=0, readonly=True)
    available: Mapped[Decimal] = computed(_("Available"), "on_hand - reserved")
    value: Mapped[Money] = field(_("Stock value"), default=0, readonly=True, sort=True)
    level: Mapped[str | None] = choice(_("Level"), ENOUGH, LOW, OUT, readonly=True)
    """None for what is on its way: it is missed nowhere."""
    entries: Mapped[int] = mapped_column(default=0, server_default="0", sort_order=70)
    """How many the ledger has of it: each has its number, in the order they were made."""
    last_on: Mapped[date | None] = mapped_column(sort_order=71)
    """The day of the latest of them."""
    if TYPE_CHECKING:
        product_id: Mapped[UUID]
        warehouse_id: Mapped[UUID]


class OnHand(Extension):
    """How much of a product there is in all warehouses together, among the fields of the product."""

    __tablename__ = "warehouse_on_hand"
    extends = Product

    on_hand: Mapped[Decimal] = field(_("On hand"), default=0, sort=True, aliases=("tồn kho",))
    available: Mapped[Decimal] = field(_("Available"), default=0, sort=True)
    """Of that, what is kept for nobody."""


class StockPart(TenantRow):
    """How much of a stock is of which lot, and where it lies."""

    __tablename__ = "warehouse_stock_part"
    __table_args__ = (
        reference("stock_id", "warehouse_stock", ondelete="CASCADE"),
        reference("lot_id", "warehouse_lot"),
        reference("location_id", "warehouse_location"),
        sa.UniqueConstraint(
            "tenant_id",
            "stock_id",
            "lot_id",
            "location_id",
            name="uq_warehouse_stock_part_place",
            postgresql_nulls_not_distinct=True,
        ),
    )

    stock_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    location_id: Mapped[UUID | None]
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)


class Entry(TenantRow):
    """A line of the stock ledger: so much of a product came into a warehouse or left it. Lines are only added.

    What leaves is worth what it cost: that follows from the lines before it, and is worked out anew when one is
    entered with an earlier day. Nothing else of a line ever changes, and the database sees to it.
    """

    __tablename__ = "warehouse_entry"
    __table_args__: Any = (
        reference("stock_id", "warehouse_stock"),
        reference("lot_id", "warehouse_lot"),
        reference("location_id", "warehouse_location"),
        sa.UniqueConstraint("tenant_id", "stock_id", "position"),
        sa.Index("ix_warehouse_entry_card", "tenant_id", "stock_id", "on", "position"),
        sa.Index("ix_warehouse_entry_record", "tenant_id", "entity", "record_id"),
        sa.Index("ix_warehouse_entry_follows", "tenant_id", "follows_id", postgresql_where=sa.text("follows_id IS NOT NULL")),
        sa.Index(
            "ix_warehouse_entry_takes_back", "tenant_id", "takes_back_id", postgresql_where=sa.text("takes_back_id IS NOT NULL")
        ),
        {"info": {"append_only": True, "corrected": ("value",)}},
    )  # fmt: skip

    stock_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    location_id: Mapped[UUID | None]
    on: Mapped[date]
    position: Mapped[int]
    """Its number in its stock; of the entries of a day the one with the lower number came first."""
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    """In the product's own unit; less than 0 where it left."""
    given: Mapped[Decimal | None] = mapped_column(AMOUNT)
    """What it is worth by its document, such as a purchase; None where that follows from other entries."""
    value: Mapped[Decimal] = mapped_column(AMOUNT)
    """What it is worth; less than 0 where it left."""
    follows_id: Mapped[UUID | None]
    """The entry whose value it takes over, with the opposite sign: of a transfer, and of what is taken back."""
    takes_back_id: Mapped[UUID | None]
    """The entry that it undoes."""
    reverses: Mapped[bool] = mapped_column(default=False)
    """Whether it does so on that entry's own day: both are as if they had never been."""
    entity: Mapped[str] = mapped_column(sa.String(80))
    """The document, such as ``warehouse.goods_issue``."""
    record_id: Mapped[UUID]
    line_id: Mapped[UUID | None]
    number: Mapped[str] = mapped_column(sa.String(40))


class Reservation(TenantRow):
    """So much of a stock is kept for a document."""

    __tablename__ = "warehouse_reservation"
    __table_args__ = (
        reference("stock_id", "warehouse_stock"),
        sa.UniqueConstraint("tenant_id", "entity", "record_id", "stock_id"),
        sa.Index("ix_warehouse_reservation_stock", "tenant_id", "stock_id"),
    )

    stock_id: Mapped[UUID]
    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)


class Policy(TenantRow):
    """How a company keeps stock."""

    __tablename__ = "warehouse_policy"
    __table_args__ = (sa.UniqueConstraint("tenant_id"),)

    method: Mapped[str] = mapped_column(sa.String(20), default=AVERAGE.value)
    """How what leaves is costed."""
    overdraws: Mapped[bool] = mapped_column(default=False)
    """Whether more may be issued than is there; it is costed once something comes in."""
    closed_until: Mapped[date | None]
    """The day up to which nothing moves any more."""
    law: Mapped[str] = mapped_column(sa.String(200), default="")
    """The line beneath the title of the forms: by which circular they are made; empty for the usual one."""
