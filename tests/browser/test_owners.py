"""The manual's articles on sharing customers (V-10) and on changing their owner (V-12), step by step, as its readers would."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from core.access.organisation import Department
from core.activities.models import Transaction
from core.context import Context
from core.customers.models import BankAccount, Contact, Customer
from core.db.base import now
from core.entity import service
from core.entity.query import Query, read_page
from core.testing import limited_to
from plugins.sales import selling
from plugins.sales.documents import Quote
from plugins.sales.models import Opportunity
from plugins.sales.pipelines import first_stage, furnish
from tests.browser.looks import findings, overflow, to_customers

pytestmark = pytest.mark.browser

DESK, PHONE = (1440, 900), (390, 844)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
WORK = {"*": ["see", "create", "edit", "share", "transfer"]}
TO_DO = "Chuyển giao dịch (chưa thực hiện, đang thực hiện)"
DEALINGS = "Chia sẻ toàn bộ giao dịch cũ"
CONTRACTS = "Chia sẻ toàn bộ hợp đồng bán ra cũ"
QUOTES = "Chia sẻ toàn bộ báo giá cũ"
OPPORTUNITIES = "Chia sẻ toàn bộ cơ hội cũ"
ORDERS = "Chia sẻ toàn bộ đơn hàng cũ"
LISTS = ("/transactions", "/sales/contracts", "/sales/quotes", "/sales/opportunities", "/sales/orders")


@dataclass
class Office:
    """An owner with customers, and colleagues who see what is theirs."""

    owner: Context
    people: dict[str, Context]

    def sees(self, name: str) -> set[str]:
        """The customers a colleague is shown, by name."""
        person = self.people[name]
        person.session.rollback()
        person.cache.clear()
        resource = person.resource(Customer)
        query = Query(resource, columns=[resource.fields["name"]], limit=200)
        return {row["name"] for row in read_page(person, query).rows}

    def customers(self, *names: str) -> list[str]:
        """New customers of the owner, the last one at the top of the list; their ids."""
        made = [str(service.create(self.owner, Customer, {"name": name}).id) for name in reversed(names)]
        self.owner.session.commit()
        return made[::-1]


@pytest.fixture
def office(context: Context, make_context: Callable[..., Context], make_user: Callable[..., Context]) -> Office:
    """Nguyễn An owns; Bình, Chi and Dung are colleagues, the last two of one department."""
    grants = limited_to("own", **WORK)
    people: dict[str, Context] = {}
    for name in ("Nguyễn An", "Trần Bình", "Lê Chi", "Phạm Dung"):
        people[name] = make_user(make_context(context.company, grants=grants, name=name), grants=grants)
    members = [people[name].user.id for name in ("Lê Chi", "Phạm Dung")]  # type: ignore[union-attr] # all have one
    service.create(context, Department, {"name": "Phòng kinh doanh", "members": members})
    context.session.commit()
    return Office(people["Nguyễn An"], people)


@pytest.fixture
def sold(context: Context, office: Office) -> dict[str, set[str]]:
    """What An has with Công ty A, by the tick-box of V-12 that is about it."""
    furnish(context)
    context.session.commit()
    an, customer = office.owner, UUID(office.customers("Công ty A")[0])
    states = {"Gọi lại": "not_started", "Đang tư vấn": "started", "Đã giao hàng": "carried_out"}
    times = {"starts": now(), "ends": now() + timedelta(days=1)}
    for name, state in states.items():
        service.create(an, Transaction, {"name": name, "customer": customer, "state": state, **times})
    deal = {"name": "Trang bị máy in", "customer": customer, "stage": first_stage(an), "expected_on": an.today()}
    service.create(an, Opportunity, deal)
    quote = service.create(
        an, Quote, {"customer": customer, "goods": [{"name": "Máy in", "price": Decimal(3_000_000)}]}
    )
    contract = selling.contract_of(an, quote.id)
    order = selling.order_of(an, contract)
    an.session.commit()
    return {
        TO_DO: {"Gọi lại", "Đang tư vấn"},
        DEALINGS: set(states),
        CONTRACTS: {str(contract.number)},
        QUOTES: {str(quote.number)},
        OPPORTUNITIES: {"Trang bị máy in"},
        ORDERS: {str(order.number)},
    }


def read_lists(page: Page) -> set[str]:
    """What somebody finds in the lists of transactions, contracts, quotes, opportunities and orders."""
    found: set[str] = set()
    for path in LISTS:
        page.goto(path)
        found.update(page.locator("tbody td.key").all_text_contents())
    return found


def tick(page: Page, *names: str) -> None:
    """Bước 2: Tích vào các khách hàng."""
    for name in names:
        page.get_by_role("checkbox", name=name, exact=True).check()


def begin(page: Page, deed: str) -> Locator:
    """Bước 2: chọn Chia sẻ khách hàng, hoặc Chuyển chủ sở hữu."""
    page.get_by_role("toolbar").get_by_role("button", name=deed).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name=deed)).to_be_visible()
    return dialog


def pick(dialog: Locator, *names: str) -> None:
    """Bước 4: kích vào từng nhân viên, rồi Copy."""
    for name in names:
        dialog.get_by_role("checkbox", name=re.compile(name)).check()
    dialog.get_by_role("button", name="Copy", exact=True).click()


def picked(dialog: Locator) -> list[str]:
    return dialog.locator("[data-picked] [data-title]").all_text_contents()


def save(page: Page, dialog: Locator) -> None:
    dialog.get_by_role("button", name="Cập nhật").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts .toast").first).to_be_visible()


@SIZES
def test_v10_share_add_replace_and_remove(
    open_page: Callable[..., Page], office: Office, size: tuple[int, int]
) -> None:
    """V-10, 1: one colleague, then each option with the manual's own example."""
    office.customers("Công ty A", "Công ty B", "Công ty C")
    page = open_page(office.owner, "/customers", size=size)

    tick(page, "Công ty A", "Công ty B")
    dialog = begin(page, "Chia sẻ khách hàng")
    pick(dialog, "Trần Bình")
    assert picked(dialog) == ["Trần Bình"]
    expect(dialog.get_by_label("Thêm chia sẻ")).to_be_checked()
    save(page, dialog)
    assert office.sees("Trần Bình") == {"Công ty A", "Công ty B"}

    tick(page, "Công ty A")
    dialog = begin(page, "Chia sẻ khách hàng")
    pick(dialog, "Lê Chi")
    save(page, dialog)
    assert (office.sees("Trần Bình"), office.sees("Lê Chi")) == ({"Công ty A", "Công ty B"}, {"Công ty A"})

    tick(page, "Công ty A")
    dialog = begin(page, "Chia sẻ khách hàng")
    pick(dialog, "Lê Chi")
    dialog.get_by_role("group", name="Tùy chọn").get_by_text("Chuyển chia sẻ", exact=True).click()
    save(page, dialog)
    assert (office.sees("Trần Bình"), office.sees("Lê Chi")) == ({"Công ty B"}, {"Công ty A"})

    tick(page, "Công ty A")
    dialog = begin(page, "Chia sẻ khách hàng")
    pick(dialog, "Lê Chi")
    dialog.get_by_role("group", name="Tùy chọn").get_by_text("Bỏ chia sẻ", exact=True).click()
    expect(dialog.get_by_text("Thông tin cần chia sẻ")).to_be_hidden()
    save(page, dialog)
    assert office.sees("Lê Chi") == set()


