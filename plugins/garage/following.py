"""What a paper of a car hands down to the one that is made of it."""

from collections.abc import Sequence
from typing import Any

from .models import Reception

HANDED_DOWN = (
    "vehicle", "customer", "kind", "km", "advisor", "reception", "insurer", "claim_no", "deductible", "discount", "note",
)  # fmt: skip
"""The fields that stay the same from paper to paper."""


def of_reception(reception: Reception) -> dict[str, Any]:
    """What a paper that is made of a reception begins with; the car is its owner's unless somebody else is named."""
    return {
        "reception": reception.id,
        "vehicle": reception.vehicle_id,
        "customer": reception.customer_id or reception.vehicle.customer_id,
        "kind": reception.kind,
        "km": reception.km,
        "advisor": reception.link_id("advisor"),
        "claim_no": reception.claim,
    }


def of_kind(lines: Sequence[Any], kind: str) -> list[Any]:
    """Those that are work, or parts."""
    return [line for line in lines if line.kind == kind]
