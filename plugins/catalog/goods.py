"""Goods on a document, whichever trade writes it: what, how many, for how much, and what that comes to with VAT."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from core import sdk
from core.sdk import Choice, Entity, Line, Mapped, Money, Percent, choice, field, link

_ = sdk.translator("plugins.catalog")

NOT_TAXED = Choice("none", _("Not subject to VAT"))
VAT = (Choice("0", _("0 %")), Choice("5", _("5 %")), Choice("8", _("8 %")), Choice("10", _("10 %")), NOT_TAXED)
"""The rates of the law on value added tax, the reduced one of 8 % among them, and goods outside of it."""
TOTALS = ("subtotal", "discount", "vat", "total")
"""The fields of a document that stand beneath its goods."""


class GoodsLine(Line):
    """Goods or a service, how many, for how much; whatever is not of the catalogue has a name of its own."""

    name: Mapped[str | None] = field(_("Goods or service"), search=True)
    product: Mapped[Any | None] = link(_("Product"), to="catalog_product", aliases=("mã hh",))
    unit: Mapped[str | None] = field(_("Unit"), length=40)
    quantity: Mapped[Decimal] = field(_("Quantity"), default=1, minimum=0)
    price: Mapped[Money | None] = field(_("Unit price"), minimum=0)
    cut: Mapped[Percent | None] = field(_("Discount"), minimum=0, maximum=100)
    rate: Mapped[str | None] = choice(_("VAT"), *VAT)
    amount: Mapped[Money] = field(_("Amount"), default=0, readonly=True)
    vat: Mapped[Money] = field(_("VAT amount"), default=0, readonly=True)
    if TYPE_CHECKING:
        product_id: Mapped[UUID | None]

    def check(self) -> Iterable[tuple[str, sdk.Text]]:
        """A line says what it is about."""
        if not self.name and self.product_id is None:
            yield "name", _("Choose a product, or write what it is.")


class GoodsDocument(Entity):
    """A document with goods for a customer; its sums are worked out by :func:`plugins.catalog.api.add_up`."""

    subtotal: Mapped[Money] = field(_("Subtotal"), default=0, readonly=True, listed=False)
    discount: Mapped[Money] = field(_("Discount on the whole"), default=0, minimum=0, listed=False)
    vat: Mapped[Money] = field(_("VAT amount"), default=0, readonly=True, listed=False)
    total: Mapped[Money] = field(_("Total"), default=0, readonly=True, sort=True)
    if TYPE_CHECKING:
        customer_id: Mapped[UUID]
        goods: Any

    @property
    def dated(self) -> date | None:
        """The day whose prices and taxes it has."""
        raise NotImplementedError

    @property
    def priced(self) -> Sequence[GoodsLine]:
        """The lines it comes to the sum of."""
        found: Sequence[GoodsLine] = self.goods
        return found

    @property
    def worth(self) -> Decimal:
        """What it comes to before any discount where it names no goods."""
        return Decimal(0)
