"""What every answer says to browsers: once, and not over what an answer says itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response, g

from core.app import Answer
from core.web import headers

EACH = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "cache-control": "no-store, private",
    "vary": "Cookie",
}


def said(path: str, method: str = "GET", **options: Any) -> dict[str, list[str]]:
    """The headers of an answer, by name."""
    app = Flask(__name__)
    app.response_class = Answer
    headers.install(app)

    @app.get("/plain")
    def plain() -> str:
        return "plain"

    @app.get("/own")
    def own() -> Response:
        answer = Response("own")
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["CACHE-CONTROL"] = "public"
        answer.vary.add("Accept")
        return answer

    @app.get("/page")
    def page() -> str:
        return headers.nonce()

    @app.get("/stream")
    def stream() -> Iterator[str]:
        g.streams = True
        return iter(["a", "b"])

    @app.get("/nothing")
    def nothing() -> tuple[str, int]:
        return "", 204

    with app.test_client() as client:
        found: dict[str, list[str]] = {}
        for name, value in client.open(path, method=method, **options).headers:
            found.setdefault(name.lower(), []).append(value)
        return found


@pytest.mark.parametrize(
    ("path", "method"),
    [("/plain", "GET"), ("/plain", "HEAD"), ("/stream", "GET"), ("/nothing", "GET"), ("/none", "GET"), ("/plain", "PUT")],
)  # fmt: skip
def test_every_answer_says_it_once(path: str, method: str) -> None:
    found = said(path, method)
    assert {name: found[name] for name in EACH} == {name: [value] for name, value in EACH.items()}
    assert [policy.split(";")[0] for policy in found["content-security-policy"]] == ["default-src 'none'"]
    assert "strict-transport-security" not in found


def test_what_an_answer_says_itself_stays() -> None:
    found = said("/own")
    assert (found["referrer-policy"], found["cache-control"]) == (["no-referrer"], ["public"])
    assert found["vary"] == ["Accept, Cookie"]


def test_a_page_with_scripts_of_its_own_names_them() -> None:
    assert "script-src 'self' 'nonce-" in said("/page")["content-security-policy"][0]


def test_over_https_browsers_are_told_to_stay_there() -> None:
    assert said("/plain", base_url="https://example.com")["strict-transport-security"] == ["max-age=31536000"]


def test_a_body_goes_out_whole_or_not_at_all() -> None:
    assert [said(path)["content-length"] for path in ("/plain", "/own")] == [["5"], ["3"]]
    assert said("/plain", "HEAD")["content-length"] == ["5"]
    assert "content-length" not in said("/nothing")
