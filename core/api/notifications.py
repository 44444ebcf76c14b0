"""What one was told, for one's own programs: the list, what is read, and how one wants to be told."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import marshmallow as ma
from flask import Blueprint, Response

from core.api import PREFIX
from core.api.about import about
from core.api.body import read_body
from core.api.headers import json_answer, once
from core.api.of_record import parameter, read, text, uuid, yes_or_no
from core.api.parameters import Reader, one_of, page_size
from core.context import Context
from core.entity.errors import InvalidError
from core.entity.schema import Body, loader, worded
from core.i18n import Label, translator
from core.notifications import inbox
from core.notifications.digest import plan_own
from core.notifications.inbox import Told
from core.notifications.kinds import WAYS, kinds
from core.notifications.preferences import Preferences, Quiet, prefer, preferences
from core.web.gate import context

_ = translator("core")
NAME = "api_notifications"
_ALL, _READ, _SETTINGS = "/notifications", "/notifications/read", "/notifications/settings"
_PAGE = 50
_SENT = (400, 409, 413, 415, 422)
_HOURS = 24
_MOST = 1000


class NotificationSchema(ma.Schema):
    """Something one was told."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    body = ma.fields.String(required=True)
    entity = ma.fields.String(required=True, metadata={"description": _("Empty for what is about no record.")})
    record = ma.fields.UUID(required=True, allow_none=True)
    url = ma.fields.String(required=True, metadata={"description": _("The page it leads to.")})
    at = ma.fields.AwareDateTime(required=True)
    read = ma.fields.Boolean(required=True)


class NotificationsSchema(ma.Schema):
    """A page of them, the newest first."""

    items = ma.fields.List(ma.fields.Nested(NotificationSchema), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)
    unread = ma.fields.Integer(required=True, metadata={"description": _("How many are not read; 100 is 100 or more.")})


class MarkSchema(Body):
    """Which are read."""

    ids = worded(
        ma.fields.List(
            ma.fields.UUID(),
            load_default=None,
            allow_none=True,
            validate=ma.validate.Length(max=_MOST),
            metadata={"description": _("Those that are meant; all of them where nothing is said.")},
        ),
        _("Write a list of records' ids."),
    )
    read = yes_or_no(load_default=True)


class MarkedSchema(ma.Schema):
    """What came of it."""

    count = ma.fields.Integer(required=True, metadata={"description": _("How many were not so before.")})


def _days(description: Label) -> ma.fields.Field[Any]:
    made = ma.fields.List(ma.fields.Integer(strict=True), load_default=list, metadata={"description": description})
    return worded(made, _("Days of the week are 0 for Monday to 6 for Sunday."))


def _clock(description: Label) -> ma.fields.Field[Any]:
    made = ma.fields.Time(load_default=None, allow_none=True, metadata={"description": description})
    return worded(made, _("Write a time as 08:30."))


class NotificationSettingsSchema(Body):
    """How one wants to be told."""

    kinds = worded(
        ma.fields.Dict(
            keys=ma.fields.String(),
            values=ma.fields.List(ma.fields.String(validate=ma.validate.OneOf(WAYS))),
            load_default=dict,
            metadata={"description": _("Each kind with its ways: bell, mail, both or neither.")},
        ),
        _("There is no such kind of notification, or no such way."),
    )
    quiet_from = _clock(_("When the quiet hours begin, by one's own clock."))
    quiet_to = _clock(_("When they end, on the day after where it is not later."))
    quiet_days = _days(_("Days on which they begin, 0 for Monday."))
    free_days = _days(_("Days that are quiet throughout."))
    digest_hour = worded(
        ma.fields.Integer(strict=True, load_default=None, allow_none=True, validate=ma.validate.Range(0, _HOURS - 1)),
        _("An hour from 0 to 23."),
    )
    sound = yes_or_no(load_default=False)
    timezone = text(load_default="", metadata={"description": _("Such as Europe/Paris; empty is the company's.")})


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule(_ALL, "list", _list)
    made.add_url_rule(_READ, "mark", once(_mark), methods=["POST"])
    made.add_url_rule(_SETTINGS, "settings", _settings)
    made.add_url_rule(_SETTINGS, "choose", once(_choose), methods=["PUT"])
    return made


