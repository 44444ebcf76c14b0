"""How the papers of a car are read and typed: their fields in parts, what is typed first at the top."""

from core import sdk
from core.sdk import Section

from .models import INSURANCE

_ = sdk.translator("plugins.garage")

_CAR = Section(_("Vehicle and customer"), ("vehicle", "customer", "km", "kind", "advisor"))
_INSURED = Section(_("Insurance"), ("insurer", "claim_no", "deductible"), below=True, when=("kind", (INSURANCE.value,)))

VEHICLE = (
    Section(
        _("Vehicle"),
        (
            "plate", "key", "customer", "brand", "model", "year", "color", "vin", "engine", "transmission", "fuel",
            "seats", "commercial", "picture", "note",
        ),
    ),
    Section(
        _("Kilometres and maintenance"), ("km", "km_reason", "pace", "maintenance_on", "maintenance_km", "due_on")
    ),
    Section(
        _("Registration and insurance"), ("registered_on", "inspected_on", "inspection_on", "insurance_on", "road_fee_on")
    ),
)  # fmt: skip
RECEPTION = (
    Section(
        _("Slip"),
        ("number", "vehicle", "customer", "kind", "state", "received_at", "promised_at", "advisor", "claim", "note"),
    ),
    Section(_("Who brings it, and what for"), ("brought_by", "phone", "wishes")),
    Section(
        _("The car as it came"), ("km", "km_reason", "fuel", "towed", "belongings", "damage", "damages", "signature")
    ),
)
QUOTE = (
    _CAR,
    Section(_("Slip"), ("number", "stage", "quoted_on", "valid_until", "reception", "refusal", "discount", "note")),
    _INSURED,
)
REPAIR_ORDER = (
    _CAR,
    Section(
        _("Slip"),
        (
            "number", "state", "bay", "technicians", "opened_on", "promised_at", "started_at", "finished_at", "reception",
            "quote", "warehouse", "discount", "note",
        ),
    ),
    _INSURED,
)  # fmt: skip
SETTLEMENT = (
    Section(
        _("Slip"),
        (
            "number", "settled_on", "order", "stock", "warehouse", "method", "payment", "state", "paid", "maintenance_on",
            "maintenance_km", "discount", "note",
        ),
    ),
    _CAR,
    Section(
        _("Adjuster, insurance and registration"),
        ("insurer", "claim_no", "deductible", "adjuster", "adjuster_phone", "insurance_on", "inspection_on"),
        below=True,
    ),
)  # fmt: skip
"""The blocks of GAR-05; the lines are the third of the four."""
