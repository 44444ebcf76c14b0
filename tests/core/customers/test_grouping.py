"""Types and groups of customers: what moves, what goes along, and who may."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.bulk import service as operations
from core.bulk.undoing import undo
from core.context import Context, ForbiddenError
from core.customers.contacts import make_main
from core.customers.grouping import delete_type, groups_named, regroup
from core.customers.models import BankAccount, Contact, Customer, CustomerGroup, CustomerType
from core.entity import service
from core.entity.errors import InvalidError, MissingError
from core.entity.query import Query, read_page
from core.testing import limited_to
from core.testing.web import ApiClient


@pytest.fixture
def groups(context: Context) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind, names in {"Vùng miền": ("Miền Bắc", "Miền Nam"), "Độ tuổi": ("20-30 tuổi",)}.items():
        found[kind] = service.create(context, CustomerType, {"name": kind})
        for name in names:
            found[name] = service.create(context, CustomerGroup, {"name": name, "type": found[kind].id}).id
    return found


def customer(context: Context, *groups: Any, name: str = "Khách") -> Customer:
    return service.create(context, Customer, {"name": f"{name} {uuid4().hex[:6]}", "groups": list(groups)})


def names_of(context: Context, one: Customer) -> set[str]:
    context.session.expire_all()
    return {group.name for group in one.groups}


@pytest.mark.parametrize(
    ("mode", "ticked", "left"),
    [
        ("replace", ["Miền Bắc"], {"Miền Bắc"}),
        ("add", ["Miền Bắc"], {"Miền Bắc", "Miền Nam", "20-30 tuổi"}),
        ("remove", ["Miền Nam"], {"20-30 tuổi"}),
        ("remove", ["Miền Bắc"], {"Miền Nam", "20-30 tuổi"}),
    ],
)
def test_the_three_options(
    context: Context, groups: dict[str, Any], mode: Any, ticked: list[str], left: set[str]
) -> None:
    one = customer(context, groups["Miền Nam"], groups["20-30 tuổi"])
    operation = regroup(context, [one.id], [groups[name] for name in ticked], mode)
    assert (operation.done, operation.state) == (1, "done")
    assert names_of(context, one) == left


def test_groups_are_named_by_id_or_by_name_however_written(context: Context, groups: dict[str, Any]) -> None:
    assert groups_named(context, ["mien bac", str(groups["Miền Nam"])]) == [groups["Miền Bắc"], groups["Miền Nam"]]
    with pytest.raises(InvalidError, match="groups"):
        groups_named(context, ["Miền Tây"])


def test_nothing_is_moved_that_one_may_not_edit(
    context: Context, groups: dict[str, Any], make_user: Callable[..., Context], make_context: Callable[..., Context]
) -> None:
    theirs = customer(context)
    grants = limited_to("own", **{"*": ["see", "edit"]})
    other = make_user(make_context(context.company, grants=grants, name="Bình"), grants=grants)
    context.session.commit()
    with pytest.raises(MissingError):
        regroup(other, [theirs.id], [groups["Miền Bắc"]], "add")
    with pytest.raises(ForbiddenError):
        delete_type(other, groups["Vùng miền"], with_customers=True)


def test_a_type_takes_its_groups_along_and_brings_them_back(context: Context, groups: dict[str, Any]) -> None:
    one = customer(context, groups["Miền Bắc"], groups["20-30 tuổi"])
    service.delete(context, [groups["Vùng miền"]])
    assert names_of(context, one) == {"20-30 tuổi"}
    assert CustomerGroup.__table__.c.deleted_at is not None
    service.update(context, one, {"groups": [groups["20-30 tuổi"]], "sector": "May mặc"})
    service.restore(context, [groups["Vùng miền"]])
    assert names_of(context, one) == {"Miền Bắc", "20-30 tuổi"}


def test_a_type_with_its_customers_leaves_those_of_other_types(context: Context, groups: dict[str, Any]) -> None:
    gone, stays = customer(context, groups["Miền Bắc"]), customer(context, groups["20-30 tuổi"])
    operation = delete_type(context, groups["Vùng miền"], with_customers=True)
    assert operation is not None
    assert operation.done == 1
    assert gone.deleted_at is not None
    assert stays.deleted_at is None


def test_a_type_comes_back_with_its_groups_and_customers(context: Context, groups: dict[str, Any]) -> None:
    one, other, early = (customer(context, groups["Miền Bắc"]) for _one in range(3))
    service.delete(context, [early])
    operation = delete_type(context, groups["Vùng miền"], with_customers=True)
    assert operation is not None
    service.restore(context, [other])
    service.delete(context, [other])
    undone = undo(context, operation.id)
    assert (undone.state, undone.undone, undone.kept) == ("undone", 1, 1)
    assert names_of(context, one) == {"Miền Bắc"}
    assert groups["Vùng miền"].deleted_at is None
    assert one.deleted_at is None
    assert other.deleted_at is not None
    assert early.deleted_at is not None


def test_a_type_without_customers_goes_at_once(context: Context, groups: dict[str, Any]) -> None:
    assert delete_type(context, groups["Độ tuổi"], with_customers=True) is None
    assert groups["Độ tuổi"].deleted_at is not None


def test_many_customers_are_a_jobs(context: Context, groups: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "AT_ONCE", 1)
    several = [customer(context, groups["Miền Bắc"]) for _one in range(3)]
    operation = delete_type(context, groups["Vùng miền"], with_customers=True)
    assert operation is not None
    assert operation.job_id is not None
    assert all(one.deleted_at is None for one in several)


def test_what_is_part_of_a_customer_goes_and_comes_with_it(context: Context) -> None:
    one = customer(context)
    account = service.create(context, BankAccount, {"number": "123", "bank": "BIDV", "customer": one.id})
    early = service.create(context, BankAccount, {"number": "456", "bank": "ACB", "customer": one.id})
    service.delete(context, [early])
    service.delete(context, [one])
    assert account.deleted_at is not None
    service.restore(context, [one])
    assert account.deleted_at is None
    assert early.deleted_at is not None


def test_one_contact_is_the_main_one(context: Context) -> None:
    one = customer(context)
    first, second = (service.create(context, Contact, {"name": name, "customer": one.id}) for name in ("An", "Bình"))
    make_main(context, first)
    make_main(context, second)
    assert (first.main, second.main, one.main_contact) == (False, True, "Bình")


def test_through_the_api(api: ApiClient, context: Context, groups: dict[str, Any]) -> None:
    one = customer(context, groups["Miền Nam"])
    context.session.commit()
    body = {"ids": [str(one.id)], "groups": ["Miền Bắc"], "mode": "replace"}
    answer = api.post("/api/v1/customers/regroup", json=body)
    assert answer.status_code == 200
    assert answer.get_json()["count"] == 1
    assert names_of(context, one) == {"Miền Bắc"}
    assert "groups" in api.post("/api/v1/customers/regroup", json={**body, "groups": []}).get_json(force=True)["errors"]
    assert api.post("/api/v1/customers/regroup", json={**body, "ids": [str(uuid4())]}).status_code == 404


def test_a_list_is_found_by_any_number_by_province_and_by_birthday(api: ApiClient, context: Context) -> None:
    mark = uuid4().hex[:8]
    today = context.today()
    values = {
        "name": f"Tìm {mark}",
        "phones": [{"value": "+842838223344", "label": "Cơ quan"}, {"value": "+84912345678", "label": "Zalo"}],
        "address": {"street": "1 Lê Lợi", "ward": "bến thành", "province": "TP HCM"},
        "birthday": today.replace(year=1980, day=min(today.day, 28)).isoformat(),
    }
    record = api.post("/api/v1/customers", json=values).get_json()
    assert record["address"] == {"street": "1 Lê Lợi", "ward": "Phường Bến Thành", "province": "TP. Hồ Chí Minh"}

    def found(query: str) -> bool:
        items = api.get(f"/api/v1/customers?limit=200&{query}").get_json()["items"]
        return record["id"] in [one["id"] for one in items]

    assert found("q=22334 4".replace(" ", ""))
    assert found("q=345678")
    assert found("phones__contains=5678")
    assert found("phones__eq=0912 345 678")
    assert not found("phones__eq=0912345679")
    assert found("address__province=TP. Hồ Chí Minh,Hà Nội")
    assert not found("address__province=Huế")
    assert found("birthday__preset=this_month")
    assert not found("birthday__preset=last_month")
    assert not found("phones__empty=true")
    assert found("emails__empty=true")


def test_who_was_born_on_a_leap_day_has_a_day_in_every_year(context: Context) -> None:
    from datetime import date

    from core.entity.presets import days_of_year

    assert "0229" in days_of_year(date(2026, 2, 28), date(2026, 2, 28))
    assert "0229" not in days_of_year(date(2028, 2, 28), date(2028, 2, 28))
    assert days_of_year(date(2026, 12, 31), date(2027, 1, 1)) == ["1231", "0101"]


def test_rows_in_the_bin_are_no_titles_of_links(context: Context, groups: dict[str, Any]) -> None:
    one = customer(context, groups["Miền Bắc"], groups["20-30 tuổi"])
    service.delete(context, [groups["Vùng miền"]])
    resource = context.resource(Customer)
    same = Customer.__table__.c.id == one.id
    (row,) = read_page(context, Query(resource, [resource.fields["groups"]], conditions=[same])).rows
    assert row["groups__title"] == ["20-30 tuổi"]
    assert context.session.scalar(sa.select(sa.func.count()).select_from(Customer.__links__["groups"])) is not None


@pytest.mark.parametrize("mode", ["replace", "add", "remove"])
def test_moving_customers_is_taken_back(context: Context, groups: dict[str, Any], mode: Any) -> None:
    one, other = (customer(context, groups["Miền Nam"], groups["20-30 tuổi"]) for _one in range(2))
    ticked = {"replace": "Miền Bắc", "add": "Miền Bắc", "remove": "Miền Nam"}[mode]
    operation = regroup(context, [one.id, other.id], [groups[ticked]], mode)
    service.update(context, other, {"groups": []})
    undone = undo(context, operation.id)
    assert (undone.undone, undone.kept) == (1, 1)
    assert names_of(context, one) == {"Miền Nam", "20-30 tuổi"}
    assert names_of(context, other) == set()
