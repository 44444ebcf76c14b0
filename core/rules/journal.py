"""What was done with the rules of an entity, out of the log that keeps everything."""

from typing import Any

import sqlalchemy as sa

from core.context import Context
from core.entity.entity import Resource
from core.entity.tables import Change
from core.entity.timeline import ACTIONS
from core.rules.service import ENTITY

SHOWN = 20


def recent(context: Context, resource: Resource) -> list[dict[str, Any]]:
    """The last changes, the newest first: who, what, which rule, when."""
    context.require("*", "admin")
    mine = Change.values["entity"][1].astext == resource.name
    statement = (
        sa.select(Change.at, Change.user_name, Change.action, Change.record_title)
        .where(Change.tenant_id == context.tenant, Change.entity == ENTITY, mine)
        .order_by(Change.id.desc())
        .limit(SHOWN)
    )
    return [
        {"at": at, "who": who, "what": ACTIONS.get(action, (action, ""))[0], "rule": title}
        for at, who, action, title in context.session.connection().execute(statement)
    ]
