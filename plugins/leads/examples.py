"""Demo data: a month of leads of a small Vietnamese company, in every column."""

import random
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Call, Context, Entity, Source, User, create, create_many
from plugins.catalog.api import Product

from .answering import note_answers
from .converting import convert
from .models import BOUGHT, CONTACTING, INTERESTED, NEW, ORGANISATION, STOPPED, Assignment, Lead, ResponseTime

_PEOPLE = (
    "Nguyễn Thu Trang", "Trần Quốc Huy", "Lê Thị Mỹ Duyên", "Phạm Hoàng Nam", "Vũ Ngọc Lan", "Đặng Minh Tuấn",
    "Bùi Thanh Hằng", "Đỗ Anh Khoa", "Ngô Bảo Trâm", "Hồ Gia Bảo", "Lý Kim Ngân", "Phan Đức Long", "Võ Thùy Linh",
    "Dương Nhật Minh", "Hoàng Yến Nhi", "Trịnh Công Thành", "Cao Thị Hồng", "Mai Xuân Phúc",
)  # fmt: skip
_FIRMS = (
    "Công ty TNHH Nội thất Gỗ Việt", "Công ty Cổ phần Dược Phú Thành", "Trường Mầm non Hoa Mai",
    "Công ty TNHH Vận tải Tân Cảng Sài Gòn", "Khách sạn Sông Hàn", "Công ty Cổ phần In Ánh Dương",
)  # fmt: skip
_NOTES = (
    "Hỏi giá qua Facebook, cần tư vấn thêm.", "Muốn xem hàng trực tiếp tại cửa hàng.", "Cần báo giá kèm hóa đơn GTGT.",
    "Hẹn gọi lại vào buổi chiều.", "", "",
)  # fmt: skip
_COLUMNS = (NEW, NEW, CONTACTING, CONTACTING, NEW, INTERESTED, CONTACTING, BOUGHT)


def load(context: Context) -> None:
    """Leads of persons and firms; some were called, some became customers, one is not cared for any more."""
    chance = random.Random(f"{context.company.slug} leads")  # noqa: S311 # repeatable, not secret
    _promise(context)
    people, sources = _ids(context, User), _ids(context, Source)
    products = _ids(context, Product) if "catalog" in context.active else []
    rows = [_lead(chance, number, sources, products) for number in range(len(_PEOPLE))]
    leads = create_many(context, Lead, rows)
    for number, lead in enumerate(leads):
        lead.owner_id = people[number % len(people)] if people else None
    for number, lead in enumerate(leads):
        column = _COLUMNS[number % len(_COLUMNS)]
        if column is not NEW:
            _call(context, lead)
        if column in {INTERESTED, BOUGHT}:
            convert(context, lead.id, state=column.value)
        elif column is CONTACTING:
            lead.state = column.value
    leads[4].care, leads[4].stop_reason = STOPPED.value, "Đã mua của bên khác."
    context.session.flush()
    note_answers(context)
    create(context, Assignment, {"name": "Chia đều cho cả phòng", "people": people, "every": "30"})


def _promise(context: Context) -> None:
    week = {"days": ["0", "1", "2", "3", "4", "5"], "opens": time(8), "closes": time(17, 30)}
    create(context, ResponseTime, {"name": "Phản hồi trong một giờ", "minutes": 60, **week})


def _ids(context: Context, model: type[Entity]) -> list[UUID]:
    table = model.__table__
    living = (table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
    return list(context.session.scalars(sa.select(table.c.id).where(*living).order_by(table.c.id)))


def _lead(chance: random.Random, number: int, sources: list[UUID], products: list[UUID]) -> dict[str, Any]:
    firm = {"kind": ORGANISATION.value, "company": _FIRMS[number // 3]} if number % 3 == 0 else {}
    return {
        "name": _PEOPLE[number],
        "mobile": f"+8498{7_100_000 + number * 1_371}",
        "email": f"khach{number}@example.com" if number % 2 else None,
        "source": chance.choice(sources) if sources else None,
        "product": chance.choice(products) if products else None,
        "note": chance.choice(_NOTES) or None,
        **firm,
    }


def _call(context: Context, lead: Lead) -> None:
    said = {"subject": "Gọi giới thiệu sản phẩm", "state": "held", "minutes": 6, "result": "reached"}
    began = datetime.now(UTC) + timedelta(minutes=5)
    create(context, Call, {**said, "starts": began, "about": f"leads.lead/{lead.id}"})
