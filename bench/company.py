"""People, departments and shares of the measured company: whoever sees 200 of a million, 20,000, and all."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.models import Role, User
from core.access.organisation import Department
from core.access.tokens import create_token
from core.app import Platform
from core.context import Context
from core.customers.models import Customer, Tag, Tier
from core.entity import service
from core.plugin.enablement import switch_on
from core.vendor.service import entitle

PEOPLE, DEPARTMENTS, HEAVY = 500, 60, 20_000
WORK = ("see", "create", "edit", "share", "transfer")

# Customers and their ids come from :mod:`bench.seed`: the n-th is md5(salt || n), changed n times seven seconds on.
_SHARES = """
INSERT INTO core_share (tenant_id, id, entity, record_id, user_id, department_id, access, aspects, sort_at, shared_at)
SELECT :tenant, md5(:salt || :kind || n)::uuid, 'core.customer', md5(:salt || x.customer)::uuid, x.person, x.department,
  'read', '{{*}}', timestamptz '2026-01-01' + x.customer * interval '7 seconds', now()
FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n, LATERAL (SELECT
  {customer} AS customer, {person} AS person, {department} AS department) x
ON CONFLICT DO NOTHING
"""
_ANYBODY = "(:people)[3 + ((n * 7919) % (:people_n - 2))::int]"
_UNIFORM = _SHARES.format(customer="1 + n % :customers", person=_ANYBODY, department="NULL::uuid")
_SKEWED = _SHARES.format(
    customer="1 + (n * 104729) % :customers",
    person="NULL::uuid",
    department="(:departments)[2 + floor((:departments_n - 1) * power(((n * 15485863) % 1000) / 1000.0, 3))::int]",
)
_ONE = _SHARES.format(
    customer="1 + (n * (:customers / :most)) % :customers", person="CAST(:person AS uuid)", department="NULL::uuid"
)
# One in ten thousand is the first person's; the second owns nothing; the others share the rest.
_OWNERS = """
UPDATE core_customer SET owner_id = CASE WHEN o.n % 10000 = 0 THEN (:people)[1]
  ELSE (:people)[3 + ((o.n * 7919) % (:people_n - 2))::int] END
FROM (SELECT id, row_number() OVER (ORDER BY updated_at) AS n FROM core_customer WHERE tenant_id = :tenant) o
WHERE tenant_id = :tenant AND core_customer.id = o.id
"""
# Every twentieth is of the tier, every tenth has the tag.
_TIERS = """
UPDATE core_customer SET tier_id = :tier WHERE tenant_id = :tenant AND substr(code, 3)::int % 20 = 0
"""
_TAGS = """
INSERT INTO core_customer_tags (tenant_id, left_id, right_id)
SELECT tenant_id, id, :tag FROM core_customer WHERE tenant_id = :tenant AND substr(code, 3)::int % 10 = 0
"""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at the list."""

    name: str
    token: str
    user: UUID
    owners: tuple[UUID, ...]
    """Whose customers their role covers; empty is everybody's."""
    principals: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """Who there is."""

    people: list[UUID]
    departments: list[UUID]
    viewers: list[Viewer]
    narrowed: str
    """A list's conditions on a tag, a tier and a date."""


