"""Every activity is held to the tests that every entity is."""

from typing import Any, ClassVar

from core.activities.models import Call, Comment, Document, Meeting, Note, Task, Transaction, TransactionType
from core.testing.entities import EntityTests


class TestCall(EntityTests):
    model = Call
    values: ClassVar[dict[str, Any]] = {
        "subject": "Gọi tư vấn gói bảo trì",
        "state": "planned",
        "starts": "2026-12-01T02:30:00+00:00",
        "minutes": 15,
        "direction": "out",
        "remind_before": "15",
        "remind_by": ["bell", "mail"],
        "note": "Hỏi về ngân sách",
    }
    change: ClassVar[dict[str, Any]] = {"state": "held", "result": "reached"}


class TestMeeting(EntityTests):
    model = Meeting
    values: ClassVar[dict[str, Any]] = {
        "subject": "Gặp khảo sát mặt bằng",
        "starts": "2026-12-01T02:30:00+00:00",
        "ends": "2026-12-01T04:00:00+00:00",
        "place": "12 Hùng Vương, Huế",
    }
    change: ClassVar[dict[str, Any]] = {"place": "Quán cà phê đối diện"}
    wrong: ClassVar[dict[str, Any]] = {"ends": "2026-11-30T02:30:00+00:00"}


class TestTask(EntityTests):
    model = Task
    values: ClassVar[dict[str, Any]] = {
        "subject": "Soạn báo giá",
        "state": "working",
        "priority": "high",
        "starts": "2026-12-01T01:00:00+00:00",
        "ends": "2026-12-03T10:00:00+00:00",
        "progress": 40,
    }
    change: ClassVar[dict[str, Any]] = {"state": "done", "progress": 100}
    wrong: ClassVar[dict[str, Any]] = {"ends": "2026-11-30T02:30:00+00:00"}


class TestTransaction(EntityTests):
    model = Transaction
    values: ClassVar[dict[str, Any]] = {
        "name": "Chăm sóc sau bán hàng",
        "state": "started",
        "priority": "low",
        "starts": "2026-12-01T01:00:00+00:00",
        "ends": "2026-12-03T10:00:00+00:00",
        "assessment": "Khách hài lòng",
    }
    change: ClassVar[dict[str, Any]] = {"state": "carried_out"}
    wrong: ClassVar[dict[str, Any]] = {"ends": "2026-11-30T02:30:00+00:00"}


class TestTransactionType(EntityTests):
    model = TransactionType
    values: ClassVar[dict[str, Any]] = {"name": "Bảo hành"}
    change: ClassVar[dict[str, Any]] = {"name": "Tư vấn"}


class TestNote(EntityTests):
    model = Note
    values: ClassVar[dict[str, Any]] = {"subject": "Sở thích", "text": "Chị thích uống trà\nkhông đường"}
    change: ClassVar[dict[str, Any]] = {"pinned": True}


class TestDocument(EntityTests):
    model = Document
    values: ClassVar[dict[str, Any]] = {"name": "Giấy phép kinh doanh", "note": "Bản sao"}
    change: ClassVar[dict[str, Any]] = {"note": "Bản công chứng"}


class TestComment(EntityTests):
    model = Comment
    values: ClassVar[dict[str, Any]] = {"text": "Anh Nam xem giúp khách này nhé"}
    change: ClassVar[dict[str, Any]] = {"text": "Anh Nam đã xem"}
