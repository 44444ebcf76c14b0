"""Making, changing, switching and deleting automations: for administrators; every version is kept, every deed logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from core.access.keys import digest, session_key
from core.automation import checking, clock, conditions, triggers
from core.automation.models import Automation, AutomationVersion
from core.automation.triggers import CLOCK, RECORD, WEBHOOK
from core.context import Context
from core.db.base import now
from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError, StaleError
from core.entity.history import note
from core.i18n import translator
from core.jobs.queue import enqueue

_ = translator("core")

ENTITY = "core.automation"
"""What the log calls automations."""
MOST, _NAME = 200, 80
BOTH = timedelta(days=1)
"""How long an address that was replaced still starts a rule, so that the other program can be changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Draft:
    """How an automation shall be."""

    name: str = ""
    trigger: Mapping[str, Any] = field(default_factory=lambda: {"on": RECORD, "events": ["created"]})
    conditions: Mapping[str, Any] = field(default_factory=dict)
    steps: Sequence[Mapping[str, Any]] = ()
    at_once: bool = False
    once: bool = False


def governed(context: Context) -> list[Resource]:
    """The entities that automations can be about: all that people make, the menu's first."""
    found = [one for one in context.resources() if checking.is_governed(one)]
    return sorted(found, key=lambda one: (not one.navigation, one.plugin != "core", one.weight))


def listed(context: Context) -> list[Automation]:
    """All automations in their order, those that sleep too."""
    context.require("*", "admin")
    statement = sa.select(Automation).where(Automation.tenant_id == context.tenant)
    return list(context.session.scalars(statement.order_by(Automation.entity, Automation.position, Automation.id)))


def get(context: Context, rule_id: UUID, *, lock: bool = False) -> Automation:
    """One automation. Raises :class:`MissingError`, also where its own module is off."""
    context.require("*", "admin")
    statement = sa.select(Automation).where(Automation.tenant_id == context.tenant, Automation.id == rule_id)
    rule = context.session.scalar(statement.with_for_update() if lock else statement)
    if rule is None or rule.entity not in {one.name for one in governed(context)}:
        raise MissingError(ENTITY, rule_id)
    return rule


def sleeps(context: Context, rule: Automation) -> list[str]:
    """The modules that are off and that it needs: it sleeps until they are on."""
    return sorted(set(rule.modules) - context.active)


def draft_of(rule: Automation) -> Draft:
    """An automation as it could be wanted again."""
    return Draft(rule.name, rule.trigger, rule.conditions, rule.steps, rule.at_once, rule.once)


def make(context: Context, resource: Resource, draft: Draft) -> Automation:
    """Add an automation, switched off. Raises InvalidError naming what is wrong."""
    others = listed(context)
    if len(others) >= MOST:
        raise InvalidError({"": [_("There are as many automations as there can be.")]})
    draft = checked(context, resource, draft)
    rule = Automation(
        entity=resource.name, version=1, active=False, position=1 + max((one.position for one in others), default=-1)
    )
    _put(context, rule, draft, resource)
    context.session.add(rule)
    _saved(context, rule, "automation_made")
    _keep_version(context, rule)
    return rule


def change(context: Context, rule: Automation, draft: Draft, *, version: int | None = None) -> Automation:
    """Change all of it but its entity. Raises InvalidError, and StaleError where somebody did already.

    Runs that are under way go on by the version they began with.
    """
    if version is not None and rule.version != version:
        raise StaleError(rule)
    resource = context.resource(rule.entity)
    _put(context, rule, checked(context, resource, draft), resource)
    rule.version += 1
    _saved(context, rule, "automation_changed")
    _keep_version(context, rule)
    return rule


def switch(context: Context, rule: Automation, *, on: bool) -> None:
    """Let it act, or no longer: what it had begun rests until it acts again."""
    rule.active = on
    if on:
        checked(context, context.resource(rule.entity), draft_of(rule))
    _saved(context, rule, "automation_on" if on else "automation_off")
    if on:
        from core.automation.work import wake

        wake(context)


def remove(context: Context, rule: Automation) -> None:
    """Delete it with all that is known of its runs; what it did stays done."""
    context.session.delete(rule)
    _saved(context, rule, "automation_deleted")


