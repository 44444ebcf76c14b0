"""The lines of a document in a browser, with the dummy's slips: typed, added up, moved, refused, kept."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, Route, expect

from core.context import Context
from core.entity import service
from core.plugin.boot import Registry
from tests.browser.conftest import DESKTOP, PHONE, serve
from tests.hooks.conftest import app, context, database, hooks, registry  # noqa: F401 # the dummy's installation

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def live_server(app: Flask) -> Iterator[str]:  # noqa: F811
    """The address of an application that has the dummy."""
    with serve(app) as address:
        yield address


@pytest.fixture
def slip(context: Context, registry: Registry) -> Any:  # noqa: F811
    """A slip with two lines."""
    model = registry.resources["dummy.slip"].model
    goods = [
        {"name": "Dầu gội", "quantity": Decimal(2), "price": Decimal(50_000)},
        {"name": "Khăn", "price": Decimal(20_000)},
    ]
    found = service.create(context, model, {"note": "Phiếu mẫu", "discount": Decimal(5_000), "goods": goods})
    service.create(context, registry.resources["dummy.part"].model, {"name": "Nắp chai"})
    context.session.commit()
    return found


def cell(page: Page, line: int, field: str) -> Any:
    """A control of a line, counted from 0."""
    return page.locator("[data-line]").nth(line).locator(f"[name$='.{field}']:not([type=hidden])")


def top(page: Page) -> float:
    """Where the button below the lines is."""
    box = page.locator("[data-line-add]").bounding_box()
    assert box is not None
    return box["y"]


def names(page: Page) -> list[str]:
    """What the lines are called, from top to bottom."""
    return [one.input_value() for one in page.locator("[data-line] [name$='.name']").all()]


def searched(page: Page, part: str) -> tuple[Locator, Callable[[], None]]:
    """A part that the second line's picker offers while its answer to more keys is held back; and letting that come."""
    asked = re.compile("q=nap.+chai")
    held: list[Route] = []
    page.route(asked, lambda route: held.append(route))  # noqa: PLW0108 # Playwright marks what it is given
    cell(page, 1, "part").focus()
    expect(page.locator(".ts-wrapper.focus")).to_have_count(1)
    page.keyboard.type("nap")
    offered = page.locator(".ts-dropdown [data-selectable]", has_text=part)
    expect(offered).to_be_visible()
    with page.expect_request(asked):
        page.keyboard.type(" chai")

    def answer() -> None:
        with page.expect_response(asked):
            held[0].continue_()

    return offered, answer


def test_a_document_is_typed_by_keyboard_and_adds_up(open_page: Open, context: Context, slip: Any) -> None:  # noqa: F811
    page = open_page(context, f"/dummy/slips/{slip.id}/edit", size=(1440, 900))
    total = page.locator("[data-live=total]")
    expect(total).to_have_text("115.000 đ")
    cell(page, 0, "quantity").fill("3")
    expect(total).to_have_text("165.000 đ")
    cell(page, 1, "name").press("Enter")
    expect(page.locator("[data-line]")).to_have_count(3)
    page.keyboard.type("Lược")
    cell(page, 2, "price").click()
    page.keyboard.type("15000")
    expect(cell(page, 2, "price")).to_have_value("15.000")
    expect(total).to_have_text("180.000 đ")
    cell(page, 2, "part").focus()
    page.keyboard.type("nap")
    page.locator(".ts-dropdown [data-selectable]", has_text="Nắp chai").click()
    cell(page, 2, "name").press("Alt+ArrowUp")
    assert names(page) == ["Dầu gội", "Lược", "Khăn"]
    page.locator("[data-line]").nth(0).locator("[data-line-drop]").click()
    expect(total).to_have_text("30.000 đ")
    page.get_by_role("button", name="Thêm dòng").click()
    page.locator("button[type=submit].btn-primary").click()
    shown = page.locator(".lines-shown")
    expect(shown.locator("tbody tr")).to_have_count(2)
    expect(shown).to_contain_text("Nắp chai")
    expect(shown.locator(".lines-total.last")).to_contain_text("30.000 đ")


