"""Pages and API against a bare Flask route and against their SQL alone."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.measure import Line, Meter, micro
from core.access.keys import digest, session_key
from core.access.login import ABSOLUTE
from core.access.models import UserSession
from core.app import Platform
from core.context import Context
from core.db.base import now
from core.web.gate import COOKIE

_LIST_SQL = """
SELECT c.id, c.version, c.name, c.kind, c.mobile, c.email, c.updated_at FROM core_customer c
WHERE c.tenant_id = :tenant AND c.deleted_at IS NULL ORDER BY c.updated_at DESC, c.id DESC LIMIT 51
"""
_SEARCH_SQL = """
SELECT c.id, c.name FROM core_customer c WHERE c.tenant_id = :tenant AND c.deleted_at IS NULL AND c.id IN (
  SELECT id FROM ghep_search('core_customer'::regclass, cast(:words AS text[]), 2000))
ORDER BY c.updated_at DESC, c.id DESC LIMIT 51
"""
_COMMON_SQL = """
SELECT c.id, c.name FROM core_customer c WHERE c.tenant_id = :tenant AND c.deleted_at IS NULL
  AND c.search_norm LIKE :like ORDER BY c.updated_at DESC, c.id DESC LIMIT 51
"""


class Caller:
    """Calls an application as a server would, without a socket in between."""

    def __init__(self, app: Flask, headers: dict[str, str]) -> None:
        self._app, self._headers = app, headers

    def get(self, path: str) -> bytes:
        """The body of a page. Raises where it is no success: a failing page is fast and proves nothing."""
        environ = EnvironBuilder(path, base_url="http://localhost", headers=self._headers).get_environ()
        body, status, _headers = run_wsgi_app(self._app, environ, buffered=True)
        content = b"".join(body)
        if not status.startswith("200"):
            raise RuntimeError(f"{path} answered {status}: {content[:200]!r}")
        return content


def bare_route() -> Caller:
    """The smallest thing Flask can answer."""
    app = Flask("bare")
    app.add_url_rule("/", "ok", lambda: {"ok": True})
    return Caller(app, {})


def browser(context: Context, app: Flask) -> Caller:
    """Somebody signed in."""
    key = session_key(context.tenant)
    user = context.session.execute(
        sa.text("SELECT id FROM core_user WHERE tenant_id = :t"), {"t": context.tenant}
    ).scalar()
    context.session.add(UserSession(user_id=user, key_hash=digest(key), expires_at=now() + ABSOLUTE))
    context.session.commit()
    return Caller(app, {"Cookie": f"{COOKIE}={key}"})


def sql(platform: Platform, tenant: int, statement: str, **values: Any) -> Callable[[], object]:
    """A statement alone, under the application's role and in its own transaction."""
    text = sa.text(statement)

    def run() -> object:
        with platform.database.session(tenant) as session:
            return session.connection().execute(text, {"tenant": tenant, **values}).all()

    return run


def lines(platform: Platform, app: Flask, meter: Meter, context: Context, token: str) -> Iterator[Line]:
    """The page and API rows of the table."""
    api = Caller(app, {"Authorization": f"Bearer {token}"})
    web, tenant = browser(context, app), context.tenant
    smallest = bare_route()
    bare = meter.cost(lambda: smallest.get("/"))
    plain = meter.cost(sql(platform, tenant, _LIST_SQL))
    path = "/api/v1/customers?limit=50&count=none"
    listed = meter.cost(lambda: api.get(path))
    yield against("list API, app", listed.app, "bare Flask route", bare.app, 8)
    yield against("list API, database", listed.database, "its SQL alone", plain.database, 1.5)
    deep = _page(api, 100)
    far = meter.cost(lambda: api.get(f"{path}&cursor={deep}"))
    yield against("list API, page 100", far.both, "page 1", listed.both, 1.3)
    shown = meter.cost(lambda: web.get("/customers"))
    yield against("list page (HTML), app", shown.app, "bare Flask route", bare.app, 12)
    record = orjson.loads(api.get(path))["items"][0]["id"]
    opened = meter.cost(lambda: web.get(f"/customers/{record}"))
    yield against("record page, app", opened.app, "bare Flask route", bare.app, 15)
    yield from _searches(platform, meter, api, tenant)


def _searches(platform: Platform, meter: Meter, api: Caller, tenant: int) -> Iterator[Line]:
    rare = meter.cost(sql(platform, tenant, _SEARCH_SQL, words=["uyen", "99123"]))
    ours = meter.cost(lambda: api.get("/api/v1/customers?limit=50&count=none&q=uy%C3%AAn+99123"))
    yield against("search, rare, database", ours.database, "its SQL alone", rare.database, 1.5)
    common = meter.cost(sql(platform, tenant, _COMMON_SQL, like="%nguyen%"))
    ours = meter.cost(lambda: api.get("/api/v1/customers?limit=50&count=none&q=nguyen"))
    yield against("search, common, database", ours.database, "its SQL alone", common.database, 1.5)
    digits = meter.cost(sql(platform, tenant, _SEARCH_SQL, words=["63841"]))
    ours = meter.cost(lambda: api.get("/api/v1/customers?limit=50&count=none&q=63841"))
    yield against("search, last digits, database", ours.database, "its SQL alone", digits.database, 1.5)


def _page(api: Caller, number: int) -> str:
    """The cursor of a page, reached by walking."""
    cursor = ""
    for _turn in range(number - 1):
        after = f"&cursor={cursor}" if cursor else ""
        cursor = orjson.loads(api.get(f"/api/v1/customers?limit=50&count=none{after}"))["next_cursor"] or cursor
    return cursor


def against(name: str, ours: float, what: str, theirs: float, budget: float | None) -> Line:
    """A row comparing two costs in microseconds."""
    return Line(name, micro(ours), f"{what} {micro(theirs)}", ours / max(theirs, 1e-9), budget)
