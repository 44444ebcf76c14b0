"""Devices in words."""

import pytest

from core.access.devices import browser_of, is_phone

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (WINDOWS, "Chrome · Windows"),
        (f"{WINDOWS} Edg/140.0", "Edge · Windows"),
        (WINDOWS.replace("Chrome", "coc_coc_browser/120.0 Chrome"), "Cốc Cốc · Windows"),
        (IPHONE, "Safari · iPhone"),
        (
            "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("<script>alert(1)</script>", "Thiết bị không rõ"),
        ("", "Thiết bị không rõ"),
    ],
)
def test_a_browser_is_named(agent: str, name: str) -> None:
    assert str(browser_of(agent)) == name


def test_a_telephone_is_told_from_a_desk() -> None:
    assert is_phone(IPHONE)
    assert not is_phone(WINDOWS)