@SIZES
def test_v10_a_department_and_nothing_kept_when_one_passes_over_it(
    open_page: Callable[..., Page], office: Office, size: tuple[int, int]
) -> None:
    """V-10, 1, bước 3 đến 6: Copy all, Bỏ qua, a whole department, and only the kind of information that is ticked."""
    (customer,) = office.customers("Công ty A")
    service.create(office.owner, Contact, {"name": "Chị Lan", "customer": UUID(customer)})
    service.create(office.owner, BankAccount, {"number": "0011002233", "bank": "BIDV", "customer": UUID(customer)})
    office.owner.session.commit()
    page = open_page(office.owner, "/customers", size=size)
    tick(page, "Công ty A")
    dialog = begin(page, "Chia sẻ khách hàng")
    dialog.get_by_role("button", name="Copy all").click()
    assert len(picked(dialog)) == 5
    dialog.get_by_role("button", name="Bỏ qua").click()
    expect(dialog).to_be_hidden()
    assert office.sees("Trần Bình") == set()

    dialog = begin(page, "Chia sẻ khách hàng")
    dialog.get_by_role("tab", name="Phòng ban").click()
    pick(dialog, "Phòng kinh doanh")
    dialog.get_by_label("Tất cả thông tin").uncheck()
    expect(dialog.get_by_label("Liên hệ", exact=True)).not_to_be_checked()
    dialog.get_by_label("Liên hệ", exact=True).check()
    save(page, dialog)
    assert [office.sees(name) for name in ("Trần Bình", "Lê Chi", "Phạm Dung")] == [set(), {"Công ty A"}, {"Công ty A"}]
    theirs = open_page(office.people["Lê Chi"], f"/customers/{customer}", size=size)
    side = theirs.get_by_role("complementary", name="Hồ sơ liên quan")
    expect(side.get_by_role("link", name="Chị Lan")).to_be_visible()
    expect(side.get_by_text("0011002233")).to_have_count(0)


