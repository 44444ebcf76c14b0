"""What every page is held to: readable by a screen reader, no wider than the screen, quiet."""

from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
LOOK = """() => {
  const odd = ["experimental", "deprecated"];
  const grave = axe._audit.rules.filter(
    (one) => one.enabled && !["minor", "moderate"].includes(one.impact) && !one.tags.some((tag) => odd.includes(tag)));
  return axe.run(document, {runOnly: grave.map((one) => one.id), resultTypes: ["violations"]});
}"""
"""Goes by the rules that axe goes by unless told, but for those whose findings are never grave."""


def settle(page: Page) -> None:
    """Wait until what was asked for is there and nothing moves: half faded in, a text has too little contrast."""
    page.wait_for_function(
        "() => !document.querySelector('.htmx-request, .htmx-settling')"
        " && document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)"
    )


def cell(page: Page, line: int, field: str) -> Locator:
    """A control of a line of a document, counted from 0."""
    return page.locator("[data-line]").nth(line).locator(f"[name$='.{field}']:not([type=hidden])")


def to_customers(page: Page) -> Page:
    """Bước 1 of the manual's articles on customers: trên thanh menu chính chọn module Khách hàng."""
    menu = page.get_by_role("navigation").get_by_role("link", name="Khách hàng", exact=True)
    menu.and_(page.locator(".nav-item, .dock a")).locator("visible=true").click()
    expect(page.get_by_role("heading", name="Khách hàng", level=1)).to_be_visible()
    return page


def findings(page: Page) -> list[str]:
    """What axe finds that keeps somebody from using the page."""
    settle(page)
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate(LOOK)
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in result["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    found: int = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    return max(0, found)


class Listener:
    """Collects what a page complains about in the console: scripts that fail, and what the security policy blocks."""

    def __init__(self, page: Page) -> None:
        self.said: list[str] = []
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        # A form that is refused (422) or stale (409) is an answer like another; browsers log it as an error.
        refused = "status of 422" in message.text or "status of 409" in message.text
        if message.type == "error" and not refused:
            self.said.append(f"{message.text} ({message.location.get('url')})")


def draw(page: Page) -> None:
    """Sign on the canvas, in three strokes."""
    pad = page.locator("[data-pad] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    for start in (0.2, 0.4, 0.6):
        page.mouse.move(box["x"] + box["width"] * start, box["y"] + box["height"] * 0.3)
        page.mouse.down()
        for step in range(1, 8):
            page.mouse.move(box["x"] + box["width"] * (start + step / 50), box["y"] + box["height"] * (0.3 + step / 20))
        page.mouse.up()


def looked_at(page: Page) -> None:
    """Nothing hangs out, and a screen reader finds its way."""
    assert overflow(page) == 0
    assert findings(page) == []
