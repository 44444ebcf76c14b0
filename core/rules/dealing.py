"""Dealing records out in turn: in order, one each, going on where the last one stopped, whoever deals at the same time."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.context import Context
from core.rules.models import Turn


def deal(context: Context, subject: UUID, people: Sequence[UUID], owners: Sequence[UUID | None]) -> list[UUID | None]:
    """Who receives each record, given who has it now; None where nobody else is there.

    The turn of a rule or department is locked until the transaction ends: two who deal at the same time go on
    from each other. Nobody is dealt what is theirs; they are passed over and are next.
    """
    if len(people) == 1:
        return [people[0] if owner != people[0] else None for owner in owners]
    last, position = _lock(context, subject)
    dealt, final = rotate(people, first_of(people, last, position), owners)
    if final is not None:
        _keep(context, subject, final, people.index(final))
    return dealt


def rotate(people: Sequence[UUID], first: int, owners: Sequence[UUID | None]) -> tuple[list[UUID | None], UUID | None]:
    """Who receives each record from a first person on, and who received last."""
    dealt: list[UUID | None] = []
    waiting = [people[(first + step) % len(people)] for step in range(len(people))]
    final = None
    for owner in owners:
        receiver = next((one for one in waiting if one != owner), None)
        if receiver is not None:
            # To the end of the queue; whoever was passed over stays where they are.
            waiting.remove(receiver)
            waiting.append(receiver)
            final = receiver
        dealt.append(receiver)
    return dealt, final


def first_of(people: Sequence[UUID], last: UUID | None, position: int) -> int:
    """Whose turn it is: whoever comes after the last; where that one has left, whoever stands in their place."""
    if last is None:
        return 0
    return (people.index(last) + 1 if last in people else max(position, 0)) % len(people)


def turn_of(context: Context, subject: UUID) -> tuple[UUID | None, int]:
    """Who received last and where they stood, to be looked at."""
    statement = sa.select(Turn.last_id, Turn.position).where(
        Turn.tenant_id == context.tenant, Turn.subject_id == subject
    )
    row = context.session.connection().execute(statement).one_or_none()
    return (row[0], row[1]) if row else (None, -1)


def forget(context: Context, subject: UUID) -> None:
    """With the rule goes its turn."""
    context.session.execute(sa.delete(Turn).where(Turn.tenant_id == context.tenant, Turn.subject_id == subject))


def _lock(context: Context, subject: UUID) -> tuple[UUID | None, int]:
    given = insert(Turn).values(tenant_id=context.tenant, id=uuid7(), subject_id=subject, position=-1)
    statement = given.on_conflict_do_update(
        index_elements=[Turn.tenant_id, Turn.subject_id],
        set_={"position": Turn.position},
        where=Turn.tenant_id == context.tenant,
    ).returning(Turn.last_id, Turn.position)
    last, position = context.session.connection().execute(statement).one()
    return last, position


def _keep(context: Context, subject: UUID, last: UUID, position: int) -> None:
    statement = sa.update(Turn).where(Turn.tenant_id == context.tenant, Turn.subject_id == subject)
    context.session.connection().execute(statement.values(last_id=last, position=position))
