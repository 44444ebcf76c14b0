"""An opportunity follows its stage: outcome, probability, days, and the reason why it was lost."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.sdk import Context, Customer, InvalidError, create, update
from plugins.sales.models import LossReason, Opportunity, Stage
from plugins.sales.opportunities import follow_stage
from plugins.sales.pipelines import PRESETS, add_preset, first_stage, furnish


def opportunity(context: Context, **values: Any) -> Opportunity:
    customer = create(context, Customer, {"name": "Công ty Sao Mai"})
    begun = {
        "name": "Bán xe tải",
        "customer": customer.id,
        "stage": first_stage(context),
        "expected_on": date(2026, 3, 1),
    }
    return create(context, Opportunity, begun | {"amount": Decimal(1_000_000)} | values)


def test_a_company_begins_with_one_pipeline_whatever_happens_twice(context: Context) -> None:
    furnish(context)
    names = [stage.name for stage in context.session.query(Stage).filter_by(tenant_id=context.tenant)]
    assert sorted(names) == sorted(str(title) for title, *_rest in PRESETS["needs"].stages)
    assert add_preset(context, "interest").position == 2


def test_it_begins_with_the_probability_of_its_stage_and_is_followed(context: Context) -> None:
    made = opportunity(context)
    assert (made.outcome, made.probability, made.begins_on) == ("open", Decimal(10), context.today())
    assert made.number is not None
    assert made.number.startswith("CH-")


def test_what_somebody_thinks_of_it_counts_until_it_moves_on(context: Context) -> None:
    made = opportunity(context, probability=Decimal(55))
    assert made.probability == 55
    won = first_stage(context, "won")
    update(context, made, {"stage": won})
    assert (made.outcome, made.probability, made.closed_on) == ("won", Decimal(100), context.today())
    update(context, made, {"stage": first_stage(context)})
    assert (made.outcome, made.probability, made.closed_on) == ("open", Decimal(10), None)


def test_what_is_only_typed_yet_adds_up_without_a_stage(context: Context) -> None:
    typed = Opportunity(tenant_id=context.tenant, goods=[], probability=None)
    follow_stage(context, [typed])
    assert (typed.begins_on, typed.pipeline_id) == (context.today(), None)


def test_a_reason_is_forgotten_when_it_is_taken_up_again(context: Context) -> None:
    reason = create(context, LossReason, {"name": "Đối thủ rẻ hơn"})
    made = opportunity(context)
    update(context, made, {"stage": first_stage(context, "lost"), "lost_reason": reason.id})
    assert (made.outcome, made.lost_reason_id) == ("lost", reason.id)
    update(context, made, {"stage": first_stage(context)})
    assert made.lost_reason_id is None


def test_what_is_left_to_pay_and_what_may_be_expected(context: Context) -> None:
    made = opportunity(context, deposit=Decimal(200_000))
    context.session.refresh(made)
    assert (made.remaining, made.forecast) == (Decimal(800_000), Decimal(100_000))


def test_nobody_gives_one_up_without_a_reason(context: Context) -> None:
    made = opportunity(context)
    with pytest.raises(InvalidError, match="lost_reason"):
        update(context, made, {"stage": first_stage(context, "lost")})
