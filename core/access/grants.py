"""What a role allows: each verb on each entity with its scope, and the fields it hides or only shows."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.access.models import Role
from core.access.rights import Rights, covers, grants_of
from core.access.scopes import (
    ALL,
    BELOW,
    DEPARTMENT,
    EVERYTHING,
    HIDDEN,
    NOBODY,
    OWN,
    READONLY,
    SCOPES,
    said,
    wider,
)
from core.context import ADMINISTERED, VERBS, Context, ForbiddenError, Grants
from core.entity import history
from core.entity.entity import Resource, title_field
from core.entity.errors import InvalidError, StaleError
from core.entity.fields import Choice, Field
from core.entity.filters import line_fields
from core.entity.kinds import KINDS
from core.i18n import Text, translator

_ = translator("core")

VERB_TITLES: dict[str, Text] = {
    "see": _("See"),
    "create": _("Add"),
    "edit": _("Edit"),
    "delete": _("Delete"),
    "export": _("Export"),
    "import": _("Import"),
    "share": _("Share"),
    "transfer": _("Change owner"),
}
SCOPE_TITLES: dict[str, Text] = {
    ALL: _("Everybody's"),
    BELOW: _("Department and below"),
    DEPARTMENT: _("Department"),
    OWN: _("Own"),
    NOBODY: _("Nobody"),
}
LIMIT_TITLES: dict[str, Text] = {READONLY: _("Only see"), HIDDEN: _("Hidden")}
UNNAMED = "nobody"
"""Nobody, where a word is needed: in forms an empty choice follows the row above."""
LIMITS = (HIDDEN, READONLY)
UNSCOPED = frozenset(("create", "import"))
"""Verbs on records that are nobody's yet: they are allowed or not."""
GUARDED_TO_SEE = frozenset(("core.user", "core.department"))
"""What a role may show, and only administrators and their delegates change."""
Said = dict[str, dict[str, str]]


def grantable(context: Context) -> list[Resource]:
    """The entities a role may speak of; of people and departments it may say who sees them, and no more."""
    return [one for one in context.resources() if one.name not in ADMINISTERED or one.name in GUARDED_TO_SEE]


def verbs_of(resource: Resource) -> tuple[str, ...]:
    """The verbs a role may give on an entity."""
    return ("see",) if resource.name in ADMINISTERED else resource.verbs


def scopes_of(resource: Resource | None, verb: str) -> tuple[str, ...]:
    """The scopes a verb may have: of all entities, or of one; what nobody owns is everybody's or nobody's."""
    if resource is not None and verb not in verbs_of(resource):
        return ()
    scoped = verb not in UNSCOPED and (resource is None or resource.owned)
    return SCOPES if scoped else (ALL,)


def keys(context: Context) -> dict[str, Resource | None]:
    """Everything a role may speak of: all, each module, each entity."""
    resources = grantable(context)
    modules = dict.fromkeys(f"{one.plugin}.{EVERYTHING}" for one in resources)
    return {EVERYTHING: None, **modules, **{one.name: one for one in resources}}


def limitable(context: Context, resource: Resource) -> dict[str, Field]:
    """The fields a role may hide or only show, those of lines too: all but what a record or a line is called by."""
    fields = {**context.all_fields(resource), **context.added(resource), **line_fields(resource)}
    called = {
        title_field(resource.model),
        *(f"{one.name}.{title_field(one.target)}" for one in resource.lines.values()),
    }
    return {name: spec for name, spec in fields.items() if name not in called}


def set_grants(context: Context, role: Role, grants: Mapping[str, Mapping[str, str]], *, version: int) -> bool:
    """Let a role allow exactly this; whether anything changed. Rights on modules that are off stay as they are.

    Raises StaleError, InvalidError for what does not exist, and ForbiddenError for more than one's own rights.
    """
    _require(context, role, version)
    known = keys(context)
    made: Said = {name: dict(verbs) for name, verbs in role.grants.items() if name not in known}
    for key, verbs in grants.items():
        if key not in known or any(scope not in _allowed(known[key], verb) for verb, scope in verbs.items()):
            raise InvalidError({"": [_("There is no such permission.")]})
        if verbs:
            made[key] = {verb: verbs[verb] for verb in VERBS if verb in verbs}
    for key in list(made):
        _let_see(made, key)
    return _save(context, role, "grants", made)


