"""Pages and API against a bare Flask route and against their SQL alone."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import sqlalchemy as sa

from bench.alone import served_alone
from bench.company import busy
from bench.measure import Cost, Line, Meter, micro
from bench.server import BARE, Served, served
from core.access.keys import digest, session_key
from core.access.login import ABSOLUTE
from core.access.models import UserSession
from core.app import Platform
from core.context import Context
from core.db.base import now
from core.web.gate import COOKIE

# Like the answers they are compared with they read whole records.
_LIST_SQL = """
SELECT c.* FROM core_customer c
WHERE c.tenant_id = :tenant AND c.deleted_at IS NULL ORDER BY c.updated_at DESC, c.id DESC LIMIT 51
"""
_SEARCH_SQL = """
SELECT c.* FROM core_customer c WHERE c.tenant_id = :tenant AND c.deleted_at IS NULL AND c.id IN (
  SELECT id FROM ghep_search('core_customer'::regclass, cast(:words AS text[]), 2000))
ORDER BY c.updated_at DESC, c.id DESC LIMIT 51
"""
_COMMON_SQL = """
SELECT c.* FROM core_customer c WHERE c.tenant_id = :tenant AND c.deleted_at IS NULL
  AND c.search_norm LIKE :like ORDER BY c.updated_at DESC, c.id DESC LIMIT 51
"""


RECORDS = "/api/v1/customers"
LIST = f"{RECORDS}?limit=50&count=none"


class Caller:
    """Calls a served application as one person or program."""

    def __init__(self, server: Served, meter: Meter, headers: dict[str, str] | None = None) -> None:
        self._server, self._meter, self._headers = server, meter, headers or {}

    def get(self, path: str) -> bytes:
        """The body of a page."""
        return self._server.get(path, self._headers)

    def cost(self, *paths: str) -> Cost:
        """What a page costs the server's worker and the database; of several, each in turn, what one does."""
        turns = cycle(paths)
        return self._meter.cost(lambda: self.get(next(turns)), self._server.cpu)


def browser(context: Context) -> dict[str, str]:
    """The cookie of somebody signed in."""
    key = session_key(context.tenant)
    user = context.session.execute(
        sa.text("SELECT id FROM core_user WHERE tenant_id = :t"), {"t": context.tenant}
    ).scalar()
    context.session.add(UserSession(user_id=user, key_hash=digest(key), expires_at=now() + ABSOLUTE))
    context.session.commit()
    return {"Cookie": f"{COOKIE}={key}"}


def bare_route(meter: Meter) -> Cost:
    """What a Flask route costs that does nothing."""
    with TemporaryDirectory() as folder:
        Path(folder, "bench_bare.py").write_text(BARE, encoding="utf-8")
        with served("bench_bare:app", folder) as server:
            return Caller(server, meter).cost("/")


def lines(platform: Platform, meter: Meter, context: Context, token: str, *, bare: Cost) -> Iterator[Line]:
    """The page and API rows of the table."""
    with served("core.wsgi:app") as server:
        yield from _pages(platform, meter, server, context, token, bare=bare)


def _pages(
    platform: Platform, meter: Meter, server: Served, context: Context, token: str, *, bare: Cost
) -> Iterator[Line]:
    api = Caller(server, meter, {"Authorization": f"Bearer {token}"})
    web, tenant = Caller(server, meter, browser(context)), context.tenant
    listed = api.cost(LIST)
    yield against("list API, app", listed.app, "bare Flask route", bare.app, 8)
    alone = served_alone(meter, tenant, _LIST_SQL)
    yield against("list API, database", listed.database, "its SQL alone", alone.database, 1.5)
    far = api.cost(f"{LIST}&cursor={page_cursor(api, 100)}")
    yield against("list API, page 100", far.both, "page 1", listed.both, 1.3)
    bare, shown = bare_route(meter), web.cost("/customers")  # anew: a machine is not equally fast for minutes
    yield against("list page (HTML), app", shown.app, "bare Flask route", bare.app, 12)
    record = orjson.loads(api.get(LIST))["items"][0]["id"]
    one = api.cost(f"{RECORDS}/{record}")
    yield against("one record by the API, app", one.app, "bare Flask route", bare.app, None)
    for what, query, statement, values in (
        ("rare", "uy%C3%AAn+99123", _SEARCH_SQL, {"words": ["uyen", "99123"]}),
        ("common", "nguyen", _COMMON_SQL, {"like": "%nguyen%"}),
        ("last digits", "63841", _SEARCH_SQL, {"words": ["63841"]}),
    ):
        alone = served_alone(meter, tenant, statement, **values)
        found = api.cost(f"{LIST}&q={query}")
        yield against(f"search, {what}, database", found.database, "its SQL alone", alone.database, 1.5)
    # Not one page again and again: what was drawn for one record must be of use to the others.
    pages = [f"/customers/{one}" for one in busy(platform, context)]
    bare, shown = bare_route(meter), web.cost(*pages)
    yield against("record page, five related lists, app", shown.app, "bare Flask route", bare.app, 15)


def page_cursor(api: Caller, number: int) -> str:
    """The cursor of a page, reached by walking."""
    cursor = ""
    for _turn in range(number - 1):
        after = f"&cursor={cursor}" if cursor else ""
        cursor = orjson.loads(api.get(f"{LIST}{after}"))["next_cursor"] or cursor
    return cursor


def against(name: str, ours: float, what: str, theirs: float, budget: float | None) -> Line:
    """A row comparing two costs in microseconds."""
    return Line(name, micro(ours), f"{what} {micro(theirs)}", ours / max(theirs, 1e-9), budget)
