"""A customer gets a new owner, or is shared: which of the documents of a sale are seen by whom (OWN-02, OWN-06)."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.access.shares import Share
from core.access.sharing import Targets, Terms
from core.bulk.sharing import share, transfer
from core.bulk.undoing import undo
from core.context import Grants
from core.sdk import Context, Customer, Entity, Query, create, read_page
from plugins.sales import selling
from plugins.sales.documents import Contract, Order, Quote
from plugins.sales.models import Opportunity
from plugins.sales.pipelines import first_stage

OWN = Grants(verbs={"*": dict.fromkeys(("see", "create", "edit", "share", "transfer"), "own")})
BOXES: dict[str, type[Entity]] = {
    "past_contracts": Contract, "past_quotes": Quote, "past_opportunities": Opportunity, "past_orders": Order,
}  # fmt: skip


@pytest.fixture
def people(make_context: Callable[..., Context], context: Context) -> list[Context]:
    """Two colleagues who see what is theirs."""
    return [make_context(context.company, grants=OWN, name=name) for name in ("An", "Bình")]


@pytest.fixture
def sold(
    context: Context, customer: Customer, make_user: Callable[..., Context], make_quote: Callable[..., Quote]
) -> Customer:
    """One of each document."""
    make_user(context)
    deal = {"name": "Máy in", "customer": customer.id, "stage": first_stage(context), "expected_on": date(2026, 3, 1)}
    create(context, Opportunity, deal)
    quote = make_quote()
    selling.order_of(context, selling.contract_of(context, quote.id))
    context.session.commit()
    return customer


def me(person: Context) -> UUID:
    assert person.user is not None
    return person.user.id


def seen(person: Context) -> set[str]:
    """The boxes whose documents somebody is shown."""
    person.session.rollback()
    person.cache.clear()
    return {name for name, model in BOXES.items() if read_page(person, Query(person.resource(model), limit=9)).rows}


def test_each_box_shares_its_own_kind_and_is_taken_back(
    context: Context, sold: Customer, people: list[Context]
) -> None:
    offered = [one.name for one in context.hooks.transfer_options(context, "core.customer")]
    assert offered == ["belongings", "transactions", "past_transactions", *BOXES]
    for name, model in BOXES.items():
        operation = transfer(context, Customer, [sold.id], Targets([me(people[0])]), options=[name])
        shares = sa.select(Share.entity).where(Share.tenant_id == context.tenant, Share.user_id == me(people[0]))
        assert list(context.session.scalars(shares)) == [context.resource(model).name]
        undo(context, operation.id)
        assert list(context.session.scalars(shares)) == []


def test_whoever_owns_the_customer_sees_everything_and_what_was_shared_lasts(
    context: Context, sold: Customer, people: list[Context]
) -> None:
    an, binh = people
    transfer(context, Customer, [sold.id], Targets([me(an)]), options=["past_orders"])
    context.session.commit()
    assert (seen(an), seen(binh)) == (set(BOXES), set())
    transfer(context, Customer, [sold.id], Targets([me(binh)]))
    context.session.commit()
    assert (seen(an), seen(binh)) == ({"past_orders"}, set(BOXES))


def test_a_customer_is_shared_with_the_kinds_that_are_ticked(
    context: Context, sold: Customer, people: list[Context]
) -> None:
    for aspect, box in (("quotes", "past_quotes"), ("opportunities", "past_opportunities")):
        share(context, Customer, [sold.id], Targets([me(people[0])]), "replace", Terms(aspects=[aspect]))
        context.session.commit()
        assert seen(people[0]) == {box}
