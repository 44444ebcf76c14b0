"""Demo data of activities: a month of calls, meetings, tasks and transactions, three weeks of it behind and one ahead.

The same company gets the same work every time, laid around the day on which it is made.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.activities.models import (
    CALLED_OFF,
    CARRIED_OUT,
    DONE,
    HELD,
    NEW,
    NOT_STARTED,
    PLANNED,
    STARTED,
    WORKING,
    Call,
    Meeting,
    Note,
    Plan,
    Task,
    Transaction,
    TransactionType,
)
from core.context import Context
from core.customers.models import Customer
from core.db.base import now
from core.entity import service

BEHIND, AHEAD = 21, 9
_CALLS, _MEETINGS, _TASKS, _TRANSACTIONS, _NOTES = 70, 30, 45, 22, 24
_LEFT_UNDONE, _GIVEN, _LATE = 0.12, 0.3, 0.25
_SUNDAY = 6
_CALL_SUBJECTS = (
    "Gọi tư vấn sản phẩm", "Gọi nhắc lịch hẹn", "Gọi hỏi thăm sau mua hàng", "Gọi xác nhận đơn hàng", "Gọi lại theo yêu cầu",
    "Gọi nhắc công nợ", "Gọi giới thiệu ưu đãi tháng này",
)  # fmt: skip
_MEETING_SUBJECTS = (
    "Gặp khảo sát nhu cầu", "Gặp trình bày báo giá", "Gặp ký hợp đồng", "Gặp bàn giao sản phẩm", "Họp rà soát tiến độ",
    "Gặp tri ân khách hàng",
)  # fmt: skip
_TASK_SUBJECTS = (
    "Soạn báo giá", "Chuẩn bị hợp đồng", "Gửi catalogue và bảng giá", "Cập nhật hồ sơ khách hàng", "Kiểm tra tồn kho",
    "Lập danh sách chăm sóc tháng sau", "Đối chiếu công nợ", "Chuẩn bị mẫu thử",
)  # fmt: skip
_TRANSACTION_NAMES = (
    "Tư vấn gói dịch vụ",
    "Bảo hành theo phiếu",
    "Chăm sóc định kỳ",
    "Xử lý khiếu nại",
    "Gia hạn hợp đồng",
)
_TYPES = ("Tư vấn", "Bảo hành", "Chăm sóc")
_PLACES = ("Văn phòng khách hàng", "Quán cà phê Trung Nguyên", "Văn phòng công ty", "Showroom", "Công trình")
_NOTES_SAID = (
    "Khách quan tâm gói năm, đang chờ duyệt ngân sách.", "Thích được tư vấn buổi chiều sau 15 giờ.",
    "Đã gửi báo giá lần hai, hẹn phản hồi trong tuần.", "Người quyết định là vợ, lần sau mời cả hai.",
    "Đang dùng sản phẩm của đơn vị khác, hợp đồng hết hạn cuối quý.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Company:
    context: Context
    chance: random.Random
    people: Sequence[UUID]
    customers: Sequence[UUID]
    owners: dict[UUID, UUID | None]

    def when(self, *, first: int = -BEHIND, last: int = AHEAD) -> datetime:
        """An hour of a working day."""
        day = self.context.today() + timedelta(days=self.chance.randint(first, last))
        day += timedelta(days=1 if day.weekday() == _SUNDAY else 0)
        hour = time(
            self.chance.choice((8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16, 17)),
            self.chance.choice((0, 0, 15, 30, 30, 45)),
        )
        return datetime.combine(day, hour, self.context.company.zone)

    def over(self, at: datetime) -> bool:
        """Whether somebody did what was planned for a time that has passed."""
        return at < now() and self.chance.random() > _LEFT_UNDONE

    def others(self) -> list[UUID]:
        """Whom it is given to, besides its owner."""
        return [self.chance.choice(self.people)] if self.people and self.chance.random() < _GIVEN else []


def load(context: Context) -> None:
    """Add the work; it belongs to whoever looks after its customer, and part of it was given by somebody else."""
    chance = random.Random(f"{context.company.slug} activities")  # noqa: S311 # repeatable, not secret
    customers, users = Customer.__table__, User.__table__
    owners = {
        row.id: row.owner_id
        for row in context.session.connection().execute(
            sa.select(customers.c.id, customers.c.owner_id)
            .where(customers.c.tenant_id == context.tenant, customers.c.deleted_at.is_(None))
            .order_by(customers.c.code)
        )
    }
    people = context.session.connection().execute(
        sa.select(users.c.id).where(users.c.tenant_id == context.tenant, users.c.active).order_by(users.c.id)
    )
    # As from a file: nobody is to be told of work that is made up.
    context = replace(context, source="import")
    company = _Company(context, chance, list(people.scalars()), list(owners), owners)
    if not company.customers:
        return
    types = service.create_many(context, TransactionType, [{"name": name} for name in _TYPES])
    _make(company, Call, [_call(company) for _one in range(_CALLS)])
    _make(company, Meeting, [_meeting(company) for _one in range(_MEETINGS)])
    _make(company, Task, [_task(company) for _one in range(_TASKS)])
    rows = [_transaction(company, [one.id for one in types]) for _one in range(_TRANSACTIONS)]
    _make(company, Transaction, rows)
    notes = [
        {"text": chance.choice(_NOTES_SAID), "customer": chance.choice(company.customers)} for _one in range(_NOTES)
    ]
    _make(company, Note, notes)


def _call(company: _Company) -> dict[str, Any]:
    chance, at = company.chance, company.when()
    held = company.over(at)
    return {
        "subject": chance.choice(_CALL_SUBJECTS),
        "customer": chance.choice(company.customers),
        "starts": at,
        "state": (HELD if held else PLANNED).value,
        "minutes": chance.choice((3, 5, 8, 12, 20)) if held else None,
        "direction": chance.choice(("out", "out", "out", "in")),
        "result": chance.choice(("reached", "reached", "no_answer", "busy", "again")) if held else None,
        "assignees": company.others(),
    }


def _meeting(company: _Company) -> dict[str, Any]:
    chance, at = company.chance, company.when()
    held = company.over(at)
    return {
        "subject": chance.choice(_MEETING_SUBJECTS),
        "customer": chance.choice(company.customers),
        "starts": at,
        "ends": at + timedelta(minutes=chance.choice((45, 60, 60, 90, 120))),
        "state": (HELD if held else PLANNED).value,
        "place": chance.choice(_PLACES),
        "result": "Khách đồng ý với phương án, chờ ký." if held and chance.random() < _GIVEN else None,
        "assignees": company.others(),
    }


def _task(company: _Company) -> dict[str, Any]:
    chance, at = company.chance, company.when()
    due = at + timedelta(hours=chance.choice((1, 2, 4, 24, 48)))
    done = company.over(due)
    working = at < now() and chance.random() > _GIVEN
    return {
        "subject": chance.choice(_TASK_SUBJECTS),
        "customer": chance.choice((None, *company.customers)),
        "starts": at,
        "ends": due,
        "state": (DONE if done else WORKING if working else NEW).value,
        "priority": chance.choice(("high", "medium", "medium", "low")),
        "progress": 100 if done else chance.choice((20, 40, 60, 80)) if working else 0,
        "assignees": company.others(),
    }


def _transaction(company: _Company, types: Sequence[UUID]) -> dict[str, Any]:
    chance, at = company.chance, company.when()
    due = at + timedelta(days=chance.choice((1, 2, 3, 5)))
    ended = (CARRIED_OUT, CARRIED_OUT, CARRIED_OUT, CALLED_OFF)
    state = chance.choice(ended) if company.over(due) else STARTED if at < now() else NOT_STARTED
    return {
        "name": chance.choice(_TRANSACTION_NAMES),
        "customer": chance.choice(company.customers),
        "type": chance.choice(types),
        "starts": at,
        "ends": due,
        "state": state.value,
        "priority": chance.choice(("high", "medium", "low")),
        "assignees": company.others(),
    }


def _make(company: _Company, model: type[Plan | Note], rows: list[dict[str, Any]]) -> None:
    """Save them, and let them have happened when they were to happen: planned before, completed about then."""
    for record in service.create_many(company.context, model, rows):
        chance = company.chance
        customer: UUID | None = getattr(record, "customer_id", None)
        record.owner_id = company.owners.get(customer) if customer else chance.choice(company.people or [None])
        record.created_by_id = chance.choice(company.people) if company.people else None
        if not isinstance(record, Plan):
            record.created_at = record.updated_at = company.when(last=-1)
            continue
        starts: datetime = record.starts  # type: ignore[attr-defined] # of every kind that demo data are made of
        due: datetime = getattr(record, "ends", None) or starts
        record.created_at = record.updated_at = min(starts, now()) - timedelta(days=chance.randint(1, 5))
        if record.ended is not None:
            late = timedelta(days=1) if chance.random() < _LATE else timedelta(minutes=5)
            record.ended = record.updated_at = min(due + late, now())
    company.context.session.flush()
