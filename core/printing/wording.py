"""The texts of prints that a company may write itself: which there are, what holds, and what held before."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.entity import history
from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError
from core.i18n import current_locale, translator
from core.messages import templates
from core.printing.contract import Print
from core.printing.environment import environment_of
from core.printing.models import PrintText
from core.printing.written import known

_ = translator("core")
KEPT = 50
"""Earlier texts that are listed."""


def editable(context: Context) -> Iterator[tuple[Resource, Print]]:
    """The prints whose text the company may write."""
    for resource in context.resources():
        yield from ((resource, one) for one in resource.prints if one.editable)


def find(context: Context, entity: str, name: str) -> tuple[Resource, Print]:
    """One of them. Raises :class:`MissingError`."""
    for resource, one in editable(context):
        if (resource.name, one.name) == (entity, name):
            return resource, one
    raise MissingError("print", name)


def text_of(context: Context, resource: Resource, chosen: Print) -> str:
    """The text that holds: the company's, or the plugin's in the language of whoever reads."""
    return own_text(context, resource, chosen) or shipped(context, resource, chosen)


def own_text(context: Context, resource: Resource, chosen: Print) -> str | None:
    """The company's text; None where the plugin's holds."""
    return context.session.scalar(_texts(context, resource, chosen).with_only_columns(PrintText.body).limit(1))


def shipped(context: Context, resource: Resource, chosen: Print) -> str:
    """The plugin's text: of ``sales/contract.txt`` the Vietnamese is ``sales/contract.vi.txt``."""
    environment = environment_of(context, resource)
    stem, dot, ending = chosen.template.rpartition(".")
    found = environment.select_template([f"{stem}.{current_locale()}{dot}{ending}", chosen.template])
    assert environment.loader is not None
    return environment.loader.get_source(environment, found.name or "")[0]


def keep(context: Context, resource: Resource, chosen: Print, body: str | None) -> bool:
    """Let a text hold from now on, None the plugin's own; whether it is another one. For administrators.

    Raises :class:`InvalidError` with what is wrong with it.
    """
    context.require("*", "admin")
    if body is not None:
        body = body.replace("\r\n", "\n").replace("\x00", "").strip()
        problems = [("body", one.label) for one in templates.check(body, known(context, resource))]
        if not body:
            problems = [("body", _("This field is needed."))]
        if error := InvalidError.of(problems):
            raise error
    if body == own_text(context, resource, chosen):
        return False
    user = context.user
    context.session.add(
        PrintText(
            entity=resource.name, print=chosen.name, body=body,
            user_id=user.id if user else None, user_name=user.name if user else "",
        )
    )  # fmt: skip
    context.session.flush()
    action = "print_text_changed" if body is not None else "print_text_reset"
    history.note(context, resource.name, action, title=str(chosen.title))
    return True


def earlier(context: Context, resource: Resource, chosen: Print) -> Sequence[PrintText]:
    """What was ever kept, the newest first."""
    context.require("*", "admin")
    return context.session.scalars(_texts(context, resource, chosen).limit(KEPT)).all()


def earlier_one(context: Context, resource: Resource, chosen: Print, text_id: UUID) -> PrintText:
    """One of these. Raises :class:`MissingError`."""
    context.require("*", "admin")
    found = context.session.scalar(_texts(context, resource, chosen).where(PrintText.id == text_id))
    if found is None:
        raise MissingError("print", text_id)
    return found


def _texts(context: Context, resource: Resource, chosen: Print) -> sa.Select[PrintText]:
    return (
        sa.select(PrintText)
        .where(
            PrintText.tenant_id == context.tenant, PrintText.entity == resource.name, PrintText.print == chosen.name
        )
        .order_by(PrintText.id.desc())
    )  # fmt: skip
