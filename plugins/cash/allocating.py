"""What of which voucher pays which document: kept in step with the vouchers, in their own transaction.

A paid voucher that names a document pays it, as far as there is something left to pay; somebody may divide it by hand
instead. Documents are locked before anything is counted, so two vouchers never pay the same đồng of one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from .models import PAID, Allocation, Voucher

_ = sdk.translator("plugins.cash")
Reference = tuple[str, UUID]
"""An entity's name and the id of one of its records."""
NOTHING = Decimal(0)


@dataclass(slots=True)
class Document:
    """A document as far as money goes."""

    reference: Reference
    direction: str
    customer: UUID | None
    number: str
    amount: Decimal
    paid: Decimal

    @property
    def rest(self) -> Decimal:
        """What is still to be paid."""
        return self.amount - self.paid

    def effect(self, voucher: Voucher) -> int:
        """Whether money of a voucher pays it or gives back what was paid."""
        return voucher.sign if self.direction == "in" else -voucher.sign

    def room(self, voucher: Voucher) -> Decimal:
        """How much of a voucher it can take."""
        return max(NOTHING, self.rest if self.effect(voucher) > 0 else self.paid)


def read_reference(text: str | None) -> Reference | None:
    """What a voucher's field names, or None."""
    entity, slash, key = (text or "").partition("/")
    return (entity, UUID(key)) if slash else None


def documents(context: Context, wanted: Iterable[Reference]) -> dict[Reference, Document]:
    """Those documents with what is paid of them, of modules that are on."""
    ids: dict[str, set[UUID]] = defaultdict(set)
    for entity, one in wanted:
        ids[entity].add(one)
    if not ids:
        return {}
    parts = []
    for direction in ("in", "out"):
        owed = sdk.payables(context, direction, counting=False, of=ids)
        chosen = sa.or_(*(sa.and_(owed.c.entity == entity, owed.c.id.in_(some)) for entity, some in ids.items()))
        paid = sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount), 0)).where(
            Allocation.tenant_id == context.tenant,
            Allocation.entity == owed.c.entity,
            Allocation.record_id == owed.c.id,
        )
        columns = (owed.c.entity, owed.c.id, owed.c.customer_id, owed.c.number, owed.c.amount)
        parts.append(sa.select(sa.literal(direction), *columns, paid.scalar_subquery()).where(chosen))
    rows = context.session.connection().execute(sa.union_all(*parts))
    found = [
        Document((row[1], row[2]), row[0], row[3], row[4] or "", row[5] or NOTHING, row[6] or NOTHING) for row in rows
    ]
    return {one.reference: one for one in found}


def lock(context: Context, wanted: Iterable[Reference]) -> None:
    """Let nobody else pay these documents until the commit; always in the same order."""
    known = {one.name: one for one in context.resources() if one.payable is not None}
    ids: dict[str, set[UUID]] = defaultdict(set)
    for entity, one in wanted:
        if entity in known:
            ids[entity].add(one)
    for entity in sorted(ids):
        table = known[entity].model.__table__
        some = sa.select(table.c.id).where(table.c.tenant_id == context.tenant, table.c.id.in_(ids[entity]))
        context.session.connection().execute(some.order_by(table.c.id).with_for_update()).all()


def follow(context: Context, vouchers: Sequence[Voucher], _event: str = "") -> None:
    """Bring what vouchers pay in step with them, after they were saved, and tell the documents' modules.

    Raises InvalidError where a voucher was divided by hand and is less now than its parts.
    """
    rows = _rows(context, vouchers)
    named = {one.id: read_reference(one.document) for one in vouchers}
    touched = {(row.entity, row.record_id) for some in rows.values() for row in some}
    touched |= {one for one in named.values() if one is not None}
    if not touched:
        return
    lock(context, touched)
    before = documents(context, touched)
    for voucher in vouchers:
        for row in rows[voucher.id]:
            if row.by_hand and voucher.state == PAID.value:
                row.on = voucher.on
            else:
                context.session.delete(row)
    context.session.flush()
    found = documents(context, touched)
    for voucher in vouchers:
        if voucher.state == PAID.value:
            _keep(
                context,
                voucher,
                [row for row in rows[voucher.id] if row.by_hand],
                found.get(named[voucher.id] or ("", voucher.id)),
            )
    tell(context, touched, before)


def _keep(context: Context, voucher: Voucher, by_hand: Sequence[Allocation], document: Document | None) -> None:
    """The parts of one paid voucher: those made by hand, or what its document takes."""
    divided = sum((abs(row.amount) for row in by_hand), NOTHING)
    if divided > voucher.amount:
        raise sdk.InvalidError({"amount": [_("More than this is divided among documents already.")]})
    if by_hand or document is None:
        return
    taken = min(voucher.amount, document.room(voucher))
    if taken:
        context.session.add(_row(context, voucher, document, taken))
        document.paid += document.effect(voucher) * taken
        context.session.flush()


