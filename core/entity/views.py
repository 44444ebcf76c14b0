"""Saved views: a list as somebody arranged it, for themselves or for everybody, and what each person prefers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError
from core.entity.tables import SavedView
from core.i18n import translator
from core.text import normalize

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

PASSING = frozenset(("view", "cursor"))
"""Parameters of a list that are no part of how it is arranged."""
MOST = 40
_NAME = 80
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class View:
    """A saved view as lists need it."""

    id: UUID
    name: str
    user_id: UUID
    shared: bool
    query: dict[str, str]
    roles: Sequence[UUID] = ()
    """Whose people begin the list with it."""
    begins: bool = False
    """Whether this person has one of those roles."""
    entity: str = ""


VIEWS = """
(SELECT coalesce(json_agg(json_build_array(v.id, v.name, v.user_id, v.shared, v.query, v.roles, v.roles && ARRAY(
    SELECT right_id FROM core_user_roles WHERE tenant_id = %(tenant)s AND left_id = {person}
  ), v.entity) ORDER BY v.position, v.id)::text, '[]') FROM core_view v
  WHERE v.tenant_id = %(tenant)s AND v.entity {among} AND (v.user_id = {person} OR v.shared))
"""
"""SQL: a person's views of some entities as one text, for whatever is asked at the same time."""
READ = "views"
"""Where a turn keeps the entity and that text if it was read already."""
_VIEWS = f"SELECT {VIEWS.format(person='%(person)s', among='= ANY(%(places)s)')}"


def views_of(context: "Context", resource: Resource) -> list[View]:
    """The views of an entity that a person has: their own and those shared with everybody, in their order.

    A nameless one among them holds what the person prefers: columns, and the view to begin with.
    """
    place, text = context.cache.pop(READ, ("", ""))  # once: they may change after
    return _views(text) if place == resource.name else _read(context, [resource.name])


def views_named(context: "Context", words: Sequence[str]) -> list[View]:
    """The views a person has of any entity they see, whose name and entity hold these words, and the name one of them."""
    plurals = {one.name: one.plural for one in context.resources() if context.can(one.name, "see")}
    return [
        view
        for view in _read(context, list(plurals))
        if any(word in normalize(view.name) for word in words)
        and all(word in normalize(f"{view.name} {plurals[view.entity]}") for word in words)
    ]


def _read(context: "Context", places: list[str]) -> list[View]:
    person = context.user.id if context.user else None
    parameters = {"tenant": context.tenant, "places": places, "person": person}
    [(text,)] = context.session.rows(_VIEWS, parameters)
    return _views(text)


def _views(text: str) -> list[View]:
    """What that text tells of."""
    return [
        View(UUID(key), name, UUID(user), shared, query, [UUID(one) for one in roles], begins or False, entity)
        for key, name, user, shared, query, roles, begins, entity in orjson.loads(text)
    ]


def save_view(
    context: "Context",
    resource: Resource,
    name: str,
    query: Mapping[str, str],
    *,
    shared: bool = False,
    roles: Sequence[UUID] = (),
    view_id: UUID | None = None,
) -> View:
    """Keep an arrangement under a name; with ``view_id`` an existing one takes the new name and arrangement.

    Sharing takes an administrator, and so does saying which ``roles`` begin with it: they see it then. Raises InvalidError for a name that is missing or taken.
    """
    shared = shared or bool(roles)
    if shared:
        context.require("*", "admin")
    present = views_of(context, resource)
    clean = " ".join(name.replace("\x00", "").split())
    view = _editable(context, present, resource, view_id) if view_id else None
    if problem := _problem([one for one in present if one.id != view_id], clean, query):
        raise InvalidError({"title": [problem]})
    if view is None:
        view = SavedView(entity=resource.name, user_id=_person(context), position=len(present))
        context.session.add(view)
    view.name, view.shared, view.query, view.roles = clean, shared, _arrangement(query), list(roles)
    context.session.flush()
    return View(view.id, view.name, view.user_id, view.shared, view.query, view.roles, entity=resource.name)


def _problem(others: Sequence[View], name: str, query: Mapping[str, str]) -> Any:
    """Why an arrangement cannot be kept under a name, beside the other views there are."""
    if not name:
        return _("Give the view a name.")
    if len(name) > _NAME:
        return _("At most %(n)s characters.", n=_NAME)
    if any(one.name.casefold() == name.casefold() for one in others):
        return _("There is a view of this name already.")
    if sum(map(len, _arrangement(query).values())) > _LONGEST:
        return _("There are too many conditions to keep as a view.")
    if len(others) >= MOST:
        return _("There are %(n)s views already; delete one first.", n=MOST)
    return None


def delete_view(context: "Context", resource: Resource, view_id: UUID) -> None:
    """Forget a view. Raises :class:`MissingError` for one that is not the person's to delete."""
    context.session.delete(_editable(context, views_of(context, resource), resource, view_id))
    context.session.flush()


def may_edit(context: "Context", view: View) -> bool:
    """Whether a view is the person's own, or they are an administrator."""
    return view.user_id == _person(context) or (view.shared and context.can("*", "admin"))


def preferences(context: "Context", present: Sequence[View]) -> dict[str, str]:
    """What a person prefers, of the views already read: ``columns`` and ``default``."""
    person = context.user.id if context.user else None
    return next((dict(one.query) for one in present if not one.name and one.user_id == person), {})


def preferred(context: "Context", place: str) -> dict[str, str]:
    """What a person prefers in a place that has no views, such as the calendar."""
    return preferences(context, _read(context, [place]))


def prefer(context: "Context", place: str, **values: str) -> None:
    """Remember what a person prefers of an entity's list, or in another place; an empty value forgets it."""
    person = _person(context)
    own = context.session.scalar(
        sa.select(SavedView).where(
            SavedView.tenant_id == context.tenant,
            SavedView.entity == place,
            SavedView.user_id == person,
            SavedView.name == "",
        )
    )
    if own is None:
        own = SavedView(entity=place, name="", user_id=person, position=-1, query={})
        context.session.add(own)
    own.query = {key: value for key, value in {**own.query, **values}.items() if value}
    context.session.flush()


def _editable(context: "Context", present: Sequence[View], resource: Resource, view_id: UUID) -> SavedView:
    allowed = any(one.id == view_id and one.name and may_edit(context, one) for one in present)
    statement = sa.select(SavedView).where(SavedView.tenant_id == context.tenant, SavedView.id == view_id)
    view = context.session.scalar(statement) if allowed else None
    if view is None:
        raise MissingError(f"{resource.name} view", view_id)
    return view


def _person(context: "Context") -> UUID:
    if context.user is None:
        raise MissingError("person", "")
    return context.user.id


def _arrangement(query: Mapping[str, str]) -> dict[str, str]:
    plain = {key.replace("\x00", ""): value.replace("\x00", "") for key, value in query.items() if key not in PASSING}
    return {key: value for key, value in plain.items() if key and value}
