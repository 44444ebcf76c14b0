"""What stands at the head of every document: who the company is, as an entity of the product."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.fields import Choice, choice, field
from core.entity.format import show
from core.entity.kinds import Address, Email, Image, LongText, Phone
from core.entity.values import value_of
from core.files.service import as_data
from core.files.storage import Storage
from core.i18n import translator
from core.printing.contract import PaymentDetails
from core.words import ODD_WORDS

_ = translator("core")


class Letterhead(Entity):
    """How a company appears on paper. One with several branches may have several; the oldest is used by itself."""

    __tablename__ = "core_letterhead"

    name: Mapped[str] = field(_("Legal name"), search=True, unique=True)
    tax_code: Mapped[str | None] = field(_("Tax code"), length=20)
    address: Mapped[Address | None] = field(_("Address"))
    phone: Mapped[Phone | None] = field(_("Phone"))
    email: Mapped[Email | None] = field(_("E-mail"), listed=False)
    website: Mapped[str | None] = field(_("Website"), listed=False)
    logo: Mapped[Image | None] = field(_("Logo"), listed=False)
    bank: Mapped[str | None] = field(_("Bank"), listed=False, help=_("Shown on documents that are to be paid."))
    account: Mapped[str | None] = field(_("Account number"), listed=False, length=40)
    holder: Mapped[str | None] = field(_("Account holder"), listed=False)
    director: Mapped[str | None] = field(_("Representative"), help=_("Who signs for the company."))
    position: Mapped[str | None] = field(_("Position of the representative"), listed=False, help=_("Such as Director."))
    accountant: Mapped[str | None] = field(_("Chief accountant"), listed=False)
    cashier: Mapped[str | None] = field(_("Cashier"), listed=False)
    storekeeper: Mapped[str | None] = field(_("Storekeeper"), listed=False)
    odd: Mapped[str] = choice(
        _("105 is read as"), Choice("lẻ", "một trăm lẻ năm"), Choice("linh", "một trăm linh năm"), listed=False
    )
    footer: Mapped[LongText | None] = field(
        _("At the foot of documents"), listed=False, help=_("A word of thanks, opening hours, conditions.")
    )


def entities() -> Iterable[Resource]:
    """Reached from the settings."""
    return [
        Resource(
            model=Letterhead,
            owned=False,
            title=_("Letterhead"),
            plural=_("Letterheads"),
            icon="file-certificate",
            navigation=False,
        )
    ]


@dataclass(frozen=True, slots=True)
class Head:
    """A letterhead as templates have it: texts, empty where nothing is said."""

    name: str
    tax_code: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    logo: str = ""
    """The picture itself, as a ``data:`` address."""
    bank: str = ""
    account: str = ""
    holder: str = ""
    director: str = ""
    position: str = ""
    accountant: str = ""
    cashier: str = ""
    storekeeper: str = ""
    odd: str = ODD_WORDS[0]
    footer: str = ""


def head_of(context: Context, storage: Storage) -> Head:
    """The company's letterhead, whoever prints; its bare name where it has none."""
    found = _oldest(context)
    if found is None:
        return Head(context.company.name)
    texts: dict[str, Any] = {
        name: show(context, spec, getattr(found, name)).text
        for name, spec in Letterhead.__fields__.items()
        if name not in {"logo", "odd"}
    }
    return Head(**texts, logo=as_data(context, storage, value_of(found, Letterhead.__fields__["logo"])), odd=found.odd)


def payment_of(context: Context, amount: Decimal) -> Iterable[PaymentDetails]:
    """The account of the letterhead: core's own answer to the hook ``payment_details``."""
    found = _oldest(context)
    if found is not None and found.bank and found.account:
        holder = found.holder or found.name
        yield PaymentDetails(bank=found.bank, account=found.account, holder=holder, amount=amount)


def _oldest(context: Context) -> Letterhead | None:
    statement = sa.select(Letterhead).where(Letterhead.tenant_id == context.tenant, Letterhead.deleted_at.is_(None))
    return context.session.scalar(statement.order_by(Letterhead.created_at, Letterhead.id).limit(1))
