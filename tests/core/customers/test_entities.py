"""Core's own entities are held to the tests that partners' are."""

from typing import Any, ClassVar
from uuid import uuid4

from core.access.models import Role, User
from core.access.organisation import Department
from core.context import Context
from core.customers.models import BankAccount, Contact, Customer, CustomerGroup, CustomerType, Source, Tag, Tier
from core.entity import service
from core.entity.entity import Resource
from core.privacy.models import ConsentPurpose
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
        "id_number": "001085012345",
        "phones": [{"value": "+842923820123", "label": "Cơ quan"}],
        "emails": [{"value": "ketoan@songhau.example", "label": ""}],
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


class TestBankAccount(EntityTests):
    model = BankAccount
    values: ClassVar[dict[str, Any]] = {
        "number": "0071 0012 34567",
        "bank": "Vietcombank",
        "holder": "CTY CP THUY SAN SONG HAU",
        "branch": "Cần Thơ",
    }
    change: ClassVar[dict[str, Any]] = {"bank": "BIDV"}
    wrong: ClassVar[dict[str, Any]] = {"number": "số 1/2"}


class TestCustomerType(EntityTests):
    model = CustomerType
    values: ClassVar[dict[str, Any]] = {"name": "Theo vùng miền", "note": "Nơi khách ở"}
    change: ClassVar[dict[str, Any]] = {"name": "Theo độ tuổi"}


class TestCustomerGroup(EntityTests):
    model = CustomerGroup
    values: ClassVar[dict[str, Any]] = {"name": "Miền Bắc", "points": 20}
    change: ClassVar[dict[str, Any]] = {"points": 30}

    def filled(self, context: Context, resource: Resource) -> dict[str, Any]:
        assert resource.model is CustomerGroup
        kind = service.create(context, CustomerType, {"name": f"Vùng {uuid4().hex[:6]}"})
        context.session.commit()
        return {**self.values, "type": str(kind.id)}


class TestTier(EntityTests):
    model = Tier
    values: ClassVar[dict[str, Any]] = {"name": "Vàng", "rank": 3}
    change: ClassVar[dict[str, Any]] = {"rank": 4}


class TestSource(EntityTests):
    model = Source
    values: ClassVar[dict[str, Any]] = {"name": "Giới thiệu bạn bè"}
    change: ClassVar[dict[str, Any]] = {"name": "Hội chợ"}


class TestTag(EntityTests):
    model = Tag
    values: ClassVar[dict[str, Any]] = {"name": "Thân thiết"}
    change: ClassVar[dict[str, Any]] = {"name": "VIP"}


class TestConsentPurpose(EntityTests):
    model = ConsentPurpose
    values: ClassVar[dict[str, Any]] = {"name": "Khảo sát", "code": "survey", "wording": "Tôi đồng ý được hỏi ý kiến."}
    change: ClassVar[dict[str, Any]] = {"wording": "Tôi đồng ý trả lời khảo sát."}
    wrong: ClassVar[dict[str, Any]] = {"code": "Khảo sát!"}


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
