"""Cars, who had them, what a workshop has, and the slip a car is received with."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import (
    TODAY,
    Choice,
    Customer,
    Entity,
    Extension,
    Image,
    LongText,
    Mapped,
    Percent,
    Phone,
    User,
    choice,
    field,
    link,
)
from plugins.catalog.api import Product

_ = sdk.translator("plugins.garage")

AUTOMATIC, MANUAL = Choice("automatic", _("Automatic")), Choice("manual", _("Manual"))
PETROL, DIESEL = Choice("petrol", _("Petrol")), Choice("diesel", _("Diesel"))
HYBRID, ELECTRIC = Choice("hybrid", _("Hybrid")), Choice("electric", _("Electric"))
INSURANCE, QUICK, PRIVATE = (
    Choice("insurance", _("Insurance"), "blue"),
    Choice("quick", _("Quick service"), "green"),
    Choice("private", _("Private"), "purple"),
)
WAITING = Choice("waiting", _("Received"), "orange")
IN_WORK = Choice("work", _("In the workshop"), "blue")
DELIVERED = Choice("delivered", _("Handed over"), "green", final=True)
LEFT = Choice("left", _("Left without repair"), final=True)
INDIVIDUAL = "individual"
"""What kind of customer somebody is who comes with a car."""
FUEL = tuple(Choice(str(part), sdk.ProperName(title)) for part, title in enumerate(("E", "1/4", "1/2", "3/4", "F")))
FIRST_YEAR, LAST_YEAR = 1900, 2100
OUTLINE = "/garage/car.svg"
"""A car from all sides, to draw on what is dented."""


class Vehicle(Entity):
    """A car of a customer. Plates are kept as they are written, ``30A-123.45``, and found however one types them."""

    __tablename__ = "garage_vehicle"

    plate: Mapped[str] = field(
        _("Plate"),
        search=True,
        sort=True,
        unique=True,
        length=20,
        personal=True,
        aliases=("biển số", "biển số xe", "bks"),
    )
    key: Mapped[str | None] = field(
        _("Plate without marks"), search=True, readonly=True, listed=False, personal=True, length=20
    )
    customer: Mapped[Customer] = link(_("Customer"), aliases=("chủ xe", "khách hàng"))
    brand: Mapped[str | None] = field(_("Brand"), search=True, length=60, aliases=("hãng xe", "hiệu xe"))
    model: Mapped[str | None] = field(_("Model"), search=True, length=60, aliases=("dòng xe", "đời xe"))
    year: Mapped[int | None] = field(
        _("Year of make"), minimum=FIRST_YEAR, maximum=LAST_YEAR, listed=False, aliases=("năm sản xuất",)
    )
    color: Mapped[str | None] = field(_("Colour"), listed=False, length=40, aliases=("màu xe",))
    vin: Mapped[str | None] = field(
        _("VIN"), search=True, unique=True, listed=False, personal=True, length=17, aliases=("số khung",)
    )
    engine: Mapped[str | None] = field(
        _("Engine no."), search=True, listed=False, personal=True, length=40, aliases=("số máy",)
    )
    transmission: Mapped[str | None] = choice(_("Transmission"), AUTOMATIC, MANUAL, listed=False, aliases=("hộp số",))
    fuel: Mapped[str | None] = choice(
        _("Fuel"), PETROL, DIESEL, HYBRID, ELECTRIC, listed=False, aliases=("nhiên liệu",)
    )
    seats: Mapped[int | None] = field(_("Seats"), minimum=1, maximum=99, listed=False, aliases=("số chỗ",))
    commercial: Mapped[bool] = field(_("For business"), listed=False, help=_("It is inspected more often then."))
    km: Mapped[int] = field(_("Odometer"), unit=_("km"), default=0, minimum=0, sort=True, aliases=("số km", "odo"))
    km_reason: Mapped[str | None] = field(_("Why it has less kilometres now"), listed=False, on_demand=True)
    registered_on: Mapped[date | None] = field(_("First registered on"), listed=False, aliases=("ngày đăng ký",))
    inspected_on: Mapped[date | None] = field(_("Last inspected on"), listed=False)
    inspection_on: Mapped[date | None] = field(
        _("Inspection due"), sort=True, aliases=("hạn đăng kiểm", "đăng kiểm"),
        help=_("Worked out from the last one where nothing is typed."),
    )  # fmt: skip
    insurance_on: Mapped[date | None] = field(_("Insured until"), sort=True, listed=False, aliases=("hạn bảo hiểm",))
    road_fee_on: Mapped[date | None] = field(_("Road fee paid until"), listed=False, aliases=("hạn phí đường bộ",))
    maintenance_on: Mapped[date | None] = field(_("Maintenance agreed for"), listed=False, aliases=("ngày bảo dưỡng",))
    maintenance_km: Mapped[int | None] = field(_("Maintenance at"), unit=_("km"), minimum=0, listed=False)
    pace: Mapped[Decimal | None] = field(
        _("Kilometres a day"), readonly=True, listed=False, help=_("From its last two visits.")
    )
    due_on: Mapped[date | None] = field(
        _("Maintenance due"), readonly=True, sort=True,
        help=_("The day that was agreed, or the one on which it will have the kilometres, whichever comes first."),
    )  # fmt: skip
    picture: Mapped[Image | None] = field(_("Picture"), listed=False)
    note: Mapped[LongText | None] = field(_("Note"), listed=False)
    if TYPE_CHECKING:
        customer_id: Mapped[UUID]


class Holding(Entity):
    """Whose a car was, and by which plate, from when to when."""

    __tablename__ = "garage_holding"

    plate: Mapped[str] = field(_("Plate"), search=True, personal=True, length=20)
    vehicle: Mapped[Vehicle] = link(_("Vehicle"), part=True)
    customer: Mapped[Customer] = link(_("Customer"))
    since: Mapped[date] = field(_("Since"), sort=True, default=TODAY)
    until: Mapped[date | None] = field(_("Until"))
    if TYPE_CHECKING:
        vehicle_id: Mapped[UUID]
        customer_id: Mapped[UUID]


class Norm(Entity):
    """What a piece of work takes, and how long it and its parts are guaranteed (GAR-01)."""

    __tablename__ = "garage_norm"
    __table_args__ = (
        sa.Index(
            "uq_garage_norm_product", "tenant_id", "product_id", unique=True,
            postgresql_where=sa.text("deleted_at IS NULL"),
        ),
    )  # fmt: skip

    product: Mapped[Product] = link(_("Work or material"), part=True, aliases=("công việc", "vật tư"))
    hours: Mapped[Decimal | None] = field(_("Hours"), minimum=0, aliases=("giờ công",))
    pay: Mapped[Percent | None] = field(
        _("Technician's share"), unit="%", minimum=0, maximum=100, aliases=("% công thợ",)
    )
    warranty_months: Mapped[int | None] = field(_("Warranty, months"), minimum=0, aliases=("bảo hành (tháng)",))
    warranty_km: Mapped[int | None] = field(_("Warranty, km"), minimum=0, aliases=("bảo hành (km)",))
    every_months: Mapped[int | None] = field(_("Again after months"), minimum=0, aliases=("chu kỳ (tháng)",))
    every_km: Mapped[int | None] = field(_("Again after km"), minimum=0, aliases=("chu kỳ (km)",))
    note: Mapped[str | None] = field(_("Note"), search=True)
    if TYPE_CHECKING:
        product_id: Mapped[UUID]


class Standard(Extension):
    """The standard beside the work or material it is for, so that the catalogue's list has it among its columns."""

    __tablename__ = "garage_standard"
    extends = Product

    hours: Mapped[Decimal | None] = field(_("Hours"), listed=False)
    warranty_months: Mapped[int | None] = field(_("Warranty, months"), listed=False)
    warranty_km: Mapped[int | None] = field(_("Warranty, km"), listed=False)
    every_months: Mapped[int | None] = field(_("Again after months"), listed=False)
    every_km: Mapped[int | None] = field(_("Again after km"), listed=False)


