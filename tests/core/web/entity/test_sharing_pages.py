"""The dialogs of sharing and of passing on, the panel that says who sees a record, and whose records a list shows."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from core.access.organisation import Department
from core.access.shares import Share
from core.access.sharing import Targets, Terms
from core.bulk.sharing import share
from core.context import Context
from core.customers.models import Contact, Customer
from core.entity import service
from core.testing import limited_to
from tests.core.web.entity.conftest import Pages, row_titles

WORK = ["see", "create", "edit", "share", "transfer"]


@dataclass
class Colleague:
    """Somebody with a browser."""

    context: Context
    pages: Pages

    @property
    def id(self) -> UUID:
        assert self.context.user is not None
        return self.context.user.id

    def create(self, name: str = "Khách") -> str:
        """The id of a new customer of theirs."""
        found = service.create(self.context, Customer, {"name": name}).id
        self.context.session.commit()
        return str(found)

    def sees(self) -> set[str]:
        """The customers they are shown."""
        return set(self.pages.titles("/customers"))


@pytest.fixture
def colleague(
    make_client: Callable[..., Any], make_context: Callable[..., Context], context: Context
) -> Callable[..., Colleague]:
    """Somebody who sees what is theirs: ``colleague("Bình")``."""

    def make(name: str, *, reach: str = "own", verbs: list[str] = WORK) -> Colleague:
        grants = limited_to(reach, **{"*": verbs})
        person = make_context(context.company, grants=grants, name=name)
        return Colleague(person, Pages(make_client(person, grants=grants)))

    return make


@pytest.fixture
def department(context: Context) -> Callable[..., UUID]:
    """A department of some people."""

    def make(*people: Colleague, name: str = "Kinh doanh") -> UUID:
        members = [one.id for one in people]
        found = service.create(context, Department, {"name": name, "members": members}).id
        context.session.commit()
        return found

    return make


def to(*people: Colleague) -> list[str]:
    return [f"user:{one.id}" for one in people]


def text(answer: Any) -> str:
    found: str = answer.get_data(as_text=True)
    return found


def test_the_dialog_of_one_record_offers_people_departments_and_kinds_of_information(
    colleague: Callable[..., Colleague], department: Callable[..., UUID]
) -> None:
    an, binh = colleague("Nguyễn An"), colleague("Trần Bình")
    group = department(binh)
    customer = an.create("Công ty A")
    assert f'hx-get="/customers/{customer}/share"' in an.pages.get(f"/customers/{customer}")
    page = an.pages.part(f"/customers/{customer}/share")
    for said in (
        "Chia sẻ khách hàng",
        "Thêm chia sẻ",
        "Chuyển chia sẻ",
        "Bỏ chia sẻ",
        "Copy all",
        "Cập nhật",
        "Bỏ qua",
    ):
        assert said in page
    assert f'value="user:{binh.id}"' in page
    assert f'value="department:{group}"' in page
    assert "1 người" in page
    assert {"*", "core.contact"} <= set(re.findall(r'name="aspects" value="([^"]*)"', page))
    moving = an.pages.part(f"/customers/{customer}/transfer")
    assert "Chuyển chủ sở hữu" in moving
    assert "Chia đều số lượng khách hàng" in moving


def test_of_other_entities_the_dialog_speaks_in_their_words(
    colleague: Callable[..., Colleague], context: Context
) -> None:
    an = colleague("Nguyễn An")
    customer = an.create()
    contact = service.create(an.context, Contact, {"name": "Lan", "customer": UUID(customer)}).id
    an.context.session.commit()
    page = an.pages.part(f"/contacts/{contact}/share")
    assert "Chia sẻ liên hệ" in page
    assert 'name="aspects"' not in page
    for resource in context.resources():
        if not resource.owned:
            an.pages.part(f"/{resource.path}/{uuid4()}/share", 404)


@pytest.mark.parametrize(("mode", "expected"), [("add", "BC"), ("replace", "C"), ("remove", "B")])
def test_the_three_modes(colleague: Callable[..., Colleague], mode: str, expected: str) -> None:
    owner, people = colleague("A"), {"B": colleague("B"), "C": colleague("C")}
    customer = owner.create()
    owner.pages.send("/customers/share", 204, ids=[customer], set="1", mode="add", to=to(people["B"]), aspects="*")
    owner.pages.send("/customers/share", 204, ids=[customer], set="1", mode=mode, to=to(people["C"]), aspects="*")
    assert {name for name, one in people.items() if one.sees()} == set(expected)


def test_ticked_rows_are_shared_with_people_and_departments_at_once(
    colleague: Callable[..., Colleague], department: Callable[..., UUID]
) -> None:
    owner, binh, chi = colleague("A"), colleague("Bình"), colleague("Chi")
    ids = [owner.create("K1"), owner.create("K2")]
    dialog = text(owner.pages.send("/customers/share", ids=ids))
    assert "2 khách hàng" in dialog
    assert all(f'name="ids" value="{one}"' in dialog for one in ids)
    owner.pages.send(
        "/customers/share", 204, ids=ids, set="1", mode="add", to=[*to(binh), f"department:{department(chi)}"],
        aspects=["core.contact"], access="edit",
    )  # fmt: skip
    assert (binh.sees(), chi.sees()) == ({"K1", "K2"}, {"K1", "K2"})
    shares = owner.context.session.scalars(sa.select(Share).where(Share.tenant_id == owner.context.tenant)).all()
    assert {(one.access, tuple(one.aspects)) for one in shares} == {("edit", ("core.contact",))}
    assert "Đã chia sẻ với Bình, Kinh doanh: 2 khách hàng." in owner.pages.get("/customers")


def test_all_that_match_are_shared_in_the_order_of_the_list(colleague: Callable[..., Colleague]) -> None:
    owner = colleague("A")
    for number in range(55):
        owner.create(f"K{number:02}")
    binh, chi = colleague("Bình"), colleague("Chi")
    dialog = text(owner.pages.send("/customers/transfer?sort=name&view=all", all="1"))
    assert "55 khách hàng" in dialog
    action = re.search(r'action="(/customers/transfer[^"]*)"', dialog)
    assert action
    owner.pages.send(action[1].replace("&amp;", "&"), 204, all="true", set="1", to=[*to(binh), *to(chi)], even="1")
    assert binh.sees() == {f"K{number:02}" for number in range(0, 55, 2)}
    assert owner.sees() == set()


def test_what_is_not_ones_own_is_left_out_and_said(colleague: Callable[..., Colleague]) -> None:
    owner, binh = colleague("A"), colleague("B")
    theirs, own = owner.create("Của A"), binh.create("Của B")
    owner.pages.send("/customers/share", 204, ids=[theirs], set="1", to=to(binh), aspects="*")
    for operation in ("share", "transfer"):
        dialog = text(binh.pages.send(f"/customers/{operation}", ids=[theirs, own]))
        assert "1 hồ sơ đã chọn không thuộc quyền của bạn" in dialog
        assert f'name="ids" value="{theirs}"' not in dialog
        binh.pages.send(f"/customers/{operation}", 422, ids=[theirs])
        binh.pages.part(f"/customers/{theirs}/{operation}", 403)
    binh.pages.send("/customers/transfer", 204, ids=[theirs, own], set="1", to=to(owner))
    assert owner.sees() == {"Của A", "Của B"}


def test_what_is_wrong_comes_back_with_what_was_picked(colleague: Callable[..., Colleague]) -> None:
    owner, binh = colleague("A"), colleague("Bình")
    customer = owner.create()
    form: dict[str, Any] = {"ids": [customer], "set": "1", "mode": "replace", "aspects": [], "access": "edit"}
    nobody = text(owner.pages.send("/customers/share", 422, **form))
    assert "Hãy chọn nhân viên hoặc phòng ban." in nobody
    for until in ("2001-01-01", "không phải ngày", "9999-12-31"):
        page = text(owner.pages.send("/customers/share", 422, **form, to=to(binh), until=until))
        assert 'id="share-until-error"' in page
        assert f'name="to" value="user:{binh.id}"' in page
        assert 'value="replace" checked' in page
        assert 'value="edit" checked' in page
        assert 'value="*" data-tick-all checked' not in page
    foreign = text(owner.pages.send("/customers/share", 422, **form, to=[f"user:{uuid4()}", "user:x", "dog:1"]))
    assert 'role="alert"' in foreign
    moving = text(owner.pages.send("/customers/transfer", 422, ids=[customer], set="1", even="1"))
    assert "Hãy chọn người nhận." in moving
    assert 'name="even" value="1" checked' in moving
    assert binh.sees() == set()


def test_a_share_lasts_to_the_end_of_its_last_day(colleague: Callable[..., Colleague]) -> None:
    owner, binh = colleague("A"), colleague("Bình")
    customer, last = owner.create(), owner.context.today() + timedelta(days=3)
    owner.pages.send("/customers/share", 204, ids=[customer], set="1", to=to(binh), aspects="*", until=last.isoformat())
    (share_,) = owner.context.session.scalars(sa.select(Share).where(Share.tenant_id == owner.context.tenant))
    assert share_.until is not None
    ends = share_.until.astimezone(owner.context.company.zone)
    assert (ends.date(), ends.hour) == (last + timedelta(days=1), 0)
    assert f"Đến hết {last:%d/%m/%Y} 23:59" in owner.pages.part(f"/customers/{customer}/access")


def test_customers_are_dealt_out_in_the_order_of_both_lists(
    colleague: Callable[..., Colleague], department: Callable[..., UUID]
) -> None:
    owner, binh, chi = colleague("A"), colleague("Bình"), colleague("Chi")
    ids = [owner.create(f"K{number}") for number in range(5)]
    picked = [f"department:{department(chi)}", *to(binh)]
    owner.pages.send("/customers/transfer", 204, ids=ids, set="1", even="1", to=picked)
    assert "Chủ sở hữu mới của 5 khách hàng: Chi (3), Bình (2)." in owner.pages.get("/customers")
    assert (chi.sees(), binh.sees(), owner.sees()) == ({"K0", "K2", "K4"}, {"K1", "K3"}, set())


def test_undo_gives_back_what_the_new_owner_still_has(colleague: Callable[..., Colleague], context: Context) -> None:
    owner, binh, chi = colleague("A"), colleague("Bình"), colleague("Chi")
    ids = [owner.create("K1"), owner.create("K2")]
    owner.pages.send("/customers/transfer", 204, ids=ids, set="1", to=to(binh))
    undo = re.search(r'data-undo="(/bulk-operations/[^"]*/undo)"', owner.pages.get("/customers"))
    assert undo
    url = undo[1]
    binh.pages.send("/customers/transfer", 204, ids=[ids[1]], set="1", to=to(chi))
    chi.pages.send(url, 404)
    assert owner.sees() == set()  # nobody undoes what another person did
    owner.pages.send(url, 204)
    assert (owner.sees(), binh.sees(), chi.sees()) == ({"K1"}, set(), {"K2"})
    assert "K2" in owner.pages.get(url.removesuffix("/undo"))


def test_whoever_passes_on_the_record_they_look_at_is_led_to_the_list(colleague: Callable[..., Colleague]) -> None:
    owner, binh = colleague("A"), colleague("Bình")
    customer = owner.create()
    form = {"ids": [customer], "set": "1", "to": to(binh)}
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://localhost/customers/{customer}"}
    answer = owner.pages.client.post("/customers/transfer", data=form, headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/customers")


def test_the_panel_names_owner_shares_and_roles(
    colleague: Callable[..., Colleague], department: Callable[..., UUID], pages: Pages
) -> None:
    owner, binh, chi = colleague("Nguyễn An"), colleague("Trần Bình"), colleague("Lê Chi")
    colleague("Vũ Giám Đốc", reach="all")
    group = department(chi)
    customer = owner.create()
    owner.pages.send(
        "/customers/share",
        204,
        ids=[customer],
        set="1",
        to=[*to(binh), f"department:{group}"],
        aspects=["core.contact"],
    )
    page = owner.pages.part(f"/customers/{customer}/access")
    for said in ("Nguyễn An", "Trần Bình", "Kinh doanh", "Liên hệ", "Lê Chi", "Vũ Giám Đốc", "Nguyễn An chia sẻ"):
        assert said in page
    assert "do vai trò xem được hồ sơ của mọi người" in page
    assert page.count("/unshare") >= 2
    assert f"/customers/{customer}/access" in pages.get(f"/customers/{customer}")
    assert "Trần Bình" in pages.part(f"/customers/{customer}/access")
    left = text(owner.pages.send(f"/customers/{customer}/unshare", to=[f"department:{group}"]))
    assert "Kinh doanh" not in left
    assert "Trần Bình" in left
    assert chi.sees() == set()


def test_somebody_a_record_is_shared_with_learns_of_themselves_and_takes_nothing_back(
    colleague: Callable[..., Colleague],
) -> None:
    owner, binh, chi = colleague("Nguyễn An"), colleague("Trần Bình"), colleague("Lê Chi")
    customer = owner.create()
    owner.pages.send("/customers/share", 204, ids=[customer], set="1", to=to(binh, chi), aspects="*", access="edit")
    page = binh.pages.part(f"/customers/{customer}/access")
    assert "Nguyễn An" in page
    assert "Lê Chi" not in page
    assert "unshare" not in page
    assert f"/customers/{customer}/share" not in binh.pages.get(f"/customers/{customer}")
    binh.pages.send(f"/customers/{customer}/unshare", 403, to=to(chi))
    assert len(chi.sees()) == 1


ROUTES = [
    ("GET", "/customers/{id}/share"),
    ("GET", "/customers/{id}/transfer"),
    ("GET", "/customers/{id}/access"),
    ("POST", "/customers/{id}/unshare"),
    ("POST", "/customers/share"),
    ("POST", "/customers/transfer"),
]


@pytest.mark.parametrize(("method", "address"), ROUTES)
def test_no_address_tells_a_stranger_or_somebody_without_the_right(
    colleague: Callable[..., Colleague], strangers_pages: Pages, stranger: Context, method: str, address: str
) -> None:
    owner, plain = colleague("A"), colleague("B", verbs=["see", "create"])
    nobody = colleague("C", verbs=["create"])
    customer, never = owner.create("Bí mật"), str(uuid4())
    assert stranger.user is not None

    def ask(pages: Pages, record: str) -> tuple[int, str]:
        form = {"ids": [record], "set": "1", "to": [f"user:{stranger.user.id}"]}  # type: ignore[union-attr] # asserted
        data = form if method == "POST" else None
        answer = pages.client.open(address.format(id=record), method=method, data=data, headers={"HX-Request": "true"})
        return answer.status_code, answer.get_data(as_text=True).replace(record, "")

    assert ask(strangers_pages, customer) == ask(strangers_pages, never)
    assert ask(strangers_pages, customer)[0] in {404, 422}
    assert ask(plain.pages, customer)[0] == (404 if address.endswith("access") else 403)
    assert ask(nobody.pages, customer)[0] == 403
    assert "Bí mật" not in "".join(ask(one, customer)[1] for one in (strangers_pages, plain.pages, nobody.pages))
    assert owner.sees() == {"Bí mật"}


def test_without_the_right_the_menus_do_not_offer_it(colleague: Callable[..., Colleague]) -> None:
    plain = colleague("B", verbs=["see", "create"])
    customer = plain.create()
    for address in ("/customers", f"/customers/{customer}"):
        assert "/share" not in plain.pages.get(address)
        assert "/transfer" not in plain.pages.get(address)


def test_my_records_are_those_i_own_and_all_are_those_i_see(colleague: Callable[..., Colleague]) -> None:
    owner, binh = colleague("A"), colleague("Bình")
    shared = owner.create("Của A")
    binh.create("Của B")
    owner.pages.send("/customers/share", 204, ids=[shared], set="1", to=to(binh), aspects="*")
    page = binh.pages.get("/customers")
    assert set(row_titles(page)) == {"Của A", "Của B"}
    mine = re.search(r'href="([^"]*)"[^>]*>Của tôi<', page)
    assert mine
    assert set(binh.pages.titles(mine[1].replace("&amp;", "&"))) == {"Của B"}


def test_the_log_says_with_whom_and_to_whom(colleague: Callable[..., Colleague]) -> None:
    owner, binh = colleague("Nguyễn An"), colleague("Trần Bình")
    customer = owner.create()
    share(owner.context, Customer, [UUID(customer)], Targets([binh.id]), "add", Terms())
    owner.context.session.commit()
    line = owner.pages.part(f"/customers/{customer}/timeline")
    assert "đã thay đổi chia sẻ" in line
    assert "Trần Bình" in line
    assert "Thêm chia sẻ" in line
    assert str(binh.id) not in line
    owner.pages.send("/customers/transfer", 204, ids=[customer], set="1", to=to(binh))
    line = binh.pages.part(f"/customers/{customer}/timeline")
    assert "đã chuyển chủ sở hữu" in line
    assert "Nguyễn An" in line


def test_departments_are_reached_from_the_settings_and_changed_by_administrators(
    pages: Pages, colleague: Callable[..., Colleague], department: Callable[..., UUID]
) -> None:
    binh = colleague("Trần Bình")
    group = department(binh, name="Kinh doanh")
    assert 'href="/departments"' in pages.get("/settings")
    assert pages.titles("/departments") == ["Kinh doanh"]
    assert "Trần Bình" in pages.get(f"/departments/{group}")
    binh.pages.get(f"/departments/{group}/edit", 403)
