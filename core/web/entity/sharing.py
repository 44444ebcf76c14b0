"""Sharing records and passing them on, one or many, in the dialog of two lists; and who sees a record, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import render_template, request

from core import parse
from core.access.aspects import aspects as every_aspect
from core.access.audience import Audience, SharedWith, Viewer, audience
from core.access.models import User
from core.access.shares import EVERYTHING
from core.access.sharing import Terms
from core.access.visibility import CUSTOMER, require_reach, sees
from core.bulk.models import BulkOperation
from core.bulk.sharing import received, share, transfer
from core.context import Context
from core.entity import service
from core.entity.entity import Aspect, Resource
from core.entity.errors import InvalidError
from core.entity.format import moment, number
from core.entity.timeline import LOGGED
from core.entity.titles import titles
from core.i18n import Label, Text, translator
from core.web.entity import picks
from core.web.entity.address import make_url
from core.web.entity.owners import TRANSFER, Lowered, share_title
from core.web.entity.picks import Meant, Picked
from core.web.entity.turn import go, needs, refresh

_ = translator("core")

WAYS: dict[str, tuple[Text, str]] = {
    "owner": (_("by a role that reaches the owner's records"), "users"),
    "share": (_("because it is shared with them"), "share"),
    "customer": (_("because they see the customer"), "building"),
    "customer_share": (_("because the customer is shared with them, this included"), "share"),
    "everybody": (_("by a role that reaches everybody's records"), "shield"),
}
"""Why somebody sees a record, as the branches of the query builder are called."""
ACCESS: dict[str, Text] = {"read": _("See only"), "edit": _("See and edit")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a share is wanted, as the dialog has it."""

    mode: str = "add"
    access: str = "read"
    until: str = ""
    aspects: tuple[str, ...] = (EVERYTHING,)

    @classmethod
    def read(cls) -> "Wanted":
        """What the dialog sent."""
        form = request.form
        aspects = form.getlist("aspects")
        return cls(
            form.get("mode", "add"),
            form.get("access", "read"),
            form.get("until", ""),
            (EVERYTHING,) if EVERYTHING in aspects else tuple(aspects),
        )

    def terms(self, turn: Context) -> Terms:
        """As services take them; a share lasts to the end of its last day. Raises InvalidError."""
        return Terms(self.aspects, self.access, _end_of(turn, self.until))


def _end_of(turn: Context, text: str) -> datetime | None:
    try:
        day = parse.date(text)
        return (
            None
            if day is None
            else datetime.combine(day + timedelta(days=1), time(), turn.company.zone).astimezone(UTC)
        )
    except ValueError as error:
        raise InvalidError({"until": [error.args[0]]}) from None
    except OverflowError:
        raise InvalidError({"until": [_("This is not a valid value.")]}) from None


@needs("share")
def share_one(turn: Context, resource: Resource, record_id: UUID) -> str:
    """The dialog that shares one record."""
    return _share_dialog(turn, resource, _one(turn, resource, "share", record_id), Picked(), Wanted())


@needs("transfer")
def transfer_one(turn: Context, resource: Resource, record_id: UUID) -> str:
    """The dialog that gives one record a new owner."""
    return _transfer_dialog(turn, resource, _one(turn, resource, "transfer", record_id), Picked())


def _one(turn: Context, resource: Resource, verb: str, record_id: UUID) -> Meant:
    record = service.get(turn, resource.model, record_id)
    require_reach(turn, resource, verb, [record_id])
    return Meant([record_id], 1, record.title)


@needs("share")
def share_many(turn: Context, resource: Resource) -> Any:
    """First the dialog for the chosen records; then they are shared."""
    found = picks.meant(turn, resource, "share")
    if "set" not in request.form:
        return _share_dialog(turn, resource, found, Picked(), Wanted())
    picked, wanted = Picked.read(), Wanted.read()
    try:
        operation = _share(turn, resource, found, picked, wanted)
    except InvalidError as error:
        turn.session.rollback()
        return _share_dialog(turn, resource, picks.meant(turn, resource, "share"), picked, wanted, error), 422
    if operation.state == "waiting":
        return go(f"/bulk-operations/{operation.id}")
    names = picks.names_of(picks.lists(turn, picked).chosen)
    what, back = picks.about(resource, found), f"/bulk-operations/{operation.id}/undo"
    if wanted.mode == "remove":
        return refresh(_("No longer shared with %(names)s: %(what)s.", names=names, what=what), undo_url=back)
    return refresh(_("Shared with %(names)s: %(what)s.", names=names, what=what), undo_url=back)


