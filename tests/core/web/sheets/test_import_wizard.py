"""Bringing a file in through the browser: four steps, a history, and back out again."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.access.models import Role
from core.app import Platform
from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.entity.query import Query, count
from core.jobs.models import Job
from core.jobs.work import Work as Attempt
from core.sheets.models import ImportBatch, ImportRow
from core.testing import limited, limited_to
from core.testing.web import browser, enrol
from tests.core.web.sheets.conftest import Wizard

ACCOUNTS = Path(__file__).parents[3] / "data" / "accounts.csv"
Work = Callable[[], int]


def customers(context: Context) -> int:
    context.session.rollback()
    return count(context, Query(context.resource(Customer)), None)[0]


def workbook(*rows: list[object], sheets: dict[str, list[list[object]]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    for row in rows:
        first.append(row)
    for name, content in (sheets or {}).items():
        page = book.create_sheet(name)
        for line in content:
            page.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_real_file_goes_in_is_known_the_second_time_and_comes_out_whole(
    wizard: Wizard, context: Context, work: Work
) -> None:
    here = wizard.run(ACCOUNTS.read_bytes(), "accounts.csv")
    assert "Waiting" in wizard.text(here)
    work()
    assert customers(context) == 85
    assert "Done" in (done := wizard.text(here))
    assert "Added 85" in done
    again = wizard.run(ACCOUNTS.read_bytes(), "accounts.csv")
    work()
    assert "Left as they were 85" in wizard.text(again)
    assert customers(context) == 85
    assert wizard.client.post(f"{here}/undo").headers["Location"] == here
    work()
    assert customers(context) == 0
    assert "85 removed" in wizard.text(here)
    history = wizard.text("/imports")
    assert history.count("accounts.csv") == 2
    assert "Undone" in history


def test_the_page_looks_again_while_it_runs_and_no_more_when_it_is_over(wizard: Wizard, work: Work) -> None:
    here = wizard.run("Tên\nLan\n")
    assert f'hx-get="{here}"' in wizard.client.get(here).get_data(as_text=True)
    work()
    part = wizard.client.get(here, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in part
    assert "hx-get" not in part


def test_the_columns_say_what_is_in_them_and_may_be_given_to_other_fields(
    wizard: Wizard, context: Context, work: Work
) -> None:
    here = wizard.taken("Tên KH;Liên lạc\nLan;Hoa\nMai;Trà\n".encode("utf-16"), "cũ.csv")
    page = wizard.text(f"{here}/map")
    assert "Lan · Mai" in page
    assert "UTF-16" in page
    assert "semicolon" in page
    assert "2 rows" in page
    wizard.match(here, {1: "sector"})
    wizard.client.post(f"{here}/run")
    work()
    assert set(context.session.scalars(sa.select(Customer.sector))) == {"Hoa", "Trà"}


@pytest.mark.parametrize(
    ("columns", "choices", "said"),
    [
        ({0: "", 1: ""}, {}, "at least one column"),
        ({0: "name", 1: "name"}, {}, "Two columns are meant for “Customer name”"),
        ({0: "", 1: "sector"}, {"match": []}, "No column is meant for “Customer name”"),
        ({}, {"match": ["mobile"]}, "cannot be compared by “Mobile”"),
        ({}, {"match": [], "duplicates": "overwrite"}, "nothing would be overwritten"),
    ],
)
def test_a_choice_that_makes_no_sense_is_told_so_and_kept(
    wizard: Wizard, columns: dict[int, str], choices: dict[str, object], said: str
) -> None:
    here = wizard.taken("Tên,Ngành nghề\nLan,Hoa\n")
    answer = wizard.match(here, columns, **choices)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert wizard.match(here).status_code == 302


def test_another_sheet_and_another_row_of_headings_are_proposed_for_anew(wizard: Wizard) -> None:
    book = workbook(["Ghi chú"], ["x"], sheets={"Khách": [["Báo cáo", "2026"], ["Tên", "SĐT"], ["Lan", "0912345678"]]})
    here = wizard.taken(book, "sổ.xlsx")
    wizard.client.post(f"{here}/map", data={"sheet": "Khách", "header_row": "1", "header_was": "1"})
    page = wizard.text(f"{here}/map")
    assert "Lan" in page
    wizard.client.post(f"{here}/map", data={"sheet": "Khách", "header_row": "3", "header_was": "2"})
    assert "0 rows" in wizard.text(f"{here}/map")
    wizard.client.post(f"{here}/map", data={"sheet": "Khách", "header_row": "2", "header_was": "3"})
    assert "1 rows" in wizard.text(f"{here}/map")


def test_the_check_shows_each_row_with_its_reason_and_saves_nothing(wizard: Wizard, context: Context) -> None:
    service.create(context, Customer, {"name": "Lan cũ", "mobile": "+84912345678"})
    context.session.commit()
    here = wizard.taken("Tên,SĐT\nLan,0912 345 678\nMai,0987654321\nBình,12\n")
    wizard.match(here)
    page = wizard.text(f"{here}/preview")
    for said in ("New 1", "Already there 1", "Wrong 1", "Mobile: Not a telephone number", "Left as it is"):
        assert said in page
    assert "Bình" not in wizard.text(f"{here}/preview?show=created")
    assert "Bình" in wizard.text(f"{here}/preview?show=wrong")
    assert customers(context) == 1


def test_a_long_file_is_checked_as_far_as_the_first_thousand_rows(wizard: Wizard, context: Context, work: Work) -> None:
    here = wizard.taken("Tên\n" + "".join(f"Khách {number}\n" for number in range(1205)))
    wizard.match(here)
    page = wizard.text(f"{here}/preview")
    assert "first 1,000 rows" in page
    assert "1,205 rows" in page
    wizard.client.post(f"{here}/run")
    work()
    assert customers(context) == 1205


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"MZ\x90\x00" + b"\x00\x03" * 400, "khach.xlsx", "not an Excel or CSV file"),
        (b"", "khach.csv", "The file is empty"),
        (b"%PDF-1.7 ...", "khach.xlsx", "This is a PDF file"),
        ('Tên,Ghi chú\nLan,"mở\nMai,\n'.encode(), "khach.csv", "quotation mark"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words_and_not_kept(
    wizard: Wizard, context: Context, platform: Platform, content: bytes, name: str, said: str
) -> None:
    answer = wizard.upload(content, name)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    folder = platform.settings.var / "imports" / str(context.tenant)
    assert not list(folder.iterdir())
    assert not context.session.scalars(sa.select(ImportBatch)).all()


def test_a_bomb_is_refused_in_words(wizard: Wizard) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", "<c>" + "0" * (32 << 20))
    answer = wizard.upload(file.getvalue(), "khach.xlsx")
    assert answer.status_code == 422
    assert "unpacks to far more" in answer.get_data(as_text=True)


def test_a_form_without_a_file_says_so(wizard: Wizard) -> None:
    answer = wizard.client.post("/customers/import", data={})
    assert answer.status_code == 422
    assert "Choose a file first" in answer.get_data(as_text=True)


def test_a_file_that_breaks_off_late_leaves_nothing_behind(
    wizard: Wizard, context: Context, platform: Platform, work: Work
) -> None:
    here = wizard.run("Tên\n" + "".join(f"Khách {number}\n" for number in range(3000)))
    batch = context.session.scalars(sa.select(ImportBatch)).one()
    kept = platform.settings.var / "imports" / str(context.tenant) / str(batch.id)
    kept.write_text(kept.read_text(encoding="utf-8") + '"nửa chừng', encoding="utf-8")
    batch.plan = {**batch.plan, "rows": None}  # as of a file that was too long to be read to its end before
    context.session.commit()
    work()
    page = wizard.text(here)
    assert "Failed" in page
    assert "quotation mark" in page
    assert customers(context) == 0


def test_a_file_that_has_changed_or_gone_is_told_so(
    wizard: Wizard, context: Context, platform: Platform, work: Work
) -> None:
    here = wizard.taken("Tên\nLan\n")
    batch = context.session.scalars(sa.select(ImportBatch)).one()
    kept = platform.settings.var / "imports" / str(context.tenant) / str(batch.id)
    wizard.match(here)
    kept.write_text("Mã,Tên\n1,Lan\n", encoding="utf-8")
    assert "has changed" in wizard.client.get(f"{here}/preview").get_data(as_text=True)
    kept.unlink()
    answer = wizard.client.get(f"{here}/map")
    assert answer.status_code == 422
    assert "not kept any more" in answer.get_data(as_text=True)
    wizard.client.post(f"{here}/run")
    work()
    assert "not kept any more" in wizard.text(here)


def test_wrong_rows_are_given_back_mended_and_go_in(wizard: Wizard, context: Context, work: Work) -> None:
    here = wizard.run("Tên;SĐT;Ghi chú\nLan;0912345678;tốt\nBình;12;0\n;0987654321;\n")
    work()
    answer = wizard.client.get(f"{here}/failed", buffered=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = answer.data.decode("utf-8-sig")
    assert text.splitlines()[0] == '"Tên","SĐT","Ghi chú","Why it was not imported"'
    assert "Mobile: Not a telephone number" in text.splitlines()[1]
    assert "Customer name: This field is needed." in text.splitlines()[2]
    mended = text.replace('"12"', '"0912000111"').replace('"","0987654321"', '"Cúc","0987654321"')
    again = wizard.run(mended, "mended.csv")
    work()
    assert "Added 2" in wizard.text(again)
    assert {row.note for row in context.session.scalars(sa.select(Customer))} == {"tốt", "0", None}


def test_wrong_rows_of_a_workbook_keep_their_dates_and_numbers(wizard: Wizard, context: Context, work: Work) -> None:
    birthday = datetime(1990, 3, 7)  # noqa: DTZ001 # a cell knows no zone
    book = workbook(
        ["Tên khách hàng", "Ngày sinh", "Doanh thu", "Di động"],
        ["Lan", birthday, 1.234, "12"],
        ["=1+1", birthday, 5, "13"],
    )
    here = wizard.run(book, "khach.xlsx")
    work()
    mended = openpyxl.load_workbook(io.BytesIO(wizard.client.get(f"{here}/failed", buffered=True).data))
    page = mended.active
    assert page is not None
    assert [cell.value for cell in page[2]][:3] == ["Lan", birthday, 1.234]
    for row in (2, 3):
        page.cell(row, 4, f"091234567{row}")
    file = io.BytesIO()
    mended.save(file)
    again = wizard.run(file.getvalue(), "mended.xlsx")
    work()
    assert "Added" in wizard.text(again)
    lan = context.session.scalars(sa.select(Customer).where(Customer.name == "Lan")).one()
    assert (lan.birthday, lan.revenue) == (birthday.date(), Decimal("1.234"))


def test_stopped_in_the_middle_what_is_in_stays_and_can_be_undone(
    wizard: Wizard, context: Context, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.sheets.importer.CHUNK", 10)
    here = wizard.run("Tên\n" + "".join(f"Khách {number}\n" for number in range(95)))

    steps, checkpoint = iter(range(100)), Attempt.checkpoint

    def cancelling(self: Attempt, **cursor: object) -> None:
        checkpoint(self, **cursor)
        if next(steps) == 3:
            wizard.client.post(f"{here}/cancel")

    monkeypatch.setattr(Attempt, "checkpoint", cancelling)
    work()
    some = customers(context)
    assert 0 < some < 95
    assert "Cancelled" in wizard.text(here)
    wizard.client.post(f"{here}/undo")
    work()
    assert customers(context) == 0


def test_cancelled_before_it_begins_nothing_goes_in(wizard: Wizard, context: Context, work: Work) -> None:
    here = wizard.run("Tên\nLan\n")
    wizard.client.post(f"{here}/cancel")
    work()
    assert customers(context) == 0
    assert "Cancelled" in wizard.text(here)


def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_does_the_rest_once(
    wizard: Wizard, context: Context, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.sheets.importer.CHUNK", 10)
    here = wizard.run("Tên\n" + "".join(f"Khách {number}\n" for number in range(45)))
    from core.sheets import importer

    count_rows, turns = importer._count, iter(range(100))  # the last thing of a part

    def dying(*arguments: object, **options: object) -> None:
        count_rows(*arguments, **options)  # type: ignore[arg-type] # passed on as they came
        if next(turns) == 2:
            raise SystemExit("killed")

    monkeypatch.setattr(importer, "_count", dying)
    work()
    assert customers(context) == 20
    context.session.execute(sa.update(Job).values(available_at=sa.func.now()))
    context.session.commit()
    work()
    assert customers(context) == 45
    assert "Added 45" in wizard.text(here)
    assert context.session.scalar(sa.select(sa.func.count()).select_from(ImportRow)) == 45


def test_an_undo_keeps_and_names_what_was_edited_since(wizard: Wizard, context: Context, work: Work) -> None:
    here = wizard.run("Tên\nLan\nMai\n")
    work()
    lan = context.session.scalars(sa.select(Customer).where(Customer.name == "Lan")).one()
    service.update(context, lan, {"sector": "Hoa"})
    context.session.commit()
    wizard.client.post(f"{here}/undo")
    assert "Being undone" in wizard.text(here)
    work()
    page = wizard.client.get(here).get_data(as_text=True)
    assert f'<a href="/customers/{lan.id}">Lan</a>' in page
    assert customers(context) == 1


def test_it_is_undone_once_however_often_it_is_asked_for(wizard: Wizard, context: Context, work: Work) -> None:
    here = wizard.run("Tên\nLan\nMai\n")
    assert wizard.client.post(f"{here}/undo").headers["Location"] == here
    assert customers(context) == 0
    work()
    assert customers(context) == 2
    for _turn in range(2):
        wizard.client.post(f"{here}/undo")
    jobs = sa.select(sa.func.count()).select_from(Job).where(Job.topic == "core.import_undo")
    assert context.session.scalar(jobs) == 1
    work()
    assert customers(context) == 0
    wizard.client.post(f"{here}/undo")
    assert context.session.scalar(jobs) == 1


def test_another_companys_import_is_not_there(
    wizard: Wizard, make_client: Callable[..., FlaskClient], stranger: Context
) -> None:
    here = wizard.run("Tên\nLan\n")
    other = make_client(stranger)
    for address in ("", "/map", "/preview", "/failed"):
        assert other.get(f"{here}{address}").status_code == 404
    for address in ("/map", "/run", "/cancel", "/undo"):
        assert other.post(f"{here}{address}").status_code == 404
    assert "khach.csv" not in other.get("/imports").get_data(as_text=True)
    assert wizard.client.get(f"/imports/{uuid4()}").status_code == 404


def test_a_colleague_sees_their_own_imports_and_those_without_the_right_none(
    wizard: Wizard, platform: Platform, make_context: Callable[..., Context], context: Context
) -> None:
    here = wizard.run("Tên\nLan\n")

    def colleague(*verbs: str) -> FlaskClient:
        grants = limited(core_customer=list(verbs))
        return browser(app, enrol(platform.database, make_context(context.company, grants=grants), grants))

    app = wizard.client.application
    importing = colleague("see", "create", "edit", "import")
    assert importing.get(here).status_code == 404
    assert importing.get("/imports").status_code == 200
    seeing = colleague("see")
    assert seeing.get("/imports").status_code == 403
    assert seeing.get("/customers/import").status_code == 403
    assert seeing.post("/customers/import").status_code == 403


def test_an_import_does_what_the_person_may_do_and_no_more(
    wizard: Wizard, platform: Platform, make_context: Callable[..., Context], context: Context, work: Work
) -> None:
    theirs = service.create(context, Customer, {"name": "Lan", "mobile": "+84912345678", "sector": "Hoa"})
    context.session.commit()
    grants = limited_to("own", core_customer=["see", "create", "edit", "import"])
    colleague = make_context(context.company, grants=grants)
    own = Wizard(browser(wizard.client.application, enrol(platform.database, colleague, grants)))
    here = own.run("Tên,SĐT,Ngành\nLan,0912345678,Trà\nMai,0987654321,Trà\n", duplicates="overwrite")
    work()
    context.session.refresh(theirs)
    assert theirs.sector == "Hoa"
    assert customers(context) == 3  # what somebody may not see cannot be the same
    made = context.session.scalars(sa.select(Customer).where(Customer.name == "Mai")).one()
    assert colleague.user is not None
    assert made.owner_id == colleague.user.id
    assert own.client.post(f"{here}/undo").status_code == 302
    work()
    assert customers(context) == 1


def test_whoever_lost_the_right_meanwhile_imports_nothing(wizard: Wizard, context: Context, work: Work) -> None:
    here = wizard.run("Tên\nLan\n")
    context.session.execute(
        sa.update(Role).values(admin=False, grants={"core.customer": {"see": "all", "import": "all"}})
    )
    context.session.commit()
    work()
    assert customers(context) == 0
    batch = context.session.scalars(sa.select(ImportBatch)).one()
    assert (batch.state, batch.error) == ("failed", "You may not import Customers any more.")
    assert wizard.client.get(here).status_code == 200


def test_a_field_that_was_hidden_since_is_named_where_the_columns_are_matched(
    wizard: Wizard, context: Context, platform: Platform, make_context: Callable[..., Context]
) -> None:
    grants = limited(core_customer=["see", "create", "import"])
    person = enrol(platform.database, make_context(context.company), grants)
    seller = Wizard(browser(wizard.client.application, person))
    here = seller.taken("Tên khách hàng,SĐT\nLan,0912345678\n")
    assert seller.match(here, match=["mobile"]).headers["Location"] == f"{here}/preview"
    hidden = sa.update(Role).where(sa.not_(Role.admin)).values(fields={"core.customer": {"mobile": "hidden"}})
    context.session.execute(hidden)
    context.session.commit()
    answer = seller.client.get(f"{here}/preview")
    assert answer.status_code == 422
    assert "“Di động” dùng để nhận ra" in answer.get_data(as_text=True)


def test_the_example_file_can_be_imported(wizard: Wizard, work: Work) -> None:
    answer = wizard.client.get("/customers/import/example", buffered=True)
    here = wizard.taken(answer.data, "mẫu.xlsx")
    wizard.match(here)
    page = wizard.text(f"{here}/preview")
    assert "Wrong 0" in page
    assert "New 1" in page


def test_uploads_are_removed_after_a_month_and_nobody_elses_before(
    wizard: Wizard, context: Context, platform: Platform, work: Work
) -> None:
    import os

    from core.jobs.queue import enqueue

    old, new = wizard.run("Tên\nLan\n"), wizard.run("Tên\nMai\n")
    work()
    past = datetime.now(UTC) - timedelta(days=31)
    old_id, new_id = (address.rpartition("/")[2] for address in (old, new))
    context.session.execute(sa.update(ImportBatch).where(ImportBatch.id == old_id).values(created_at=past))
    enqueue(context, "core.sheets.clear")
    context.session.commit()
    folder = platform.settings.var / "imports" / str(context.tenant)
    for file in folder.iterdir():
        os.utime(file, (past.timestamp(), past.timestamp()))
    work()
    assert [file.name for file in folder.iterdir()] == [new_id]
    assert "Done" in wizard.text(old)
    assert wizard.client.get(f"{old}/failed").status_code == 422


PROFILE = """
format: 1
clean: {nganh: {Tra sua: Trà sữa}}
steps:
  - file: khach.csv
    entity: core.customer
    match: [name]
    fields: {name: ten, sector: nganh, founded: {value: 2001}}
