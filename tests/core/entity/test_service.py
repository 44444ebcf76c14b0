"""Saving records: what is refused, what is logged, and that two people cannot overwrite one another."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from core.context import Context, ForbiddenError
from core.customers.models import Contact, Customer, Tag
from core.entity import service
from core.entity.errors import InvalidError, MissingError, RowErrorsError, StaleError
from core.entity.query import Query, count, read_page
from core.entity.tables import Change
from core.testing import limited


def test_a_new_record_has_its_defaults_its_owner_and_a_line_in_the_log(context: Context) -> None:
    customer = service.create(context, Customer, {"name": "Công ty Bưởi Da Xanh"})
    context.session.commit()
    assert context.user is not None
    assert (customer.kind, customer.version, customer.owner_id) == ("organisation", 1, context.user.id)
    line = context.session.scalars(sa.select(Change).where(Change.record_id == customer.id)).one()
    assert (line.action, line.values["name"]) == ("created", [None, "Công ty Bưởi Da Xanh"])


def test_each_wrong_field_is_named(context: Context) -> None:
    with pytest.raises(InvalidError) as caught:
        service.create(context, Customer, {"kind": "robot", "colour": "red", "employees": -1})
    assert set(caught.value.errors) == {"name", "kind", "colour", "employees"}


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_a_field_that_always_has_a_value_cannot_be_emptied(context: Context, nothing: str | None) -> None:
    customer = service.create(context, Customer, {"name": "An", "kind": nothing})
    assert customer.kind == "organisation", "a new record takes the default"
    with pytest.raises(InvalidError) as caught:
        service.update(context, customer, {"kind": nothing})
    assert list(caught.value.errors) == ["kind"]
    assert service.update(context, customer, {"sector": "Nông nghiệp"})


def test_a_rule_of_the_trade_names_its_field(context: Context) -> None:
    with pytest.raises(InvalidError) as caught:
        service.create(context, Customer, {"name": "Sai thuế", "tax_code": "12"})
    assert list(caught.value.errors) == ["tax_code"]


def test_nothing_of_a_set_is_saved_when_one_row_is_wrong(context: Context) -> None:
    with pytest.raises(RowErrorsError) as caught:
        service.create_many(context, Customer, [{"name": "Được"}, {"name": ""}])
    assert list(caught.value.rows) == [1]
    assert count(context, Query(context.resource(Customer))) == (0, False)


def test_only_what_differs_is_logged_and_a_save_without_change_writes_nothing(context: Context) -> None:
    customer = service.create(context, Customer, {"name": "An"})
    assert service.update(context, customer, {"name": "An", "sector": "Nông nghiệp"})
    assert not service.update(context, customer, {"sector": "Nông nghiệp"})
    context.session.commit()
    assert customer.version == 2
    changed = context.session.scalars(sa.select(Change).where(Change.action == "changed")).one()
    assert changed.values == {"sector": [None, "Nông nghiệp"]}


def test_a_stale_save_is_refused_whether_noticed_before_or_by_the_database(
    context: Context, make_context: Callable[..., Context]
) -> None:
    customer = service.create(context, Customer, {"name": "Hai người cùng sửa"})
    context.session.commit()
    other = make_context(context.company)
    theirs = service.get(other, Customer, customer.id)
    service.update(context, customer, {"sector": "A"}, version=1)
    context.session.commit()
    with pytest.raises(StaleError):
        service.update(other, theirs, {"sector": "B"}, version=0)
    with pytest.raises(StaleError):
        service.update(other, theirs, {"sector": "B"}, version=1)


def test_a_link_to_another_company_or_to_nothing_is_refused(context: Context, stranger: Context) -> None:
    foreign = service.create(stranger, Customer, {"name": "Của người khác"})
    stranger.session.commit()
    for target in (foreign.id, uuid4()):
        with pytest.raises(InvalidError) as caught:
            service.create(context, Contact, {"name": "Lan", "customer": target})
        assert list(caught.value.errors) == ["customer"]


def test_another_companys_record_is_not_there(context: Context, stranger: Context) -> None:
    foreign = service.create(stranger, Customer, {"name": "Của người khác"})
    stranger.session.commit()
    with pytest.raises(MissingError):
        service.get(context, Customer, foreign.id)


def test_a_unique_value_is_refused_by_name_and_the_transaction_goes_on(context: Context) -> None:
    service.create(context, Tag, {"name": "VIP"})
    with pytest.raises(InvalidError) as caught:
        service.create(context, Tag, {"name": "VIP"})
    assert list(caught.value.errors) == ["name"]
    service.create(context, Tag, {"name": "Thân thiết"})
    context.session.commit()
    assert count(context, Query(context.resource(Tag))) == (2, False)


def test_many_to_many_links_are_replaced_and_logged(context: Context) -> None:
    tags = service.create_many(context, Tag, [{"name": "a"}, {"name": "b"}])
    customer = service.create(context, Customer, {"name": "Có nhãn", "tags": [tags[0].id]})
    assert service.update(context, customer, {"tags": [tags[1].id]})
    assert not service.update(context, customer, {"tags": [tags[1].id]})
    context.session.commit()
    spec = context.fields(context.resource(Customer))["tags"]
    row = read_page(context, Query(context.resource(Customer), columns=[spec])).rows[0]
    assert row["tags"] == [tags[1].id]
    assert row["tags__title"] == ["b"]


def test_the_recycle_bin_hides_and_gives_back(context: Context) -> None:
    customer = service.create(context, Customer, {"name": "Xóa nhầm"})
    service.delete(context, [customer])
    with pytest.raises(MissingError):
        service.get(context, Customer, customer.id)
    service.restore(context, [service.get(context, Customer, customer.id, deleted=True)])
    assert service.get(context, Customer, customer.id).name == "Xóa nhầm"


@pytest.mark.parametrize("verb", ["create", "edit", "delete"])
def test_what_a_role_does_not_allow_is_refused(context: Context, verb: str) -> None:
    customer = service.create(context, Customer, {"name": "Chỉ xem"})
    context.grants = limited(core_customer=["see"])
    acts: dict[str, Callable[[], object]] = {
        "create": lambda: service.create(context, Customer, {"name": "Mới"}),
        "edit": lambda: service.update(context, customer, {"name": "Khác"}),
        "delete": lambda: service.delete(context, [customer]),
    }
    with pytest.raises(ForbiddenError):
        acts[verb]()


def test_somebody_who_may_not_see_an_entity_sees_none(context: Context) -> None:
    customer = service.create(context, Customer, {"name": "Kín"})
    context.grants = limited(core_contact=["see"])
    assert read_page(context, Query(context.resource(Customer))).rows == []
    with pytest.raises(MissingError):
        service.get(context, Customer, customer.id)


@pytest.mark.parametrize("q", ["nguyen", "NGUYỄN", "văn", "0912345678", "5678", "van nguy", "ng"])
def test_search_finds_without_accents_by_part_of_a_name_and_by_last_digits(context: Context, q: str) -> None:
    service.create(context, Customer, {"name": "Nguyễn Văn An", "mobile": "+84912345678"})
    service.create(context, Customer, {"name": "Trần Thị Bé", "mobile": "+84987000111"})
    context.session.commit()
    name = context.fields(context.resource(Customer))["name"]
    rows = read_page(context, Query(context.resource(Customer), columns=[name], q=q)).rows
    assert [row["name"] for row in rows] == ["Nguyễn Văn An"]


@pytest.mark.parametrize(
    ("sort", "descending"),
    [("updated_at", True), ("name", False), ("name", True), ("founded", True), ("founded", False)],
)
def test_pages_follow_each_other_without_gap_or_repeat(context: Context, sort: str, descending: bool) -> None:
    from core.entity.query import list_fields

    years = [None, 1990, 2001, None, 1990, 2020, 1975, None]
    service.create_many(context, Customer, [{"name": f"K{n % 3}", "founded": year} for n, year in enumerate(years)])
    context.session.commit()
    resource = context.resource(Customer)
    spec = list_fields(context, resource)[sort]
    seen: list[UUID] = []
    keys: list[object] = []
    cursor = ""
    for _turn in range(10):
        page = read_page(context, Query(resource, [spec], sort=spec, descending=descending, limit=3, cursor=cursor))
        seen += [row["id"] for row in page.rows]
        keys += [row[sort] for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == len(years)
    present = [key for key in keys if key is not None]
    assert present == sorted(present, reverse=descending)  # type: ignore[type-var] # one kind of key a case
