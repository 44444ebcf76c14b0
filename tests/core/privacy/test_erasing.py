"""Forgetting a person: what goes, what stays, who may, and what refuses."""

import io
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from core.activities.models import Call
from core.bulk.merging import merge
from core.context import Context, ForbiddenError
from core.customers.models import BankAccount, Contact, Customer
from core.db.base import now
from core.entity import service
from core.entity.errors import InvalidError
from core.entity.identity import Identity
from core.entity.purge import purge
from core.entity.query import Query, read_page
from core.entity.tables import Change, StoredFile
from core.files.service import store
from core.files.storage import DiskStorage
from core.jobs.drain import Drain
from core.jobs.models import Job
from core.mail.outbox import send_mail
from core.privacy.consent import consents
from core.privacy.contactable import may_contact
from core.privacy.erasing import erase, extent, is_erased
from core.privacy.holds import hold, release
from core.settings import Settings
from core.testing import limited
from tests.core.privacy.conftest import EMAIL, PHONE, account, agree, contact, person

NAME = "Bà Nguyễn Thị Bảy"
SECRETS = ("Bảy", "912345678", EMAIL, "0071001234567", "NGUYEN THI BAY", "Ninh Kiều", "001085012345", "nhà vàng")


def gone(context: Context, record: Customer | Contact, **options: Any) -> None:
    erase(context, record, typed=record.title, reason="Khách yêu cầu", **options)
    context.session.commit()


def everything(context: Context) -> str:
    """All that the company keeps, as text."""
    found = []
    for table in context.hooks.registry.tables():
        if "tenant_id" in table.c and table.name != "core_user":
            rows = context.session.connection().execute(sa.select(table).where(table.c.tenant_id == context.tenant))
            found += [f"{table.name}: {row}" for row in rows]
    return "\n".join(found)


def test_what_was_done_about_a_contact_is_forgotten_with_them(company: Context) -> None:
    firm = service.create(company, Customer, {"name": "Công ty Mận", "kind": "organisation"})
    one, other = (service.create(company, Contact, {"name": name, "customer": firm.id}) for name in (NAME, "Ông Tám"))
    calls = [
        service.create(company, Call, {"subject": f"Gọi {about.name}", "starts": now(), "about": f"core.contact/{about.id}"})
        for about in (one, other)
    ]  # fmt: skip
    company.session.commit()
    gone(company, one)
    company.session.expire_all()
    assert "Bảy" not in calls[0].subject
    assert calls[1].subject == "Gọi Ông Tám"


def test_nothing_in_the_database_tells_who_it_was(company: Context) -> None:
    bay = person(company, id_number="001085012345", note="nhà vàng đầu hẻm", birthday=date(1985, 2, 3))
    service.update(company, bay, {"address": {"ward": "Ninh Kiều", "province": "Cần Thơ"}})
    service.update(company, bay, {"name": f"{NAME} (cũ)"})
    service.update(company, bay, {"name": NAME, "sector": "Thủy sản"})
    account(company, bay.id)
    agree(company, bay)
    send_mail(company, EMAIL, "Chào bà Bảy", f"Gọi {PHONE}")
    company.session.commit()
    before = everything(company)
    assert all(secret in before for secret in SECRETS)
    gone(company, bay)
    after = everything(company)
    assert [secret for secret in SECRETS if secret in after] == []


def test_the_books_go_on_pointing_at_a_record_without_a_name(company: Context) -> None:
    bay = person(company, sector="Thủy sản", revenue=None)
    bank = account(company, bay.id)
    gone(company, bay)
    found = service.get(company, Customer, bay.id)
    assert found.name.startswith("Đã xoá")
    assert (found.mobile, found.email, found.sector, found.code) == (None, None, "Thủy sản", bay.code)
    kept = service.get(company, BankAccount, bank.id)
    assert (kept.customer.id, kept.bank, kept.holder) == (bay.id, "Vietcombank", None)
    assert is_erased(company, found)
    assert not company.session.scalars(sa.select(Identity).where(Identity.record_id == bay.id)).all()
    assert read_page(company, Query(company.resource(Customer), q="Bảy")).rows == []


def test_the_log_says_who_erased_and_why_and_which_fields_were_once_changed(company: Context) -> None:
    bay = person(company)
    service.update(company, bay, {"mobile": "+84987654321", "sector": "Chè"})
    company.session.commit()
    gone(company, bay)
    lines = company.session.scalars(
        sa.select(Change).where(Change.tenant_id == company.tenant, Change.record_id == bay.id).order_by(Change.id)
    ).all()
    assert [line.action for line in lines] == ["created", "changed", "erased"]
    assert lines[1].values == {"mobile": [None, None], "sector": [None, "Chè"]}
    assert lines[2].values == {"reason": [None, "Khách yêu cầu"]}
    assert {line.record_title for line in lines} == {service.get(company, Customer, bay.id).name}


def test_the_log_can_be_emptied_of_nobody_who_was_not_erased(company: Context) -> None:
    bay = person(company)
    with pytest.raises(ProgrammingError):
        company.session.execute(sa.update(Change).where(Change.tenant_id == company.tenant).values(record_title="x"))
    company.session.rollback()
    call = sa.text("SELECT ghep_forget(CAST(:ids AS uuid[]), CAST(:titles AS text[]), CAST(:fields AS text[]))")
    company.session.execute(call, {"ids": [bay.id], "titles": ["x"], "fields": ["name"]})
    line = company.session.scalars(sa.select(Change).where(Change.record_id == bay.id)).one()
    assert line.record_title == NAME