def test_v10_whoever_it_is_shared_with_sees_the_kinds_that_were_ticked(
    open_page: Callable[..., Page], office: Office, sold: dict[str, set[str]]
) -> None:
    """V-10: only the owner sees the customer with all that hangs on it; then the ticked kinds of it are seen too."""
    everything = set().union(*sold.values())
    theirs = open_page(office.people["Trần Bình"], "/", size=DESK)
    expect(to_customers(theirs).get_by_role("link", name="Công ty A", exact=True)).to_have_count(0)
    assert read_lists(theirs) == set()

    page = to_customers(open_page(office.owner, "/", size=DESK))
    tick(page, "Công ty A")
    dialog = begin(page, "Chia sẻ khách hàng")
    pick(dialog, "Trần Bình")
    kinds = dialog.get_by_role("group", name="Thông tin cần chia sẻ")
    kinds.get_by_label("Tất cả thông tin").uncheck()
    for kind in ("Cơ hội", "Hợp đồng"):
        kinds.get_by_label(kind, exact=True).check()
    save(page, dialog)
    assert read_lists(page) == everything
    assert read_lists(theirs) == sold[OPPORTUNITIES] | sold[CONTRACTS]
    to_customers(theirs).get_by_role("link", name="Công ty A", exact=True).click()
    expect(theirs.get_by_role("heading", name="Công ty A")).to_be_visible()
    expect(theirs.locator("main")).to_contain_text("Trang bị máy in")
    expect(theirs.locator("main")).not_to_contain_text("Đã giao hàng")

    page = to_customers(page)
    tick(page, "Công ty A")
    dialog = begin(page, "Chia sẻ khách hàng")
    pick(dialog, "Lê Chi")
    expect(dialog.get_by_label("Tất cả thông tin")).to_be_checked()
    save(page, dialog)
    assert read_lists(open_page(office.people["Lê Chi"], "/", size=DESK)) == everything