def set_fields(context: Context, role: Role, resource: Resource, limits: Mapping[str, str], *, version: int) -> bool:
    """Hide fields of an entity from a role, or let it only see them; whether anything changed.

    Raises StaleError, InvalidError naming a field that must stay, and ForbiddenError for more than one's own rights.
    """
    _require(context, role, version)
    fields = limitable(context, resource)
    problems: list[tuple[str, Any]] = []
    for name, limit in limits.items():
        spec = fields.get(name)
        if spec is None or limit not in LIMITS:
            problems.append((name, _("There is no such field.")))
        elif spec.required and spec.writable and spec.default is None and _adds(role, resource, name):
            problems.append((name, _("Without it nothing can be added, and this role may add.")))
    if error := InvalidError.of(problems):
        raise error
    made = {name: dict(some) for name, some in role.fields.items() if name != resource.name}
    if limits:
        made[resource.name] = dict(limits)
    return _save(context, role, "fields", made)


def _adds(role: Role, resource: Resource, name: str) -> bool:
    """Whether a role may add records, or to records lines: that takes no more than to edit them."""
    verbs = ("create", "edit") if name.partition(".")[0] in resource.lines else ("create",)
    return any(said(role.grants, resource.name, verb) for verb in verbs)


def covered(context: Context, roles: Iterable[Role]) -> bool:
    """Whether none of the roles allows more than the person who asks may do."""
    return all(covers(context.grants, rights_of(role), _everything(context)) for role in roles)


def _everything(context: Context) -> list[str]:
    """Every entity there is, of modules that are off too."""
    return list(context.hooks.registry.resources)


def rights_of(role: Role) -> Grants:
    """What one role allows."""
    return grants_of([Rights(role.admin, role.delegate, role.grants, role.fields)])


def _require(context: Context, role: Role, version: int) -> None:
    context.require(EVERYTHING, "people")
    if role.version != version:
        raise StaleError(role)
    if not covered(context, [role]):
        raise ForbiddenError("core.role", "edit")


def _allowed(resource: Resource | None, verb: str) -> tuple[str, ...]:
    found = scopes_of(resource, verb) if verb in VERBS else ()
    return (NOBODY, *found) if found else ()


def _let_see(made: Said, key: str) -> None:
    """Nothing can be done with what cannot be seen: who may act on records sees them, as far as they may act."""
    acting = [scope for verb, scope in made[key].items() if verb != "see"]
    widest = NOBODY
    for scope in acting:
        widest = wider(widest, scope)
    if widest and not said(made, key, "see"):
        made[key] = {"see": widest, **made[key]}


def _save(context: Context, role: Role, name: str, made: Said) -> bool:
    before: Said = getattr(role, name)
    if before == made:
        return False
    said_now = {"grants": role.grants, "fields": role.fields, name: made}
    if not covers(context.grants, grants_of([Rights(role.admin, role.delegate, **said_now)]), _everything(context)):
        raise ForbiddenError("core.role", "edit")
    setattr(role, name, made)
    context.session.flush()
    changed = {
        logged_as(key, inner): [was, now]
        for key in sorted({*before, *made})
        for inner in sorted({*before.get(key, {}), *made.get(key, {})})
        if (was := _logged(before, key, inner)) != (now := _logged(made, key, inner))
    }
    history.write(context, context.resource(Role), [history.Entry(role, "changed", changed)])
    return True


def _logged(some: Said, key: str, inner: str) -> str | None:
    """What was said of a verb or a field, as the log keeps it; None for nothing."""
    word = some.get(key, {}).get(inner)
    return UNNAMED if word == NOBODY else word


def logged_as(key: str, inner: str) -> str:
    """What the log calls a verb on an entity, or a field of it."""
    return f"{key}:{inner}"


def logged(context: Context) -> dict[str, Field]:
    """How the log of a role is read: each permission and each limit as a field."""
    found: dict[str, Field] = {}
    for key, resource in keys(context).items():
        whole = (
            _("Everything")
            if key == EVERYTHING
            else context.hooks.registry.plugins[key.partition(".")[0]].manifest.title
        )
        title = resource.plural if resource else whole
        for verb, verb_title in VERB_TITLES.items():
            found[logged_as(key, verb)] = _choice(f"{verb_title}: {title}", SCOPE_TITLES)
        for name, spec in limitable(context, resource).items() if resource else ():
            found[logged_as(key, name)] = _choice(f"{title}: {spec.title}", LIMIT_TITLES)
    return found


def _choice(title: str, titles: Mapping[str, Text]) -> Field:
    choices = tuple(Choice(value or UNNAMED, text) for value, text in titles.items())
    return Field(title=title, kind=KINDS["choice"], choices=choices)
