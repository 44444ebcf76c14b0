"""Demo data of core: customers as a small Vietnamese company has them, with contacts, tags and sources.

The same company gets the same data every time. Names, numbers and addresses are put together from common parts;
e-mail addresses are on domains that are set aside for examples.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.context import Context
from core.customers.models import INDIVIDUAL, ORGANISATION, Contact, Customer, Source, Tag
from core.db.base import now
from core.entity import service
from core.text import normalize

CUSTOMERS = 60
_MONTH = 30
_SURNAMES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
)
_WOMEN = (
    "Thị Hạnh", "Thị Bưởi", "Ngọc Ánh", "Thu Hà", "Minh Châu", "Thanh Tâm", "Bích Ngọc", "Quỳnh Anh", "Thị Kim Oanh",
    "Phương Linh", "Mai Hương", "Thùy Dung", "Diễm My", "Hồng Nhung", "Khánh Vy",
)  # fmt: skip
_MEN = (
    "Văn An", "Đức Thịnh", "Minh Quân", "Quốc Bảo", "Hữu Phước", "Thành Đạt", "Anh Tuấn", "Xuân Trường", "Gia Huy",
    "Ngọc Sơn", "Trung Kiên", "Hoàng Long", "Tấn Phát", "Việt Dũng", "Đình Khôi",
)  # fmt: skip
_FORMS = ("Công ty TNHH", "Công ty Cổ phần", "Công ty TNHH Thương mại Dịch vụ", "Cửa hàng", "Doanh nghiệp tư nhân")
_FIRMS = (
    "Hoàng Gia", "An Phát", "Đại Việt", "Thiên Long", "Sao Mai", "Phú Quý", "Tân Tiến", "Hải Đăng", "Bảo Ngọc",
    "Minh Khang", "Đông Á", "Trường Thịnh", "Kim Long", "Nam Việt", "Thành Công", "Hưng Thịnh", "Việt Hưng", "Á Châu",
    "Phương Nam", "Cửu Long", "Bình An", "Thuận Phát", "Lộc Phát", "Vạn Xuân", "Đồng Tâm", "Toàn Cầu", "Ánh Dương",
    "Hồng Hà", "Tiến Đạt", "Quang Minh",
)  # fmt: skip
_SECTORS = (
    "Xây dựng",
    "Thực phẩm",
    "May mặc",
    "Vận tải",
    "Du lịch",
    "Nội thất",
    "Giáo dục",
    "Điện tử",
    "Nông sản",
    "In ấn",
)
_POSITIONS = ("Giám đốc", "Kế toán trưởng", "Trưởng phòng mua hàng", "Trợ lý giám đốc", "Quản lý cửa hàng")
_TAGS = ("VIP", "Thân thiết", "Tiềm năng", "Cần chăm sóc", "Công nợ", "Bán sỉ")
_PLACES = (
    ("Phường Sài Gòn", "TP. Hồ Chí Minh"), ("Phường Bến Thành", "TP. Hồ Chí Minh"), ("Phường Tân Định", "TP. Hồ Chí Minh"),
    ("Phường Hoàn Kiếm", "Hà Nội"), ("Phường Cầu Giấy", "Hà Nội"), ("Phường Hải Châu", "Đà Nẵng"),
    ("Phường Ninh Kiều", "Cần Thơ"), ("Phường Thuận Hóa", "Huế"), ("Phường Nha Trang", "Khánh Hòa"),
    ("Phường Hồng Bàng", "Hải Phòng"),
)  # fmt: skip
_STREETS = (
    "Lê Lợi",
    "Trần Hưng Đạo",
    "Hai Bà Trưng",
    "Nguyễn Trãi",
    "Lý Thường Kiệt",
    "Phan Chu Trinh",
    "Điện Biên Phủ",
)
_NOTES = (
    "Hẹn gọi lại sau khi xem báo giá.",
    "Thích trao đổi qua Zalo, ít nghe điện thoại.",
    "Thanh toán đúng hạn, đặt hàng đều mỗi tháng.",
    "Được khách quen giới thiệu.",
    "",
    "",
)
_PREFIXES = ("090", "091", "093", "096", "097", "098", "032", "035", "038", "070", "079", "083", "086")
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
"""Of the digits of a tax code, for its check digit."""
_MODULUS = 11


@dataclass(frozen=True, slots=True)
class _Catalogue:
    sources: Sequence[UUID]
    tags: Sequence[UUID]
    people: Sequence[UUID]


def load(context: Context) -> None:
    """Add the customers; those who look after them are the company's people in turn."""
    chance = random.Random(context.company.slug)  # noqa: S311 # repeatable, not secret
    catalogue = _Catalogue(_ids(context, Source), _tags(context), _ids(context, User))
    rows = [_customer(chance, number, catalogue) for number in range(CUSTOMERS)]
    customers = service.create_many(context, Customer, rows)
    _spread(context, chance, customers, catalogue.people)
    contacts = [
        _contact(chance, customer)
        for customer in customers
        if customer.kind == ORGANISATION.value
        for _one in range(chance.randint(1, 2))
    ]
    service.create_many(context, Contact, contacts)


