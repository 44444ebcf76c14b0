"""Whom we act for: the company, the person and what they may do, and the transaction it happens in."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from core.access.scopes import ALL, HIDDEN, NOBODY, said
from core.db.base import now
from core.db.session import TenantSession
from core.entity.entity import Entity, Resource, known
from core.plugin.facade import Hooks
from core.standing import standing

if TYPE_CHECKING:
    from core.entity.fields import Field

GUARDED = frozenset(("core.user", "core.role"))
"""Whoever changes these could make themselves an administrator: that takes one already, whatever a role says.
To see them takes a grant of their own; ``*`` does not cover them."""
ADMINISTERED = GUARDED | {"core.department"}
"""What only administrators change: whoever puts people into departments decides whose records they see."""
VERBS = ("see", "create", "edit", "delete", "export", "import", "share", "transfer")


@dataclass(frozen=True, slots=True)
class CompanyInfo:
    """A company as the request knows it."""

    id: int
    slug: str
    name: str
    state: str = "open"
    locale: str = "vi"
    timezone: str = "Asia/Ho_Chi_Minh"
    currency: str = "VND"

    @property
    def zone(self) -> ZoneInfo:
        """The zone its times are typed and shown in."""
        return ZoneInfo(self.timezone)

    @property
    def money_places(self) -> int:
        """Decimals of its currency: đồng and yen have none."""
        return 0 if self.currency in {"VND", "JPY", "KRW"} else 2


@dataclass(frozen=True, slots=True)
class UserInfo:
    """The person acting."""

    id: UUID
    name: str
    email: str
    theme: str = "auto"
    avatar: UUID | None = None
    """The file of their picture."""
    unread: int = 0
    """How many notifications they have not read; no more than :data:`core.access.identify.COUNTED`."""
    timezone: str = ""
    """The zone of their clock; empty is the company's."""


@dataclass(frozen=True, slots=True, eq=False)
class Grants:
    """What a person may do: the sum of their roles, narrowed by the key they came in with.

    One that is made for a request is the same object for all whose roles say the same, and nothing else is equal to
    it: what follows from it is kept with it (:mod:`core.standing`).
    """

    admin: bool = False
    verbs: dict[str, dict[str, str]] = field(default_factory=dict)
    """Entity, ``module.*`` or ``*`` to verbs, each with how far it reaches: own, department, below, all or nobody.
    What is said of the entity goes before what is said of its module, and that before what is said of everything."""
    only: frozenset[str] | None = None
    """Verbs the key allows at all; None is all."""
    modules: frozenset[str] | None = None
    """Modules whose entities the key allows at all; None is all."""
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    """Entity to those of its fields, of its lines as ``goods.price``, that are hidden or read-only."""
    delegate: bool = False
    """Whether they look after people and roles, as far as their own rights go."""
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)
    """What was found out of them; see :mod:`core.standing`."""

    def allows(self, entity: str, verb: str) -> bool:
        """Whether a verb on an entity is allowed at all.

        ``("*", "admin")`` asks for an administrator, ``("*", "people")`` for one or a delegate of theirs.
        """
        return bool(self.scope(entity, verb))

    def scope(self, entity: str, verb: str) -> str:
        """How far a verb on an entity reaches; empty is nobody."""
        if self.only is not None and verb not in self.only:
            return ""
        if self.modules is not None and entity.partition(".")[0] not in self.modules:
            return ""
        if entity in ADMINISTERED and verb != "see":
            return self.scope("*", "people" if entity in GUARDED else "admin")
        if self.admin or (self.delegate and (verb == "people" or entity in ADMINISTERED)):
            return ALL
        if entity in GUARDED:
            return self.verbs.get(entity, {}).get(verb, NOBODY)
        return said(self.verbs, entity, verb)


EVERYTHING = Grants(admin=True)


@dataclass(frozen=True, slots=True)
class Cause:
    """What acts where it is no person: an automation, and those that led to it."""

    title: str
    chain: tuple[UUID, ...]
    """The rules, the one that acts last."""


class ForbiddenError(PermissionError):
    """The person may not do this; carries the entity and the verb."""

    def __init__(self, entity: str, verb: str) -> None:
        super().__init__(f"{verb} on {entity} is not allowed")
        self.entity, self.verb = entity, verb


