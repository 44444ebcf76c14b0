"""What only customers have: moving many between groups (V-11), the end of a type (V-14), the main contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from uuid_utils.compat import uuid7

from core.bulk.service import Chosen
from core.context import Context
from core.customers.contacts import make_main
from core.customers.grouping import delete_type, filed_under, groups_named, regroup
from core.customers.models import Contact, Customer, CustomerGroup, CustomerType
from core.entity import service
from core.entity.errors import InvalidError
from core.entity.format import number
from core.entity.query import CAP, Query, count
from core.i18n import Text, translator
from core.web.entity.address import read_address, undo_url
from core.web.entity.turn import go, refresh
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("customers", __name__)

MODES: dict[str, tuple[Text, Text]] = {
    "replace": (_("Move to groups"), _("They leave the groups they are in for the ticked ones.")),
    "add": (_("Add groups"), _("They stay in their groups and come into the ticked ones too.")),
    "remove": (_("Take out of groups"), _("They leave the ticked groups and stay in their others.")),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the dialog is about, and what was chosen in it."""

    chosen: Chosen
    total: int
    capped: bool = False

    @property
    def ids(self) -> Sequence[UUID]:
        """The ticked customers; none where all that match are meant."""
        return self.chosen if isinstance(self.chosen, list) else ()


@blueprint.post("/customers/regroup")
def move() -> Any:
    """First the dialog for the chosen customers; then they are in other groups."""
    turn = context()
    turn.require("core.customer", "edit")
    wanted, mode, ticked = _wanted(turn), request.form.get("mode", "replace"), request.form.getlist("groups")
    if "set" not in request.form:
        return _dialog(turn, wanted, "replace", [])
    try:
        operation = regroup(turn, wanted.chosen, groups_named(turn, ticked), mode)  # type: ignore[arg-type] # it says what is wrong
    except InvalidError as error:
        turn.session.rollback()
        return _dialog(turn, wanted, mode, ticked, error), 422
    if operation.job_id:
        return go(f"/bulk-operations/{operation.id}")
    text = _("The groups of %(n)s customers are changed.", n=number(operation.done))
    return refresh(text, undo_url=f"/bulk-operations/{operation.id}/undo")


def _wanted(turn: Context) -> Wanted:
    """The ticked customers, or all that match the list's conditions. Raises InvalidError for none."""
    if request.form.get("all"):
        query = read_address(turn, turn.resource(Customer), request.args, strict=True).query()
        return Wanted(query, *count(turn, query, CAP))
    ids = [UUID(text) for text in request.form.getlist("ids") if _is_id(text)]
    if not ids:
        raise InvalidError({"": [_("Tick the records first.")]})
    return Wanted(ids, len(ids))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _dialog(turn: Context, wanted: Wanted, mode: str, ticked: list[str], error: InvalidError | None = None) -> str:
    return render_template(
        "customers/regroup.html",
        about=_("%(n)s customers", n=number(wanted.total) + ("+" if wanted.capped else "")),
        modes=[{"value": name, "title": title, "hint": hint} for name, (title, hint) in MODES.items()],
        mode=mode,
        ids=[str(one) for one in wanted.ids],
        every=not wanted.ids,
        types=_groups_by_type(turn),
        ticked=ticked,
        errors=[text for texts in error.errors.values() for text in texts] if error else [],
        admin=turn.can("core.customer_group", "create"),
    )


def _groups_by_type(turn: Context) -> list[dict[str, Any]]:
    """Every type with its groups, by name."""
    groups, types = CustomerGroup.__table__, CustomerType.__table__
    same = sa.and_(types.c.tenant_id == groups.c.tenant_id, types.c.id == groups.c.type_id)
    statement = (
        sa.select(types.c.name, groups.c.id, groups.c.name)
        .join(types, same)
        .where(groups.c.tenant_id == turn.tenant, groups.c.deleted_at.is_(None))
        .order_by(types.c.name, groups.c.name)
    )
    found: dict[str, list[dict[str, str]]] = {}
    for kind, one, name in turn.session.connection().execute(statement):
        found.setdefault(kind, []).append({"value": str(one), "title": name})
    return [{"title": title, "groups": some} for title, some in found.items()]


@blueprint.get("/customer-types/<uuid:record_id>/remove")
def ask_removal(record_id: UUID) -> str:
    """What shall happen to the customers that are filed under it."""
    turn = context()
    turn.require("core.customer_type", "delete")
    kind = service.get(turn, CustomerType, record_id)
    found, capped = count(turn, Query(turn.resource(Customer), conditions=[filed_under(turn, kind)]), CAP)
    return render_template(
        "customers/remove_type.html",
        action=f"/customer-types/{kind.id}/remove",
        name=kind.name,
        count=found,
        count_text=number(found) + ("+" if capped else ""),
        may=turn.can("core.customer", "delete"),
    )


@blueprint.post("/customer-types/<uuid:record_id>/remove")
def remove(record_id: UUID) -> Any:
    """The type goes into the recycle bin, its customers as the person said."""
    turn = context()
    kind, mark = service.get(turn, CustomerType, record_id), uuid7()
    operation = delete_type(turn, kind, with_customers=request.form.get("customers") == "delete")
    if operation is None:
        text = _("“%(title)s” is in the recycle bin.", title=kind.name)
        return go("/customer-types", text, undo_url=undo_url(turn.resource(CustomerType), mark))
    if operation.job_id:
        return go(f"/bulk-operations/{operation.id}")
    text = _("“%(name)s” and %(n)s customers are in the recycle bin.", name=kind.name, n=number(operation.done))
    return go("/customer-types", text, undo_url=f"/bulk-operations/{operation.id}/undo")


@blueprint.post("/contacts/<uuid:record_id>/main")
def main_contact(record_id: UUID) -> Any:
    """The one to speak to first."""
    turn = context()
    contact = service.get(turn, Contact, record_id)
    make_main(turn, contact)
    return refresh(_("%(name)s is the main contact now.", name=contact.name))
