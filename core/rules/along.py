"""What hangs on a customer goes to the new owner along with them, where that is ticked (OWN-06)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.sharing import set_owners
from core.access.visibility import CUSTOMER
from core.activities.models import NOT_STARTED, STARTED, Transaction
from core.bulk.parts import title_column
from core.bulk.sharing_along import shared_along
from core.context import Context
from core.customers.models import BankAccount, Contact
from core.entity.entity import Entity
from core.entity.history import Line, write
from core.i18n import Label, translator
from core.plugin.manifest import Passed, TransferOption

_ = translator("core")

Models = Sequence[type[Entity]]
OPEN = (NOT_STARTED.value, STARTED.value)
"""States of a transaction that somebody still has to carry out."""


def along_with_customers(entity: str) -> Iterable[TransferOption]:
    """Contacts and bank accounts, transactions that are still to be carried out, and a look at all there were."""
    if entity != CUSTOMER:
        return
    yield _handed_over(
        (Contact, BankAccount),
        name="belongings",
        title=_("Also hand over contacts and bank accounts"),
        help=_("Those of these customers that belong to the old owner."),
        weight=10,
    )
    yield _handed_over(
        (Transaction,),
        name="transactions",
        title=_("Hand over transactions (not carried out yet, being carried out)"),
        help=_("Those of the old owner become the new owner's work."),
        weight=20,
    )
    yield shared_along(Transaction, name="past_transactions", title=_("Share all earlier transactions"), weight=30)


def _handed_over(models: Models, *, name: str, title: Label, help: Label, weight: int) -> TransferOption:
    run, undo = partial(hand_over, models), partial(hand_back, models)
    return TransferOption(name=name, title=title, help=help, run=run, undo=undo, weight=weight)


def hand_over(models: Models, context: Context, passed: Sequence[Passed]) -> Mapping[UUID, Any]:
    """Give them the customer's new owner; what was given, by customer and table."""
    found: dict[UUID, dict[str, list[str]]] = {}
    new = {one.record_id: one.new for one in passed}
    for model in models:
        still = [model.__table__.c.state.in_(OPEN)] if model is Transaction else []
        belonging = _belonging_to(context, model, passed, *still)
        for one in belonging:
            found.setdefault(one.customer_id, {}).setdefault(model.__tablename__, []).append(str(one.id))
        _give(context, model, belonging, new)
    return found


def hand_back(models: Models, context: Context, passed: Sequence[Passed], kept: Mapping[UUID, Any]) -> None:
    """Give back those that the new owner still has."""
    back = [Passed(one.record_id, one.new, one.old) for one in passed]
    old = {one.record_id: one.old for one in passed}
    for model in models:
        given = {record for one in kept.values() for record in one.get(model.__tablename__, ())}
        _give(context, model, [one for one in _belonging_to(context, model, back) if str(one.id) in given], old)


def _belonging_to(
    context: Context, model: type[Entity], passed: Sequence[Passed], *where: sa.ColumnElement[bool]
) -> list[Any]:
    """Records that hang on customers and belong to their old owners, locked."""
    table = model.__table__
    owners = (
        sa.func.unnest(
            sa.cast([one.record_id for one in passed], sa.ARRAY(sa.Uuid)),
            sa.cast([one.old for one in passed], sa.ARRAY(sa.Uuid)),
        )
        .table_valued("customer_id", "owner_id")
        .render_derived("passed")
    )
    statement = (
        sa.select(table.c.id, table.c.customer_id, table.c.owner_id, title_column(model).label("title"))
        .join(owners, sa.and_(owners.c.customer_id == table.c.customer_id, owners.c.owner_id == table.c.owner_id))
        .where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), *where)
        .order_by(table.c.id)
        .with_for_update(of=table)
    )
    return list(context.session.connection().execute(statement))


def _give(context: Context, model: type[Entity], belonging: Sequence[Any], owners: Mapping[UUID, UUID | None]) -> None:
    if not belonging:
        return
    resource, dealt = context.resource(model), {one.id: owners[one.customer_id] for one in belonging}
    set_owners(context, resource, dealt)
    context.session.expire_all()
    pairs = {one.id: [str(old) if old else None for old in (one.owner_id, dealt[one.id])] for one in belonging}
    write(context, resource, [Line(one.id, one.title, "transferred", {"owner": pairs[one.id]}) for one in belonging])
