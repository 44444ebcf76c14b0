"""Switching a module in a real browser."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from core.app import EXTENSION, create_app
from core.context import Context
from core.db.database import Database
from core.plugin.boot import Registry
from core.plugin.models import Entitlement
from tests.core.plugin.registries import module
from tests.core.plugin.registries import registry as registry_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_a_module_is_switched_on_used_and_switched_off(
    open_page: Callable[..., Page], context: Context, size: tuple[int, int]
) -> None:
    page = open_page(context, "/settings/modules", size=size, locale="en")
    kennel = page.locator("#module-kennel").get_by_role("switch")
    menu = page.locator('a[href="/kennel/stays"]')

    kennel.click()
    expect(page.get_by_text("Switched off: Pet hotel.")).to_be_visible()
    expect(kennel).not_to_be_checked()
    expect(menu).to_have_count(0)

    kennel.click()
    expect(page.get_by_text("Switched on: Pet hotel.")).to_be_visible()
    expect(kennel).to_be_checked()
    if size[0] < 1000:
        page.get_by_role("button", name="More").click()
        page.locator("#all-nav").locator(menu).click()
    else:
        menu.first.click()
    expect(page.get_by_role("heading", name="Stays", level=1)).to_be_visible()

    page.goto("/settings/modules")
    kennel.click()
    expect(page.get_by_text("Switched off: Pet hotel.")).to_be_visible()
    answer = page.goto("/kennel/stays")
    assert answer is not None
    assert answer.status == 404


def test_what_others_need_is_asked_in_a_dialog_that_can_be_closed(
    open_page: Callable[..., Page],
    serve_app: Callable[[Flask], AbstractContextManager[str]],
    app: Flask,
    registry: Registry,
    context: Context,
    database: Database,
) -> None:
    with database.vendor_session() as session, session.begin():
        session.add_all([Entitlement(company_id=context.tenant, plugin=name) for name in ("pantry", "kitchen")])
    needy = [module("pantry"), module("kitchen", requires=("pantry",))]
    for one in needy:
        one.__file__ = None
    made = create_app(app.extensions[EXTENSION].settings, registry_of(registry, *needy))
    with serve_app(made) as address:
        page = open_page(context, "/settings/modules", locale="en", server=address)
        pantry, kitchen = (page.locator(f"#module-{name}").get_by_role("switch") for name in ("pantry", "kitchen"))
        dialog = page.get_by_role("dialog")

        kitchen.click()
        expect(dialog).to_contain_text("Pantry")
        page.keyboard.press("Escape")
        expect(kitchen).not_to_be_checked()
        kitchen.click()
        dialog.get_by_role("button", name="Switch all on").click()
        expect(page.get_by_text("Switched on: Pantry, Kitchen.")).to_be_visible()
        expect(kitchen).to_be_checked()
        expect(pantry).to_be_checked()

        pantry.click()
        expect(dialog).to_contain_text("Kitchen")
        dialog.get_by_role("button", name="Switch all off").click()
        expect(page.get_by_text("Switched off: Kitchen, Pantry.")).to_be_visible()
        expect(pantry).not_to_be_checked()
    made.extensions[EXTENSION].database.close()
    made.extensions[EXTENSION].bell.close()
