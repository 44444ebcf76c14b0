"""A real Chromium at a real address: the application of the tests, served by a thread of this process."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from core.context import Context
from core.web.events import PLACES, Places
from core.web.gate import COOKIE
from tests.chromium import chromium_path

DESKTOP, PHONE = (1280, 800), (390, 844)
"""Sizes a page is made for."""
ZONE = "Asia/Ho_Chi_Minh"
"""Where the companies of the tests are, and so the people who look at their calendars."""
PATIENCE = 15_000
"""Milliseconds that something may take to appear: other tests run on the same two cores."""
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test in the browser that fails is run once more, and the summary says so; what fails twice fails."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


class _Quiet(WSGIRequestHandler):
    """Says nothing of requests that went well."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def close_pages(windows: Iterable[BrowserContext]) -> None:
    """Be done with windows, page by page.

    Now and then Chromium never answers that a whole window is gone, and the run would stand still.
    """
    for page in [page for window in windows for page in window.pages]:
        page.close()


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """Let an application answer at an address: a bare host, so that who is signed in tells the company."""
    app.extensions[PLACES] = Places(0)  # a stream would keep its thread, and the server from stopping, for seconds
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def live_server(app: Flask) -> Iterator[str]:
    """The address of the application that all tests share."""
    with serve(app) as address:
        yield address


@pytest.fixture
def serve_app() -> Callable[[Flask], AbstractContextManager[str]]:
    """Serve another application: ``with serve_app(app) as address: …``."""
    return serve


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, started once."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(
    chromium: Browser, live_server: str, make_client: Callable[..., FlaskClient]
) -> Iterator[Callable[..., Page]]:
    """Windows a context's person is signed in with: ``open_page(context, "/customers", size=PHONE, dark=True)``.

    ``server`` is another address than the common one. A script that fails in one of them fails the test.
    """
    opened: list[BrowserContext] = []
    failures: list[Error] = []

    def make(
        context: Context, path: str = "/", *, size: tuple[int, int] = DESKTOP, dark: bool = False, locale: str = "vi",
        server: str = live_server,
    ) -> Page:  # fmt: skip
        found = make_client(context).get_cookie(COOKIE)
        assert found is not None
        window = chromium.new_context(
            base_url=server,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            locale=locale,
            timezone_id=ZONE,
            has_touch=size == PHONE,
        )
        opened.append(window)
        window.set_default_timeout(PATIENCE)
        window.add_cookies(
            [
                {"name": COOKIE, "value": found.value, "url": server},
                {"name": "locale", "value": locale, "url": server},
            ]
        )
        page = window.new_page()
        page.on("pageerror", lambda error: failures.append(error))  # noqa: PLW0108 # Playwright marks what it is given
        page.goto(path)
        return page

    yield make
    close_pages(opened)
    assert not failures


@pytest.fixture
def outside(chromium: Browser, live_server: str) -> Iterator[Callable[..., Page]]:
    """A window of somebody who is signed in nowhere."""
    windows = []

    def come(url: str, size: tuple[int, int]) -> Page:
        window = chromium.new_context(
            base_url=live_server, viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE, locale="vi"
        )
        windows.append(window)
        window.set_default_timeout(PATIENCE)
        page = window.new_page()
        page.goto(url)
        return page

    yield come
    close_pages(windows)
