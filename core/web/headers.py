"""Headers that keep a browser from being turned against its user."""

import secrets
from collections.abc import Sequence

from flask import Flask, Response, g, request

from core.app import Answer
from core.web.proxies import itself

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
}
NO_RIGHTS = "sandbox; default-src 'none'"
"""Whatever a browser makes of the content, it may run nothing and reach nothing."""

_PRIVATE = {"cache-control": "no-store, private", "vary": "Cookie"}
_READER = "/static/dist/scan-worker-"


def nonce() -> str:
    """This response's nonce, for the few scripts and styles a page must carry itself."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def policy(frames: str = "'none'") -> str:
    """What the page may load and run: our own files, and what carries the nonce where the page has one.

    ``frames`` are the sites that may show it inside a page of theirs.
    """
    mark = f" 'nonce-{g.nonce}'" if "nonce" in g else ""
    return (
        f"default-src 'none'; script-src 'self'{mark}; style-src 'self'{mark}; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {frames}; object-src 'none'"
    )


def _policy_of(path: str) -> str:
    """That of one answer: the worker that reads barcodes may compile its WebAssembly, and no page may."""
    return (
        policy().replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'") if _READER in path else policy()
    )


def framed_by(body: str, sites: Sequence[str], status: int = 200) -> Response:
    """A page that these sites may show inside theirs, given by their origins."""
    answer = Response(body, status, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = policy(" ".join(("'self'", *sites)))
    return answer


def install(app: Flask) -> None:
    """Set them on every response."""

    def harden(response: Answer) -> Answer:
        asked = itself(request)
        present = {name.lower() for name, _value in response.headers}
        wanted = {**ALWAYS, "content-security-policy": _policy_of(asked.path)}
        if asked.is_secure:
            wanted["strict-transport-security"] = "max-age=31536000"
        if asked.endpoint != "static":
            wanted |= _PRIVATE
            if "vary" in present:
                response.vary.add("Cookie")
        response.beside = [(name, value) for name, value in wanted.items() if name not in present]
        return response

    app.after_request(harden)
