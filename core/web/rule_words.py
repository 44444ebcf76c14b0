"""Rules in words, and what is wrong with one that cannot act."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from core.access.aspects import aspects
from core.access.models import User
from core.access.organisation import Department
from core.access.shares import EVERYTHING
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.format import number
from core.entity.titles import titles
from core.i18n import Label, Text, translator
from core.rules import reading
from core.rules.models import Rule
from core.rules.preview import Preview
from core.rules.reading import CHANGED, CREATED, HEAD, IN_TURN, OWNER, RECALL, SHARE, Active, filters_of, usable
from core.rules.service import in_use
from core.web.entity.chips import label, link_titles
from core.web.entity.sharing import ACCESS

_ = translator("core")

TITLES: dict[str, tuple[Text, Text, str]] = {
    OWNER: (
        _("Rules of owners"),
        _("Who becomes the owner of a record that was created or edited. The first rule that fits decides."),
        "user-share",
    ),
    SHARE: (
        _("Automatic sharing"),
        _("Who sees a record that was created or edited. Every rule that fits lets its people in."),
        "share",
    ),
    RECALL: (
        _("Recall"),
        _("What nobody touches for a long time goes back to the department. Finished records stay where they are."),
        "arrow-back-up",
    ),
}
EVENT_TITLES: dict[str, Text] = {CREATED: _("Newly added"), CHANGED: _("Edited")}
TO_TITLES: dict[str, Text] = {
    HEAD: _("To the head of the department"),
    IN_TURN: _("To the people of the department, in turn"),
}


def names_in(turn: Context, rules: Iterable[Active]) -> dict[UUID, str]:
    """What the people and departments of rules are called."""
    terms = [one.terms for one in rules]
    return titles(
        turn,
        {
            User: {one for term in terms for one in term.users},
            Department: {one for term in terms for one in term.departments},
        },
    )


def said(turn: Context, resource: Resource, rule: Rule, names: dict[UUID, str]) -> dict[str, Any]:
    """A rule as a line of the page."""
    active = in_use(rule)
    return {
        "name": rule.name,
        "active": rule.active,
        "events": [str(EVENT_TITLES[one]) for one in active.events if one in EVENT_TITLES],
        "conditions": conditions(turn, resource, active.conditions),
        "does": does(turn, active, names),
        "problem": problem(turn, resource, active),
    }


def conditions(turn: Context, resource: Resource, pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Each condition in words; one whose field is gone as it was kept."""
    found = []
    for pair in pairs:
        try:
            filters = filters_of(turn, resource, [pair])
            names = link_titles(turn, filters)
            found += [str(label(turn, one, names)) for one in filters]
        except (InvalidError, ValueError):
            found.append("=".join(pair))
    return found


def does(turn: Context, rule: Active, names: dict[UUID, str]) -> list[str]:
    """Whom it is for, and how."""
    terms = rule.terms
    if rule.kind == RECALL:
        after = _("After %(n)s days without anything happening", n=number(terms.days or 0))
        told = [str(_("the owner is told %(n)s days before", n=number(terms.notice)))] if terms.notice else []
        return [str(after), *told, str(TO_TITLES[terms.to])]
    who = ", ".join(names.get(one, "—") for one in terms.order)
    if rule.kind == OWNER:
        several = len(terms.order) > 1 or bool(terms.departments)
        return [who, str(_("in turn"))] if several else [who]
    found = [who, str(ACCESS[terms.access])]
    if EVERYTHING not in terms.aspects:
        known = {one.name: str(one.title) for one in aspects(turn)}
        found.append(", ".join(known[name] for name in terms.aspects if name in known))
    return [*found, str(_("for %(n)s days", n=number(terms.days)))] if terms.days else found


def problem(turn: Context, resource: Resource, rule: Active) -> Label:
    """Why a rule cannot act; empty where it can."""
    if not reading.is_sound(turn, resource, rule):
        return _("A condition compares a field that is gone: this rule does nothing.")
    if not usable(turn, resource, [rule]):
        return _("Nobody is left whom it names: this rule does nothing.")
    return ""


def told(turn: Context, found: Preview) -> dict[str, Any]:
    """What a dry run found, for the page."""
    names = titles(turn, {User: found.people, Department: found.people})
    ranked: Sequence[tuple[UUID, int]] = found.people.most_common()
    return {
        "effects": [
            {"name": one.rule.name, "matching": number(one.matching), "acting": number(one.acting)}
            for one in found.effects
        ],
        "people": [{"name": names.get(one, "—"), "count": number(count)} for one, count in ranked],
        "acting": number(found.acting) if found.acting else "",
    }
