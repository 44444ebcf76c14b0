"""The kit's door: the real application on the test's database, programs with tokens, and people in browsers.

Nothing is replaced: every request goes through the gate, its transaction and the database's locks.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.access.keys import digest, session_key
from core.access.login import ABSOLUTE
from core.access.models import Role, User, UserSession
from core.access.tokens import create_token
from core.app import EXTENSION
from core.context import Context, Grants
from core.db.base import now
from core.db.database import Database
from core.entity.entity import Resource
from core.plugin.boot import Registry
from core.plugin.facade import Hooks
from core.plugin.models import ActiveModule, Entitlement

BUDGETS = Path("tests", "query_counts.json")


class ApiClient(FlaskClient):
    """A program: sends its token with every request."""

    def use(self, token: str) -> "ApiClient":
        """Send this token from now on."""
        self.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return self


@pytest.fixture
def make_user(database: Database) -> Callable[..., Context]:
    """Let a context's person be known to the database: ``make_user(context, grants=…)`` gives them a role of their own.

    Their company may have every installed module, and has them on.
    """

    def make(context: Context, *, grants: Grants | None = None) -> Context:
        return enrol(database, context, grants)

    return make


def enrol(database: Database, context: Context, grants: Grants | None = None) -> Context:
    """Give a context's person a role of their own with its grants, and their company every module, switched on."""
    assert context.user is not None
    given = grants or context.grants
    _switch_everything_on(database, context)
    if given.admin or given.delegate or given.verbs:
        said = {"admin": given.admin, "delegate": given.delegate, "grants": given.verbs, "fields": given.fields}
        role = Role(name=f"Vai trò {uuid4().hex[:8]}", version=1, **said)
        context.session.add(role)
        context.session.flush()
        pair = {"tenant_id": context.tenant, "left_id": context.user.id, "right_id": role.id}
        context.session.execute(sa.insert(User.__links__["roles"]).values(pair))
    context.session.commit()
    return context


def program(app: Flask, context: Context, *, scopes: tuple[str, ...] = ()) -> ApiClient:
    """A program with a token of a context's person, who is enrolled."""
    assert context.user is not None
    token = create_token(context, context.user.id, name="test", scopes=scopes)
    context.session.commit()
    return ApiClient(app).use(token.text)


def browser(app: Flask, context: Context) -> FlaskClient:
    """A browser that a context's person, who is enrolled, is signed in with."""
    from core.web.gate import COOKIE

    assert context.user is not None
    key = session_key(context.tenant)
    context.session.add(UserSession(user_id=context.user.id, key_hash=digest(key), expires_at=now() + ABSOLUTE))
    context.session.commit()
    made = app.test_client()
    made.set_cookie(COOKIE, key)
    return made


def _switch_everything_on(database: Database, context: Context) -> None:
    names = [name for name in context.hooks.registry.plugins if name != "core"]
    with database.vendor_session() as vendor, vendor.begin():
        known = set(vendor.scalars(sa.select(Entitlement.plugin).where(Entitlement.company_id == context.tenant)))
        vendor.add_all([Entitlement(company_id=context.tenant, plugin=name) for name in names if name not in known])
    on = set(context.session.scalars(sa.select(ActiveModule.plugin).where(ActiveModule.tenant_id == context.tenant)))
    context.session.add_all([ActiveModule(plugin=name) for name in ["core", *names] if name not in on])


@pytest.fixture
def make_api(app: Flask, make_user: Callable[..., Context]) -> Callable[..., ApiClient]:
    """Programs acting as a context's person: ``make_api(context, grants=…, scopes=…)``."""

    def make(context: Context, *, grants: Grants | None = None, scopes: tuple[str, ...] = ()) -> ApiClient:
        return program(app, make_user(context, grants=grants), scopes=scopes)

    return make


@pytest.fixture
def make_client(app: Flask, make_user: Callable[..., Context]) -> Callable[..., FlaskClient]:
    """Browsers a context's person is signed in with: ``make_client(context, grants=…)``."""

    def make(context: Context, *, grants: Grants | None = None) -> FlaskClient:
        return browser(app, make_user(context, grants=grants))

    return make


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A browser nobody is signed in with."""
    return app.test_client()


@pytest.fixture
def client(make_client: Callable[..., FlaskClient], context: Context) -> FlaskClient:
    """A browser the administrator of this test's company is signed in with."""
    return make_client(context)


@pytest.fixture
def api(make_api: Callable[..., ApiClient], context: Context) -> ApiClient:
    """A program of the administrator of this test's company."""
    return make_api(context)


@pytest.fixture
def other_api(make_api: Callable[..., ApiClient], stranger: Context) -> ApiClient:
    """A program of another company's administrator."""
    return make_api(stranger)


@pytest.fixture
def powerless_api(
    make_api: Callable[..., ApiClient], make_context: Callable[..., Context], context: Context
) -> ApiClient:
    """A program of a colleague who has no role."""
    return make_api(make_context(context.company, grants=Grants(), name="Lê Văn Chưa Có Quyền"), grants=Grants())


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """What the application asks the database while a block runs.

    ``with count_queries() as statements: …``
    """
    return lambda: statements_of(app)


@contextmanager
def statements_of(app: Flask) -> Iterator[list[str]]:
    """What an application asks the database for while the block runs."""
    engine = app.extensions[EXTENSION].database.engine
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def redeclare(app: Flask, hooks: Hooks, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Resource]:
    """Let an entity be declared otherwise in one test: ``redeclare("kennel.stay", approval=…)``.

    The whole registry is another one then: what was found out of a registry is kept, for none is altered.
    """

    def declare(name: str, **values: Any) -> Resource:
        resource = replace(registry.resources[name], **values)
        other = replace(registry, resources={**registry.resources, name: resource})
        for one in (hooks, app.extensions[EXTENSION].hooks):
            monkeypatch.setattr(one, "registry", other)
        return resource

    return declare


@pytest.fixture
def query_budget(
    request: pytest.FixtureRequest, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> Callable[[str], AbstractContextManager[None]]:
    """The budgets in ``tests/query_counts.json``, by name.

    ``with query_budget("customer list"): …``
    """

    @contextmanager
    def hold(name: str) -> Iterator[None]:
        most = json.loads((request.config.rootpath / BUDGETS).read_text(encoding="utf-8")).get(name)
        with count_queries() as statements:
            yield
        listed = "\n".join(" ".join(one.split())[:300] for one in statements)
        assert most is not None, f"{BUDGETS} has no {name!r}; it took {len(statements)}:\n{listed}"
        assert len(statements) <= most, f"{name}: {len(statements)} statements, {most} are allowed:\n{listed}"

    return hold