def test_those_merged_into_a_person_are_the_person(company: Context) -> None:
    bay, again = person(company), person(company, "Bảy bán trà", mobile="+84987654321", email=None)
    operation = merge(company, Customer, bay.id, [again.id], {"name": "Bảy bán trà"})
    company.session.commit()
    gone(company, service.get(company, Customer, bay.id))
    assert "Bảy" not in everything(company)
    assert operation.asked["values"] == {}


def test_files_go_with_their_bytes(company: Context, settings: Settings, drain: Drain) -> None:
    storage = DiskStorage(settings.var / "files")
    paper = store(company, storage, io.BytesIO(b"%PDF-1.4 ban chup can cuoc"), "cccd.pdf")
    bay = person(company)
    paper.entity, paper.record_id = "core.customer", bay.id
    company.session.commit()
    path = storage.path(company.tenant, paper.id)
    assert extent(company, bay).files == 1
    gone(company, bay)
    assert company.session.scalars(sa.select(StoredFile).where(StoredFile.tenant_id == company.tenant)).all() == []
    drain.company(company.tenant)
    assert not path.exists()


def test_other_people_who_hang_on_a_customer_are_erased_only_where_that_is_said(company: Context) -> None:
    bay = person(company)
    tam = contact(company, bay.id, mobile="+84987654321")
    assert extent(company, bay).people == 1
    gone(company, bay)
    assert service.get(company, Contact, tam.id).mobile == "+84987654321"
    chin = person(company, "Ông Chín", mobile="+84912000111", email=None)
    muoi = contact(company, chin.id, "Cô Mười", mobile="+84912000222")
    gone(company, chin, people=True)
    assert service.get(company, Contact, muoi.id).mobile is None


def test_a_customer_forgets_the_name_of_its_main_contact(company: Context) -> None:
    from core.customers.contacts import make_main

    bay = person(company, "Công ty Sông Hậu")
    tam = contact(company, bay.id, "Trần Văn Tám")
    make_main(company, tam)
    company.session.commit()
    gone(company, tam)
    found = service.get(company, Customer, bay.id)
    assert (found.main_contact, found.name, is_erased(company, found)) == (None, "Công ty Sông Hậu", False)
    assert "Tám" not in everything(company)


def test_an_erased_number_is_contacted_no_more_whoever_has_it_next(company: Context) -> None:
    gone(company, person(company))
    again = person(company, "Bảy nhập lại")
    agree(company, again)
    assert not may_contact(company, again, "zalo", "marketing")
    other = person(company, "Chị Sáu", mobile="+84912000333", email=None)
    gone(company, other, silence=False)
    sixth = person(company, "Chị Sáu mới", mobile="+84912000333", email=None)
    assert may_contact(company, sixth, "zalo", "service")


def test_a_company_s_own_words_about_somebody_go_too(company: Context) -> None:
    from core.entity.customize import add_field

    add_field(company, company.resource(Customer), "Biệt danh", "text")
    add_field(company, company.resource(Customer), "Số con", "integer")
    company.session.commit()
    own: dict[str, Any] = {"custom.biet_danh": "Bảy mập", "custom.so_con": 3}
    bay = person(company, **own)
    gone(company, bay)
    assert service.get(company, Customer, bay.id).custom == {"so_con": 3}
    assert "Bảy mập" not in everything(company)


def test_the_name_is_typed_and_a_reason_given(company: Context) -> None:
    bay = person(company)
    with pytest.raises(InvalidError) as refused:
        erase(company, bay, typed="Bà Bảy", reason=" ")
    assert set(refused.value.errors) == {"typed", "reason"}
    erase(company, bay, typed="  Bà Nguyễn  Thị Bảy ", reason="Khách yêu cầu")


def test_a_legal_hold_refuses_until_it_ends(company: Context) -> None:
    bay = person(company)
    hold(company, bay, "Tranh chấp hợp đồng 12/2026")
    with pytest.raises(InvalidError, match="Tranh chấp"):
        erase(company, bay, typed=NAME, reason="Khách yêu cầu")
    service.delete(company, [bay])
    with pytest.raises(InvalidError, match="Tranh chấp"):
        purge(company, [bay])
    service.restore(company, [bay])
    release(company, bay)
    gone(company, bay)


def test_a_hold_needs_a_reason_and_a_day_to_come(company: Context) -> None:
    with pytest.raises(InvalidError) as refused:
        hold(company, person(company), "", company.today() - timedelta(days=1))
    assert set(refused.value.errors) == {"reason", "until"}


def test_only_an_administrator_erases(company: Context, make_context: Callable[..., Context]) -> None:
    bay = person(company)
    seller = make_context(company.company, grants=limited(core_customer=["see", "edit", "delete", "export"]))
    with pytest.raises(ForbiddenError):
        erase(seller, service.get(seller, Customer, bay.id), typed=NAME, reason="Khách yêu cầu")


def test_another_company_with_the_same_customer_keeps_theirs(company: Context, stranger: Context) -> None:
    theirs = person(stranger)
    gone(company, person(company))
    stranger.session.expire_all()
    assert theirs.name == NAME
    line = stranger.session.scalars(sa.select(Change).where(Change.record_id == theirs.id)).one()
    assert line.values["mobile"] == [None, PHONE]


def test_jobs_forget_what_they_told(company: Context) -> None:
    bay = person(company)
    told = {"entity": "core.customer", "id": str(bay.id), "values": {"name": [None, NAME]}}
    company.session.add(Job(id=uuid.uuid4(), plugin="core", topic="core.customer.created", payload=told, title=NAME))
    company.session.commit()
    gone(company, bay)
    assert NAME not in everything(company)


def test_proof_of_consent_stays_without_the_words(company: Context) -> None:
    bay = person(company)
    agree(company, bay)
    gone(company, bay)
    (left,) = consents(company, service.get(company, Customer, bay.id))
    assert (left.consent.evidence, left.code, left.consent.how) == ("", "marketing", "paper")