def new_address(context: Context, rule: Automation, *, keep: bool = False) -> str:
    """What the web address that starts it ends with, told once. The one before goes on for a day with ``keep``.

    Otherwise every earlier one is worth nothing from now on.
    """
    if rule.trigger["on"] != WEBHOOK:
        raise InvalidError({"trigger": [_("No web address starts this automation.")]})
    key = session_key(context.tenant)  # names the company, as every key that comes in from outside
    rule.former_secret, rule.former_until = (rule.secret, now() + BOTH) if keep else (None, None)
    rule.secret = digest(key)
    _saved(context, rule, "automation_address")
    return key


def run_now(context: Context, rule: Automation) -> int:
    """Let it run for every record that fits now, by a job; how many records those are."""
    resource = context.resource(rule.entity)
    table, group = resource.model.__table__, conditions.read(rule.conditions)
    fitting = conditions.holds(context, resource, group)
    statement = sa.select(sa.func.count()).where(
        table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), fitting
    )
    count = context.session.connection().execute(statement).scalar_one()
    if count and rule.active:
        enqueue(context, clock.ALL, {"automation": str(rule.id), "key": uuid4().hex}, title=rule.name)
        note(context, ENTITY, "automation_run_all", record_id=rule.id, title=rule.name, values={"records": count})
    return int(count)


def versions(context: Context, rule: Automation) -> list[AutomationVersion]:
    """What it was, the newest first."""
    statement = sa.select(AutomationVersion).where(
        AutomationVersion.tenant_id == context.tenant, AutomationVersion.automation_id == rule.id
    )
    return list(context.session.scalars(statement.order_by(AutomationVersion.version.desc())))


def checked(context: Context, resource: Resource, draft: Draft) -> Draft:
    """A draft as it can be kept. Raises InvalidError naming everything that is wrong with it."""
    context.require("*", "admin")
    draft = replace(draft, name=" ".join(draft.name.replace("\x00", "").split()))
    problems = list(checking.trigger_problems(context, resource, draft.trigger))
    if not draft.name:
        problems.append(("name", _("This field is needed.")))
    elif len(draft.name) > _NAME:
        problems.append(("name", _("At most %(n)s characters.", n=_NAME)))
    try:
        conditions.holds(context, resource, conditions.read(draft.conditions))
    except InvalidError as error:
        problems += [("conditions", text) for texts in error.errors.values() for text in texts]
    problems += checking.step_problems(context, resource, list(draft.steps))
    if wrong := InvalidError.of(problems):
        raise wrong
    return draft


def definition(rule: Automation) -> dict[str, Any]:
    """All that says what it does."""
    return {
        "entity": rule.entity, "name": rule.name, "trigger": rule.trigger, "conditions": rule.conditions,
        "steps": rule.steps, "at_once": rule.at_once, "once": rule.once,
    }  # fmt: skip


def _put(context: Context, rule: Automation, draft: Draft, resource: Resource) -> None:
    rule.name, rule.trigger, rule.steps = draft.name, dict(draft.trigger), [dict(one) for one in draft.steps]
    rule.conditions = conditions.read(draft.conditions).written()
    rule.at_once, rule.once = draft.at_once and draft.trigger["on"] not in CLOCK, draft.once
    rule.modules = checking.modules_of(context, resource, rule.steps)


def _keep_version(context: Context, rule: Automation) -> None:
    context.session.add(
        AutomationVersion(
            automation_id=rule.id,
            version=rule.version,
            name=rule.name,
            definition=definition(rule),
            user_name=context.author,
        )
    )
    context.session.flush()


def _saved(context: Context, rule: Automation, action: str) -> None:
    context.session.flush()
    triggers.forget(context)
    note(context, ENTITY, action, record_id=rule.id, title=rule.name, values=definition(rule))
    if action in {"automation_on", "automation_off", "automation_changed"}:
        _replan(context, rule)


def _replan(context: Context, rule: Automation) -> None:
    rule.next_at = None
    if rule.active and rule.trigger["on"] in CLOCK:
        clock.plan(context, rule)
    context.session.flush()
