"""What the page of a record shows of its approval."""

from typing import Any

from flask import url_for

from core.approvals import service
from core.approvals.service import Step
from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.format import moment
from core.i18n import Text, translator

_ = translator("core")

STATES: dict[str, tuple[Text, str]] = {
    "open": (_("Waiting for approval"), "orange"),
    "approved": (_("Approved"), "green"),
    "rejected": (_("Not approved"), "red"),
    "void": (_("Void"), "secondary"),
}
CHANGED = _("The record was changed after the request. Request approval again.")


def panel(turn: Context, resource: Resource, record: Entity) -> dict[str, Any] | None:
    """The latest request of a record, as ``_approval.html`` wants it; None where there is none."""
    found = service.progress(turn, record)
    if found is None:
        return None
    text, color = STATES[found.state]
    address: dict[str, Any] = {"entity": resource.name, "record_id": record.id, "step": found.step}
    return {
        "state": {"text": text, "color": color},
        "asked": _("%(name)s, %(moment)s", name=found.requested_by, moment=moment(turn, found.requested_at)),
        "note": CHANGED if found.state == "void" else "",
        "steps": [_step(turn, one) for one in found.steps],
        "approve_url": url_for("approvals.approve", **address) if found.mine else "",
        "reject_url": url_for("approvals.reject", **address) if found.mine else "",
    }


def _step(turn: Context, step: Step) -> dict[str, Any]:
    answer = step.answer
    if answer is None:
        said = _("Waiting for an answer") if step.waits else ""
        return {"name": step.name, "icon": "clock" if step.waits else "point", "color": "orange", "said": said}
    agreed = answer.verdict == "approved"
    return {
        "name": step.name,
        "icon": "circle-check" if agreed else "x",
        "color": "green" if agreed else "red",
        "said": _("%(name)s, %(moment)s", name=step.who, moment=moment(turn, answer.at)),
        "reason": answer.reason,
    }
