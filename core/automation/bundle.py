"""Automations as YAML: what a bundle brings along, and what goes from one company to another.

A file names people, departments and templates by what they are called, since their ids mean nothing elsewhere.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import yaml
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.access.models import User
from core.access.organisation import Department
from core.automation import program, service
from core.automation.models import Automation
from core.automation.service import Draft, definition, governed
from core.context import Context
from core.entity.entity import Entity
from core.entity.errors import InvalidError
from core.i18n import Label, translator
from core.messages.models import MessageTemplate
from core.notifications.kinds import AUTOMATION
from core.notifications.service import notify
from core.plugin.manifest import Bundle
from core.plugin.models import InstalledBundle
from core.yaml_text import read_yaml

_ = translator("core")

FORMAT = 1
_NAMED: dict[str, tuple[type[Entity], str]] = {
    "users": (User, "email"),
    "people": (User, "email"),
    "departments": (Department, "name"),
    "template": (MessageTemplate, "name"),
}
"""What steps point at, by the name of the setting: its entity, and the field a file calls it by."""


def written(context: Context) -> str:
    """Every automation of the company whose modules are on."""
    known = {one.name for one in governed(context)}
    rules = [definition(one) for one in service.listed(context) if one.entity in known]
    names = _names(context)
    for one in rules:
        one["steps"] = _renamed(
            one["steps"], {kind: {str(key): name for name, key in some.items()} for kind, some in names.items()}
        )
    return str(yaml.safe_dump({"format": FORMAT, "automations": rules}, allow_unicode=True, sort_keys=False))


def read(context: Context, text: bytes | str) -> list[Automation]:
    """Make the automations of a file, switched off. Raises InvalidError naming the first that cannot be, and makes none."""
    said = _parsed(text)
    names = _names(context)
    made = []
    for place, one in enumerate(said):
        try:
            made.append(_made(context, one, names))
        except InvalidError as error:
            title = str(one.get("name", place + 1)) if isinstance(one, Mapping) else str(place + 1)
            problem = error.text
            raise InvalidError({"file": [_("“%(name)s”: %(problem)s", name=title, problem=problem)]}) from None
    return made


def offer(context: Context, bundle: Bundle) -> None:
    """As :func:`install`; where the company's own settings are in the way, whoever switched the module on is told."""
    try:
        with context.session.begin_nested():
            install(context, bundle)
    except InvalidError as error:
        told = [context.user.id] if context.user else []
        title = _("The automations of “%(bundle)s” could not be made.", bundle=bundle.title)
        notify(context, told, AUTOMATION, title, body=str(error), url="/settings/automations")


def install(context: Context, bundle: Bundle) -> list[Automation]:
    """Make the automations of a bundle, once in a company; those it wants active act from now on."""
    plugin = context.hooks.registry.plugins.get(bundle.plugin)
    if not bundle.automations or plugin is None or not _is_first(context, bundle):
        return []
    text = plugin.file(bundle.automations).read_bytes()
    made = read(context, text)
    for rule, said in zip(made, _parsed(text), strict=True):
        if said.get("active") is True:
            service.switch(context, rule, on=True)
    return made


def _is_first(context: Context, bundle: Bundle) -> bool:
    """Note that it is installed; whether it was not."""
    statement = (
        insert(InstalledBundle)
        .values(tenant_id=context.tenant, id=uuid7(), bundle=bundle.name)
        .on_conflict_do_nothing(index_elements=["tenant_id", "bundle"])
        .returning(InstalledBundle.id)
    )
    return context.session.execute(statement).first() is not None


def _parsed(text: bytes | str) -> list[Any]:
    try:
        found = read_yaml(text)
    except ValueError as error:
        raise _wrong(error.args[0]) from None
    rules = found.get("automations") if isinstance(found, Mapping) and found.get("format") == FORMAT else None
    if not isinstance(rules, list):
        raise _wrong(_("There are no automations in this file."))
    return rules


def _wrong(text: Label) -> InvalidError:
    return InvalidError({"file": [text]})


def _made(context: Context, one: Any, names: Mapping[str, Mapping[str, UUID]]) -> Automation:
    if (
        not isinstance(one, Mapping)
        or not isinstance(one.get("trigger"), Mapping)
        or not isinstance(one.get("steps"), list)
    ):
        raise _wrong(_("These steps cannot be read."))
    resource = next((each for each in governed(context) if each.name == one.get("entity")), None)
    if resource is None:
        raise _wrong(
            _(
                "There are no records of this kind here: %(entity)s. Its module may be off.",
                entity=str(one.get("entity")),
            )
        )
    ids = {kind: {name: str(key) for name, key in some.items()} for kind, some in names.items()}
    draft = Draft(
        name=str(one.get("name", "")), trigger=one["trigger"], conditions=one.get("conditions") or {},
        steps=_renamed(one["steps"], ids), at_once=one.get("at_once") is True, once=one.get("once") is True,
    )  # fmt: skip
    return service.make(context, resource, draft)


def _names(context: Context) -> dict[str, dict[str, UUID]]:
    """What people, departments and templates are called, to their ids."""
    found: dict[str, dict[str, UUID]] = {}
    for kind, (model, field) in _NAMED.items():
        table = model.__table__
        statement = sa.select(table.c[field], table.c.id).where(
            table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c[field].is_not(None)
        )
        found[kind] = dict(context.session.connection().execute(statement).all())
    return found


def _renamed(steps: Any, names: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    """Steps in which what they point at is called otherwise; what has no other name stays."""
    return [_step_renamed(dict(step), names) if isinstance(step, Mapping) else step for step in steps]


def _step_renamed(step: dict[str, Any], names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    for kind, known in names.items():
        if isinstance(step.get(kind), list):
            step[kind] = [known.get(str(one), one) for one in step[kind]]
        elif isinstance(step.get(kind), str):
            step[kind] = known.get(step[kind], step[kind])
    for name in (program.THEN, program.ELSE, program.STEPS):
        if isinstance(step.get(name), list):
            step[name] = _renamed(step[name], names)
    return step
