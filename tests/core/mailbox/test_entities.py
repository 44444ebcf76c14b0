"""E-mails are held to the tests that every entity is."""

from typing import Any, ClassVar

from core.mailbox.models import Mail
from core.testing.entities import EntityTests


class TestMail(EntityTests):
    model = Mail
    values: ClassVar[dict[str, Any]] = {
        "subject": "Lịch hẹn ngày mai",
        "to": "Chị Lan <lan@khach.vn>",
        "cc": "sep@anphat.vn",
        "body": "Chào chị Lan,\n\nHẹn chị 9 giờ sáng mai.",
    }
    change: ClassVar[dict[str, Any]] = {"subject": "Lịch hẹn ngày kia"}
    wrong: ClassVar[dict[str, Any]] = {"to": "không phải địa chỉ"}
