"""The timeline of a record: what is planned on top, then activities and changes as they happened."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.activities.models import Call, Comment, Meeting, Note, Task
from core.context import Context
from core.customers.models import Contact, Customer
from core.db.base import now
from core.entity import service
from core.entity.reference import Reference
from core.entity.timeline import CHANGE
from core.testing import limited


@pytest.fixture
def customer(context: Context) -> Customer:
    return service.create(context, Customer, {"name": "Công ty Hoa Mai"})


def told(context: Context, record: Any, limit: int = 50, **asked: Any) -> list[str]:
    return [str(one.title) for one in context.hooks.timeline(context, record, limit, **asked) if one.kind != CHANGE]


def test_what_is_planned_stands_on_top_the_soonest_first(context: Context, customer: Customer) -> None:
    of = {"customer": customer.id}
    service.create(context, Meeting, {"subject": "Tuần sau", "starts": now() + timedelta(days=7), **of})
    service.create(context, Call, {"subject": "Quên gọi", "starts": now() - timedelta(days=1), **of})
    service.create(context, Task, {"subject": "Ngày mai", "ends": now() + timedelta(days=1), **of})
    service.create(context, Note, {"text": "Khách thích trà", **of})
    held = {"subject": "Đã gọi hôm kia", "starts": now() - timedelta(days=2), "state": "held", **of}
    service.create(context, Call, held)
    assert told(context, customer) == ["Quên gọi", "Ngày mai", "Tuần sau", "Khách thích trà", "Đã gọi hôm kia"]
    late = [str(one.title) for one in context.hooks.timeline(context, customer, 50) if one.late]
    assert late == ["Quên gọi"]


def test_it_is_filtered_by_kind(context: Context, customer: Customer) -> None:
    service.create(context, Note, {"text": "Ghi nhớ", "customer": customer.id})
    service.create(context, Comment, {"text": "Nam xem nhé", "customer": customer.id})
    assert told(context, customer, kind="core.note") == ["Ghi nhớ"]
    assert told(context, customer, kind="core.comment") == ["Nam xem nhé"]
    assert {one.kind for one in context.hooks.timeline(context, customer, 50, kind=CHANGE)} == {CHANGE}
    assert told(context, customer, kind="core.call") == []


def test_it_is_asked_for_bit_by_bit_and_tells_everything_once(context: Context, customer: Customer) -> None:
    for number in range(7):
        service.create(context, Note, {"text": f"Ghi chú {number}", "customer": customer.id})
    service.create(context, Task, {"subject": "Còn phải làm", "customer": customer.id})
    seen: list[str] = []
    before = None
    while page := context.hooks.timeline(context, customer, 3, before):
        seen += [str(one.title) for one in page if one.kind == "core.note"]
        before = min(one.at for one in page if not one.ahead)
    assert seen == [f"Ghi chú {number}" for number in reversed(range(7))]


def test_a_contact_shows_what_is_about_them_and_what_they_took_part_in_once(
    context: Context, customer: Customer
) -> None:
    contact = service.create(context, Contact, {"name": "Chị Lan", "customer": customer.id})
    about = str(Reference("core.contact", contact.id))
    both = {"subject": "Gọi chị Lan", "starts": now(), "about": about, "contacts": [contact.id]}
    service.create(context, Call, both)
    service.create(context, Meeting, {"subject": "Họp", "starts": now() + timedelta(hours=1), "contacts": [contact.id]})
    service.create(context, Note, {"text": "Của công ty", "customer": customer.id})
    assert told(context, contact) == ["Gọi chị Lan", "Họp"]
    assert told(context, customer) == ["Gọi chị Lan", "Của công ty"]


def test_it_shows_nobody_what_they_may_not_see(
    context: Context, customer: Customer, make_context: Callable[..., Context]
) -> None:
    service.create(context, Note, {"text": "Riêng", "customer": customer.id})
    gone = service.create(context, Note, {"text": "Đã xóa", "customer": customer.id})
    service.delete(context, [gone])
    assert told(context, customer) == ["Riêng"]
    colleague = make_context(context.company, grants=limited(core_customer=["see"]), name="Lê Văn Nhân Viên")
    assert told(colleague, customer) == []


def test_the_page_shows_each_activity_once_and_filters(
    client: FlaskClient, context: Context, customer: Customer
) -> None:
    service.create(context, Call, {"subject": "Gọi báo giá", "starts": now(), "customer": customer.id})
    context.session.commit()
    page = client.get(f"/customers/{customer.id}").get_data(as_text=True)
    main, aside = page.split("<aside")[-2:]
    assert page.count(">Gọi báo giá<") == 1
    assert f"/calls/new?customer={customer.id}" not in aside
    assert "Bình luận nội bộ" in main
    part = client.get(f"/customers/{customer.id}/timeline?kind=core.note", headers={"HX-Request": "true"})
    assert "Gọi báo giá" not in part.get_data(as_text=True)