@dataclass(slots=True)
class Context:
    """One turn in one company. Services take it first; they never reach for a request."""

    session: TenantSession
    company: CompanyInfo
    hooks: Hooks
    active: frozenset[str]
    """The modules that are switched on, entitled and not quarantined; core always."""
    grants: Grants = EVERYTHING
    user: UserInfo | None = None
    source: str = "web"
    """The door: web, api, import, job, command, automation."""
    cause: Cause | None = None
    """The automation that acts."""
    cache: dict[str, Any] = field(default_factory=dict)
    """What this turn has read once already, such as the company's own fields."""

    @property
    def tenant(self) -> int:
        """The company's number."""
        return self.company.id

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the person's clock: moments are typed and shown in it. Days are the company's."""
        if self.user is None or not self.user.timezone:
            return self.company.zone
        return ZoneInfo(self.user.timezone)

    @property
    def author(self) -> str:
        """Who acts, as the log names them: a person, an automation, or nobody."""
        return self.user.name if self.user else self.cause.title if self.cause else ""

    def today(self) -> date:
        """The company's day."""
        return now().astimezone(self.company.zone).date()

    def can(self, entity: str, verb: str) -> bool:
        """Whether this person may do this."""
        return self.grants.allows(entity, verb)

    def require(self, entity: str, verb: str) -> None:
        """Raise :class:`ForbiddenError` unless this person may do this."""
        if not self.can(entity, verb):
            raise ForbiddenError(entity, verb)

    def unrestricted(self) -> "Context":
        """The same turn for what follows by the trade's own rule, whatever the person may do by hand."""
        return replace(self, grants=EVERYTHING)

    def resource(self, model: type[Entity] | str) -> Resource:
        """The resource of an entity class or name. Raises LookupError where its module is off."""
        return _known(self)[model if isinstance(model, str) else self.hooks.registry.resource_of(model).name]

    def resources(self) -> list[Resource]:
        """The entities of the modules that are on."""
        return list(_known(self).values())

    def seen(self, resource: Resource) -> Resource:
        """An entity as this person may know it: without the fields their roles hide."""
        return _known(self).get(resource.name) or _limited(self, resource)

    def guard(self, plugin: str) -> AbstractContextManager[Any]:
        """A savepoint around a plugin's code; core's own needs none."""
        return nullcontext() if plugin == "core" else self.session.savepoint()

    def fields(self, resource: Resource) -> "Mapping[str, Field]":
        """The fields of an entity that this person may know: the declared ones, then the company's own.

        Whatever shows, compares or takes values goes by these; what a role hides is not among them.
        """
        from core.entity.custom import custom_fields

        own = custom_fields(self, resource)
        return known(self.all_fields(resource)) if own else _declared(self, resource.name)

    def added(self, resource: Resource) -> "dict[str, Field]":
        """What modules that are on keep beside an entity's records, as far as this person may know it; only to read."""
        extensions = self.hooks.registry.extensions.get(resource.name, ())
        fields = (one.__fields__ for plugin, one in extensions if plugin in self.active)
        found = {name: spec for some in fields for name, spec in some.items()}
        return known(self.seen(resource).marked(found)) if found else {}

    def all_fields(self, resource: Resource) -> "dict[str, Field]":
        """The hidden ones too, marked as such: for what keeps a record whole and shows nothing."""
        from core.entity.custom import custom_fields

        return self.seen(resource).marked({**resource.model.__fields__, **custom_fields(self, resource)})

    def runs(self, model: type[Entity]) -> bool:
        """Whether an entity is there for people: shown by a module, and that is on."""
        with suppress(LookupError):
            return self.hooks.registry.resource_of(model).plugin in self.active
        return False

    def hidden(self, resource: Resource) -> frozenset[str]:
        """The names of the fields nobody can be asked for here: secret ones, and links into modules that are off."""
        return self.seen(resource).hidden

    def secret(self, resource: Resource) -> frozenset[str]:
        """The names of the fields whose values this person may not know."""
        return _secret(self, resource.name)

    def asleep(self, resource: Resource, lines: "Field | None" = None) -> "Mapping[str, Field]":
        """The links into modules that are off: kept, and read as text where a record is told of as a whole.

        With ``lines`` those of one kind of its lines.
        """
        from core.entity.custom import sleeping_custom_fields

        found = _asleep(self, resource.name, lines.name if lines else "")
        own = {} if lines else sleeping_custom_fields(self, resource)
        secret = self.secret(resource) if own else frozenset()
        kept = {name: replace(spec, readonly=True) for name, spec in own.items() if name not in secret}
        return {**found, **kept} if kept else found


@standing
def _known(context: Context) -> Mapping[str, Resource]:
    """The entities of the modules that are on, as the person may know them."""
    shown = {name: one for name, one in context.hooks.registry.resources.items() if one.plugin in context.active}
    return {name: _limited(context, one) for name, one in shown.items()}


def _limited(context: Context, resource: Resource) -> Resource:
    """An entity with what holds of its fields: by roles, and of links into modules that are off, which are not offered."""
    off = {name: HIDDEN for name, plugin in resource.beyond.items() if plugin not in context.active}
    limits = {**context.grants.fields.get(resource.name, {}), **off}
    return resource.limited(limits) if limits else resource


@standing
def _secret(context: Context, name: str) -> frozenset[str]:
    """The fields of an entity whose values roles keep from this person."""
    limits = context.grants.fields.get(name, {})
    return frozenset(each for each, limit in limits.items() if limit == HIDDEN)


@standing
def _declared(context: Context, name: str) -> "Mapping[str, Field]":
    """The declared fields of an entity that this person may know."""
    resource = context.hooks.registry.resources[name]
    return known(context.seen(resource).marked(resource.model.__fields__))


@standing
def _asleep(context: Context, name: str, lines: str) -> "Mapping[str, Field]":
    """The declared fields of an entity, or of one kind of its lines, that link into modules that are off."""
    resource, secret = context.hooks.registry.resources[name], context.grants.fields.get(name, {})
    fields, start = (resource.lines[lines].target.__fields__, f"{lines}.") if lines else (resource.model.__fields__, "")
    off = {
        each: spec
        for each, spec in fields.items()
        if resource.beyond.get(f"{start}{each}", "core") not in context.active
    }
    return {each: replace(spec, readonly=True) for each, spec in off.items() if secret.get(f"{start}{each}") != HIDDEN}
