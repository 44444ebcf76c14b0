"""Requests that another site made a browser send are refused: by ``Sec-Fetch-Site``, then by ``Origin``; no token.

Programs with a bearer token and no cookie are let through: nobody can make a browser send a header.
"""

from urllib.parse import urlsplit

from flask import Flask, abort, request

SAFE = {"GET", "HEAD", "OPTIONS"}


def install(app: Flask) -> None:
    """Check every request that could change something."""

    def check() -> None:
        if request.method in SAFE or (request.authorization and not request.cookies):
            return
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            if site not in {"same-origin", "none"}:
                abort(403)
            return
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            abort(403)

    app.before_request(check)
