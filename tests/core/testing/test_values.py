"""Values made up for any entity: the entity takes them, whatever its rules."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from core.context import Context
from core.customers.models import Contact, Customer, Source, Tag
from core.customers.tax_code import is_tax_code
from core.entity.entity import Entity
from core.entity.fields import Choice, Field
from core.entity.kinds import KINDS
from core.testing.values import NoSampleError, Sampler, Wanted, body, sample
from core.testing.web import ApiClient


@pytest.fixture
def sampler(context: Context) -> Sampler:
    return Sampler(context, "dấu")


@pytest.mark.parametrize("model", [Customer, Contact, Source, Tag])
def test_records_of_every_entity_can_be_made_and_differ(sampler: Sampler, model: type[Entity]) -> None:
    made = [sampler.make(model) for _number in range(3)]
    assert len({one.title for one in made}) == 3
    resource = sampler.context.resource(model)
    empty = [name for name, spec in resource.fields.items() if spec.required and getattr(made[0], spec.column) is None]
    assert empty == []


def test_rules_of_the_trade_are_met(sampler: Sampler) -> None:
    customer: Any = sampler.make(Customer)
    assert is_tax_code(customer.tax_code)
    assert customer.birthday <= sampler.context.today()


def test_what_is_needed_is_made_once_and_pointed_at(sampler: Sampler) -> None:
    first: Any = sampler.make(Contact)
    second: Any = sampler.make(Contact)
    assert first.customer_id == second.customer_id is not None


def test_values_are_rehearsed_and_nothing_of_the_record_stays(sampler: Sampler) -> None:
    resource = sampler.context.resource(Contact)
    values = sampler.values(resource)
    assert set(values) >= {"name", "customer", "mobile"}
    assert sampler.context.session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 0


def test_the_api_takes_them(sampler: Sampler, api: ApiClient, context: Context) -> None:
    resource = context.resource(Customer)
    given = body(resource, sampler.values(resource))
    context.session.commit()
    answer = api.post("/api/v1/customers", json=given)
    assert answer.status_code == 201, answer.get_json(force=True)


def test_what_is_known_better_is_taken(context: Context) -> None:
    customer: Any = Sampler(context, "x", {"core.customer": {"name": "Chị Tư", "revenue": "5000.00"}}).make(Customer)
    assert (customer.name, customer.revenue) == ("Chị Tư", Decimal(5000))


def test_a_rule_nothing_fits_is_named(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_self: Customer) -> Iterator[tuple[str, str]]:
        yield "name", "Never."

    monkeypatch.setattr(Customer, "check", never)
    with pytest.raises(NoSampleError, match=r"core\.customer .*name: Never\."):
        Sampler(context, "x").make(Customer)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"link", "links", "file", "image", "number"}))
@pytest.mark.parametrize("number", [1, 77, 12345])
def test_every_kind_has_values_of_its_type_that_it_accepts(kind: str, number: int) -> None:
    spec = Field(title="", name="it", kind=KINDS[kind], choices=(Choice("a", ""), Choice("b", "")), maximum=None)
    for value in sample(Wanted(spec, "mark", number, 3)):
        assert isinstance(value, spec.kind.python)
        assert spec.kind.check(value, spec) is None


def test_texts_are_as_short_as_they_must_be() -> None:
    spec = Field(title="", name="it", kind=KINDS["text"], length=4)
    assert all(len(value) <= 4 for value in sample(Wanted(spec, "dấu", 12, 0)))