"""


def test_a_profile_reads_the_file_and_tells_what_it_read_otherwise(
    wizard: Wizard, context: Context, work: Work
) -> None:
    def sent(own_profile: str, **fields: str) -> Any:
        files = {"file": (io.BytesIO(b"ten,nganh\nLan,Tra sua\nMai,Tra sua\n"), "khach.csv")}
        own = {"profile_file": (io.BytesIO(own_profile.encode()), "shop.yaml")} if own_profile else {}
        return wizard.client.post("/customers/import", data={**files, **own, **fields})

    for profile, fields in (
        ("format: 1", {}), (PROFILE.replace("ten,", "nothing,"), {}), (PROFILE.replace("customer", "contact"), {}),
        ("", {"profile": "sales/nothing"}),
    ):  # fmt: skip
        refused = sent(profile, **fields)
        assert refused.status_code == 422
    here = str(sent(PROFILE).headers["Location"]).removesuffix("/map")
    page = wizard.client.get(f"{here}/map").get_data(as_text=True)
    assert "nganh: “Tra sua” is read as “Trà sữa”" in page
    wizard.match(here)
    wizard.client.post(f"{here}/run")
    work()
    found = context.session.scalars(sa.select(Customer).order_by(Customer.name)).all()
    rows = [(one.name, one.sector, one.founded) for one in found]
    assert rows == [("Lan", "Trà sữa", 2001), ("Mai", "Trà sữa", 2001)]
