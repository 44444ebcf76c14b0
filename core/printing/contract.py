"""What plugins say of paper: which prints their records have, and how a document is to be paid."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import segno
from markupsafe import Markup

from core.i18n import Label

if TYPE_CHECKING:
    from core.context import Context


@dataclass(frozen=True, kw_only=True, slots=True)
class Print:
    """One way to put a record on paper."""

    name: str
    """Short and stable: it stands in addresses."""
    title: Label
    template: str
    """A template of the plugin, ``kennel/slip.html``, that extends ``print/document.html``; of a print that is editable
    a text, ``sales/contract.txt``, in the language of messages, with translations such as ``sales/contract.vi.txt``."""
    size: str = "A4"
    """A4, A4 landscape, A5, or 80mm for the roll of a till."""
    editable: bool = False
    """Whether a company may write a text of its own in its place."""
    gives: "Callable[[Context, Sequence[Any]], Iterable[Mapping[str, Any]]] | None" = None
    """What the template is given of each of these records besides, such as what is listed on it and no line of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentDetails:
    """One way to pay what a document asks for."""

    bank: str
    account: str
    holder: str
    amount: Decimal
    text: str = ""
    """What to write with the transfer, so that it is known whose money came."""
    payload: str = ""
    """What a phone's banking app reads from the QR code, as VietQR has it; empty for none."""

    @property
    def image(self) -> Markup:
        """The QR code as SVG, for pages and paper; empty where there is none."""
        if not self.payload:
            return Markup()
        drawn = segno.make(self.payload, error="m", micro=False).svg_inline(scale=4, border=2, omitsize=True)
        return Markup(drawn)  # noqa: S704 # drawn by us, of squares alone
