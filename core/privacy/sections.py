"""A person's data as tables for people to read: every field of every record about them, what they agreed to, the log."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.entity.entity import Entity, Resource, target_class
from core.entity.fields import Field
from core.entity.format import moment, show
from core.entity.query import STANDARD
from core.entity.relations import linked
from core.entity.tables import Change
from core.entity.timeline import ACTIONS
from core.entity.titles import titles
from core.entity.values import value_of
from core.i18n import translator
from core.plugin.manifest import PersonalData
from core.privacy.channels import CHANNELS
from core.privacy.circle import Circle, files_of
from core.privacy.consent import WAYS
from core.privacy.models import Consent, ConsentPurpose

_ = translator("core")


def sections(context: Context, circle: Circle) -> list[PersonalData]:
    """Records first, then what modules keep beside them."""
    records = [
        PersonalData(
            name=resource.name,
            title=resource.plural,
            columns=tuple(spec.title for spec in _fields(context, resource).values()),
            rows=tuple(_rows(context, resource, some)),
            files=tuple(files_of(context, [(resource, some)])),
            plugin=resource.plugin,
        )
        for resource, some in circle.all
    ]
    return [*records, *context.hooks.personal_data(context, circle.resource.name, circle.ids)]


def _fields(context: Context, resource: Resource) -> dict[str, Field]:
    return {**context.all_fields(resource), **STANDARD}


def _rows(context: Context, resource: Resource, records: Sequence[Entity]) -> Iterator[tuple[str, ...]]:
    """The values as people read them; links by what they lead to is called, files by their names in the copy."""
    fields = _fields(context, resource)
    many = linked(context, resource, fields, records, fields)
    values = [
        [
            many[record.id].get(name, []) if spec.kind.name == "links" else value_of(record, spec)
            for name, spec in fields.items()
        ]
        for record in records
    ]
    names = _names(context, fields, values)
    for row in values:
        yield tuple(_text(context, spec, value, names) for spec, value in zip(fields.values(), row, strict=True))


def _names(context: Context, fields: dict[str, Field], rows: Sequence[Sequence[Any]]) -> dict[UUID, str]:
    wanted: dict[type[Entity], set[UUID]] = {}
    for row in rows:
        for spec, value in zip(fields.values(), row, strict=True):
            if spec.kind.name in {"link", "links"} and value:
                wanted.setdefault(target_class(spec), set()).update(value if isinstance(value, list) else [value])
    return titles(context, wanted)


def _text(context: Context, spec: Field, value: Any, names: dict[UUID, str]) -> str:
    if spec.kind.name == "links":
        return ", ".join(names.get(one, "—") for one in value or ())
    if spec.kind.name == "link":
        return names.get(value, "") if value else ""
    if spec.kind.name in {"file", "image"}:
        return str(value or "")
    return show(context, spec, value).text


def own_sections(context: Context, _entity: str, ids: Sequence[UUID]) -> Iterable[PersonalData]:
    """What core keeps beside records."""
    return [_consents(context, ids), _log(context, ids)]


def _consents(context: Context, ids: Sequence[UUID]) -> PersonalData:
    statement = (
        sa.select(Consent, ConsentPurpose.name)
        .join(
            ConsentPurpose,
            sa.and_(ConsentPurpose.tenant_id == Consent.tenant_id, ConsentPurpose.id == Consent.purpose_id),
        )
        .where(Consent.tenant_id == context.tenant, Consent.record_id.in_(ids))
        .order_by(Consent.given_at, Consent.id)
    )
    ways = {one.value: str(one.title) for one in (*WAYS, *CHANNELS)}
    rows = tuple(
        (
            purpose, ways.get(one.channel, one.channel), moment(context, one.given_at), ways.get(one.how, one.how),
            one.wording, one.evidence, moment(context, one.withdrawn_at) if one.withdrawn_at else "", one.withdrawal,
        )
        for one, purpose in context.session.execute(statement)
    )  # fmt: skip
    columns = (
        _("Purpose"), _("Channel"), _("Given"), _("How it was obtained"), _("What people agree to"), _("Evidence"),
        _("Withdrawn"), _("How it was withdrawn"),
    )  # fmt: skip
    return PersonalData(name="consents", title=_("Consent to be contacted"), columns=columns, rows=rows, weight=80)


def _log(context: Context, ids: Sequence[UUID]) -> PersonalData:
    """When something was done with the data, by whom: values stand in the records above."""
    statement = (
        sa.select(Change.at, Change.user_name, Change.action)
        .where(Change.tenant_id == context.tenant, Change.record_id.in_(ids))
        .order_by(Change.id)
    )
    rows = tuple(
        (moment(context, at), who, str(ACTIONS.get(action, (action, ""))[0]))
        for at, who, action in context.session.execute(statement)
    )
    columns = (_("When"), _("Person"), _("What"))
    return PersonalData(name="log", title=_("What was done with these data"), columns=columns, rows=rows, weight=90)
