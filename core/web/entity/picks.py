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
from core.entity.entity import Resource, title_field
from core.entity.errors import InvalidError
from core.entity.format import number
from core.entity.query import Query, matching
from core.i18n import translator
from core.web.entity.address import read_address
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


@dataclass(frozen=True, slots=True)
class Meant:
    """The records a dialog is about: ticked ones in their order, or all that match the list's conditions."""

    chosen: Sequence[UUID] | Query
    count: int
    title: str
    """What the first of them is called."""
    left_out: int = 0
    """Ticked ones that are not the person's to hand over."""

    @property
    def ids(self) -> Sequence[UUID]:
        """Ticked ones; none where all that match are meant."""
        return () if isinstance(self.chosen, Query) else self.chosen


def meant(turn: Context, resource: Resource, verb: str) -> Meant:
    """The records that one may share or pass on. Raises InvalidError where there is none among them."""
    if request.form.get("all"):
        query = read_address(turn, resource, request.args, strict=True).query()
        found = Meant(query, *_counted(turn, resource, verb, matching(turn, query)))
    else:
        ids = ticked(request.form.getlist("ids"))
        table = resource.model.__table__
        there = sa.select(table.c.id).where(
            table.c.tenant_id == turn.tenant, table.c.deleted_at.is_(None), visible(turn, resource),
            table.c.id == sa.any_(sa.literal(ids, sa.ARRAY(sa.Uuid))),
        )  # fmt: skip
        allowed = set(turn.session.connection().execute(there.where(visible(turn, resource, verb))).scalars())
        kept = [one for one in ids if one in allowed]
        found = Meant(kept, *_counted(turn, resource, verb, there, first=kept[0] if kept else None))
    if not found.count:
        raise InvalidError({"": [_("None of these is yours to hand over.")]})
    return found


def ticked(texts: Iterable[str]) -> list[UUID]:
    """Ids as a form sends them. Raises InvalidError for none."""
    found: list[UUID] = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    if not found:
        raise InvalidError({"": [_("Tick the records first.")]})
    return list(dict.fromkeys(found))


def _counted(
    turn: Context, resource: Resource, verb: str, records: sa.Select[Any], *, first: UUID | None = None
) -> tuple[int, str, int]:
    """How many may be handed over, what one of them is called, and how many not."""
    table = resource.model.__table__
    allowed = visible(turn, resource, verb)
    title = sa.cast(table.c[resource.model.__fields__[title_field(resource.model)].column], sa.Text)
    some = title if first is None else sa.case((table.c.id == first, title))
    statement = records.with_only_columns(
        sa.func.count().filter(allowed), sa.func.min(some).filter(allowed), sa.func.count()
    )
    count, name, total = turn.session.connection().execute(statement).one()
    return count, name or "", total - count


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
    if found.count == 1:
        return found.title or "—"
    return f"{number(found.count)} {Lowered(resource.plural)}"


def names_of(candidates: Sequence[Candidate], most: int = 3) -> str:
    """The first of them by name."""
    names = [one.title for one in candidates[:most]]
    return ", ".join(names) + ("…" if len(candidates) > most else "")


def first_of(reasons: Iterable[Any]) -> list[str]:
    """What is wrong, once each."""
    return list(dict.fromkeys(str(one) for one in reasons))
