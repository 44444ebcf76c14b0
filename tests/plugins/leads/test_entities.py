"""Everything about leads that is declared, by the kit's tests."""

from typing import Any, ClassVar

from core.testing.entities import EntityTests
from plugins.leads.models import Assignment, Lead, ResponseTime


class TestLead(EntityTests):
    model = Lead
    values: ClassVar[dict[str, Any]] = {"name": "Chị Hoa", "mobile": "+84912345678", "amount": "5000000.00"}
    change: ClassVar[dict[str, Any]] = {"state": "contacting"}
    wrong: ClassVar[dict[str, Any]] = {"kind": "organisation", "company": None}


class TestAssignment(EntityTests):
    model = Assignment
    values: ClassVar[dict[str, Any]] = {"name": "Chia cho cả đội", "every": "5", "starts": "2026-01-05"}
    change: ClassVar[dict[str, Any]] = {"every": "30"}
    wrong: ClassVar[dict[str, Any]] = {"ends": "2026-01-01"}


class TestResponseTime(EntityTests):
    model = ResponseTime
    values: ClassVar[dict[str, Any]] = {
        "name": "Một giờ", "minutes": 60, "days": ["0", "1", "2", "3", "4"], "opens": "08:00:00", "closes": "17:30:00"
    }  # fmt: skip
    change: ClassVar[dict[str, Any]] = {"minutes": 30}
    wrong: ClassVar[dict[str, Any]] = {"closes": "07:00:00"}
