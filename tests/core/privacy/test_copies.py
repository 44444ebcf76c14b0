"""A copy of everything about a person: what is in it, who may fetch it, and that it is on record."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.context import Context, ForbiddenError
from core.customers.models import Customer
from core.entity import service
from core.entity.errors import MissingError
from core.entity.tables import Change
from core.files.service import store
from core.files.storage import storage_of
from core.jobs.drain import Drain
from core.jobs.models import Job
from core.privacy import copies
from core.settings import Settings
from core.testing import limited
from tests.core.privacy.conftest import account, agree, contact, person


def opened(path: Path | None) -> zipfile.ZipFile:
    assert path is not None
    return zipfile.ZipFile(path)


def test_all_that_hangs_on_a_person_is_in_it(company: Context, drain: Drain, settings: Settings) -> None:
    bay = person(company, note="<b>nhà vàng</b>")
    account(company, bay.id)
    contact(company, bay.id, "Anh Tám")
    agree(company, bay)
    paper = store(company, storage_of(settings), io.BytesIO(b"%PDF-1.4 hop dong"), "../../hợp đồng.pdf")
    paper.entity, paper.record_id = "core.customer", bay.id
    asked = copies.ask(company, bay)
    company.session.commit()
    drain.company(company.tenant)
    found = copies.find(company, settings, asked)
    assert found.state == "done", company.session.scalars(sa.select(Job.last_error).where(Job.id == asked)).all()
    with opened(found.path) as archive:
        names = archive.namelist()
        data, page = json.loads(archive.read("data.json")), archive.read("data.html").decode()
        assert archive.read(names[0]).startswith(b"%PDF")
    assert names[0].startswith("files/001-")
    assert ".." not in names[0]
    tables = {table["title"]: table["rows"] for table in data["data"]}
    assert tables["Khách hàng"][0]["Tên khách hàng"] == bay.name
    assert tables["Liên hệ"][0]["Khách hàng"] == bay.name
    assert len(tables["Tài khoản ngân hàng"]) == 1
    assert tables["Đồng ý liên hệ"][0]["Bằng chứng"] == "Phiếu ở quầy số 7"
    assert "&lt;b&gt;nhà vàng&lt;/b&gt;" in page
    assert "core." not in page


def test_nobody_else_fetches_it_and_it_is_on_record(
    company: Context, drain: Drain, settings: Settings, make_context: Callable[..., Context], stranger: Context
) -> None:
    asked = copies.ask(company, person(company))
    company.session.commit()
    drain.company(company.tenant)
    for other in (make_context(company.company), stranger, make_context(company.company, grants=limited())):
        with pytest.raises(MissingError):
            copies.find(other, settings, asked)
    line = company.session.scalars(sa.select(Change).where(Change.action == "personal_exported")).one()
    assert company.user is not None
    assert line.user_id == company.user.id


def test_only_an_administrator_asks_for_it(company: Context, make_context: Callable[..., Context]) -> None:
    bay = person(company)
    seller = make_context(company.company, grants=limited(core_customer=["see", "edit", "export"]))
    with pytest.raises(ForbiddenError):
        copies.ask(seller, service.get(seller, Customer, bay.id))


@pytest.mark.parametrize(
    ("method", "below"),
    [
        ("post", "personal-data"),
        ("get", "erase"),
        ("post", "erase"),
        ("get", "hold"),
        ("post", "hold"),
        ("post", "release"),
    ],
)
def test_without_the_right_a_record_and_none_look_alike(
    company: Context,
    make_context: Callable[..., Context],
    make_client: Callable[..., FlaskClient],
    stranger: Context,
    method: str,
    below: str,
) -> None:
    bay, theirs = person(company), person(stranger)
    grants = limited(core_customer=["see", "edit", "delete", "export"])
    seller = make_client(make_context(company.company, grants=grants), grants=grants)
    answers = {
        getattr(seller, method)(f"/customers/{one}/{below}").status_code
        for one in (bay.id, theirs.id, "01900000-0000-7000-8000-000000000000")
    }
    assert answers == {403}
    admin = make_client(company)
    assert {
        getattr(admin, method)(f"/customers/{one}/{below}").status_code
        for one in (theirs.id, "01900000-0000-7000-8000-000000000000")
    } == {404}
    assert getattr(admin, method)(f"/tags/{bay.id}/{below}").status_code in {404, 405}
