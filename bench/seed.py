"""Customers by the million, made by the server itself."""

import re
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.models import Role, User
from core.access.tokens import create_token
from core.app import Platform
from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.text import normalize
from core.vendor.models import Company

FAMILIES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
MIDDLES = ["Văn", "Thị", "Minh", "Ngọc", "Thanh", "Quốc", "Hữu", "Đức", "Xuân", "Thu", "Kim", "Bảo", "Gia", "Hồng"]
GIVEN = ["An", "Bình", "Châu", "Dung", "Giang", "Hà", "Hạnh", "Hùng", "Khánh", "Lan", "Linh", "Mai", "Nam", "Nga", "Phúc",
         "Quân", "Sơn", "Tâm", "Thảo", "Trang", "Trung", "Tú", "Tuấn", "Uyên", "Vân", "Việt", "Yến"]  # fmt: skip
TRADES = ["Điện tử", "Thực phẩm", "Xây dựng", "May mặc", "Vận tải", "Nội thất", "Dược phẩm", "Thủy sản"]

# Each is a copy of one that was saved in the ordinary way, so that what fields come to be needed it has.
_INSERT = """
INSERT INTO core_customer SELECT r.* FROM core_customer t,
generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n, LATERAL (SELECT
  (:families)[1 + (n * 7919) % :families_n] || ' ' || (:middles)[1 + (n * 104729) % :middles_n] || ' '
    || (:given)[1 + (n * 1299709) % :given_n] AS name,
  (:nfamilies)[1 + (n * 7919) % :families_n] || ' ' || (:nmiddles)[1 + (n * 104729) % :middles_n] || ' '
    || (:ngiven)[1 + (n * 1299709) % :given_n] AS norm,
  '+849' || lpad(((n * 15485863) % 100000000)::text, 8, '0') AS phone,
  timestamptz '2026-01-01' + n * interval '7 seconds' AS at) x, LATERAL jsonb_populate_record(t, jsonb_build_object(
  'id', md5(:salt || n)::uuid, 'name', x.name || ' ' || n, 'code', 'KH' || lpad(n::text, 7, '0'),
  'kind', CASE WHEN n % 3 = 0 THEN 'individual' ELSE 'organisation' END, 'mobile', x.phone,
  'sector', (:trades)[1 + n % :trades_n], 'revenue', (n % 9999) * 1000, 'founded', 1950 + n % 75,
  'created_at', x.at, 'updated_at', x.at, 'owner_id', CAST(:owner AS uuid),
  'search_norm', x.norm || ' ' || n || ' ' || substr(x.phone, 2) || ' 0' || substr(x.phone, 4))) r
WHERE t.tenant_id = :tenant AND t.id = :template
"""


def company_with(platform: Platform, customers: int, *, slug: str) -> tuple[Context, str]:
    """A company with that many customers: its administrator's context, and a token of theirs."""
    with platform.database.vendor_session() as session, session.begin():
        company = Company(slug=slug, name="Công ty Đo Lường")
        session.add(company)
        session.flush()
        tenant = company.id
    from core.access.identify import enter

    session = platform.database.session(tenant)
    context = enter(session, platform.hooks, source="command")
    if context is None:
        raise LookupError(slug)
    role = service.create(context, Role, {"name": "Quản trị", "admin": True})
    user = service.create(context, User, {"name": "Đo Lường", "email": "bench@example.com", "roles": [role.id]})
    token = create_token(context, user.id, name="bench").text
    owner, template = user.id, service.create(context, Customer, {"name": "Mẫu"}).id
    session.commit()  # nothing may be open while the server fills the table for minutes
    _fill(platform, tenant, customers, owner, template)
    return context, token


def _fill(platform: Platform, tenant: int, customers: int, owner: UUID, template: UUID) -> None:
    names = {"families": FAMILIES, "middles": MIDDLES, "given": GIVEN, "trades": TRADES}
    values: dict[str, Any] = {"tenant": tenant, "owner": owner, "template": template, "salt": f"{tenant}-"}
    for name, words in names.items():
        values |= {name: words, f"{name}_n": len(words), f"n{name}": [normalize(word) for word in words]}
    engine = sa.create_engine(platform.database.owner_url)
    # As the owner, who is not held by the policy: this is the installation filling itself, not a company.
    with engine.begin() as connection:
        used = {name: value for name, value in values.items() if re.search(rf":{name}\b", _INSERT)}
        statement = sa.text(_INSERT).bindparams(
            *(sa.bindparam(name, type_=sa.ARRAY(sa.Text)) for name, value in used.items() if isinstance(value, list))
        )
        for first in range(1, customers + 1, 100_000):
            connection.execute(statement, {**used, "first": first, "last": min(customers, first + 99_999)})
        connection.execute(sa.delete(Customer.__table__).where(Customer.__table__.c.id == template))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE core_customer")
    engine.dispose()
