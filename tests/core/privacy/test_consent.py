"""Who may be contacted: consent per purpose and channel, marks, the same number elsewhere, merges."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.bulk.merging import merge
from core.bulk.undoing import undo
from core.context import Context, ForbiddenError, Grants
from core.customers.models import Contact, Customer
from core.db.base import now
from core.entity import service
from core.entity.errors import InvalidError, MissingError
from core.privacy.consent import Given, consents, give, withdraw
from core.privacy.contactable import contact_refusals, may_contact
from core.sheets.importer import import_file
from core.testing import limited
from tests.core.privacy.conftest import EMAIL, PHONE, agree, contact, person


def test_nobody_is_asked_to_buy_who_has_not_agreed(company: Context) -> None:
    bay = person(company)
    assert not may_contact(company, bay, "zalo", "marketing")
    agree(company, bay, "marketing", "zalo")
    assert may_contact(company, bay, "zalo", "marketing")
    assert not may_contact(company, bay, "email", "marketing")  # another channel
    assert not may_contact(company, bay, "zalo", "care")  # another purpose


def test_what_was_agreed_can_be_done_without_asking_again(company: Context) -> None:
    assert may_contact(company, person(company), "sms", "service")


def test_a_withdrawal_counts_at_once_and_stays_to_be_read(company: Context) -> None:
    bay = person(company)
    one = agree(company, bay)
    assert withdraw(company, bay, [one], "Gọi tổng đài") == 1
    company.session.commit()
    assert not may_contact(company, bay, "zalo", "marketing")
    (left,) = consents(company, bay)
    assert (left.in_force, left.consent.withdrawal, left.consent.evidence) == (
        False,
        "Gọi tổng đài",
        "Phiếu ở quầy số 7",
    )
    agree(company, bay)  # she changed her mind; written down with yesterday's paper it would not count
    assert not may_contact(company, bay, "zalo", "marketing")
    withdraw(company, bay, [one.consent.id for one in consents(company, bay) if one.in_force])
    give(company, bay, Given(["marketing"], ["zalo"], "message", now(), "Nhắn lại qua Zalo"))
    assert may_contact(company, bay, "zalo", "marketing")


def test_the_wording_is_kept_as_it_was_that_day(company: Context) -> None:
    bay = person(company)
    agree(company, bay)
    (before,) = consents(company, bay)
    assert "Công ty Thử Nghiệm" in before.consent.wording


def test_consent_needs_proof_and_is_never_taken_for_granted(company: Context) -> None:
    bay = person(company)
    with pytest.raises(InvalidError) as refused:
        give(company, bay, Given([], ["fax"], "silence", now() + timedelta(days=1)))
    assert set(refused.value.errors) == {"purposes", "channels", "how", "given_at", "evidence"}


def test_agreeing_twice_is_one_consent(company: Context) -> None:
    bay = person(company)
    agree(company, bay)
    assert give(company, bay, Given(["marketing"], ["zalo"], "paper", now(), "lần hai")) == []
    assert len(consents(company, bay)) == 1


@pytest.mark.parametrize(("mark", "barred"), [("any", True), ("zalo", True), ("email", False)])
def test_a_mark_forbids_whatever_was_agreed_before(company: Context, mark: str, barred: bool) -> None:
    bay = person(company)
    agree(company, bay)
    service.update(company, bay, {"do_not_contact": [mark]})
    assert may_contact(company, bay, "zalo", "marketing") is not barred
    assert may_contact(company, bay, "zalo", "service") is not barred


def test_a_mark_holds_for_the_same_number_on_any_other_record(company: Context) -> None:
    bay, other = person(company), person(company, "Công ty Bảy", mobile="+84987654321", email=None)
    again = contact(company, other.id, mobile=PHONE)
    agree(company, bay)
    service.update(company, again, {"do_not_contact": ["sms", "zalo"]})
    assert not may_contact(company, bay, "zalo", "marketing")
    assert may_contact(company, bay, "email", "service")
    assert bay.email == EMAIL


def test_many_are_asked_about_at_once_and_each_has_its_reason(company: Context) -> None:
    people = [person(company, f"Khách {n}", mobile=f"+8491234560{n}", email=None) for n in range(4)]
    for one in people[:3]:
        agree(company, one)
    service.update(company, people[1], {"do_not_contact": ["any"]})
    service.delete(company, [people[2]])
    found = contact_refusals(company, Customer, [one.id for one in people], "zalo", "marketing")
    assert found.keys() == {one.id for one in people[1:]}
    assert len(set(map(str, found.values()))) == 3


def test_an_unknown_purpose_is_a_no_and_an_unknown_channel_an_error(company: Context) -> None:
    bay = person(company)
    assert not may_contact(company, bay, "zalo", "anything")
    with pytest.raises(ValueError, match="fax"):
        may_contact(company, bay, "fax", "marketing")


def test_consents_follow_a_merge_and_come_back_from_it(company: Context) -> None:
    keep, loser = person(company), person(company, "Bà Bảy", mobile="+84987654321", email=None)
    agree(company, loser)
    operation = merge(company, Customer, keep.id, [loser.id], {})
    company.session.commit()
    assert may_contact(company, service.get(company, Customer, keep.id), "zalo", "marketing")
    undo(company, operation.id)
    company.session.commit()
    assert not may_contact(company, service.get(company, Customer, keep.id), "zalo", "marketing")
    assert may_contact(company, service.get(company, Customer, loser.id), "zalo", "marketing")


def test_whoever_may_not_edit_writes_no_consent_down(
    company: Context, make_context: Callable[..., Context], stranger: Context
) -> None:
    bay = person(company)
    one = agree(company, bay)
    looker = make_context(company.company, grants=limited(core_customer=["see"]))
    record = service.get(looker, Customer, bay.id)
    with pytest.raises(ForbiddenError):
        give(looker, record, Given(["marketing"], ["email"], "paper", now(), "x"))
    with pytest.raises(ForbiddenError):
        withdraw(looker, record, [one])
    with pytest.raises(MissingError):
        service.get(make_context(company.company, grants=Grants()), Contact, bay.id)
    theirs = person(stranger)
    with pytest.raises(MissingError):
        withdraw(stranger, theirs, [one])


def test_a_file_says_whom_nobody_contacts(company: Context) -> None:
    rows = "Tên khách hàng;Không liên hệ\nChị Sáu;SMS, Zalo\nAnh Ba;Mọi hình thức\nCô Tư;\n"
    import_file(company, company.resource(Customer), rows.encode(), "kh.csv")
    found = company.session.scalars(sa.select(Customer).where(Customer.tenant_id == company.tenant)).all()
    assert {one.name: sorted(one.do_not_contact) for one in found} == {
        "Chị Sáu": ["sms", "zalo"], "Anh Ba": ["any"], "Cô Tư": []
    }  # fmt: skip
