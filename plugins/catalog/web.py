"""Pages of the catalogue beyond what every entity has: the dialog that makes variants."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core.sdk import Context, InvalidError, get, translator
from core.sdk_web import context, go

from .models import Product
from .variants import choices, generate

_ = translator("plugins.catalog")
blueprint = Blueprint("catalog", __name__)


@blueprint.get("/products/<uuid:product_id>/variants")
def ask(product_id: UUID) -> str:
    """Which values there are variants of."""
    turn = context()
    turn.require("catalog.product", "create")
    return _dialog(turn, get(turn, Product, product_id), [])


@blueprint.post("/products/<uuid:product_id>/variants")
def make(product_id: UUID) -> Any:
    """Those that were missing are made."""
    turn = context()
    turn.require("catalog.product", "create")
    ticked = request.form.getlist("values")
    try:
        made = generate(turn, product_id, [UUID(one) for one in ticked])
    except (InvalidError, ValueError) as error:
        turn.session.rollback()
        texts = error.errors.values() if isinstance(error, InvalidError) else ()
        product = get(turn, Product, product_id)
        return _dialog(turn, product, ticked, [text for some in texts for text in some]), 422
    return go(f"/catalog/products?variant_of__eq={product_id}", _("%(n)s variants were made.", n=len(made)))


def _dialog(turn: Context, product: Product, ticked: list[str], errors: list[Any] | None = None) -> str:
    return render_template(
        "catalog/variants.html", product=product, attributes=choices(turn), ticked=ticked, errors=errors or []
    )