def _list() -> Response:
    turn = context()
    readers: dict[str, Reader] = {
        "limit": page_size,
        "cursor": uuid,
        "unread": one_of({"true": True, "false": False}),
        "kind": str,
    }
    values = read(readers)
    limit = values.get("limit", _PAGE)
    found = inbox.listed(
        turn,
        limit=limit + 1,
        before=values.get("cursor"),
        unread=values.get("unread", False),
        kind=values.get("kind", ""),
    )
    shown = found[:limit]
    following = str(shown[-1].id) if len(found) > limit else None
    return json_answer(
        {"items": [_written(one) for one in shown], "next_cursor": following, "unread": inbox.unread(turn)}
    )


def _written(one: Told) -> dict[str, Any]:
    return {
        "id": str(one.id), "kind": one.kind, "title": str(one.title), "body": one.body, "entity": one.entity,
        "record": str(one.record_id) if one.record_id else None, "url": one.url, "at": one.at.isoformat(),
        "read": one.read,
    }  # fmt: skip


def _mark() -> Response:
    values = read_body(loader(MarkSchema))
    if len(values["ids"] or ()) > _MOST:
        raise InvalidError({"ids": [_("At most %(n)s at once.", n=_MOST)]})
    return json_answer({"count": inbox.mark(context(), values["ids"], read=values["read"])})


def _settings() -> Response:
    return json_answer(_chosen(context()))


def _choose() -> Response:
    turn, said = context(), read_body(loader(NotificationSettingsSchema))
    quiet = Quiet(said["quiet_from"], said["quiet_to"], frozenset(said["quiet_days"]), frozenset(said["free_days"]))
    ways = {name: frozenset(some) for name, some in said["kinds"].items()}
    prefer(turn, Preferences(ways, quiet, said["digest_hour"], said["sound"], said["timezone"]))
    plan_own(turn, said["digest_hour"])
    return json_answer(_chosen(turn))


def _chosen(turn: Context) -> dict[str, Any]:
    assert turn.user is not None, "the gate lets nobody else in"
    mine = preferences(turn, turn.user.id)
    begins, ends = (f"{one:%H:%M:%S}" if one else None for one in (mine.quiet.begins, mine.quiet.ends))
    return {
        "kinds": {name: sorted(mine.ways(kind)) for name, kind in kinds(turn).items()},
        "quiet_from": begins, "quiet_to": ends, "quiet_days": sorted(mine.quiet.days),
        "free_days": sorted(mine.quiet.free), "digest_hour": mine.digest_hour, "sound": mine.sound,
        "timezone": mine.timezone,
    }  # fmt: skip


_about = partial(about, "notifications")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    listed = _about("listNotifications", _("What one was told, the newest first"), NotificationsSchema, (422,))
    listed["parameters"] = [
        parameter("limit"),
        parameter("cursor", format="uuid"),
        parameter("unread", enum=["true", "false"]),
        parameter("kind"),
    ]
    yield _ALL, "list", "GET", listed
    mark = _about("markNotifications", _("Mark notifications as read, or as not read"), MarkedSchema, _SENT, MarkSchema)
    yield _READ, "mark", "POST", mark
    shown = _about("readNotificationSettings", _("How one wants to be told"), NotificationSettingsSchema)
    yield _SETTINGS, "settings", "GET", shown
    choose = _about(
        "chooseNotificationSettings",
        _("Choose how one wants to be told; what is not sent is as if it had never been chosen"),
        NotificationSettingsSchema,
        _SENT,
        NotificationSettingsSchema,
    )
    yield _SETTINGS, "choose", "PUT", choose
