"""Headers that keep a browser from being turned against its user."""

import secrets

from flask import Flask, Response, g, request

PERMISSIONS = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"


def nonce() -> str:
    """This response's nonce, for the few scripts and styles a page must carry itself."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def install(app: Flask) -> None:
    """Set them on every response."""

    def harden(response: Response) -> Response:
        mark = f"'nonce-{nonce()}'"
        response.headers.setdefault(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'self' {mark}; style-src 'self' {mark}; img-src 'self' data: blob:; "
            "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'; object-src 'none'",
        )
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store, private")
            response.vary.add("Cookie")
        return response

    app.after_request(harden)