@pytest.mark.parametrize("whom", ["Nhân viên", "Phòng ban"])
@pytest.mark.parametrize("deed", ["Chia sẻ khách hàng", "Chuyển chủ sở hữu"])
def test_many_are_picked_with_copy_all(
    open_page: Callable[..., Page], office: Office, context: Context, deed: str, whom: str
) -> None:
    """V-10 and V-12, bước 3 và 4: nhiều nhân viên hoặc nhiều phòng ban, Copy all."""
    names = {f"K{number}" for number in range(1, 6)}
    office.customers(*sorted(names))
    binh = office.people["Trần Bình"].user
    assert binh is not None
    service.create(context, Department, {"name": "Phòng chăm sóc", "members": [binh.id]})
    context.session.commit()
    page = to_customers(open_page(office.owner, "/", size=DESK))
    tick(page, *sorted(names))
    dialog = begin(page, deed)
    dialog.get_by_role("tab", name=whom).click()
    dialog.get_by_role("button", name="Copy all").click()
    assert len(picked(dialog)) == (5 if whom == "Nhân viên" else 2)
    even = dialog.get_by_label("Chia đều số lượng khách hàng")
    if deed == "Chuyển chủ sở hữu":
        even.check()
    else:
        expect(even).to_have_count(0)
    save(page, dialog)
    got = [office.sees(name) for name in ("Trần Bình", "Lê Chi", "Phạm Dung")]
    if deed == "Chia sẻ khách hàng":
        assert got == [names] * 3
    else:
        assert sorted(map(len, got)) == ([1, 1, 1] if whom == "Nhân viên" else [1, 2, 2])
        assert len(set().union(*got)) == sum(map(len, got))


@SIZES
def test_v10_from_the_record_and_the_panel_says_who_and_why(
    open_page: Callable[..., Page], office: Office, size: tuple[int, int]
) -> None:
    """V-10, 2: chi tiết khách hàng, biểu tượng (…), Chia sẻ khách hàng; only the owner saw it until then."""
    (customer,) = office.customers("Công ty A")
    assert office.sees("Trần Bình") == set()
    page = open_page(office.owner, f"/customers/{customer}", size=size)
    page.get_by_role("button", name="Thao tác khác").click()
    page.get_by_role("button", name="Chia sẻ khách hàng").click()
    dialog = page.get_by_role("dialog")
    pick(dialog, "Trần Bình")
    save(page, dialog)

    box = page.locator(".access", has_text="Ai xem được, và vì sao")
    box.locator("summary").click()
    panel = box.locator(".access-body")
    expect(panel).to_contain_text("Chia sẻ khách hàng")
    assert findings(page) == []
    assert overflow(page) == 0
    expect(panel).to_contain_text("Nguyễn An")
    expect(panel).to_contain_text("Trần Bình")
    expect(panel).to_contain_text("Nguyễn An chia sẻ")
    panel.get_by_role("button", name="Bỏ chia sẻ với Trần Bình").click()
    expect(panel).not_to_contain_text("Trần Bình")
    assert office.sees("Trần Bình") == set()


@SIZES
def test_v12_new_owners_evenly_from_the_top_to_the_bottom(
    open_page: Callable[..., Page], office: Office, size: tuple[int, int]
) -> None:
    """V-12, 1: Chia đều số lượng khách hàng, từ trên xuống dưới; and taken back."""
    office.customers("K1", "K2", "K3", "K4", "K5")
    page = open_page(office.owner, "/customers", size=size)
    tick(page, "K1", "K2", "K3", "K4", "K5")
    dialog = begin(page, "Chuyển chủ sở hữu")
    pick(dialog, "Lê Chi", "Trần Bình")
    assert picked(dialog) == ["Lê Chi", "Trần Bình"]
    dialog.get_by_role("button", name="Chuyển lên: Trần Bình").click()
    assert picked(dialog) == ["Trần Bình", "Lê Chi"]
    dialog.get_by_label("Chia đều số lượng khách hàng").check()
    save(page, dialog)
    assert office.sees("Trần Bình") == {"K1", "K3", "K5"}
    assert office.sees("Lê Chi") == {"K2", "K4"}
    assert office.sees("Nguyễn An") == set()

    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_role("link", name="K1", exact=True)).to_be_visible()
    assert office.sees("Nguyễn An") == {"K1", "K2", "K3", "K4", "K5"}


