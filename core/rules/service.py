"""Making, changing, ordering and deleting rules: for administrators, and each change is in the log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.aspects import are_known
from core.access.sharing import ACCESS, receivers
from core.access.sharing import Targets as Picked
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError, StaleError
from core.entity.filters import condition
from core.entity.history import note
from core.i18n import Label, translator
from core.rules import dealing, reading
from core.rules.models import Rule
from core.rules.reading import (
    EVENTS,
    HEAD,
    IN_TURN,
    KINDS_OF_RULE,
    OWNER,
    RECALL,
    SHARE,
    Active,
    Terms,
    filters_of,
)

_ = translator("core")

ENTITY = "core.rule"
"""What the log calls rules."""
MOST, MOST_CONDITIONS, MOST_TARGETS = 50, 20, 100
_NAME, _LONGEST_TEXT, _YEARS = 80, 4000, 3650


@dataclass(frozen=True, slots=True)
class Draft:
    """How a rule shall be."""

    name: str = ""
    events: Sequence[str] = EVENTS
    conditions: Sequence[tuple[str, str]] = ()
    """Pairs of parameter and text, as a list's address has them."""
    terms: Terms = field(default_factory=Terms)
    active: bool = True


def governed(context: Context) -> list[Resource]:
    """The entities that rules can be made for: those whose records belong to somebody, the menu's first."""
    found = [one for one in context.resources() if one.owned]
    return sorted(found, key=lambda one: (not one.navigation, one.plugin != "core", one.weight))


def listed(context: Context, resource: Resource | None = None) -> list[Rule]:
    """The rules of an entity, or of all, kind by kind in their order."""
    context.require("*", "admin")
    statement = sa.select(Rule).where(Rule.tenant_id == context.tenant)
    if resource is not None:
        statement = statement.where(Rule.entity == resource.name)
    return list(context.session.scalars(statement.order_by(Rule.entity, Rule.kind, Rule.position, Rule.id)))


def get(context: Context, rule_id: UUID, *, lock: bool = False) -> Rule:
    """One rule. Raises :class:`MissingError`, also where its module is off."""
    context.require("*", "admin")
    statement = sa.select(Rule).where(Rule.tenant_id == context.tenant, Rule.id == rule_id)
    rule = context.session.scalar(statement.with_for_update() if lock else statement)
    if rule is None or rule.entity not in {one.name for one in governed(context)}:
        raise MissingError(ENTITY, rule_id)
    return rule


def in_use(rule: Rule) -> Active:
    """A rule as it would be used, were it switched on."""
    return Active.read((rule.id, rule.entity, rule.kind, rule.name, rule.events, rule.conditions, rule.terms))


def make(context: Context, resource: Resource, kind: str, draft: Draft) -> Rule:
    """Add a rule after those there are. Raises InvalidError naming what is wrong."""
    context.require("*", "admin")
    if kind not in KINDS_OF_RULE:
        raise InvalidError({"kind": [_("Choose one of the listed values.")]})
    others = [one for one in listed(context, resource) if one.kind == kind]
    if len(others) >= (1 if kind == RECALL else MOST):
        raise InvalidError({"": [_("There are as many rules as there can be.")]})
    draft = checked(context, resource, kind, draft)
    rule = Rule(entity=resource.name, kind=kind, position=1 + max((one.position for one in others), default=-1))
    _put(rule, draft)
    context.session.add(rule)
    _saved(context, rule, "rule_made")
    return rule


def change(context: Context, rule: Rule, draft: Draft, *, version: int | None = None) -> Rule:
    """Change all of a rule but its entity and kind. Raises InvalidError, and StaleError where somebody did already."""
    if version is not None and rule.version != version:
        raise StaleError(rule)
    _put(rule, checked(context, context.resource(rule.entity), rule.kind, draft))
    rule.version += 1
    _saved(context, rule, "rule_changed")
    return rule


def switch(context: Context, rule: Rule, *, on: bool) -> None:
    """Let a rule act, or no longer."""
    rule.active, rule.version = on, rule.version + 1
    _saved(context, rule, "rule_on" if on else "rule_off")


def order(context: Context, resource: Resource, kind: str, ids: Sequence[UUID]) -> None:
    """Put the rules of a kind into this order; those not named follow as they were."""
    rules = [one for one in listed(context, resource) if one.kind == kind]
    wanted = {one: place for place, one in enumerate(ids)}
    ranked = sorted(rules, key=lambda one: wanted.get(one.id, len(wanted)))
    for place, rule in enumerate(ranked):
        rule.position = place
    context.session.flush()
    reading.forget(context)
    said = {"entity": resource.name, "kind": kind, "order": [one.name for one in ranked]}
    note(context, ENTITY, "rules_ordered", title=str(resource.plural), values=said)


