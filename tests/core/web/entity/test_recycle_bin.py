"""The recycle bin: what was deleted, by whom, back again or gone for good."""

from collections.abc import Callable

import sqlalchemy as sa

from core.context import Context
from core.customers.models import Contact, Customer, Tag
from core.entity import service
from core.entity.tables import Change
from tests.core.web.entity.conftest import Pages, row_titles

Made = Callable[..., Customer]
MadeContact = Callable[..., Contact]


def delete(context: Context, *records: object) -> None:
    for one in records:
        service.delete(context, [one])  # type: ignore[list-item] # records of any entity
    context.session.commit()


def test_the_bin_holds_every_entity_the_last_deleted_first(
    pages: Pages, context: Context, customer: Made, contact: MadeContact
) -> None:
    one = customer("Khách bị xóa")
    lan = contact(one, "Liên hệ bị xóa")
    customer("Còn đây")
    delete(context, one, lan)
    page = pages.get("/recycle")
    assert row_titles(page) == ["Liên hệ bị xóa", "Khách bị xóa"]
    assert context.user is not None
    assert context.user.name in page
    assert row_titles(pages.get("/recycle?entity=core.contact")) == ["Liên hệ bị xóa"]
    pages.get("/recycle?entity=no.such", 404)


def test_people_see_the_bins_of_what_they_may_delete(
    pages_of: Callable[..., Pages], context: Context, customer: Made, contact: MadeContact
) -> None:
    one = customer("Khách bị xóa")
    lan = contact(one, "Liên hệ bị xóa")
    delete(context, one, lan)
    colleague = pages_of(core_customer=["see", "delete"], core_contact=["see", "edit"])
    assert row_titles(colleague.get("/recycle")) == ["Khách bị xóa"]
    assert f"/customers/{one.id}/purge" not in colleague.get("/recycle")
    colleague.get("/recycle?entity=core.contact", 404)
    pages_of(core_customer=["see"]).get("/recycle", 403)


def test_a_record_comes_back(pages: Pages, context: Context, customer: Made, again: Callable[..., Customer]) -> None:
    one = customer("Xóa nhầm")
    delete(context, one)
    pages.send(f"/customers/{one.id}/restore", 204)
    assert again(one).name == "Xóa nhầm"
    assert row_titles(pages.get("/recycle")) == []


def test_an_administrator_removes_for_good_and_the_log_keeps_the_name(
    pages: Pages, pages_of: Callable[..., Pages], context: Context, customer: Made
) -> None:
    one = customer("Xóa hẳn")
    one_id = one.id
    delete(context, one)
    pages_of(core_customer=["see", "delete"]).send(f"/customers/{one_id}/purge", 403)
    pages.send(f"/customers/{one_id}/purge", 204)
    context.session.expire_all()
    assert context.session.scalar(sa.select(sa.func.count()).where(Customer.id == one_id)) == 0
    line = context.session.scalars(sa.select(Change).where(Change.record_id == one_id, Change.action == "purged")).one()
    assert line.record_title == "Xóa hẳn"


def test_what_others_point_at_stays_and_the_reason_is_said(
    pages: Pages, context: Context, customer: Made, contact: MadeContact
) -> None:
    one = customer("Có liên hệ")
    contact(one, "Lan")
    delete(context, one)
    pages.send(f"/customers/{one.id}/purge", 204)
    assert str(context.resource(Contact).plural) in pages.get("/recycle").split('class="toasts"')[1]
    assert row_titles(pages.get("/recycle")) == ["Có liên hệ"]


def test_a_tag_that_records_bear_is_not_taken_from_them_in_silence(
    pages: Pages, context: Context, customer: Made
) -> None:
    tag = service.create(context, Tag, {"name": "VIP"})
    customer("An", tags=[tag.id])
    delete(context, tag)
    pages.send(f"/tags/{tag.id}/purge", 204)
    assert row_titles(pages.get("/recycle")) == ["VIP"]


def test_only_what_is_in_the_bin_can_be_removed(pages: Pages, customer: Made, again: Callable[..., Customer]) -> None:
    one = customer("Còn dùng")
    pages.send(f"/customers/{one.id}/purge", 404)
    assert again(one).name == "Còn dùng"


def test_emptying_a_bin_keeps_what_is_still_needed(
    pages: Pages, context: Context, customer: Made, contact: MadeContact
) -> None:
    needed, gone = customer("Còn người cần"), customer("Không ai cần")
    contact(needed, "Lan")
    delete(context, needed, gone)
    pages.send("/customers/purge", 204)
    page = pages.get("/recycle")
    assert row_titles(page) == ["Còn người cần"]
    assert "Còn người cần" in page.split('class="toasts"')[1]
