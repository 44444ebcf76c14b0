"""The dialog by which links to a record are given away and taken back."""

from typing import Any
from uuid import UUID

from flask import render_template, request

from core.app import platform
from core.context import Context
from core.db.base import now
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError
from core.entity.format import moment
from core.i18n import translator
from core.public import links
from core.public.models import PublicLink
from core.public.sending import send
from core.web.entity.turn import needs, with_events

_ = translator("core")
_WRONG = 422


@needs("edit")
def dialog(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """Whom it goes to and for how long; then it is sent, or shown once to be copied."""
    record = service.get(turn, resource.model, record_id)
    page = links.page_of(resource)
    if request.method == "GET":
        to = page.recipient(turn, record) if page.recipient else ""
        return _dialog(turn, resource, record, {"to": to, "days": str(links.LASTS), "text": ""})
    form = request.form
    typed = {name: form.get(name, "") for name in ("to", "days", "text")}
    days = int(typed["days"]) if typed["days"].isascii() and typed["days"].isdigit() and len(typed["days"]) < 5 else 0  # noqa: PLR2004 # a year has fewer digits
    try:
        if "copy" in form:
            key = links.give(turn, record, days=days)
            address = f"{platform().settings.address_of(turn.company.slug)}{links.PATH}/{key}"
            return _dialog(turn, resource, record, typed, made=address)
        to = send(turn, record, to=typed["to"], days=days, text=typed["text"])
    except InvalidError as error:
        return _dialog(turn, resource, record, typed, errors=error.errors), _WRONG
    toast = {"kind": "success", "text": str(_("The link goes to %(to)s.", to=to))}
    return with_events("", toast=toast, closeDialog=True)


@needs("edit")
def revoke(turn: Context, resource: Resource, record_id: UUID, link_id: UUID) -> Any:
    """Let a link open nothing any more."""
    record = service.get(turn, resource.model, record_id)
    links.revoke(turn, record, link_id)
    return _dialog(turn, resource, record, {"to": "", "days": str(links.LASTS), "text": ""})


def _dialog(
    turn: Context, resource: Resource, record: Entity, typed: dict[str, str], *, made: str = "", errors: Any = None
) -> str:
    path = f"/{resource.path}/{record.id}/public"
    return render_template(
        "_public_dialog.html",
        action=path,
        typed=typed,
        made=made,
        errors=errors or {},
        most=links.LONGEST,
        attached=bool(links.page_of(resource).print),
        links=[_told(turn, resource, path, one) for one in links.given(turn, record)],
    )


def _told(turn: Context, resource: Resource, path: str, link: PublicLink) -> dict[str, Any]:
    titles = {one.name: str(one.title) for one in links.page_of(resource).actions}
    state = _("Sent, not opened yet") if link.sent_to else _("Not opened yet")
    color = "secondary"
    if link.acted_at:
        state, color = _("%(what)s: %(name)s", what=titles.get(link.action, link.action), name=link.name), "green"
    elif link.revoked_at:
        state, color = _("Revoked"), "red"
    elif link.expires_at <= now():
        state, color = _("Expired"), "secondary"
    elif link.opened_at:
        state, color = _("Opened %(at)s", at=moment(turn, link.opened_at)), "blue"
    alive = link.revoked_at is None and link.expires_at > now()
    return {
        "to": link.sent_to or str(_("Copied link")),
        "at": moment(turn, link.created_at),
        "until": moment(turn, link.expires_at),
        "state": str(state),
        "color": color,
        "reason": link.reason,
        "revoke_url": f"{path}/{link.id}/revoke" if alive else "",
    }
