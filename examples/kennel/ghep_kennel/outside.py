"""What a pet's people do with a link to their stay: sign when they hand the pet over, or cancel."""

from typing import Any

from core import sdk
from core.sdk import Context, PublicAction, PublicAnswer, PublicPage

_ = sdk.translator("ghep_kennel")


def is_booked(_context: Context, stay: Any) -> bool:
    """Nothing is left to say afterwards."""
    return bool(stay.state == "booked")


def hand_over(context: Context, stay: Any, _answer: PublicAnswer) -> None:
    """The pet is here; the signature under it is kept with the link."""
    sdk.update(context, stay, {"state": "staying"})


def cancel(context: Context, stay: Any, _answer: PublicAnswer) -> None:
    """Nobody comes."""
    sdk.update(context, stay, {"state": "cancelled"})


def write_to(_context: Context, stay: Any) -> str:
    """The customer's address."""
    return str(stay.customer.email or "")


PAGE = PublicPage(
    template="kennel/public.html",
    print="slip",
    recipient=write_to,
    actions=(
        PublicAction(
            name="hand_over", title=_("Hand over and sign"), run=hand_over, offered=is_booked, asks_signature=True
        ),
        PublicAction(
            name="cancel", title=_("Cancel the stay"), run=cancel, offered=is_booked, asks_reason=True, danger=True
        ),
    ),
)
