"""What the kit asks of every entity."""

from typing import Any, ClassVar

import pytest

from core import sdk
from core.context import Context
from core.sdk import Customer, InvalidError
from core.testing.entities import EntityTests
from plugins.loyalty.models import PointEntry, Policy, TierRule


class TestPolicy(EntityTests):
    model = Policy
    values: ClassVar[dict[str, Any]] = {"basis": "payments", "points": True, "per": "50000.00"}
    change: ClassVar[dict[str, Any]] = {"worth": "500.00"}


class TestTierRule(EntityTests):
    model = TierRule
    values: ClassVar[dict[str, Any]] = {"amount": "50000000", "discount": "3"}
    change: ClassVar[dict[str, Any]] = {"amount": "60000000.00"}
    wrong: ClassVar[dict[str, Any]] = {"contracts": 3}


class TestPointEntry(EntityTests):
    model = PointEntry
    values: ClassVar[dict[str, Any]] = {"points": 20, "reason": "Sinh nhật khách"}
    change: ClassVar[dict[str, Any]] = {"reason": "Quà sinh nhật"}
    wrong: ClassVar[dict[str, Any]] = {"points": 0}


def test_a_points_entry_is_put_right_by_another_and_takes_no_more_than_there_is(context: Context) -> None:
    lan = sdk.create(context, Customer, {"name": "Chị Lan"})
    given = sdk.create(context, PointEntry, {"customer": lan.id, "points": 20, "reason": "Sinh nhật"})
    assert "delete" not in context.resource(PointEntry).verbs
    with pytest.raises(InvalidError, match="points"):
        sdk.update(context, given, {"points": 30})
    with pytest.raises(InvalidError, match="points"):
        sdk.create(context, PointEntry, {"customer": lan.id, "points": -21, "reason": "Nhầm"})
    sdk.create(context, PointEntry, {"customer": lan.id, "points": -20, "reason": "Nhầm"})
