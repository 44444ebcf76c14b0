"""A stay on paper: what is read back from the PDF."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pypdf
import pytest
from flask.testing import FlaskClient
from ghep_kennel import Stay

from core.context import Grants
from core.files.storage import DiskStorage
from core.printing import drawing
from core.printing.documents import documents, print_of
from core.printing.letterhead import Letterhead
from core.sdk import Context, Customer, MissingError, create
from core.testing import limited
from core.testing.web import ApiClient

DAYS = {"arrives": date(2026, 3, 1), "leaves": date(2026, 3, 4)}
HOSTILE = '<script>alert(1)</script><img src="file:///etc/hostname"><link rel="stylesheet" href="http://127.0.0.1:9/x">'


@pytest.fixture
def stay(context: Context) -> Stay:
    customer = create(context, Customer, {"name": "Nguyễn Thị Ánh Tuyết", "mobile": "+84912345678"})
    return create(context, Stay, {"pet": "Mướp", "customer": customer.id, "price": Decimal(1_050_000), **DAYS})


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def text_of(page: pypdf.PageObject) -> str:
    return " ".join(page.extract_text().split())


def millimetres(page: pypdf.PageObject) -> tuple[int, int]:
    return round(page.mediabox.width / 72 * 25.4), round(page.mediabox.height / 72 * 25.4)


def test_a_slip_says_who_what_and_how_much_in_words(
    context: Context, stay: Stay, make_client: Callable[..., FlaskClient]
) -> None:
    create(
        context, Letterhead, {"name": "Khách sạn thú cưng Bình Minh", "tax_code": "0312345678", "director": "Trần Hạnh"}
    )
    pages = make_client(context)
    answer = pages.get(f"/kennel/stays/{stay.id}/print/slip/pdf")
    assert answer.mimetype == "application/pdf"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    (page,) = read(answer.data).pages
    said = text_of(page)
    for words in (
        "Khách sạn thú cưng Bình Minh", "0312345678", "PHIẾU LƯU TRÚ", "Mướp", "Nguyễn Thị Ánh Tuyết", "0912 345 678",
        "01/03/2026", "1.050.000 đ", "Một triệu không trăm năm mươi nghìn đồng", "Đã đặt", "Trần Hạnh",
    ):  # fmt: skip
        assert words in said, words
    assert millimetres(page) == (148, 210)
    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}  # type: ignore[index] # read from a file
    assert fonts
    assert all("BeVietnamPro" in name for name in fonts), fonts
    preview = pages.get(f"/kennel/stays/{stay.id}/print/slip").get_data(as_text=True)
    assert "data:image/png;base64," in preview
    assert "Thẻ đeo cổ" in preview  # the other print is one click away
    assert f'href="/kennel/stays/{stay.id}/print/slip"' in pages.get(f"/kennel/stays/{stay.id}").get_data(as_text=True)


def test_a_roll_is_as_long_as_what_stands_on_it(
    context: Context, stay: Stay, make_api: Callable[..., ApiClient]
) -> None:
    answer = make_api(context).get(f"/api/v1/kennel/stays/{stay.id}/print/tag")
    (page,) = read(answer.data).pages
    width, height = millimetres(page)
    assert width == 80
    assert 40 < height < 150
    assert "MƯỚP" in text_of(page)


def test_many_are_one_file_each_on_its_own_page(
    context: Context, stay: Stay, make_client: Callable[..., FlaskClient]
) -> None:
    customer = create(context, Customer, {"name": "Cô Lan"})
    other = create(context, Stay, {"pet": "Vàng", "customer": customer.id, **DAYS})
    pages = make_client(context)
    ids = [str(other.id), str(stay.id)]
    dialog = pages.post("/kennel/stays/bulk/print", data={"ids": ids}).get_data(as_text=True)
    assert "In 2 bản ghi" in dialog
    answer = pages.post("/kennel/stays/bulk/print", data={"ids": ids, "print": "slip"})
    assert [name in text_of(page) for page, name in zip(read(answer.data).pages, ("Cô Lan", "Ánh Tuyết"), strict=True)]


def test_what_somebody_typed_is_text_and_nothing_is_fetched(context: Context, stay: Stay) -> None:
    """Markup in a field stands on the paper as it was typed; addresses in a document lead nowhere."""
    customer = create(context, Customer, {"name": HOSTILE[:200]})
    hostile = create(context, Stay, {"pet": HOSTILE[:200], "customer": customer.id, **DAYS})
    resource = context.resource(Stay)
    (html,) = documents(context, DiskStorage(None), resource, print_of(resource, "slip"), [hostile])  # type: ignore[arg-type] # there is no logo
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    (page,) = read(drawing.pdf([html + HOSTILE.replace("<script>alert(1)</script>", "")], "A5", "Phiếu")).pages
    assert "<script>alert(1)</script>" in text_of(page)


def test_who_may_not_see_it_gets_no_paper(
    context: Context,
    stay: Stay,
    stranger: Context,
    make_context: Callable[..., Context],
    make_client: Callable[..., FlaskClient],
) -> None:
    url = f"/kennel/stays/{stay.id}/print/slip"
    assert make_client(stranger).get(url).status_code == 404
    assert make_client(context).get(f"/kennel/stays/{stay.id}/print/nothing").status_code == 404
    hidden = Grants(
        verbs=limited(**{"kennel.stay": ["see"], "core.customer": []}).verbs,
        fields={"kennel.stay": {"price": "hidden"}},
    )
    narrow = make_context(context.company, grants=hidden)
    resource = narrow.resource(Stay)
    (html,) = documents(narrow, DiskStorage(None), resource, print_of(resource, "slip"), [stay])  # type: ignore[arg-type] # there is no logo
    assert "Mướp" in html
    assert "1.050.000" not in html
    assert "912" not in html
    with pytest.raises(MissingError):
        documents(stranger, DiskStorage(None), stranger.resource(Stay), print_of(resource, "slip"), [stay])  # type: ignore[arg-type] # there is no logo
