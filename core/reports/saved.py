"""Reports that are kept: whose they are, who sees them, and which of them sleep because a module is off."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from core.access.directory import directory
from core.access.visibility import principals
from core.entity.errors import InvalidError, MissingError
from core.i18n import Label, translator
from core.reports.definition import Definition, of_json
from core.reports.models import Report, Shared
from core.reports.plan import understand

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

MOST = 200
"""Reports, and dashboards, that one person may keep."""
_NAME = 80
_LONGEST = 8000
Kept = TypeVar("Kept", bound=Shared)


def kept(context: "Context", model: type[Kept]) -> list[Kept]:
    """Everything of a sort that the person sees: their own, what is everybody's, and what is shared with them."""
    statement = sa.select(model).where(*_seen(context, model))
    return sorted(context.session.scalars(statement), key=lambda one: one.name.casefold())


def one_of(context: "Context", model: type[Kept], which: UUID, *, edit: bool = False) -> Kept:
    """One of them, to be changed perhaps. Raises MissingError."""
    found = context.session.scalar(sa.select(model).where(*_seen(context, model), model.id == which))
    if found is None or (edit and not may_edit(context, found)):
        raise MissingError(model.__tablename__, which)
    return found


def _seen(context: "Context", model: type[Shared]) -> list[sa.ColumnElement[bool]]:
    reached = model.audience.overlap(list(principals(context)))
    return [model.tenant_id == context.tenant, sa.or_(model.user_id == person(context), model.everybody, reached)]


def may_edit(context: "Context", one: Shared) -> bool:
    """Whether it is the person's own, or an administrator looks at what others see too."""
    shared = one.everybody or bool(one.audience)
    return one.user_id == person(context) or (shared and context.can("*", "admin"))


def person(context: "Context") -> UUID:
    """Who acts; what is kept is somebody's."""
    if context.user is None:
        raise MissingError("person", "")
    return context.user.id


def definition_of(report: Report) -> Definition:
    """What a report asks for."""
    return of_json(report.definition)


def save(context: "Context", name: str, definition: Definition, *, report: Report | None = None) -> Report:
    """Keep a report under a name, or change the one there is. Raises InvalidError for one that cannot be asked for."""
    understand(context, definition)
    if len(str(definition.as_json())) > _LONGEST:
        raise InvalidError({"filters": [_("There are too many conditions to keep.")]})
    if report is None:
        report = new(context, Report)
    report.name, report.definition = checked_name(name), definition.as_json()
    context.session.add(report)
    context.session.flush()
    return report


def new(context: "Context", model: type[Kept]) -> Kept:
    """One more of the person's own. Raises InvalidError where they have enough."""
    mine = sa.select(sa.func.count()).where(model.tenant_id == context.tenant, model.user_id == person(context))
    if (context.session.scalar(mine) or 0) >= MOST:
        raise InvalidError({"title": [_("There are %(n)s already; delete one first.", n=MOST)]})
    return model(user_id=person(context), audience=[])


def checked_name(text: str) -> str:
    """A name in one line. Raises InvalidError for none, and for one that is too long."""
    clean = " ".join(text.replace("\x00", "").split())
    if not clean:
        raise InvalidError({"title": [_("Give it a name.")]})
    if len(clean) > _NAME:
        raise InvalidError({"title": [_("At most %(n)s characters.", n=_NAME)]})
    return clean


def share(context: "Context", one: Shared, audience: Sequence[UUID], *, everybody: bool) -> None:
    """Let others see it, each with the figures that they may see. To show it to everybody takes an administrator."""
    if everybody and not one.everybody:
        context.require("*", "admin")
    found = directory(context)
    known = {each.id for each in found.employees} | {each.id for each in found.departments}
    one.everybody, one.audience = everybody, [each for each in dict.fromkeys(audience) if each in known]
    context.session.flush()


def delete(context: "Context", one: Shared) -> None:
    """Forget it."""
    context.session.delete(one)
    context.session.flush()


def asleep(context: "Context", definition: Definition) -> Label | None:
    """The module that is off and whose records a report is about; None where it can be worked out."""
    entities = {definition.entity, *(text.rpartition("/")[0] for text in definition.show)} - {""}
    plugins = {name.partition(".")[0] for name in entities} - context.active
    if not plugins:
        return None
    name = sorted(plugins)[0]
    known: Any = context.hooks.registry.plugins.get(name)
    return known.manifest.title if known else name
