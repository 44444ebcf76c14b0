"""Work and parts that turn out to be needed: proposed on a repair order, and agreed to or declined line by line."""

from collections.abc import Mapping, Sequence

from core import sdk
from core.sdk import Context, InvalidError, PublicChoice

from . import parts
from .documents import AGREED, DECLINED, PROPOSED, OrderLine, RepairOrder

_ = sdk.translator("plugins.garage")
ANSWERED = "garage_answered"


def waiting(order: RepairOrder) -> list[OrderLine]:
    """The lines the customer has not answered to."""
    return [line for line in order.lines if line.agreed == PROPOSED.value]


def choices(context: Context, order: RepairOrder) -> Sequence[PublicChoice]:
    """The same as they are asked: each with what it comes to, for whoever may know."""
    resource = context.resource(RepairOrder)
    known = "amount" in resource.line_fields(resource.lines["works"]) if "works" in resource.lines else False
    return [
        PublicChoice(str(line.id), line.name or "", _price(context, line) if known else "") for line in waiting(order)
    ]


def _price(context: Context, line: OrderLine) -> str:
    many = " ".join(filter(None, (sdk.show_number(line.quantity), line.unit)))
    return str(
        _("Quantity %(many)s · %(amount)s with VAT", many=many, amount=sdk.money(context, line.amount + line.vat))
    )


def answer(context: Context, order: RepairOrder, said: Mapping[str, bool]) -> None:
    """Note what the customer wants done of what was proposed, let the parts follow, and tell whoever looks after it.

    The order is locked; what is left open stays so. Raises InvalidError where nothing of it is open any more.
    """
    open_ = {str(line.id) for line in waiting(order)}
    now = {key: AGREED.value if yes else DECLINED.value for key, yes in said.items() if key in open_}
    if not now:
        raise InvalidError({"": [_("Nothing waits for an answer any more.")]})
    turn = context.unrestricted()
    sdk.update(turn, order, {"works": _rows(order.works, now), "parts": _rows(order.parts, now)})
    if any(str(line.id) in now and line.agreed == AGREED.value and line.product_id for line in order.parts):
        parts.request(turn, order.id)
    _tell(context, order, list(now.values()))


def _rows(lines: Sequence[OrderLine], now: Mapping[str, str]) -> list[dict[str, object]]:
    """All lines as they are, but for what was answered."""
    return [{"id": line.id, "agreed": now.get(str(line.id), line.agreed)} for line in lines]


def _tell(context: Context, order: RepairOrder, answers: Sequence[str]) -> None:
    me = context.user.id if context.user else None
    people = {one for one in (order.link_id("advisor"), order.owner_id) if one and one != me}
    title = _(
        "%(number)s: the customer agreed to %(yes)s of %(all)s", number=order.number,
        yes=answers.count(AGREED.value), all=len(answers),
    )  # fmt: skip
    sdk.notify(context, people, ANSWERED, title, record=order)


def notification_kinds() -> list[sdk.NotificationKind]:
    """What advisors hear of."""
    return [
        sdk.NotificationKind(
            name=ANSWERED, title=_("Answers to extra work"), icon="user-check", mail=True,
            help=_("A customer agreed to work on their car that was proposed, or declined it."),
        )
    ]  # fmt: skip
