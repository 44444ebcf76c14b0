"""Making, changing and removing endpoints: for administrators, and each deed is in the log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.vault import Vault
from core.context import Context
from core.db.base import now
from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError, StaleError
from core.entity.filters import condition
from core.entity.history import note
from core.i18n import Label, translator
from core.rules.reading import filters_of
from core.webhooks import outbox
from core.webhooks.address import Network, TargetError, check
from core.webhooks.models import Webhook
from core.webhooks.signing import new_secret

_ = translator("core")

ENTITY = "core.webhook"
"""What the log calls endpoints."""
MOST, MOST_CONDITIONS = 50, 20
_NAME, _LONGEST_TEXT = 80, 4000
BOTH = timedelta(days=1)
"""How long a secret that was replaced still signs beside the new one."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What an endpoint is told of the records of one entity."""

    entity: str
    events: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...] = ()
    """Pairs of parameter and text, as a list's address has them. All of them must hold."""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Subscription":
        """From the row."""
        return cls(said["entity"], tuple(said["events"]), tuple((name, text) for name, text in said["conditions"]))

    def written(self) -> dict[str, Any]:
        """For the row."""
        pairs = [list(one) for one in self.conditions]
        return {"entity": self.entity, "events": list(self.events), "conditions": pairs}


@dataclass(frozen=True, slots=True)
class Draft:
    """How an endpoint shall be."""

    name: str
    url: str
    active: bool = True
    subscriptions: tuple[Subscription, ...] = ()


def told(context: Context) -> list[Resource]:
    """The entities that endpoints can be told of, the menu's first."""
    return sorted(context.resources(), key=lambda one: (not one.navigation, one.plugin != "core", one.weight))


def events_of(resource: Resource) -> dict[str, Label]:
    """The events of an entity with their titles."""
    titles: dict[str, Label] = {
        outbox.CREATED: _("Newly made"), outbox.CHANGED: _("Changed"), outbox.DELETED: _("Put into the recycle bin"),
        outbox.RESTORED: _("Brought back"),
    }  # fmt: skip
    return titles | {event.name: event.title or event.name for event in resource.events}


def listed(context: Context) -> list[Webhook]:
    """Every endpoint, by name."""
    context.require("*", "admin")
    mine = Webhook.tenant_id == context.tenant
    return list(context.session.scalars(sa.select(Webhook).where(mine).order_by(Webhook.name, Webhook.id)))


def get(context: Context, webhook_id: UUID, *, lock: bool = False) -> Webhook:
    """One endpoint. Raises :class:`MissingError`."""
    context.require("*", "admin")
    statement = sa.select(Webhook).where(Webhook.tenant_id == context.tenant, Webhook.id == webhook_id)
    found = context.session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise MissingError(ENTITY, webhook_id)
    return found


def subscriptions(webhook: Webhook) -> list[Subscription]:
    """What an endpoint is told of."""
    return [Subscription.read(one) for one in webhook.subscriptions]


def make(context: Context, vault: Vault, draft: Draft, allow: Sequence[Network] = ()) -> tuple[Webhook, str]:
    """Add an endpoint; it and its secret, which nobody is shown again. Raises InvalidError naming what is wrong."""
    context.require("*", "admin")
    if len(listed(context)) >= MOST:
        raise InvalidError({"": [_("There are as many endpoints as there can be.")]})
    draft, secret = _checked(context, draft, allow), new_secret()
    webhook = Webhook(owner_id=context.user.id if context.user else None)
    _put(webhook, draft)
    webhook.secret = b""
    context.session.add(webhook)
    context.session.flush()
    webhook.secret = vault.seal(_purpose(webhook), secret)
    _saved(context, webhook, "webhook_made")
    return webhook, secret


def change(
    context: Context, webhook: Webhook, draft: Draft, *, allow: Sequence[Network] = (), version: int | None = None
) -> None:
    """Change all of an endpoint but its secret. Raises InvalidError, and StaleError where somebody did already."""
    context.require("*", "admin")
    if version is not None and webhook.version != version:
        raise StaleError(webhook)
    _put(webhook, _checked(context, draft, allow))
    _saved(context, webhook, "webhook_changed")


