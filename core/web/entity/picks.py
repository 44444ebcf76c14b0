"""What the dialogs of sharing and of passing on have in common: whom one may pick, and what was picked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import request

from core.access.directory import directory
from core.access.sharing import Targets
from core.access.visibility import visible
from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError
from core.entity.format import number
from core.i18n import translator
from core.web.entity.bulk import chosen
from core.web.entity.owners import Lowered

_ = translator("core")

USER, DEPARTMENT = "user", "department"


@dataclass(frozen=True, slots=True)
class Picked:
    """Whom somebody picked, from top to bottom."""

    pairs: tuple[tuple[str, UUID], ...] = ()

    @classmethod
    def read(cls) -> "Picked":
        """What the dialog sent; what is no id of anything is left out."""
        found: list[tuple[str, UUID]] = []
        for text in request.form.getlist("to"):
            kind, _colon, name = text.partition(":")
            try:
                pair = kind, UUID(name)
            except ValueError:
                continue
            if kind in {USER, DEPARTMENT} and pair not in found:
                found.append(pair)
        return cls(tuple(found))

    @property
    def targets(self) -> Targets:
        """As services take them."""
        users = [one for kind, one in self.pairs if kind == USER]
        departments = [one for kind, one in self.pairs if kind == DEPARTMENT]
        return Targets(users, departments, [one for _kind, one in self.pairs])


@dataclass(slots=True)
class Meant:
    """The records a dialog is about."""

    records: list[Entity]
    left_out: int = 0
    """Ticked ones that are not the person's to hand over."""

    @property
    def ids(self) -> list[UUID]:
        """Their ids, in their order."""
        return [record.id for record in self.records]


def meant(turn: Context, resource: Resource, verb: str) -> Meant:
    """The ticked records that one may share or pass on. Raises InvalidError where there is none among them."""
    records = chosen(turn, resource)
    table = resource.model.__table__
    allowed = set(
        turn.session.connection()
        .execute(
            sa.select(table.c.id).where(
                table.c.tenant_id == turn.tenant,
                table.c.id.in_([record.id for record in records]),
                visible(turn, resource, verb),
            )
        )
        .scalars()
    )
    kept = [record for record in records if record.id in allowed]
    if not kept:
        raise InvalidError({"": [_("None of these is yours to hand over.")]})
    return Meant(kept, len(records) - len(kept))


@dataclass(slots=True)
class Candidate:
    """One line of the lists."""

    value: str
    title: str
    note: str
    chosen: bool = False


@dataclass(slots=True)
class Lists:
    """The two lists: who is there, and who was picked."""

    employees: list[Candidate] = field(default_factory=list)
    departments: list[Candidate] = field(default_factory=list)
    chosen: list[Candidate] = field(default_factory=list)


def lists(turn: Context, picked: Picked) -> Lists:
    """Everybody who can be picked, and those who are."""
    found = directory(turn)
    wanted = {f"{kind}:{one}": place for place, (kind, one) in enumerate(picked.pairs)}
    employees = [Candidate(f"{USER}:{one.id}", one.name, ", ".join(one.departments)) for one in found.employees]
    departments = [
        Candidate(f"{DEPARTMENT}:{one.id}", one.name, str(_("%(n)s people", n=number(one.size))))
        for one in found.departments
    ]
    known = {one.value: one for one in (*employees, *departments)}
    for value in wanted:
        if value in known:
            known[value].chosen = True
    return Lists(employees, departments, [known[value] for value in wanted if value in known])


def about(resource: Resource, found: Meant) -> str:
    """What a dialog is about: one record by name, or how many."""
    if len(found.records) == 1:
        return found.records[0].title or "—"
    return f"{number(len(found.records))} {Lowered(resource.plural)}"


def names_of(candidates: Sequence[Candidate], most: int = 3) -> str:
    """The first of them by name."""
    names = [one.title for one in candidates[:most]]
    return ", ".join(names) + ("…" if len(candidates) > most else "")


def first_of(reasons: Iterable[Any]) -> list[str]:
    """What is wrong, once each."""
    return list(dict.fromkeys(str(one) for one in reasons))
