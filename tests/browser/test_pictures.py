"""The pictures of the README: ``GHEP_PICTURES=docs/images`` lets this test write them anew."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from core.context import Context
from core.customers.demo import load
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser
SMALLEST = 20_000
"""Bytes; an empty page is smaller."""


@pytest.mark.parametrize(
    ("name", "size", "dark"), [("customers", (1440, 900), False), ("customers-phone", PHONE, True)]
)
def test_the_first_thing_people_see_is_worth_showing(
    context: Context,
    open_page: Callable[..., Page],
    tmp_path: Path,
    name: str,
    size: tuple[int, int],
    dark: bool,
) -> None:
    load(context)
    context.session.commit()
    page = open_page(context, "/customers", size=size, dark=dark)
    page.locator("h1").first.wait_for()
    folder = Path(os.environ.get("GHEP_PICTURES") or tmp_path)
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    assert path.stat().st_size > SMALLEST
    with Image.open(path) as picture:
        assert picture.size == size
