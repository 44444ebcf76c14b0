"""The purposes a company begins with, and finding one by its code."""

import sqlalchemy as sa

from core.context import Context
from core.entity import service
from core.i18n import Text, translator, use_locale
from core.privacy.models import ConsentPurpose

_ = translator("core")

MARKETING, CARE, SERVICE = "marketing", "care", "service"
_FIRST: tuple[tuple[str, Text, Text, bool], ...] = (
    (MARKETING, _("Marketing"), _("I agree to receive offers and news of %(company)s."), False),
    (
        CARE,
        _("Customer care"),
        _("I agree to be asked how satisfied I am and to be congratulated by %(company)s."),
        False,
    ),
    (SERVICE, _("Orders and appointments"), _("Messages without which what was agreed cannot be done."), True),
)


def furnish(context: Context) -> None:
    """Make the first purposes, in the company's language; nothing where there are some already."""
    with use_locale(context.company.locale):
        table = ConsentPurpose.__table__
        known = sa.select(table.c.id).where(table.c.tenant_id == context.tenant).limit(1)
        if context.session.connection().execute(known).first() is None:
            rows = [
                {"code": code, "name": str(name), "wording": _said(context, wording), "without_consent": free}
                for code, name, wording, free in _FIRST
            ]
            service.create_many(context, ConsentPurpose, rows)


def _said(context: Context, wording: Text) -> str:
    return str(Text("core", wording.message, {"company": context.company.name}))


def purposes(context: Context) -> list[ConsentPurpose]:
    """What the company contacts people for, by name."""
    statement = sa.select(ConsentPurpose).where(
        ConsentPurpose.tenant_id == context.tenant, ConsentPurpose.deleted_at.is_(None)
    )
    return list(context.session.scalars(statement.order_by(ConsentPurpose.name)))


def purpose_named(context: Context, code: str) -> ConsentPurpose | None:
    """The purpose of a code, or None."""
    return context.session.scalar(
        sa.select(ConsentPurpose).where(
            ConsentPurpose.tenant_id == context.tenant, ConsentPurpose.code == code, ConsentPurpose.deleted_at.is_(None)
        )
    )
