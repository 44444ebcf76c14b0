"""Deals on a board whose lanes are records."""

from core import sdk
from core.sdk import COLORS, Customer, LongText, Mapped, Money, choice, field, link

_ = sdk.translator("ghep_dummy")


class Stage(sdk.Entity):
    """A lane of the board."""

    __tablename__ = "dummy_stage"
    name: Mapped[str] = field(_("Name"), search=True)
    position: Mapped[int] = field(_("Position"), sort=True, default=0)
    color: Mapped[str] = choice(_("Colour"), *COLORS)


class Deal(sdk.Entity):
    """A card of it."""

    __tablename__ = "dummy_deal"
    name: Mapped[str] = field(_("Name"), search=True, sort=True)
    stage: Mapped[Stage] = link(_("Stage"))
    customer: Mapped[Customer | None] = link(_("Customer"))
    amount: Mapped[Money] = field(_("Price"), default=0)
    profit: Mapped[Money | None] = field(_("Profit"))
    reason: Mapped[LongText | None] = field(_("Reason"))