class Bay(Entity):
    """A place of the workshop where a car stands while it is worked on."""

    __tablename__ = "garage_bay"

    name: Mapped[str] = field(_("Bay"), search=True, unique=True, length=60, aliases=("khoang",))
    position: Mapped[int] = field(_("Position"), sort=True, default=0, minimum=0)
    active: Mapped[bool] = field(_("In use"), default=True)


class Reception(Entity):
    """Phiếu tiếp nhận xe: a car as it was handed over, and what its driver wants."""

    __tablename__ = "garage_reception"
    __leading__ = ("number", "vehicle", "customer", "state", "received_at", "promised_at")

    number: Mapped[str] = sdk.number(_("Reception no."), prefix="TN-")
    vehicle: Mapped[Vehicle] = link(_("Vehicle"), aliases=("biển số", "xe"))
    customer: Mapped[Customer | None] = link(_("Customer"), help=_("Left empty: whose the car is."))
    kind: Mapped[str] = choice(_("Flow"), PRIVATE, INSURANCE, QUICK, aliases=("loại",))
    state: Mapped[str] = choice(_("State"), WAITING, IN_WORK, DELIVERED, LEFT, aliases=("trạng thái",))
    received_at: Mapped[datetime | None] = field(_("Received at"), sort=True, help=_("Left empty: now."))
    promised_at: Mapped[datetime | None] = field(_("Promised for"), sort=True, aliases=("hẹn trả xe",))
    km: Mapped[int | None] = field(_("Odometer"), unit=_("km"), minimum=0, aliases=("số km vào",))
    km_reason: Mapped[str | None] = field(
        _("Why it has less kilometres now"),
        listed=False,
        on_demand=True,
        help=_("Where the odometer shows less than on the last visit."),
    )
    fuel: Mapped[str | None] = choice(_("Fuel level"), *FUEL, listed=False, aliases=("mức nhiên liệu",))
    advisor: Mapped[User | None] = link(_("Service advisor"), aliases=("cvdv", "cố vấn dịch vụ"))
    brought_by: Mapped[str | None] = field(_("Brought by"), search=True, personal=True, listed=False, length=120)
    phone: Mapped[Phone | None] = field(_("Their phone"), listed=False)
    wishes: Mapped[LongText | None] = field(_("What the customer says"), listed=False, aliases=("yêu cầu",))
    belongings: Mapped[LongText | None] = field(_("Left in the car"), listed=False, aliases=("tài sản để lại",))
    damage: Mapped[Image | None] = field(_("Damage sketch"), listed=False, drawn=OUTLINE)
    damages: Mapped[LongText | None] = field(_("Damage seen"), listed=False)
    towed: Mapped[bool] = field(_("Came by tow truck"), listed=False)
    claim: Mapped[str | None] = field(
        _("Claim no."), search=True, listed=False, length=60, aliases=("số hồ sơ bồi thường",)
    )
    signature: Mapped[Image | None] = field(_("Customer's signature"), listed=False, drawn="")
    note: Mapped[LongText | None] = field(_("Note"), listed=False)
    if TYPE_CHECKING:
        vehicle_id: Mapped[UUID]
        customer_id: Mapped[UUID | None]
        signature_id: Mapped[UUID | None]

    def check(self) -> Iterator[tuple[str, sdk.Text]]:
        """A car is promised for after it came."""
        if self.received_at and self.promised_at and self.promised_at < self.received_at:
            yield "promised_at", _("It is promised for before it came.")


class Photo(Entity):
    """A picture of a car, taken when it came or while it was worked on."""

    __tablename__ = "garage_photo"

    caption: Mapped[str | None] = field(_("What it shows"), search=True, length=200)
    reception: Mapped[Reception] = link(_("Reception"), part=True)
    picture: Mapped[Image | None] = field(_("Picture"))
    if TYPE_CHECKING:
        reception_id: Mapped[UUID]
        picture_id: Mapped[UUID | None]
