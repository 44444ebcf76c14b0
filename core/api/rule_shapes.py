"""Rules as JSON: what programs send, and what they are answered."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from core.access.shares import EVERYTHING
from core.access.sharing import ACCESS
from core.api.sharing import RECEIVING_DEPARTMENTS, RECEIVING_USERS, id_list, one_of, targets_of, those_named
from core.context import Context
from core.entity.schema import Body, worded
from core.i18n import Label, translator
from core.rules.models import Rule
from core.rules.preview import Preview
from core.rules.reading import EVENTS, HEAD, IN_TURN, KINDS_OF_RULE, Terms
from core.rules.service import MOST, MOST_CONDITIONS, Draft

_ = translator("core")

TOS = (HEAD, IN_TURN)


def _whole(description: Label, **options: Any) -> ma.fields.Field[Any]:
    made = ma.fields.Integer(strict=True, metadata={"description": description}, **options)
    return worded(made, _("Write a whole number."))


def _texts(description: Label, **options: Any) -> ma.fields.Field[Any]:
    made = ma.fields.List(ma.fields.String(), metadata={"description": description}, **options)
    return worded(made, _("Choose among the listed values."))


def _text(description: Label, **options: Any) -> ma.fields.Field[Any]:
    made = ma.fields.String(required=True, metadata={"description": description}, **options)
    return worded(made, _("Write a text."))


class ConditionSchema(Body):
    """One condition: a field, a comparison, a value."""

    field = _text(_("A field of the entity as its list has it; created_by and updated_by besides."))
    operator = _text(_("As in the parameters of the list: eq, ne, in, has, contains …"))
    value = _text(_("As in the parameters of the list; several values are parted by commas."))


class WhichRequestSchema(Body):
    """The rules of one kind of one entity."""

    entity = _text(_("Such as core.customer."))
    kind = worded(
        ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS_OF_RULE)),
        _("Choose one of the listed values."),
    )


class OrderRequestSchema(WhichRequestSchema):
    """The order in which rules are looked at."""

    rules = id_list(
        _("The rules, the first one first; others follow."), required=True, validate=ma.validate.Length(0, MOST)
    )


class RuleRequestSchema(WhichRequestSchema):
    """A rule, all of it."""

    name = _text(_("What people call it; the history of records says it."))
    active = worded(ma.fields.Boolean(load_default=True, truthy={True}, falsy={False}), _("Write true or false."))
    events = _texts(_("created, changed, or both."), load_default=lambda: list(EVENTS))
    conditions = worded(
        ma.fields.List(
            ma.fields.Nested(ConditionSchema),
            load_default=list,
            validate=ma.validate.Length(0, MOST_CONDITIONS),
            metadata={"description": _("All of them must hold.")},
        ),
        _("Write a list of conditions."),
    )
    users = those_named(RECEIVING_USERS)
    departments = those_named(RECEIVING_DEPARTMENTS)
    aspects = _texts(
        _("Of a share: entities that hang on the record and are shown with it; * is all of them."),
        load_default=lambda: [EVERYTHING],
    )
    access = one_of(ACCESS, _("Of a share: whether they may also edit."))
    days = _whole(
        _("Of a share: how long it lasts. Of a recall: how long a record may lie untouched."),
        load_default=None, allow_none=True,
    )  # fmt: skip
    notice = _whole(_("Of a recall: how many days before the owner is told."), load_default=0)
    to = one_of(TOS, _("Of a recall: to the head of the owner's department, or its people in turn."))


class RuleSchema(ma.Schema):
    """A rule as it is kept."""

    id = ma.fields.UUID(required=True)
    version = ma.fields.Integer(required=True)
    entity = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS_OF_RULE))
    name = ma.fields.String(required=True)
    active = ma.fields.Boolean(required=True)
    events = ma.fields.List(ma.fields.String(), required=True)
    conditions = ma.fields.List(ma.fields.Nested(ConditionSchema), required=True)
    users = ma.fields.List(ma.fields.UUID(), required=True)
    departments = ma.fields.List(ma.fields.UUID(), required=True)
    aspects = ma.fields.List(ma.fields.String(), required=True)
    access = ma.fields.String(required=True, validate=ma.validate.OneOf(ACCESS))
    days = ma.fields.Integer(required=True, allow_none=True)
    notice = ma.fields.Integer(required=True)
    to = ma.fields.String(required=True, validate=ma.validate.OneOf(TOS))


class RulesSchema(ma.Schema):
    """Rules in their order."""

    items = ma.fields.List(ma.fields.Nested(RuleSchema), required=True)


class EffectSchema(ma.Schema):
    """What one rule would do."""

    rule = ma.fields.UUID(required=True)
    matching = ma.fields.Integer(required=True, metadata={"description": _("Records it decides about.")})
    acting = ma.fields.Integer(
        required=True, metadata={"description": _("Records it would pass on, or shares it would make.")}
    )


class ReceiverSchema(ma.Schema):
    """Who would receive how many: a person, or a department that is let in."""

    id = ma.fields.UUID(required=True)
    count = ma.fields.Integer(required=True)


class PreviewSchema(ma.Schema):
    """What rules would do with the records there are; nothing was done."""

    rules = ma.fields.List(ma.fields.Nested(EffectSchema), required=True)
    receivers = ma.fields.List(ma.fields.Nested(ReceiverSchema), required=True)


def pair_of(said: Mapping[str, str]) -> tuple[str, str]:
    """A condition as a list's address has it."""
    return f"{said['field']}__{said['operator']}", said["value"]


def draft_of(turn: Context, values: Mapping[str, Any]) -> Draft:
    """How a program wants a rule."""
    targets = targets_of(turn, values)
    pairs = tuple(pair_of(one) for one in values["conditions"])
    terms = Terms(
        users=tuple(targets.users), departments=tuple(targets.departments), aspects=tuple(values["aspects"]),
        access=values["access"], days=values["days"], notice=values["notice"], to=values["to"],
    )  # fmt: skip
    return Draft(values["name"], tuple(values["events"]), pairs, terms, values["active"])


def written(rule: Rule) -> dict[str, Any]:
    """A rule as JSON."""
    said = {name: value for name, value in Terms.read(rule.terms).written().items() if name != "order"}
    return {
        "id": str(rule.id), "version": rule.version, "entity": rule.entity, "kind": rule.kind, "name": rule.name,
        "active": rule.active, "events": list(rule.events),
        "conditions": [condition_of(parameter, text) for parameter, text in rule.conditions], **said,
    }  # fmt: skip


def condition_of(parameter: str, text: str) -> dict[str, str]:
    """A condition as JSON."""
    name, _parting, operator = parameter.rpartition("__")
    return {"field": name, "operator": operator, "value": text}


def previewed(found: Preview) -> dict[str, Any]:
    """A dry run as JSON."""
    return {
        "rules": [{"rule": str(one.rule.id), "matching": one.matching, "acting": one.acting} for one in found.effects],
        "receivers": [{"id": str(one), "count": count} for one, count in found.people.most_common()],
    }