def staffed(platform: Platform, context: Context, customers: int, shares: int) -> Staff:
    """People in departments, the customers dealt out among them, and shares: a quarter of them go to few."""
    people = [
        user.id
        for user in service.create_many(
            context, User, [{"name": f"Nhân viên {n}", "email": f"nv{n}@example.com"} for n in range(PEOPLE)]
        )
    ]
    departments = _departments(context, people)
    values: dict[str, Any] = {
        "tenant": context.tenant, "salt": f"{context.tenant}-", "customers": customers, "people": people,
        "people_n": PEOPLE, "departments": departments, "departments_n": DEPARTMENTS, "most": HEAVY,
    }  # fmt: skip
    # The whole team of ten below the head of the second department owns about 20,000 of a million.
    team = people[2:12]
    viewers = [
        _viewer(context, "sees 200", people[0], "own", (people[0],)),
        _viewer(context, "sees 20,000 of a team", people[2], "below", tuple(team)),
        _viewer(context, "sees 20,000 by shares", people[1], "own", (people[1],)),
        _viewer(context, "sees all", people[3], "all", ()),
    ]
    tag, tier = (
        service.create(context, Tag, {"name": "VIP"}).id,
        service.create(context, Tier, {"name": "Vàng", "rank": 1}).id,
    )
    context.session.commit()
    engine = sa.create_engine(platform.database.owner_url)
    with engine.begin() as connection:
        _run(connection, _OWNERS, values)
        _run(connection, _TIERS, {**values, "tier": tier})
        _run(connection, _TAGS, {**values, "tag": tag})
        few = max(1, customers // 10_000)
        _run(connection, _ONE, {**values, "kind": "few", "first": 1, "last": few, "person": people[0], "most": few})
        _run(
            connection,
            _ONE,
            {**values, "kind": "heavy", "first": 1, "last": min(HEAVY, customers), "person": people[1]},
        )
        for first in range(1, shares * 3 // 4, 100_000):
            last = min(first + 99_999, shares * 3 // 4)
            _run(connection, _UNIFORM, {**values, "kind": "u", "first": first, "last": last})
        for first in range(1, shares // 4, 100_000):
            _run(connection, _SKEWED, {**values, "kind": "s", "first": first, "last": min(first + 99_999, shares // 4)})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(
            "VACUUM ANALYZE core_share, core_customer, core_customer_tags, core_user, core_department"
        )
    engine.dispose()
    narrowed = f"tags__has={tag}&tier__eq={tier}&created_at__gte=2026-01-01T12:00:00Z"
    return Staff(people, departments, viewers, narrowed)


def switched_on(platform: Platform, context: Context, plugin: str) -> None:
    """Let the measured company have a module."""
    with platform.database.vendor_session() as session, session.begin():
        entitle(session, context.hooks.registry, context.company.slug, plugin)
    switch_on(context, plugin)


def busy(platform: Platform, context: Context, customers: int = 12) -> list[UUID]:
    """Customers as they are after a year: changed, called, with plans, and five lists of what belongs to them."""
    switched_on(platform, context, "sales")
    known = context.hooks.registry.resources
    [stage, *_others] = context.session.scalars(sa.select(known["sales.stage"].model))
    goods = [{"name": "Máy in", "quantity": Decimal(2), "price": Decimal(1_500_000), "rate": "8"}]
    found = [one.id for one in context.session.scalars(sa.select(Customer).order_by(Customer.id).limit(customers))]
    for number, one in enumerate(found):
        customer = {"customer": one}
        for turn in range(4):
            phone = f"+8491{number:03d}{turn:04d}"
            service.create(
                context, known["core.contact"].model, {"name": f"Lê Văn {turn}", "mobile": phone, **customer}
            )
            opportunity = {"name": f"Cơ hội {turn}", "stage": stage.id, "expected_on": context.today()}
            service.create(context, known["sales.opportunity"].model, {**opportunity, **customer})
            service.create(context, known["sales.quote"].model, {"goods": goods, **customer})
            service.create(context, known["sales.order"].model, {"goods": goods, **customer})
            service.create(context, known["core.note"].model, {"text": f"Đã gọi, hẹn lại lần {turn}", **customer})
            service.create(context, known["core.task"].model, {"subject": f"Gửi báo giá {turn}", **customer})
            service.update(
                context, context.session.get_one(Customer, (context.tenant, one)), {"sector": f"Ngành {turn}"}
            )
        account = {"number": f"0011{number}", "bank": "VCB", "holder": "Lê Văn"}
        service.create(context, known["core.bank_account"].model, {**account, **customer})
    context.session.commit()
    return found


def _departments(context: Context, people: list[UUID]) -> list[UUID]:
    """A tree of sixty: the team of the second stands alone, the first has the others below it."""
    found: list[UUID] = []
    rest = people[12:]
    for number in range(DEPARTMENTS):
        members = people[2:12] if number == 1 else rest[number::DEPARTMENTS] if number != 0 else people[:2]
        parent = (
            None if number < 2 else found[(number - 2) // 4 + 2] if number > 6 else found[0]
        )  # a tree of four levels
        values = {"name": f"Phòng {number}", "members": members, "parent": parent}
        found.append(service.create(context, Department, values).id)
    return found


def _viewer(context: Context, name: str, user: UUID, scope: str, owners: tuple[UUID, ...]) -> Viewer:
    role = service.create(context, Role, {"name": name, "admin": scope == "all"})
    role.grants = {"core.customer": dict.fromkeys(WORK, scope)}
    person = context.session.get_one(User, (context.tenant, user))
    service.update(context, person, {"roles": [role.id]})
    token = create_token(context, user, name="bench").text
    departments = (
        context.session.connection()
        .execute(
            sa.select(Department.__links__["members"].c.left_id).where(
                Department.__links__["members"].c.right_id == user
            )
        )
        .scalars()
    )
    return Viewer(name, token, user, owners, (user, *departments))


def _run(connection: sa.Connection, statement: str, values: dict[str, Any]) -> None:
    lists = [
        sa.bindparam(name, type_=sa.ARRAY(sa.Uuid)) for name in ("people", "departments") if f":{name})" in statement
    ]
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    connection.execute(sa.text(statement).bindparams(*lists), used)
