"""What companies contact people for: a new one begins with it, and one of before gets it with the upgrade."""

from importlib import import_module

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from core.context import Context
from core.entity import service
from core.privacy.models import ConsentPurpose
from core.privacy.purposes import furnish


def test_a_company_of_before_gets_what_a_new_one_begins_with(
    context: Context, stranger: Context, owner: sa.Engine
) -> None:
    service.create(stranger, ConsentPurpose, {"name": "Khảo sát", "code": "survey"})
    stranger.session.commit()
    context.session.commit()
    migration = import_module("core.migrations.versions.core_0017_first_purposes")
    given = sa.text("SELECT tenant_id, code, name, wording, without_consent, search_norm FROM core_consent_purpose")
    with owner.connect() as connection, Operations.context(MigrationContext.configure(connection)):
        migration.upgrade()
        rows = connection.execute(given).all()
        connection.rollback()
    furnish(context)
    table = ConsentPurpose.__table__
    new = sa.select(
        table.c.tenant_id, table.c.code, table.c.name, table.c.wording, table.c.without_consent, table.c.search_norm
    ).where(table.c.tenant_id == context.tenant)
    made = context.session.connection().execute(new).all()
    assert len(made) == 3
    assert sorted(row for row in rows if row.tenant_id == context.tenant) == sorted(made)
    assert [row.code for row in rows if row.tenant_id == stranger.tenant] == ["survey"]
