"""Demo data of core: customers as a small Vietnamese company has them, with contacts, tags and sources.

The same company gets the same data every time. Names, numbers and addresses are put together from common parts;
e-mail addresses are on domains that are set aside for examples.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.context import Context
from core.customers.models import (
    INDIVIDUAL,
    ORGANISATION,
    BankAccount,
    Contact,
    Customer,
    CustomerGroup,
    CustomerType,
    Source,
    Tag,
    Tier,
)
from core.db.base import now
from core.entity import service, visits
from core.entity.kinds import KINDS
from core.text import normalize

CUSTOMERS = 60
_MONTH, _SOME, _SEEN = 30, 0.6, 6
_OLD = 0.15
"""Of the addresses are still those of before July 2025."""
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
_BANKS = ("Vietcombank", "BIDV", "VietinBank", "Techcombank", "MB Bank", "ACB", "Agribank", "VPBank")
_TIERS = ("Đồng", "Bạc", "Vàng", "Kim cương")
_TYPES = {
    "Khu vực": (("Miền Bắc", 10), ("Miền Trung", 10), ("Miền Nam", 10)),
    "Mức độ quan tâm": (("Mới tìm hiểu", 5), ("Đang cân nhắc", 20), ("Sẵn sàng mua", 40)),
    "Quy mô": (("Cá nhân, hộ kinh doanh", 5), ("Doanh nghiệp nhỏ", 15), ("Doanh nghiệp lớn", 30)),
}
"""Types of customers, each with its groups and their points."""
_NORTH, _MIDDLE = frozenset(("Hà Nội", "Hải Phòng")), frozenset(("Đà Nẵng", "Huế", "Khánh Hòa"))
_OLD_PLACES = (
    "P. Bến Nghé, Q. 1, TP. Hồ Chí Minh", "P. 22, Q. Bình Thạnh, TP. Hồ Chí Minh", "P. Trung Hòa, Q. Cầu Giấy, Hà Nội",
    "P. Thạch Thang, Q. Hải Châu, Đà Nẵng",
)  # fmt: skip
"""As people still have them in their files."""
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
    tiers: Sequence[UUID]
    groups: dict[str, UUID]
    people: Sequence[UUID]


def load(context: Context) -> None:
    """Add the customers; those who look after them are the company's people in turn."""
    chance = random.Random(context.company.slug)  # noqa: S311 # repeatable, not secret
    catalogue = _Catalogue(
        _ids(context, Source), _tags(context), _tiers(context), _groups(context), _ids(context, User)
    )
    rows = [_customer(chance, number, catalogue) for number in range(CUSTOMERS)]
    customers = service.create_many(context, Customer, rows)
    _spread(context, chance, customers, catalogue.people)
    contacts = [
        _contact(chance, customer)
        for customer in customers
        if customer.kind == ORGANISATION.value
        for _one in range(chance.randint(1, 2))
    ]
    people = service.create_many(context, Contact, contacts)
    for customer, first in {one.customer_id: one for one in reversed(people)}.items():  # type: ignore[attr-defined] # of the link
        first.main = customer is not None
    accounts = [
        _account(chance, one) for one in customers if one.kind == ORGANISATION.value and chance.random() < _SOME
    ]
    service.create_many(context, BankAccount, accounts)
    for customer in customers[:_SEEN]:
        visits.remember(context, context.resource(Customer), customer)


def _ids(context: Context, model: type[Source | User]) -> list[UUID]:
    table = model.__table__
    statement = sa.select(table.c.id).where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
    return list(context.session.scalars(statement.order_by(table.c.id)))


def _tags(context: Context) -> list[UUID]:
    return [tag.id for tag in service.create_many(context, Tag, [{"name": name} for name in _TAGS])]


def _tiers(context: Context) -> list[UUID]:
    made = [{"name": name, "rank": rank} for rank, name in enumerate(_TIERS, 1)]
    return [tier.id for tier in service.create_many(context, Tier, made)]


def _groups(context: Context) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for name, groups in _TYPES.items():
        kind = service.create(context, CustomerType, {"name": name})
        made = [{"name": group, "type": kind.id, "points": points} for group, points in groups]
        found |= {group.name: group.id for group in service.create_many(context, CustomerGroup, made)}
    return found


def _customer(chance: random.Random, number: int, catalogue: _Catalogue) -> dict[str, Any]:
    address = _address(chance)
    common = {
        "mobile": _phone(chance, number),
        "address": address,
        "groups": [catalogue.groups[name] for name in _groups_for(chance, address, firm=bool(number % 2))],
        "tier": chance.choice((None, None, *catalogue.tiers)),
        "source": chance.choice(catalogue.sources) if catalogue.sources else None,
        "tags": chance.sample(catalogue.tags, chance.choice((0, 0, 1, 1, 2))),
        "note": chance.choice(_NOTES) or None,
    }
    return {**common, **(_firm(chance, number) if number % 2 else _person(chance, number))}


def _groups_for(chance: random.Random, address: dict[str, str], *, firm: bool) -> list[str]:
    """Where they live, how far they are, and how large."""
    province = address.get("province", "")
    region = "Miền Bắc" if province in _NORTH else "Miền Trung" if province in _MIDDLE else "Miền Nam"
    sizes = _TYPES["Quy mô"][1:] if firm else _TYPES["Quy mô"][:1]
    interest = [chance.choice(_TYPES["Mức độ quan tâm"])[0]] if chance.random() < _SOME else []
    return [region, *interest, chance.choice(sizes)[0]]


def _account(chance: random.Random, customer: Customer) -> dict[str, Any]:
    holder = normalize(customer.name).upper()
    number = f"{chance.randrange(10**12):012d}"
    return {"customer": customer.id, "number": number, "bank": chance.choice(_BANKS), "holder": holder[:120]}


def _firm(chance: random.Random, number: int) -> dict[str, Any]:
    name = _FIRMS[number // 2 % len(_FIRMS)]
    domain = f"{normalize(name).replace(' ', '')}.example.com"
    return {
        "name": f"{chance.choice(_FORMS)} {name}",
        "kind": ORGANISATION.value,
        "main_contact": _name(chance),
        "email": f"info@{domain}",
        "emails": [{"value": f"ketoan@{domain}", "label": "Nhận hóa đơn"}] if number % 3 else [],
        "phones": [{"value": f"+8428{38_200_000 + number}", "label": "Cơ quan"}],
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
        "birthday": (born := date(1965, 1, 1) + timedelta(days=chance.randrange(40 * 365))),
        "id_number": f"079{chance.choice('01')}{born.year % 100:02d}{chance.randrange(10**6):06d}"
        if number % 4
        else None,
        "phones": [{"value": _phone(chance, number + 500), "label": "Zalo"}] if number % 3 == 0 else [],
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
    if chance.random() < _OLD:
        old: dict[str, str] = KINDS["address"].parse(
            f"{chance.randint(1, 300)} {chance.choice(_STREETS)}, {chance.choice(_OLD_PLACES)}",
            Customer.__fields__["address"],
            UTC,
        )
        return old
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
