"""A record's change log as programs read it."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from core.api.parameters import page_size, read_parameters
from core.context import Context
from core.entity import service
from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError
from core.entity.history import told
from core.entity.query import PAGE
from core.entity.tables import Change
from core.i18n import translator

_ = translator("core")


def read_changes(
    context: Context, resource: Resource, record_id: UUID, parameters: MultiDict[str, str]
) -> dict[str, Any]:
    """A page of what was done with a record that the person may see, in the recycle bin or not."""
    values, problems = read_parameters(parameters, {"limit": page_size, "cursor": _identifier})
    if wrong := InvalidError.of(problems):
        raise wrong
    limit, before = values.get("limit", PAGE), values.get("cursor")
    _require_visible(context, resource, record_id)
    statement = (
        sa.select(Change)
        .where(Change.tenant_id == context.tenant, Change.record_id == record_id, Change.entity == resource.name)
        .order_by(Change.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(Change.id < before)
    lines = list(context.session.scalars(statement))
    more = len(lines) > limit
    return {
        "items": [_dump(line, told(context, resource, line.values)) for line in lines[:limit]],
        "next_cursor": str(lines[limit - 1].id) if more else None,
    }


def _dump(line: Change, values: dict[str, list[Any]]) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "at": line.at.isoformat(),
        "user_id": str(line.user_id) if line.user_id else None,
        "user_name": line.user_name,
        "action": line.action,
        "source": line.source,
        "values": values,
    }


def _require_visible(context: Context, resource: Resource, record_id: UUID) -> None:
    with suppress(MissingError):
        service.get(context, resource.model, record_id)
        return
    service.get(context, resource.model, record_id, deleted=True)


def _identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(_("This is not a cursor of this list.")) from None
