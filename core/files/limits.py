"""How large a file may be: what the company says, within what the installation takes at all."""

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.access.models import User
from core.access.oneself import myself
from core.entity import history
from core.entity.errors import InvalidError
from core.files.models import FilePolicy
from core.i18n import translator

if TYPE_CHECKING:
    from core.context import Context
    from core.settings import Settings

_ = translator("core")


def limit_of(context: "Context") -> int | None:
    """Megabytes that one file of the company may have; None is whatever the installation takes."""
    return context.session.scalar(sa.select(FilePolicy.largest).where(FilePolicy.tenant_id == context.tenant))


def ceiling(settings: "Settings") -> int:
    """Megabytes that this installation takes at a time."""
    return settings.max_upload >> 20


def set_limit(context: "Context", settings: "Settings", text: str) -> int | None:
    """Let files have so many megabytes, or with nothing typed as many as the installation takes.

    An administrator's right, and a line in the log. Raises InvalidError for what is no number within the ceiling.
    """
    context.require("*", "admin")
    most, text = ceiling(settings), text.strip()
    digits = text[:9]
    if text and (not digits.isascii() or not digits.isdigit() or not 1 <= int(digits) <= most):
        raise InvalidError({"largest": [_("A whole number from 1 to %(most)s.", most=most)]})
    before, largest = limit_of(context), int(digits) if text else None
    if largest is None:
        context.session.execute(sa.delete(FilePolicy).where(FilePolicy.tenant_id == context.tenant))
    else:
        statement = insert(FilePolicy).values(tenant_id=context.tenant, largest=largest)
        context.session.execute(
            statement.on_conflict_do_update(index_elements=["tenant_id"], set_={"largest": largest})
        )
    if largest != before:
        entry = history.Entry(myself(context), "file_limit_changed", {"largest": [before, largest]})
        history.write(context, context.resource(User), [entry])
    return largest