def _row(
    context: Context, voucher: Voucher, document: Document, amount: Decimal, *, by_hand: bool = False
) -> Allocation:
    entity, record_id = document.reference
    return Allocation(
        tenant_id=context.tenant, entity=entity, record_id=record_id, on=voucher.on, by_hand=by_hand,
        amount=document.effect(voucher) * amount, **{voucher.key: voucher.id},
    )  # fmt: skip


def divide(context: Context, voucher: Voucher, wanted: Mapping[Reference, Decimal]) -> None:
    """Say by hand which documents a paid voucher is for; what is left over stays the customer's credit.

    Raises InvalidError with the number of each document that cannot take so much.
    """
    if voucher.state != PAID.value:
        raise sdk.InvalidError({"": [_("Only what is paid can be divided among documents.")]})
    rows = _rows(context, [voucher])[voucher.id]
    touched = {(row.entity, row.record_id) for row in rows} | set(wanted)
    lock(context, touched)
    before = documents(context, touched)
    for row in rows:
        context.session.delete(row)
    context.session.flush()
    found = documents(context, wanted)
    problems = list(_problems(voucher, wanted, found))
    if sum(wanted.values(), NOTHING) > voucher.amount:
        problems.append(("", _("This is more than the voucher's amount.")))
    if wrong := sdk.InvalidError.of(problems):
        raise wrong
    context.session.add_all([_row(context, voucher, found[one], part, by_hand=True) for one, part in wanted.items()])
    context.session.flush()
    tell(context, touched, before)


def _problems(
    voucher: Voucher, wanted: Mapping[Reference, Decimal], found: Mapping[Reference, Document]
) -> Iterable[tuple[str, sdk.Text]]:
    for one, part in wanted.items():
        document = found.get(one)
        if document is None or document.customer != voucher.customer_id:
            yield "", _("This does not name a document of the customer.")
        elif part <= 0:
            yield document.number, _("An amount above zero is needed.")
        elif part > document.room(voucher):
            yield document.number, _("%(number)s: there is not so much left to pay.", number=document.number)


def mirror(context: Context, voucher: Voucher, counter: Voucher) -> None:
    """Take back with a counter entry what a voucher paid, document by document."""
    rows = _rows(context, [voucher])[voucher.id]
    touched = {(row.entity, row.record_id) for row in rows}
    lock(context, touched)
    before = documents(context, touched)
    context.session.add_all(
        Allocation(
            tenant_id=context.tenant, entity=row.entity, record_id=row.record_id, on=counter.on, by_hand=True,
            amount=-row.amount, **{counter.key: counter.id},
        )
        for row in rows
    )  # fmt: skip
    context.session.flush()
    tell(context, touched, before)


def tell(context: Context, touched: Iterable[Reference], before: Mapping[Reference, Document]) -> None:
    """Say what is paid of documents now.

    Raises InvalidError where that became less than nothing, or more than a document amounts to: what was received
    and given back again cannot be cancelled before what was given back.
    """
    amounts: dict[str, dict[UUID, Decimal]] = defaultdict(dict)
    for reference, document in documents(context, touched).items():
        was = before[reference].paid
        if document.paid < min(was, NOTHING) or document.paid > max(was, document.amount):
            text = _("Other vouchers of %(number)s stand on this one: cancel those first.", number=document.number)
            raise sdk.InvalidError({"": [text]})
        amounts[reference[0]][reference[1]] = document.paid
    for entity in sorted(amounts):
        context.hooks.paid(context, entity, amounts[entity])


def _rows(context: Context, vouchers: Sequence[Voucher]) -> dict[UUID, list[Allocation]]:
    """The parts of vouchers of one kind."""
    column = getattr(Allocation, vouchers[0].key)
    mine = (Allocation.tenant_id == context.tenant, column.in_([one.id for one in vouchers]))
    found: dict[UUID, list[Allocation]] = defaultdict(list)
    for row in context.session.scalars(sa.select(Allocation).where(*mine).order_by(Allocation.id)):
        found[getattr(row, vouchers[0].key)].append(row)
    return found


def parts_of(context: Context, voucher: Voucher) -> list[tuple[Document, Decimal]]:
    """The documents a voucher pays, with how much of each."""
    rows = _rows(context, [voucher])[voucher.id]
    found = documents(context, {(row.entity, row.record_id) for row in rows})
    return [(found[row.entity, row.record_id], abs(row.amount)) for row in rows if (row.entity, row.record_id) in found]
