"""How much each company has and does, for the vendor's page: one statement in each company, none over all."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.access.models import ApiToken, User, UserSession
from core.db.database import Database
from core.plugin.boot import Registry
from core.plugin.enablement import SWITCHED_ON, running
from core.text import normalize
from core.vendor.models import Company
from core.vendor.service import find

CAPPED = 10_000
"""Beyond this, rows are not counted: the page must not read a million of them."""


@dataclass(frozen=True, slots=True)
class CompanyOverview:
    """A line of the vendor's list of companies."""

    id: int
    slug: str
    name: str
    state: str
    bundle: str
    created_at: datetime
    users: int
    rows: int
    rows_are_capped: bool
    """There are more: some entity has over :data:`CAPPED`."""
    modules: tuple[str, ...]
    last_activity: datetime | None
    records: dict[str, int] = field(default_factory=dict)
    """Rows of each entity, counted up to one more than :data:`CAPPED`."""


def companies_overview(
    database: Database, registry: Registry, *, q: str = "", after: str = "", limit: int = 100
) -> list[CompanyOverview]:
    """Companies in the order of their codes, from the one behind ``after`` on; ``q`` is part of a name or code."""
    statement = sa.select(Company).where(Company.slug > after).order_by(Company.slug)
    with database.vendor_session() as vendor:
        if wanted := normalize(q):
            statement = statement.where(Company.slug.in_(_called(vendor, wanted, after)[:limit]))
        companies = list(vendor.scalars(statement.limit(limit)))
    counts = _statement(registry)
    return [_overview(database, registry, company, counts) for company in companies]


def company_overview(database: Database, registry: Registry, slug: str) -> CompanyOverview:
    """One company. Raises :class:`~core.vendor.service.NoCompanyError`."""
    with database.vendor_session() as vendor:
        company = find(vendor, slug)
    return _overview(database, registry, company, _statement(registry))


def companies_by_state(database: Database) -> dict[str, int]:
    """How many companies there are in each state."""
    statement = sa.select(Company.state, sa.func.count()).group_by(Company.state)
    with database.vendor_session() as vendor:
        return dict(vendor.execute(statement).all())


def _called(vendor: Session, wanted: str, after: str) -> list[str]:
    """Codes of the companies called so. There are hundreds, not millions: no index is kept for this."""
    statement = sa.select(Company.slug, Company.name).where(Company.slug > after).order_by(Company.slug)
    return [slug for slug, name in vendor.execute(statement) if wanted in normalize(f"{slug} {name}")]


def _overview(database: Database, registry: Registry, company: Company, counts: sa.Select[Any]) -> CompanyOverview:
    with database.session(company.id) as session:
        numbers = dict(session.execute(counts, {"tenant": company.id}).mappings().one())
        parameters = {"tenant": company.id}
        switched = session.connection().exec_driver_sql(f"SELECT {SWITCHED_ON}", parameters).scalar_one()
    users, last = numbers.pop("users"), numbers.pop("last_activity")
    active = running(registry, switched)
    return CompanyOverview(
        company.id, company.slug, company.name, company.state, company.bundle, company.created_at, users,
        sum(min(number, CAPPED) for number in numbers.values()), any(number > CAPPED for number in numbers.values()),
        tuple(name for name in registry.plugins if name in active), last, numbers,
    )  # fmt: skip


def _statement(registry: Registry) -> sa.Select[Any]:
    """Everything about one company's rows, as scalar subqueries of one statement."""
    tenant = sa.bindparam("tenant", type_=sa.BigInteger)
    users, sessions, tokens = User.__table__, UserSession.__table__, ApiToken.__table__
    columns: list[sa.Label[Any]] = [
        sa.select(sa.func.count())
        .where(users.c.tenant_id == tenant, users.c.active, users.c.deleted_at.is_(None))
        .scalar_subquery()
        .label("users"),
        sa.func.greatest(
            sa.select(sa.func.max(sessions.c.seen_at)).where(sessions.c.tenant_id == tenant).scalar_subquery(),
            sa.select(sa.func.max(tokens.c.used_at)).where(tokens.c.tenant_id == tenant).scalar_subquery(),
        ).label("last_activity"),
    ]
    for resource in registry.resources.values():
        table = resource.model.__table__
        some = sa.select(table.c.id).where(table.c.tenant_id == tenant, table.c.deleted_at.is_(None)).limit(CAPPED + 1)
        columns.append(sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery().label(resource.name))
    return sa.select(*columns)