def _share(turn: Context, resource: Resource, found: Meant, picked: Picked, wanted: Wanted) -> BulkOperation:
    if not picked.pairs:
        raise InvalidError({"to": [_("Choose with whom.")]})
    mode: Any = wanted.mode
    return share(turn, resource.model, found.chosen, picked.targets, mode, wanted.terms(turn))


@needs("transfer")
def transfer_many(turn: Context, resource: Resource) -> Any:
    """First the dialog for the chosen records; then they have new owners."""
    found = picks.meant(turn, resource, "transfer")
    if "set" not in request.form:
        return _transfer_dialog(turn, resource, found, Picked())
    picked, even, options = Picked.read(), "even" in request.form, request.form.getlist("options")
    what = picks.about(resource, found)
    try:
        operation = transfer(turn, resource.model, found.chosen, picked.targets, even=even, options=options)
    except InvalidError as error:
        turn.session.rollback()
        again = picks.meant(turn, resource, "transfer")
        return _transfer_dialog(turn, resource, again, picked, error, even=even, ticked=options), 422
    if operation.state == "waiting":
        return go(f"/bulk-operations/{operation.id}")
    dealt = received(turn, operation)
    names = titles(turn, {User: dealt})
    said = ", ".join(f"{names[person]} ({number(count)})" for person, count in dealt.items() if count)
    text = _("New owner of %(what)s: %(said)s.", what=what, said=said)
    back = f"/bulk-operations/{operation.id}/undo"
    if _came_from(resource, found.ids) and not sees(turn, resource, found.ids[0]):
        return go(f"/{resource.path}", text, undo_url=back)
    return refresh(text, undo_url=back)


def _came_from(resource: Resource, ids: Sequence[UUID]) -> bool:
    """Whether the page behind the dialog is the record's own."""
    path = urlsplit(request.headers.get("HX-Current-URL", "")).path
    return len(ids) == 1 and path == f"/{resource.path}/{ids[0]}"


def _share_dialog(
    turn: Context,
    resource: Resource,
    found: Meant,
    picked: Picked,
    wanted: Wanted,
    error: InvalidError | None = None,
) -> str:
    hints = {
        "add": _("Those it is shared with already keep seeing it."),
        "replace": _("Those it is shared with now no longer see it."),
        "remove": _("Those picked no longer see it."),
    }
    modes = [{"value": one.value, "title": one.title, "hint": hints[one.value]} for one in LOGGED["mode"].choices]
    return _dialog(
        turn,
        resource,
        found,
        picked,
        error,
        kind="share",
        title=share_title(resource),
        modes=modes,
        accesses=[{"value": value, "title": title} for value, title in ACCESS.items()],
        aspects=aspects(turn, resource),
        everything=EVERYTHING,
        wanted=wanted,
        today=turn.today().isoformat(),
    )


def _transfer_dialog(
    turn: Context,
    resource: Resource,
    found: Meant,
    picked: Picked,
    error: InvalidError | None = None,
    *,
    even: bool = False,
    ticked: Sequence[str] = (),
) -> str:
    title = _("Divide the number of %(entities)s evenly", entities=Lowered(resource.plural))
    options = [
        {"value": one.name, "title": one.title, "help": one.help, "chosen": one.name in ticked}
        for one in turn.hooks.transfer_options(turn, resource.name)
    ]
    more = {"even": even, "even_title": title, "options": options}
    return _dialog(turn, resource, found, picked, error, kind="transfer", title=TRANSFER, **more)


