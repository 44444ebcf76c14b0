"""Shares carry a copy of their record's last change: the database keeps it, a command compares and mends it."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.access.consistency import MEND, Finding, check, mend
from core.access.models import User
from core.access.shares import Share
from core.context import Context, Grants, UserInfo
from core.customers.models import Customer
from core.db.base import now
from core.db.database import Database
from core.entity import service
from core.entity.query import Query, read_page
from core.jobs.drain import Drain
from core.jobs.queue import enqueue


@pytest.fixture
def colleague(context: Context) -> Context:
    """Somebody who sees their own customers and what is shared with them."""
    user = service.create(context, User, {"name": "Mai", "email": f"{uuid4().hex}@example.com"})
    grants = Grants(verbs={"core.customer": {"see": "own"}})
    return Context(
        context.session,
        context.company,
        context.hooks,
        context.active,
        grants,
        UserInfo(user.id, user.name, user.email),
    )


def shared(context: Context, colleague: Context, name: str) -> Customer:
    """A customer that the colleague is shown."""
    assert colleague.user is not None
    customer = service.create(context, Customer, {"name": name})
    context.session.add(
        Share(entity="core.customer", record_id=customer.id, user_id=colleague.user.id, sort_at=customer.updated_at)
    )
    context.session.flush()
    return customer


def listed(colleague: Context, limit: int = 50) -> list[str]:
    """What the colleague's list shows, walked page by page."""
    resource = colleague.resource(Customer)
    query, names = Query(resource, columns=(resource.fields["name"],), limit=limit), list[str]()
    while True:
        page = read_page(colleague, query)
        names += [row["name"] for row in page.rows]
        if not page.next_cursor:
            return names
        query.cursor = page.next_cursor


def test_what_is_changed_comes_first_in_the_list_of_whoever_it_is_shared_with(
    context: Context, colleague: Context
) -> None:
    first, *_rest = [shared(context, colleague, name) for name in ("Lan", "An", "Tú")]
    assert listed(colleague, limit=1) == ["Tú", "An", "Lan"]
    service.update(context, first, {"sector": "Hoa"})
    assert listed(colleague, limit=1) == ["Lan", "Tú", "An"]
    assert check(context) == []


def test_no_statement_leaves_a_copy_behind(context: Context, colleague: Context) -> None:
    for name in ("Lan", "An"):
        shared(context, colleague, name)
    context.session.execute(sa.update(Customer).values(updated_at=now()))
    assert check(context) == []
    assert sorted(listed(colleague, limit=1)) == ["An", "Lan"]


def test_what_has_gone_wrong_is_found_and_mended(context: Context, colleague: Context) -> None:
    shared(context, colleague, "Lan")
    context.session.execute(sa.update(Share).values(sort_at=sa.func.now() - sa.text("interval '1 day'")))
    context.session.add(Share(entity="core.customer", record_id=uuid4(), user_id=colleague.user.id))  # type: ignore[union-attr] # a person
    context.session.flush()
    assert check(context) == [Finding("core.customer", late=1, orphaned=1)]
    assert sum(mend(context)) == 2
    assert check(context) == []
    assert listed(colleague) == ["Lan"]


def test_every_night_it_is_put_right_by_itself(context: Context, colleague: Context, database: Database) -> None:
    customer = shared(context, colleague, "Lan")
    late = sa.update(Share).where(Share.tenant_id == context.tenant).values(sort_at=now() - timedelta(days=1))
    context.session.execute(late)
    enqueue(context, MEND)
    context.session.commit()
    Drain(database, context.hooks).company(context.tenant)
    assert check(context) == []
    statement = sa.select(Share.sort_at).where(Share.tenant_id == context.tenant)
    assert context.session.scalars(statement).all() == [customer.updated_at]