def remove(context: Context, rule: Rule) -> None:
    """Delete a rule; what it did stays done."""
    dealing.forget(context, rule.id)
    context.session.delete(rule)
    _saved(context, rule, "rule_deleted")


def checked(context: Context, resource: Resource, kind: str, draft: Draft) -> Draft:
    """A draft as it can be kept. Raises InvalidError naming everything that is wrong with it."""
    draft = replace(draft, name=" ".join(draft.name.replace("\x00", "").split()))
    problems = [*_problems(context, kind, draft), *_condition_problems(context, resource, draft.conditions)]
    if error := InvalidError.of(problems):
        raise error
    if kind == RECALL:
        return replace(draft, events=(), terms=replace(draft.terms, users=(), departments=(), order=()))
    order_of = draft.terms.order or (*draft.terms.users, *draft.terms.departments)
    return replace(draft, terms=replace(draft.terms, order=tuple(order_of)))


def _problems(context: Context, kind: str, draft: Draft) -> Iterable[tuple[str, Label]]:
    terms = draft.terms
    if not draft.name:
        yield "name", _("This field is needed.")
    elif len(draft.name) > _NAME:
        yield "name", _("At most %(n)s characters.", n=_NAME)
    if kind == RECALL:
        yield from _recall_problems(terms)
        return
    if not draft.events or not set(draft.events) <= set(EVENTS):
        yield "events", _("Say when it shall act.")
    if len(terms.users) + len(terms.departments) > MOST_TARGETS:
        yield "users", _("At most %(n)s.", n=MOST_TARGETS)
    else:
        yield from _target_problems(context, kind, terms)
    if kind == SHARE:
        yield from _share_problems(context, terms)


def _target_problems(context: Context, kind: str, terms: Terms) -> Iterable[tuple[str, Label]]:
    try:
        people = receivers(context, Picked(terms.users, terms.departments))
    except InvalidError as error:
        yield from ((name, text) for name, texts in error.errors.items() for text in texts)
        return
    if not people and not (kind == SHARE and terms.departments):
        yield "users", _("Choose who receives them.") if kind == OWNER else _("Choose with whom.")


def _share_problems(context: Context, terms: Terms) -> Iterable[tuple[str, Label]]:
    if terms.access not in ACCESS:
        yield "access", _("Choose one of the listed values.")
    if not terms.aspects or not are_known(context, terms.aspects):
        yield "aspects", _("Choose among the listed values.")
    if terms.days is not None and not 1 <= terms.days <= _YEARS:
        yield "days", _("Between 1 and %(n)s days.", n=_YEARS)


def _recall_problems(terms: Terms) -> Iterable[tuple[str, Label]]:
    if terms.days is None or not 1 <= terms.days <= _YEARS:
        yield "days", _("Between 1 and %(n)s days.", n=_YEARS)
    elif not 0 <= terms.notice < terms.days:
        yield "notice", _("Fewer days than the record may lie untouched.")
    if terms.to not in {HEAD, IN_TURN}:
        yield "to", _("Choose one of the listed values.")


def _condition_problems(
    context: Context, resource: Resource, conditions: Sequence[tuple[str, str]]
) -> Iterable[tuple[str, Label]]:
    if len(conditions) > MOST_CONDITIONS:
        yield "conditions", _("At most %(n)s conditions.", n=MOST_CONDITIONS)
        return
    for parameter, text in conditions:
        if not text.strip() or len(text) > _LONGEST_TEXT:
            yield "conditions", _("Give the condition a value.")
            continue
        try:
            for one in filters_of(context, resource, [(parameter, text)]):
                condition(context, resource, one)
        except InvalidError as error:
            yield from (("conditions", reason) for reasons in error.errors.values() for reason in reasons)


def _put(rule: Rule, draft: Draft) -> None:
    rule.name, rule.active, rule.events = draft.name, draft.active, [one for one in EVENTS if one in draft.events]
    rule.conditions, rule.terms = [list(one) for one in draft.conditions], draft.terms.written()


def _saved(context: Context, rule: Rule, action: str) -> None:
    context.session.flush()
    reading.forget(context)
    note(context, ENTITY, action, record_id=rule.id, title=rule.name, values=_told(rule))


def _told(rule: Rule) -> Mapping[str, Any]:
    """What the log keeps of a rule: all of it."""
    return {
        "entity": rule.entity, "kind": rule.kind, "active": rule.active, "events": list(rule.events),
        "conditions": [list(one) for one in rule.conditions], **rule.terms,
    }  # fmt: skip
