"""Deals on a board whose lanes are records."""

from collections.abc import Mapping
from typing import Any

from core import sdk
from core.sdk import COLORS, Choice, Context, Customer, LongText, Mapped, Money, choice, field, link

_ = sdk.translator("ghep_dummy")

OPEN, LOST, WON = Choice("open", _("Open")), Choice("lost", _("Lost")), Choice("won", _("Won"))


class Stage(sdk.Entity):
    """A lane of the board."""

    __tablename__ = "dummy_stage"
    name: Mapped[str] = field(_("Name"), search=True)
    position: Mapped[int] = field(_("Position"), sort=True, default=0)
    color: Mapped[str] = choice(_("Colour"), *COLORS)
    kind: Mapped[str] = choice(_("Kind"), OPEN, LOST, WON)


class Deal(sdk.Entity):
    """A card of it."""

    __tablename__ = "dummy_deal"
    name: Mapped[str] = field(_("Name"), search=True, sort=True)
    stage: Mapped[Stage] = link(_("Stage"))
    customer: Mapped[Customer | None] = link(_("Customer"))
    amount: Mapped[Money] = field(_("Price"), default=0)
    profit: Mapped[Money | None] = field(_("Profit"))
    reason: Mapped[LongText | None] = field(_("Reason"))


def ask(context: Context, deal: Deal, changes: Mapping[str, Any]) -> sdk.Ask | None:
    """A lost deal has a reason; one that is won is wrapped up elsewhere."""
    if "stage" not in changes:
        return None
    stage = sdk.get(context, Stage, changes["stage"])
    if stage.kind == WON.value:
        return sdk.Ask(url=f"/dummy/deals/{deal.id}/edit?quick=1", text=_("Wrap it up."))
    return sdk.Ask(fields=("reason",), title=_("Why is it lost?")) if stage.kind == LOST.value else None