def _dialog(
    turn: Context,
    resource: Resource,
    found: Meant,
    picked: Picked,
    error: InvalidError | None,
    *,
    kind: str,
    **more: Any,
) -> str:
    wrong: Mapping[str, Sequence[Label]] = error.errors if error else {}
    return render_template(
        "_share_dialog.html",
        kind=kind,
        action=f"/{resource.path}/{kind}" if found.ids else make_url(f"/{resource.path}/{kind}", dict(request.args)),
        everything_matching=not found.ids,
        about=picks.about(resource, found),
        ids=found.ids,
        left_out=number(found.left_out) if found.left_out else "",
        lists=picks.lists(turn, picked),
        errors=picks.first_of(text for name, texts in wrong.items() if name != "until" for text in texts),
        until_error=" ".join(str(text) for text in wrong.get("until", ())),
        **more,
    )


def aspects(turn: Context, resource: Resource) -> list[Aspect]:
    """The kinds of information that hang on a record and can be shared with it."""
    return every_aspect(turn) if resource.name == CUSTOMER else []


@needs("see")
def who_sees(turn: Context, resource: Resource, record_id: UUID) -> str:
    """The side panel: owner, shares, and those whose roles reach this far."""
    return _panel(turn, resource, record_id)


@needs("share")
def unshare(turn: Context, resource: Resource, record_id: UUID) -> str:
    """Take one share back."""
    service.get(turn, resource.model, record_id)  # what is not there is missing, whatever else was sent
    share(turn, resource.model, [record_id], Picked.read().targets, "remove", Terms())
    return _panel(turn, resource, record_id)


def _panel(turn: Context, resource: Resource, record_id: UUID) -> str:
    record = service.get(turn, resource.model, record_id)
    found = audience(turn, resource, record)
    path = f"/{resource.path}/{record.id}"
    return render_template(
        "_access.html",
        owner=found.owner,
        mine=turn.user is not None and found.owner_id == turn.user.id,
        complete=found.complete,
        shares=[_share_line(turn, resource, one) for one in found.shares],
        groups=_groups(turn, found),
        share_url=f"{path}/share" if found.manageable else "",
        share_title=share_title(resource),
        unshare_url=f"{path}/unshare" if found.manageable else "",
    )


def _share_line(turn: Context, resource: Resource, one: SharedWith) -> dict[str, Any]:
    given, kind = one.share, picks.USER if one.share.user_id else picks.DEPARTMENT
    known = {aspect.name: str(aspect.title) for aspect in aspects(turn, resource)}
    what = (
        [str(_("All information"))]
        if EVERYTHING in given.aspects
        else [known[name] for name in given.aspects if name in known]
    )
    until = ""
    if given.until is not None:
        # The last moment that counts: a share to the end of a day ends where the next begins.
        until = moment(turn, given.until - timedelta(seconds=1))
    return {
        "name": one.name or "—",
        "value": f"{kind}:{given.principal_id}",
        "icon": "user" if kind == picks.USER else "hierarchy",
        "access": str(ACCESS[given.access]),
        "what": ", ".join(what) if known else "",
        "until": until,
        "by": one.by,
        "at": moment(turn, given.shared_at),
    }


def _groups(turn: Context, found: Audience) -> list[dict[str, Any]]:
    """The people by why they see it; the owner stands above already."""
    groups: dict[str, list[Viewer]] = {}
    named = {one.share.user_id for one in found.shares}
    for viewer in found.people:
        if viewer.user.id != found.owner_id:
            # Who is named above as shared with needs no second line for it.
            for way in (one for one in viewer.ways if one != "share" or viewer.user.id not in named):
                groups.setdefault(way, []).append(viewer)
    order = [*(way for way in WAYS if way in groups), *(way for way in groups if way not in WAYS)]
    return [
        {
            "why": str(WAYS[way][0]) if way in WAYS else way,
            "icon": WAYS[way][1] if way in WAYS else "user",
            "count": number(len(groups[way])),
            "names": [viewer.user.name for viewer in groups[way]],
            "me": turn.user is not None and [viewer.user.id for viewer in groups[way]] == [turn.user.id],
        }
        for way in order
    ]
