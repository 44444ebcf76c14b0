"""What the pages of the warehouse's records offer: the next step of a slip, and its end."""

from collections.abc import Iterable

from core import sdk
from core.sdk import Context, RecordAction

from .moving import NEXT
from .slips import APPROVED, CANCELLED, NEW, RECEIVED, SENT, Slip

_ = sdk.translator("plugins.warehouse")
STEPS: dict[str, tuple[sdk.Text, str]] = {
    APPROVED.value: (_("Approve"), "check"),
    SENT.value: (_("Send off"), "truck-delivery"),
    RECEIVED.value: (_("Receive"), "package-import"),
}
"""The states that goods move with, as what people do."""


def record_actions(context: Context, record: sdk.Entity) -> Iterable[RecordAction]:
    """Those of one record, for whoever may do them."""
    if isinstance(record, Slip):
        yield from _of_slip(context, record)


def _of_slip(context: Context, slip: Slip) -> Iterable[RecordAction]:
    """Steps that are the company's to approve are asked for by core's button."""
    resource = context.resource(type(slip))
    if slip.deleted_at or not context.can(resource.name, "edit"):
        return
    own = {one.value for one in resource.fields["state"].choices} if "state" in resource.fields else set[str]()
    here = f"/warehouse/slip/{resource.entity}/{slip.id}"
    for state, (title, icon) in STEPS.items():
        held = state == APPROVED.value and sdk.needs_approval(context, slip)
        if state in NEXT[slip.state] & own and not held:
            url = f"{here}/{state}"
            yield RecordAction(name=state, title=title, url=url, icon=icon, method="post", primary=True, weight=10)
    if CANCELLED.value in NEXT[slip.state] & own:
        title = _("Cancel slip") if slip.state == NEW.value else _("Cancel and take back")
        yield RecordAction(name="cancel", title=title, url=f"{here}/cancelled", icon="ban", method="dialog", weight=80)
