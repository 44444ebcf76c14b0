"""Demo data: a month of a car workshop, from parts that are bought to cars that are in the shop today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Customer, User
from plugins.catalog.api import GOODS, SERVICE, Product, Unit
from plugins.warehouse import api as warehouse

from . import parts, repairing, settling
from .documents import Quote, RepairOrder
from .models import Bay, Norm, Reception, Vehicle

BAYS = ("Khoang 1 – Sửa chung", "Khoang 2 – Sửa chung", "Khoang 3 – Đồng sơn", "Khoang rửa xe")
WORKS = (
    # code, name, price, hours, technician's share, warranty in months and km, again after months and km
    ("CV-DAU", "Công thay dầu máy", 150_000, "0.5", 20, None, None, 6, 5_000),
    ("CV-PHANH", "Công thay má phanh trước", 350_000, "1.5", 25, 6, 10_000, None, None),
    ("CV-BD40", "Bảo dưỡng cấp 40.000 km", 1_600_000, "4", 25, 3, 5_000, 12, 20_000),
    ("CV-SON", "Sơn cản trước", 1_200_000, "6", 30, 12, None, None, None),
    ("CV-DIEUHOA", "Vệ sinh dàn lạnh điều hòa", 650_000, "2", 25, 3, None, 12, 20_000),
)
PARTS = (
    # code, name, unit, price, cost, bought, warranty in months
    ("PT-DAU5W30", "Dầu máy 5W-30", "lít", 220_000, 150_000, 80, None),
    ("PT-LOCDAU", "Lọc dầu Toyota", "cái", 180_000, 110_000, 25, None),
    ("PT-MAPHANH", "Má phanh trước", "bộ", 1_450_000, 980_000, 10, 12),
    ("PT-LOCGIO", "Lọc gió điều hòa", "cái", 320_000, 190_000, 15, None),
    ("PT-CAN", "Cản trước Vios", "cái", 2_900_000, 2_150_000, 3, None),
)
CARS = (
    ("30A-123.45", "Toyota", "Vios", 2019, 45_200), ("30G-678.90", "Honda", "City", 2021, 31_400),
    ("29A-234.56", "Mazda", "CX-5", 2018, 78_300), ("30H-456.78", "Hyundai", "Accent", 2022, 22_100),
    ("30F-901.23", "Kia", "Cerato", 2017, 92_500), ("51F-345.67", "Toyota", "Innova", 2016, 134_800),
    ("30E-112.23", "Ford", "Ranger", 2020, 65_900), ("30K-887.76", "VinFast", "Fadil", 2021, 38_600),
    ("29C-554.43", "Mitsubishi", "Xpander", 2022, 27_700), ("30L-246.80", "Toyota", "Corolla Cross", 2023, 15_300),
)  # fmt: skip
OIL, BRAKES, SERVICE_40, PAINT, COOLING = (
    (("CV-DAU", 1), ("PT-DAU5W30", 4), ("PT-LOCDAU", 1)),
    (("CV-PHANH", 1), ("PT-MAPHANH", 1)),
    (("CV-BD40", 1), ("PT-DAU5W30", 5), ("PT-LOCDAU", 1), ("PT-LOCGIO", 1)),
    (("CV-SON", 1), ("PT-CAN", 1)),
    (("CV-DIEUHOA", 1), ("PT-LOCGIO", 1)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visit:
    """A car that came so many days ago, for what, and how far it has come since."""

    days: int
    car: int
    work: Sequence[tuple[str, int]]
    reached: str
    """``paid``, ``owed`` or ``insured``; of what is in the shop a state of its repair order, ``quoted`` or ``here``."""


VISITS = (
    Visit(28, 0, OIL, "paid"), Visit(25, 2, SERVICE_40, "paid"), Visit(22, 5, BRAKES, "owed"),
    Visit(19, 1, COOLING, "paid"), Visit(16, 4, OIL, "paid"), Visit(12, 7, PAINT, "insured"),
    Visit(9, 6, SERVICE_40, "paid"), Visit(5, 3, OIL, "owed"), Visit(2, 8, BRAKES, "done"),
    Visit(1, 9, OIL, "working"), Visit(1, 2, COOLING, "parts"), Visit(0, 5, SERVICE_40, "waiting"),
    Visit(0, 1, BRAKES, "quoted"), Visit(0, 4, OIL, "here"),
)  # fmt: skip


def load(context: Context) -> None:
    """Bays, standards, parts that were bought, and the cars of a month; nothing where the company has no customers."""
    customers = _customers(context)
    if customers:
        _Month(context, customers).pass_by()


def _customers(context: Context) -> list[UUID]:
    table = Customer.__table__
    found = sa.select(table.c.id).where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
    return list(context.session.scalars(found.order_by(table.c.id).limit(len(CARS))))


class _Month:
    """What the visits of a month share."""

    def __init__(self, context: Context, customers: Sequence[UUID]) -> None:
        self.context, self.today = context, context.today()
        self.products = _products(context)
        bays = sdk.create_many(context, Bay, [{"name": one, "position": place} for place, one in enumerate(BAYS)])
        self.bays = cycle(one.id for one in bays[:-1])  # the last is for washing
        self.people = cycle(_people(context))
        self.cars = sdk.create_many(context, Vehicle, list(_cars(self.today, customers)))
        self.insurer = sdk.create(context, Customer, {"name": "Bảo hiểm Bảo Việt Hà Nội", "kind": "organisation"})
        _buy(context, self.products, self.today - timedelta(days=35))

    def pass_by(self) -> None:
        """Let every car come, the earliest first."""
        for visit in VISITS:
            self._visit(visit)

    def _visit(self, visit: Visit) -> None:
        car, day = self.cars[visit.car], self.today - timedelta(days=visit.days)
        at = datetime.combine(day, time(8, 15), self.context.company.zone)
        reception = sdk.create(
            self.context, Reception,
            {
                "vehicle": car.id, "km": car.km + 40, "received_at": at, "promised_at": at + timedelta(hours=32),
                "kind": "insurance" if visit.reached == "insured" else "private", "fuel": "2", "advisor": next(self.people),
                "wishes": self.products[visit.work[0][0]].name, "claim": "BV-2026-0771" if visit.reached == "insured" else None,
            },
        )  # fmt: skip
        if visit.reached != "here":
            self._repair(visit, day, self._quote(visit, day, reception))

    def _quote(self, visit: Visit, day: date, reception: Reception) -> Quote:
        insured = visit.reached == "insured"
        goods = [
            {
                "product": self.products[code].id, "quantity": Decimal(quantity), "rate": "8",
                "payer": "insurer" if insured else "customer",
            }
            for code, quantity in visit.work
        ]  # fmt: skip
        values = {
            "reception": reception.id, "vehicle": reception.vehicle_id, "customer": reception.customer_id, "kind": reception.kind,
            "km": reception.km, "advisor": reception.link_id("advisor"), "quoted_on": day, "goods": goods,
            "insurer": self.insurer.id if insured else None, "claim_no": reception.claim,
            "deductible": Decimal(500_000) if insured else Decimal(0),
            "stage": "sent" if visit.reached == "quoted" else "accepted",
        }  # fmt: skip
        return sdk.create(self.context, Quote, values)

    def _repair(self, visit: Visit, day: date, quote: Quote) -> None:
        if visit.reached == "quoted":
            return
        order = repairing.order_of_quote(self.context, quote.id)
        who, done = next(self.people), visit.reached not in {"waiting", "parts", "working"}
        works = [{"id": line.id, "technician": who, "done": done} for line in order.works]
        there = {"opened_on": day, "bay": next(self.bays), "works": works}
        if visit.reached in {"waiting", "parts", "working", "done"}:
            sdk.update(self.context, order, there)
            self._in_the_shop(visit, order)
        else:
            sdk.update(self.context, order, there | {"state": "delivered"})
            self._settle(visit, day + timedelta(days=1), order)

    def _in_the_shop(self, visit: Visit, order: RepairOrder) -> None:
        if visit.reached == "parts":
            parts.request(self.context, order.id)
        elif visit.reached != "waiting":
            parts.issue(self.context, order.id)
            sdk.update(self.context, order, {"state": visit.reached})

    def _settle(self, visit: Visit, day: date, order: RepairOrder) -> None:
        slip = settling.settlement_of(self.context, order.id)
        paid = "unpaid" if visit.reached == "owed" else "paid"
        values = {
            "settled_on": day, "stock": "approved", "state": "settled", "payment": paid,
            "method": "company" if visit.days % 2 else "cash",
        }  # fmt: skip
        sdk.update(self.context, slip, values)


def _products(context: Context) -> dict[str, Product]:
    """Work and parts, each with its standard."""
    works = [
        {"code": code, "name": name, "kind": SERVICE.value, "price": Decimal(price)}
        for code, name, price, *_rest in WORKS
    ]
    units = _units(context)
    goods = [
        {
            "code": code, "name": name, "unit": units[unit], "kind": GOODS.value, "price": Decimal(price),
            "cost": Decimal(cost),
        }
        for code, name, unit, price, cost, *_rest in PARTS
    ]  # fmt: skip
    made = {one.code: one for one in sdk.create_many(context, Product, [*works, *goods])}
    norms: list[dict[str, Any]] = [
        {
            "product": made[code].id, "hours": Decimal(hours), "pay": Decimal(pay), "warranty_months": months,
            "warranty_km": km, "every_months": again, "every_km": again_km,
        }
        for code, _name, _price, hours, pay, months, km, again, again_km in WORKS
    ]  # fmt: skip
    norms += [{"product": made[code].id, "warranty_months": months} for code, *_rest, months in PARTS if months]
    sdk.create_many(context, Norm, norms)
    return made


def _units(context: Context) -> dict[str, UUID]:
    """What parts are counted in; those the company has are not made again."""
    names = sorted({unit for _code, _name, unit, *_rest in PARTS})
    table = Unit.__table__
    found = sa.select(table.c.name, table.c.id).where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
    there = {row[0]: row[1] for row in context.session.connection().execute(found.where(table.c.name.in_(names)))}
    missing = [{"name": name} for name in names if name not in there]
    return there | {one.name: one.id for one in sdk.create_many(context, Unit, missing)}


def _people(context: Context) -> Sequence[UUID | None]:
    table = User.__table__
    found = sa.select(table.c.id).where(
        table.c.tenant_id == context.tenant, table.c.active, table.c.deleted_at.is_(None)
    )
    return context.session.scalars(found.order_by(table.c.id).limit(5)).all() or (None,)


def _cars(today: date, customers: Sequence[UUID]) -> Iterator[dict[str, Any]]:
    for place, (plate, brand, model, year, km) in enumerate(CARS):
        yield {
            "plate": plate, "brand": brand, "model": model, "year": year, "km": km,
            "customer": customers[place % len(customers)], "seats": 7 if model in {"Innova", "Xpander"} else 5,
            "inspection_on": today + timedelta(days=37 * place - 20), "insurance_on": today + timedelta(days=51 * place - 9),
        }  # fmt: skip


def _buy(context: Context, products: dict[str, Product], day: date) -> None:
    """What the month begins with."""
    supplier = sdk.create(context, Customer, {"name": "Phụ tùng ô tô Thành Đạt", "kind": "organisation"})
    goods = [
        {"product": products[code].id, "quantity": Decimal(bought), "price": Decimal(cost)}
        for code, _name, _unit, _price, cost, bought, _months in PARTS
    ]
    values = {
        "warehouse": warehouse.default_warehouse(context), "customer": supplier.id, "on": day, "goods": goods,
        "state": "approved",
    }  # fmt: skip
    sdk.create(context, warehouse.GoodsReceipt, values)