@SIZES
def test_v12_a_whole_department_and_what_goes_along(
    open_page: Callable[..., Page], office: Office, size: tuple[int, int]
) -> None:
    """V-12, 1, bước 3 đến 5: a department stands for its people; each tick-box is independent of the others."""
    first, _second = office.customers("K1", "K2")
    service.create(office.owner, Contact, {"name": "Chị Lan", "customer": UUID(first)})
    office.owner.session.commit()
    page = open_page(office.owner, "/customers", size=size)
    tick(page, "K1", "K2")
    dialog = begin(page, "Chuyển chủ sở hữu")
    dialog.get_by_role("tab", name="Phòng ban").click()
    pick(dialog, "Phòng kinh doanh")
    dialog.get_by_label("Chia đều số lượng khách hàng").check()
    dialog.get_by_label("Chuyển cả liên hệ và tài khoản ngân hàng").check()
    save(page, dialog)
    got = {name: office.sees(name) for name in ("Lê Chi", "Phạm Dung")}
    assert {frozenset(one) for one in got.values()} == {frozenset({"K1"}), frozenset({"K2"})}
    receiver = next(office.people[name] for name in got if got[name] == {"K1"})
    theirs = open_page(receiver, "/contacts", size=size)
    expect(theirs.get_by_text("Chị Lan").first).to_be_visible()


@pytest.mark.parametrize("box", [TO_DO, DEALINGS, CONTRACTS, QUOTES, OPPORTUNITIES, ORDERS])
def test_v12_each_box_gives_the_new_owner_its_own_kind_for_good(
    open_page: Callable[..., Page], office: Office, sold: dict[str, set[str]], box: str
) -> None:
    """V-12, 1, bước 5: what was ticked stays with the new owner, also when the customer has gone on to somebody else."""
    page = to_customers(open_page(office.owner, "/", size=DESK))
    tick(page, "Công ty A")
    dialog = begin(page, "Chuyển chủ sở hữu")
    pick(dialog, "Trần Bình")
    for one in sold:
        expect(dialog.get_by_label(one, exact=True)).not_to_be_checked()
    dialog.get_by_label(box, exact=True).check()
    save(page, dialog)

    theirs = to_customers(open_page(office.people["Trần Bình"], "/", size=DESK))
    tick(theirs, "Công ty A")
    dialog = begin(theirs, "Chuyển chủ sở hữu")
    pick(dialog, "Lê Chi")
    save(theirs, dialog)
    assert read_lists(theirs) == sold[box]


@SIZES
def test_v12_one_customer_from_its_page(open_page: Callable[..., Page], office: Office, size: tuple[int, int]) -> None:
    """V-12, 2: chi tiết khách hàng, biểu tượng (…), Chuyển chủ sở hữu."""
    (customer,) = office.customers("Công ty A")
    page = open_page(office.owner, f"/customers/{customer}", size=size)
    page.get_by_role("button", name="Thao tác khác").click()
    page.get_by_role("button", name="Chuyển chủ sở hữu").click()
    dialog = page.get_by_role("dialog")
    pick(dialog, "Trần Bình")
    save(page, dialog)
    expect(page).to_have_url(re.compile("/customers$"))
    assert office.sees("Trần Bình") == {"Công ty A"}


def test_the_lists_are_worked_by_keyboard(open_page: Callable[..., Page], office: Office) -> None:
    office.customers("Công ty A")
    page = open_page(office.owner, "/customers", size=DESK)
    tick(page, "Công ty A")
    dialog = begin(page, "Chia sẻ khách hàng")
    search: Any = dialog.get_by_role("searchbox")
    expect(search).to_be_focused()
    assert findings(page) == []
    page.keyboard.type("binh")
    page.keyboard.press("Enter")
    assert picked(dialog) == ["Trần Bình"]
    search.fill("chi")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert picked(dialog) == ["Trần Bình", "Lê Chi"]
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    assert office.sees("Lê Chi") == {"Công ty A"}