def switch(context: Context, webhook: Webhook, *, on: bool) -> None:
    """Let an endpoint be told again, or no longer. Whoever switches it on answers for what it is told."""
    context.require("*", "admin")
    webhook.active, webhook.paused = on, ""
    if on:
        webhook.failures, webhook.failing_since, webhook.rests, webhook.resting_until = 0, None, 0, None
        webhook.owner_id = context.user.id if context.user else webhook.owner_id
    _saved(context, webhook, "webhook_on" if on else "webhook_off")


def remove(context: Context, webhook: Webhook) -> None:
    """Delete an endpoint and what was sent to it."""
    context.require("*", "admin")
    _note(context, webhook, "webhook_deleted")
    context.session.delete(webhook)
    context.session.flush()
    outbox.forget(context)


def rotate(context: Context, vault: Vault, webhook: Webhook) -> str:
    """A new secret; the former one signs beside it for a day."""
    context.require("*", "admin")
    secret = new_secret()
    webhook.former_secret, webhook.former_until = webhook.secret, now() + BOTH
    webhook.secret = vault.seal(_purpose(webhook), secret)
    _saved(context, webhook, "webhook_rotated")
    return secret


def secrets_of(vault: Vault, webhook: Webhook) -> list[str]:
    """The secrets that sign at this moment, the new one first."""
    sealed = [webhook.secret]
    if webhook.former_secret and webhook.former_until and webhook.former_until > now():
        sealed.append(webhook.former_secret)
    return [vault.open(_purpose(webhook), one) for one in sealed]


def _purpose(webhook: Webhook) -> str:
    return f"webhook {webhook.tenant_id} {webhook.id}"


def _checked(context: Context, draft: Draft, allow: Sequence[Network]) -> Draft:
    draft = replace(draft, name=" ".join(draft.name.replace("\x00", "").split()), url=draft.url.strip())
    if error := InvalidError.of(_problems(context, draft, allow)):
        raise error
    known = {one.name: one for one in told(context)}
    ordered = [
        replace(one, events=tuple(name for name in events_of(known[one.entity]) if name in one.events))
        for one in draft.subscriptions
    ]
    return replace(draft, subscriptions=tuple(ordered))


def _problems(context: Context, draft: Draft, allow: Sequence[Network]) -> Iterable[tuple[str, Label]]:
    if not draft.name:
        yield "name", _("This field is needed.")
    elif len(draft.name) > _NAME:
        yield "name", _("At most %(n)s characters.", n=_NAME)
    try:
        check(draft.url, allow)
    except TargetError as error:
        yield "url", error.reason
    entities = [one.entity for one in draft.subscriptions]
    if len(set(entities)) < len(entities):
        yield "subscriptions", _("Name each kind of record once.")
    for one in draft.subscriptions:
        yield from _subscription_problems(context, one)


def _subscription_problems(context: Context, one: Subscription) -> Iterable[tuple[str, Label]]:
    resource = next((found for found in told(context) if found.name == one.entity), None)
    if resource is None:
        yield "entity", _("Choose one of the listed values.")
        return
    if not one.events or not set(one.events) <= set(events_of(resource)):
        yield "events", _("Choose what it shall be told of.")
    if len(one.conditions) > MOST_CONDITIONS:
        yield "conditions", _("At most %(n)s conditions.", n=MOST_CONDITIONS)
        return
    for parameter, text in one.conditions:
        if not text.strip() or len(text) > _LONGEST_TEXT:
            yield "conditions", _("Give the condition a value.")
            continue
        try:
            for found in filters_of(context, resource, [(parameter, text)]):
                condition(context, resource, found)
        except InvalidError as error:
            yield from (("conditions", reason) for reasons in error.errors.values() for reason in reasons)


def _put(webhook: Webhook, draft: Draft) -> None:
    webhook.name, webhook.url, webhook.active = draft.name, draft.url, draft.active
    if draft.active:
        webhook.paused = ""
    webhook.subscriptions = [one.written() for one in draft.subscriptions]


def _saved(context: Context, webhook: Webhook, action: str) -> None:
    if action != "webhook_made":
        webhook.version = (webhook.version or 0) + 1
    context.session.flush()
    outbox.forget(context)
    _note(context, webhook, action)


def _note(context: Context, webhook: Webhook, action: str) -> None:
    values = {"url": webhook.url, "active": webhook.active, "subscriptions": list(webhook.subscriptions)}
    note(context, ENTITY, action, record_id=webhook.id, title=webhook.name, values=values)