def test_what_is_chosen_stays_chosen_and_nothing_moves_under_the_pointer(
    open_page: Open, context: Context, registry: Registry, slip: Any  # noqa: F811
) -> None:  # fmt: skip
    name = "Nắp chai nhựa có vòi xịt, loại lớn dùng cho can dầu gội 5 lít"
    service.create(context, registry.resources["dummy.part"].model, {"name": name})
    context.session.commit()
    page = open_page(context, f"/dummy/slips/{slip.id}/edit", size=(1440, 900))
    offered, answer = searched(page, "loại lớn")
    offered.click()
    answer()
    page.wait_for_timeout(300)
    expect(page.locator(".ts-dropdown").locator("visible=true")).to_have_count(0)
    control = page.locator("[data-line]").nth(1).locator(".kind-link .ts-control")
    tops = [top(page)]
    control.click()
    expect(page.locator(".ts-dropdown").locator("visible=true")).to_have_count(1)
    tops.append(top(page))
    page.keyboard.type("n")
    tops.append(top(page))
    cell(page, 0, "name").focus()
    tops.append(top(page))
    assert len(set(tops)) == 1


def test_an_answer_that_comes_while_a_choice_is_pressed_does_not_take_it_away(
    open_page: Open, context: Context, slip: Any  # noqa: F811
) -> None:  # fmt: skip
    page = open_page(context, f"/dummy/slips/{slip.id}/edit", size=DESKTOP)
    offered, answer = searched(page, "Nắp chai")
    offered.hover()
    page.mouse.down()
    answer()
    page.wait_for_timeout(300)
    page.mouse.up()
    line = page.locator("[data-line]").nth(1)
    expect(line.locator(".ts-control .item")).to_have_text("Nắp chai")
    page.wait_for_timeout(300)
    expect(page.locator(".ts-dropdown").locator("visible=true")).to_have_count(0)


def test_a_choice_may_be_pressed_as_soon_as_its_name_is_typed(
    open_page: Open, context: Context, slip: Any  # noqa: F811
) -> None:  # fmt: skip
    page = open_page(context, f"/dummy/slips/{slip.id}/edit", size=DESKTOP)
    cell(page, 1, "part").focus()
    offered = page.locator(".ts-dropdown [data-selectable]", has_text="Nắp chai")
    expect(offered).to_be_visible()
    offered.hover()
    page.keyboard.type("n")
    page.mouse.down()
    page.wait_for_timeout(600)  # meanwhile the list would be drawn anew, for the key and for the answer
    page.mouse.up()
    expect(page.locator("[data-line]").nth(1).locator(".ts-control .item")).to_have_text("Nắp chai")


def test_what_was_typed_is_kept_when_it_is_refused(open_page: Open, context: Context, slip: Any) -> None:  # noqa: F811
    page = open_page(context, f"/dummy/slips/{slip.id}/edit", size=DESKTOP)
    cell(page, 0, "price").fill("nhiều")
    cell(page, 0, "price").blur()
    page.get_by_role("button", name="Thêm dòng").click()
    cell(page, 2, "cut").fill("10")
    page.locator("button[type=submit].btn-primary").click()
    expect(page.locator(".errors")).to_be_visible()
    expect(page.locator("[data-line]")).to_have_count(3)
    page.locator(".lines-table [aria-invalid]").first.wait_for()
    expect(cell(page, 2, "cut")).to_have_value("10")


def test_on_a_phone_each_line_is_a_card(open_page: Open, context: Context, slip: Any) -> None:  # noqa: F811
    page = open_page(context, f"/dummy/slips/{slip.id}/edit", size=PHONE)
    line = page.locator("[data-line]").first
    expect(line).to_be_visible()
    box = line.bounding_box()
    assert box is not None
    assert box["width"] <= PHONE[0]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    line.locator("[data-line-down]").click()
    assert names(page) == ["Khăn", "Dầu gội"]
    page.goto(f"/dummy/slips/{slip.id}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
