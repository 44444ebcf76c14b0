"""Documents with goods, with the dummy's slips, as they are read back from the PDF."""

import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pypdf
import pytest

from core.context import Context
from core.entity import service
from core.files.storage import Storage, storage_of
from core.printing import drawing
from core.printing.documents import documents, print_of
from core.settings import Settings
from core.testing import limited


@pytest.fixture
def storage(tmp_path: Any) -> Storage:
    return storage_of(Settings(var=tmp_path))


@pytest.fixture
def slip(context: Context) -> Any:
    part = service.create(context, context.resource("dummy.part").model, {"name": "Bộ lọc"})
    lines = [
        {"name": f"Dịch vụ số {n} – chăm sóc", "quantity": Decimal("1.5"), "price": Decimal(10_000), "part": part.id}
        for n in range(1, 201)
    ]
    return service.create(
        context,
        context.resource("dummy.slip").model,
        {"note": "Giao tận nơi", "discount": Decimal(24_000), "goods": lines},
    )


def drawn(context: Context, storage: Storage, name: str, *slips: Any) -> list[str]:
    """The text of each page."""
    resource = context.resource("dummy.slip")
    chosen = print_of(resource, name)
    content = drawing.pdf(documents(context, storage, resource, chosen, slips), chosen.size, "Phiếu")
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def test_two_hundred_lines_run_over_pages_with_a_head_on_each(context: Context, storage: Storage, slip: Any) -> None:
    pages = drawn(context, storage, "slip", slip)
    assert len(pages) > 3
    assert all("Số lượng" in page for page in pages[:-1])
    assert pages[1].endswith(f"2/{len(pages)}")
    whole = " ".join(pages)
    assert "200 Dịch vụ số 200 – chăm sóc Bộ lọc 1,5 10.000 15.000" in whole
    assert "2.976.000 đ" in whole
    assert "Hai triệu chín trăm bảy mươi sáu nghìn đồng" in whole
    assert "Ngân hàng Ống Heo" in whole  # what the hook payment_details gives
    assert slip.code in whole


def test_each_document_has_its_own_lines_and_rights_hold(context: Context, storage: Storage, slip: Any) -> None:
    bare = service.create(
        context, context.resource("dummy.slip").model, {"goods": [{"name": "Xà phòng", "price": Decimal(5000)}]}
    )
    first, second = drawn(context, storage, "bill", bare, slip)[:2]
    assert "Xà phòng 1 × 5.000 5.000" in first
    assert "Dịch vụ số 1 " in second
    assert "Xà phòng" not in second
    narrow = replace(context, grants=limited(dummy_slip=["see"]))
    (page,) = drawn(narrow, storage, "bill", bare)
    assert "Xà phòng" in page
