"""Core's own entities are held to the tests that partners' are."""

from typing import Any, ClassVar

from core.access.models import Role, User
from core.access.organisation import Department
from core.customers.models import Contact, Customer, Source, Tag
from core.testing.entities import EntityTests


class TestCustomer(EntityTests):
    model = Customer
    values: ClassVar[dict[str, Any]] = {
        "name": "Công ty Cổ phần Thủy sản Sông Hậu",
        "kind": "organisation",
        "main_contact": "Trần Thị Bé Ba",
        "mobile": "+84912345678",
        "email": "lienhe@songhau.example",
        "tax_code": "0100109106",
        "birthday": "1990-02-28",
        "address": {"street": "12 Hùng Vương", "ward": "Phường Ninh Kiều", "province": "Cần Thơ"},
        "founded": 1998,
        "employees": 250,
        "revenue": "1500000000.0000",
        "note": "Hai dòng\nghi chú",
    }
    change: ClassVar[dict[str, Any]] = {"sector": "Thủy sản", "employees": 251}
    wrong: ClassVar[dict[str, Any]] = {"tax_code": "123"}


class TestContact(EntityTests):
    model = Contact
    values: ClassVar[dict[str, Any]] = {"name": "Lê Minh", "position": "Kế toán", "mobile": "+84987654321"}
    change: ClassVar[dict[str, Any]] = {"position": "Kế toán trưởng"}


class TestSource(EntityTests):
    model = Source
    values: ClassVar[dict[str, Any]] = {"name": "Giới thiệu bạn bè"}
    change: ClassVar[dict[str, Any]] = {"name": "Hội chợ"}


class TestTag(EntityTests):
    model = Tag
    values: ClassVar[dict[str, Any]] = {"name": "Thân thiết"}
    change: ClassVar[dict[str, Any]] = {"name": "VIP"}


class TestUser(EntityTests):
    model = User
    values: ClassVar[dict[str, Any]] = {"name": "Phạm Văn Cảnh", "email": "canh@example.com"}
    change: ClassVar[dict[str, Any]] = {"name": "Phạm Văn Cảnh (kho)"}


class TestRole(EntityTests):
    model = Role
    values: ClassVar[dict[str, Any]] = {"name": "Thủ kho", "note": "Xem hàng", "admin": False}
    change: ClassVar[dict[str, Any]] = {"note": "Xem và nhập hàng"}


class TestDepartment(EntityTests):
    model = Department
    values: ClassVar[dict[str, Any]] = {"name": "Phòng kinh doanh"}
    change: ClassVar[dict[str, Any]] = {"name": "Phòng kinh doanh 1"}
