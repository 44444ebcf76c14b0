"""The letterhead, by the kit's tests."""

from typing import Any, ClassVar

from core.printing.letterhead import Letterhead
from core.testing.entities import EntityTests


class TestLetterhead(EntityTests):
    model = Letterhead
    values: ClassVar[dict[str, Any]] = {"name": "Công ty TNHH Bình Minh", "tax_code": "0312345678"}
    change: ClassVar[dict[str, Any]] = {"director": "Trần Thị Hạnh"}
    wrong: ClassVar[dict[str, Any]] = {"odd": "lung tung"}
