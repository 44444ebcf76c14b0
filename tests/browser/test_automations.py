"""A rule made in the editor, tried, switched on and watched at work; and an e-mail written from a customer's page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.automation import service
from core.mailbox.models import Mail
from core.privacy import purposes
from tests.browser.looks import findings, overflow
from tests.core.automation.conftest import Office
from tests.core.automation.conftest import office as office  # noqa: PLC0414 # the fixture
from tests.core.automation.conftest import settings as settings  # noqa: PLC0414 # the fixture it needs

pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
def test_a_rule_with_a_nested_condition_is_made_tried_switched_on_and_seen_at_work(
    open_page: Callable[..., Page], office: Office, size: tuple[int, int]
) -> None:
    office.customer("Cô Mai", kind="individual")
    office.customer("Công ty Mận", kind="organisation")
    page = open_page(office.admin, "/settings/automations/new/core.customer", size=size)
    page.locator("#f-name").fill("Báo khách cá nhân")
    page.locator(".node-group .node-adds button").first.click()
    nested = page.locator("li.node-group")
    nested.locator("select[name$='.every']").select_option("any")
    nested.locator("[data-node-add]").select_option("kind")
    line = nested.locator("[data-condition]")
    line.get_by_label("Cá nhân").check()
    page.locator(".node-steps [data-node-add]").first.select_option("notify")
    step = page.locator("[data-step-node]")
    step.locator("input[name$='.title']").fill("Khách mới: {{ record.name }}")
    page.locator("[hx-post*='/try/']").click()
    expect(page.locator("#tried")).to_contain_text("sẽ chạy 1 lần trong 2 lần")
    expect(page.locator("#tried")).to_contain_text("Cô Mai")
    assert (findings(page), overflow(page)) == ([], 0)
    page.locator("input[name=active]").check()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page).to_have_url("/settings/automations")
    office.fresh()
    (rule,) = service.listed(office.admin)
    assert rule.active
    assert rule.conditions == {"all": [{"any": [{"field": "kind", "operator": "eq", "value": "individual"}]}]}
    office.commit()
    for name, kind in (("Chị Lan", "individual"), ("Công ty Đào", "organisation")):
        office.customer(name, kind=kind)
    office.work()
    page.goto("/settings/automations")
    page.locator(".automation-counts a").click()
    expect(page.get_by_role("link", name="Công ty Đào")).to_have_count(0)
    page.get_by_role("link", name="Chị Lan").click()
    expect(page.locator(".run-steps li")).to_have_count(1)
    expect(page.locator(".run-steps li")).to_contain_text("Xong")
    assert (findings(page), overflow(page)) == ([], 0)


def test_an_e_mail_is_previewed_refused_and_kept_from_a_customers_page(
    open_page: Callable[..., Page], office: Office
) -> None:
    purposes.furnish(office.admin)
    lan = office.customer("Chị Lan", email="lan@khach.vn")
    page = open_page(office.admin, f"/customers/{lan.id}", size=DESK)
    page.locator("[hx-get^='/write-email']").first.click()
    dialog = page.locator("#dialog-body")
    expect(dialog.locator("#email-to")).to_have_value("lan@khach.vn")
    dialog.locator("[name=subject]").fill("Báo giá tháng này")
    dialog.locator("[name=body]").fill("Chào chị Lan,\n\nEm gửi báo giá.")
    dialog.get_by_role("button", name="Xem trước").click()
    expect(page.locator("#email-preview")).not_to_be_empty()
    dialog.locator("#email-to").fill("không phải địa chỉ")
    dialog.locator("button[value=send]").click()
    expect(dialog.locator("#email-to-error")).to_be_visible()
    assert (findings(page), overflow(page)) == ([], 0)
    dialog.locator("#email-to").fill("lan@khach.vn")
    dialog.locator("button[value=send]").click()
    expect(page.get_by_text("Báo giá tháng này")).to_be_visible()
    office.fresh()
    (mail,) = office.admin.session.query(Mail).where(Mail.tenant_id == office.admin.tenant)
    assert (mail.state, mail.to) == ("queued", "lan@khach.vn")
