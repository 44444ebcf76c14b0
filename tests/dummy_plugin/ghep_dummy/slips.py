"""A document with lines."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from core import sdk
from core.sdk import Customer, Line, Mapped, Money, Percent, Print, choice, computed, field, lines, link, number

from .things import BLUE, DONE, OPEN, RED, Part

_ = sdk.translator("ghep_dummy")
PRINTS = (
    Print(name="slip", title=_("Slip"), template="dummy/slip.html"),
    Print(name="bill", title=_("Bill"), template="dummy/bill.html", size="80mm"),
)


class SlipLine(Line):
    """One thing of it, and for how much."""

    __tablename__ = "dummy_slip_line"
    name: Mapped[str] = field(_("Name"), search=True)
    part: Mapped[Part | None] = link(_("Part"))
    quantity: Mapped[Decimal] = field(_("Quantity"), default=1, minimum=0)
    price: Mapped[Money] = field(_("Price"), default=0)
    cut: Mapped[Percent | None] = field(_("Cut"), minimum=0, maximum=100)
    amount: Mapped[Money] = field(_("Amount"), default=0, readonly=True)
    gross: Mapped[Decimal] = computed(_("Gross"), "quantity * price")
    given: Mapped[date | None] = field(_("Given"))
    fragile: Mapped[bool] = field(_("Fragile"))
    state: Mapped[str] = choice(_("State"), OPEN, DONE)
    colours: Mapped[list[str]] = choice(_("Colours"), RED, BLUE)

    def check(self) -> Iterator[tuple[str, sdk.Text]]:
        """Nothing is given for less than nothing."""
        if self.cut and not self.price:
            yield "cut", _("There is nothing to cut.")


class Slip(sdk.Entity):
    """What was handed over, to whom."""

    __tablename__ = "dummy_slip"
    code: Mapped[str] = number(_("Code"), prefix="SL-")
    customer: Mapped[Customer | None] = link(_("Customer"))
    note: Mapped[str | None] = field(_("Note"), search=True)
    discount: Mapped[Money] = field(_("Discount"), default=0)
    goods: Mapped[list[SlipLine]] = lines(_("Goods"), totals=("discount", "total"))
    total: Mapped[Money] = field(_("Total"), default=0, readonly=True)


def add_up(_context: sdk.Context, slips: Sequence[Slip]) -> None:
    """The amount of each line, and of each slip."""
    for slip in slips:
        for one in slip.goods:
            one.amount = round(one.quantity * one.price * (100 - (one.cut or 0)) / 100, 0)
        slip.total = sum((one.amount for one in slip.goods), -slip.discount)
