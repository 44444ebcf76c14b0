"""Sharing and passing on through the API: what is sent, and what is answered."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import marshmallow as ma

from core.access.audience import Audience, SharedWith
from core.access.naming import named
from core.access.shares import EVERYTHING
from core.access.sharing import ACCESS, MODES, Targets, Terms
from core.context import Context
from core.entity.errors import InvalidError
from core.entity.kinds import KINDS
from core.entity.schema import Body, worded
from core.i18n import Label, Text, translator

_ = translator("core")

MOST = 100_000
"""Records of one request: more do not fit into its body."""
RECEIVING_USERS = _("People, by id, e-mail or name, in the order in which they receive.")
RECEIVING_DEPARTMENTS = _("Departments, by id or name; their people by name, after those named above.")


def id_list(description: Label, **options: Any) -> ma.fields.Field[Any]:
    """A list of records' ids."""
    made = ma.fields.List(ma.fields.UUID(), metadata={"description": description}, **options)
    return worded(made, _("Write a list of records' ids."))


def those_named(description: Label) -> ma.fields.Field[Any]:
    """A list of people or departments; :func:`core.access.naming.named` finds whom they mean."""
    made = ma.fields.List(ma.fields.String(), load_default=list, metadata={"description": description})
    return worded(made, _("Write a list of ids or names."))


def one_of(values: tuple[str, ...], description: Label) -> ma.fields.Field[Any]:
    """One of some words; the first where nothing is said."""
    made = ma.fields.String(
        load_default=values[0], validate=ma.validate.OneOf(values), metadata={"description": description}
    )
    return worded(made, _("Choose one of the listed values."))


def until() -> ma.fields.Field[Any]:
    """How long a share lasts."""
    made = ma.fields.AwareDateTime(
        load_default=None, allow_none=True, metadata={"description": _("When the share ends by itself.")}
    )
    return worded(made, _("Write a moment with its zone, as 2026-12-31T08:30:00+07:00."))


class ShareRequestSchema(Body):
    """Which records are shared with whom, and how."""

    ids = id_list(_("The records."), required=True, validate=ma.validate.Length(1, MOST))
    users = those_named(_("People, by id, e-mail or name."))
    departments = those_named(_("Departments, by id or name; their people, those who come later too."))
    aspects = worded(
        ma.fields.List(
            ma.fields.String(),
            load_default=lambda: [EVERYTHING],
            metadata={"description": _("Entities that hang on the record and are shown with it; * is all of them.")},
        ),
        _("Choose among the listed values."),
    )
    mode = one_of(MODES, _("Add to the shares there are, replace them all, or remove those named."))
    access = one_of(ACCESS, _("Whether they may also edit."))
    until = until()


class TransferRequestSchema(Body):
    """Which records receive new owners, and whom."""

    ids = id_list(
        _("The records, in the order in which they are dealt out."), required=True, validate=ma.validate.Length(1, MOST)
    )
    users = those_named(RECEIVING_USERS)
    departments = those_named(RECEIVING_DEPARTMENTS)
    evenly = worded(
        ma.fields.Boolean(
            load_default=False,
            truthy={True},
            falsy={False},
            metadata={
                "description": _("Deal the records out one by one, over and over; otherwise the first receives all.")
            },
        ),
        _("Write true or false."),
    )
    options = worded(
        ma.fields.List(
            ma.fields.String(),
            load_default=list,
            metadata={"description": _("What goes along, as modules offer it: each name is a tick box of the dialog.")},
        ),
        _("Choose among the listed values."),
    )


def _operation() -> ma.fields.Field[Any]:
    about = _("The bulk operation, to be looked at and taken back at /api/v1/bulk-operations/{id}.")
    return ma.fields.UUID(required=True, metadata={"description": about})


class SharedSchema(ma.Schema):
    """What came of sharing."""

    count = ma.fields.Integer(required=True, metadata={"description": _("How many records.")})
    operation = _operation()


class ReceivedSchema(ma.Schema):
    """How much one person received."""

    user_id = ma.fields.UUID(required=True)
    count = ma.fields.Integer(required=True)


class TransferredSchema(ma.Schema):
    """What came of passing on."""

    count = ma.fields.Integer(required=True, metadata={"description": _("How many records.")})
    received = ma.fields.List(ma.fields.Nested(ReceivedSchema), required=True)
    operation = _operation()


class NamedSchema(ma.Schema):
    """A person or a department by id and name."""

    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)


class ShareSchema(ma.Schema):
    """A share that is in force."""

    user = ma.fields.Nested(NamedSchema, required=True, allow_none=True)
    department = ma.fields.Nested(NamedSchema, required=True, allow_none=True)
    access = ma.fields.String(required=True, validate=ma.validate.OneOf(ACCESS))
    aspects = ma.fields.List(ma.fields.String(), required=True)
    until = ma.fields.AwareDateTime(required=True, allow_none=True)
    shared_by = ma.fields.Nested(NamedSchema, required=True, allow_none=True)
    shared_at = ma.fields.AwareDateTime(required=True)


class ViewerSchema(ma.Schema):
    """Somebody who sees the record, and why."""

    user = ma.fields.Nested(NamedSchema, required=True)
    ways = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata={"description": _("everybody, owner, share, customer or customer_share, and those to come.")},
    )


class AccessSchema(ma.Schema):
    """Who sees a record and why."""

    owner = ma.fields.Nested(NamedSchema, required=True, allow_none=True)
    complete = ma.fields.Boolean(
        required=True,
        metadata={
            "description": _(
                "Whether everybody is named. Administrators, the owner and those who may share the record learn of "
                "everybody; others of what concerns themselves."
            )
        },
    )
    shares = ma.fields.List(ma.fields.Nested(ShareSchema), required=True)
    people = ma.fields.List(ma.fields.Nested(ViewerSchema), required=True)


def ids_of(values: Mapping[str, Any]) -> list[UUID]:
    """The records that are meant. Raises :class:`InvalidError` for none and for too many."""
    ids: list[UUID] = values["ids"]
    if not ids:
        raise InvalidError({"ids": [_("Name at least one record.")]})
    if len(ids) > MOST:
        raise InvalidError({"ids": [too_many()]})
    return ids


def too_many() -> Text:
    """What is said of more than one request takes."""
    return _("At most %(n)s records at once.", n=MOST)


def targets_of(turn: Context, values: Mapping[str, Any]) -> Targets:
    """Whom they are meant for. Raises :class:`InvalidError` for a name that nobody or several have."""
    return named(turn, values["users"], values["departments"])


def terms_of(values: Mapping[str, Any]) -> Terms:
    """How a share is meant."""
    return Terms(values["aspects"], values["access"], values["until"])


def written(found: Audience) -> dict[str, Any]:
    """Who sees a record, as JSON has it."""
    return {
        "owner": _named(found.owner_id, found.owner),
        "complete": found.complete,
        "shares": [_share(one) for one in found.shares],
        "people": [{"user": _named(one.user.id, one.user.name), "ways": list(one.ways)} for one in found.people],
    }


def _share(one: SharedWith) -> dict[str, Any]:
    share, moment = one.share, KINDS["datetime"].to_json
    return {
        "user": _named(share.user_id, one.name),
        "department": _named(share.department_id, one.name),
        "access": share.access,
        "aspects": share.aspects,
        "until": moment(share.until),
        "shared_by": _named(share.shared_by_id, one.by),
        "shared_at": moment(share.shared_at),
    }


def _named(record_id: UUID | None, name: str) -> dict[str, str] | None:
    return None if record_id is None else {"id": str(record_id), "name": name}