def _ids(context: Context, model: type[Source | User]) -> list[UUID]:
    table = model.__table__
    statement = sa.select(table.c.id).where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
    return list(context.session.scalars(statement.order_by(table.c.id)))


def _tags(context: Context) -> list[UUID]:
    return [tag.id for tag in service.create_many(context, Tag, [{"name": name} for name in _TAGS])]


def _customer(chance: random.Random, number: int, catalogue: _Catalogue) -> dict[str, Any]:
    common = {
        "mobile": _phone(chance, number),
        "address": _address(chance),
        "source": chance.choice(catalogue.sources) if catalogue.sources else None,
        "tags": chance.sample(catalogue.tags, chance.choice((0, 0, 1, 1, 2))),
        "note": chance.choice(_NOTES) or None,
    }
    return {**common, **(_firm(chance, number) if number % 2 else _person(chance, number))}


def _firm(chance: random.Random, number: int) -> dict[str, Any]:
    name = _FIRMS[number // 2 % len(_FIRMS)]
    domain = f"{normalize(name).replace(' ', '')}.example.com"
    return {
        "name": f"{chance.choice(_FORMS)} {name}",
        "kind": ORGANISATION.value,
        "main_contact": _name(chance),
        "email": f"info@{domain}",
        "tax_code": _tax_code(chance),
        "sector": chance.choice(_SECTORS),
        "website": f"https://{domain}",
        "founded": chance.randint(1995, 2024),
        "employees": chance.choice((5, 8, 12, 20, 35, 60, 120)),
        "revenue": Decimal(chance.randint(5, 400)) * 100_000_000,
    }


def _person(chance: random.Random, number: int) -> dict[str, Any]:
    name = _name(chance)
    return {
        "name": name,
        "kind": INDIVIDUAL.value,
        "email": f"{normalize(name).replace(' ', '.')}.{number}@example.com",
        "birthday": date(1965, 1, 1) + timedelta(days=chance.randrange(40 * 365)),
    }


def _contact(chance: random.Random, customer: Customer) -> dict[str, Any]:
    name = _name(chance)
    domain = (customer.email or "").partition("@")[2]
    return {
        "name": name,
        "customer": customer.id,
        "position": chance.choice(_POSITIONS),
        "mobile": _phone(chance, chance.randrange(1000)),
        "email": f"{normalize(name).replace(' ', '.')}@{domain}",
    }


def _name(chance: random.Random) -> str:
    return f"{chance.choice(_SURNAMES)} {chance.choice(chance.choice((_WOMEN, _MEN)))}"


def _phone(chance: random.Random, number: int) -> str:
    return f"+84{chance.choice(_PREFIXES)[1:]}{chance.randrange(10_000):04d}{number % 1000:03d}"


def _address(chance: random.Random) -> dict[str, str]:
    ward, province = chance.choice(_PLACES)
    return {"street": f"{chance.randint(1, 300)} {chance.choice(_STREETS)}", "ward": ward, "province": province}


def _tax_code(chance: random.Random) -> str:
    """A number with the right check digit; some sums have none, then another number is drawn."""
    while True:
        digits = [int(one) for one in f"03{chance.randrange(10_000_000):07d}"]
        rest = sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True)) % _MODULUS
        if rest:
            return "".join(map(str, [*digits, _MODULUS - 1 - rest]))


def _spread(context: Context, chance: random.Random, customers: Sequence[Customer], people: Sequence[UUID]) -> None:
    """Give the customers to the people in turn and their making to the days of a month."""
    for position, customer in enumerate(customers):
        made = now() - timedelta(days=_MONTH * (1 - position / len(customers)), minutes=chance.randrange(600))
        customer.created_at = made
        customer.updated_at = made + (now() - made) * chance.random()
        if people:
            customer.owner_id = people[position % len(people)]
    context.session.flush()
