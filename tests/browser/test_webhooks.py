"""The page of an endpoint: a test message, what was given up, and sending it again."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.jobs.models import Job
from core.webhooks.models import Webhook
from core.webhooks.spreading import SEND
from tests.browser.looks import findings, overflow
from tests.core.webhooks.conftest import Receiver
from tests.core.webhooks.conftest import company_admin as company_admin  # noqa: PLC0414 # the fixtures
from tests.core.webhooks.conftest import listen as listen  # noqa: PLC0414
from tests.core.webhooks.conftest import receiver as receiver  # noqa: PLC0414
from tests.core.webhooks.conftest import settings as settings  # noqa: PLC0414
from tests.core.webhooks.conftest import vault as vault  # noqa: PLC0414
from tests.core.webhooks.conftest import work as work  # noqa: PLC0414

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desktop", "phone"])
def test_an_endpoint_is_tested_and_what_it_did_not_take_is_sent_again(
    open_page: Callable[..., Page], company_admin: Context, listen: Callable[..., Webhook], receiver: Receiver,
    work: Callable[[], int], size: tuple[int, int],
) -> None:  # fmt: skip
    webhook = listen()
    page = open_page(company_admin, f"/settings/webhooks/{webhook.id}", size=size)
    page.get_by_role("button", name="Gửi thử").click()
    expect(page.locator("#deliveries tbody tr")).to_have_count(1)
    work()
    assert [one["event"] for one in receiver.events] == ["ping"]
    receiver.mood = "503"
    service.create(company_admin, Customer, {"name": "Công ty Mận"})
    work()
    given_up = sa.update(Job).where(Job.tenant_id == company_admin.tenant, Job.topic == SEND, Job.state == "new")
    company_admin.session.execute(given_up.values(state="dead"))
    company_admin.session.commit()
    page.reload()
    again = page.get_by_role("button", name="Gửi lại: core.customer.created")
    expect(again).to_be_visible()
    assert (findings(page), overflow(page)) == ([], 0)
    receiver.mood = "200"
    again.click()
    expect(again).to_have_count(0)
    work()
    assert [one["event"] for one in receiver.events][-1] == "created"
    page.reload()
    expect(page.locator("#deliveries tbody tr")).to_have_count(2)
    expect(page.locator("#deliveries")).not_to_contain_text("503")
