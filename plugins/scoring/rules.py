"""The rules of a company: read for the page, and kept as it says. Then all scores are computed anew."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError

from . import recomputing
from .chapters import chapters
from .kinds import TITLES
from .ledger import locked
from .models import Rule

_ = sdk.translator("plugins.scoring")
MOST_POINTS = 10_000
MOST_RULES = 500
_LONGEST = 200


class Line(NamedTuple):
    """A rule, as people write it."""

    kind: str
    key: str
    at_least: Decimal
    points: int

    @property
    def what(self) -> tuple[str, str, Decimal]:
        """What it is about: two rules cannot be about the same."""
        return self.kind, self.key, self.at_least


def read(context: Context) -> list[Line]:
    """The company's rules, by their limits."""
    table = Rule.__table__
    statement = sa.select(table.c.kind, table.c.key, table.c.at_least, table.c.points)
    ordered = statement.where(table.c.tenant_id == context.tenant).order_by(table.c.kind, table.c.at_least, table.c.key)
    return [Line(*row) for row in context.session.connection().execute(ordered)]


def save(context: Context, lines: Sequence[Line]) -> None:
    """Let these be the rules, of all kinds whose modules are on, and have the scores computed anew.

    An administrator's right. Raises :class:`core.sdk.InvalidError` for what cannot be a rule.
    """
    context.require("*", "admin")
    _check(lines)
    locked(context)
    shown = {kind for one in chapters(context) for kind in one.kinds}
    kept = [one for one in lines if one.kind in shown and one.points]
    before = [one for one in read(context) if one.kind in shown]
    if sorted(kept) == sorted(before):
        return
    gone, new = (_said(set(one) - set(other)) for one, other in ((before, kept), (kept, before)))
    sdk.note_settings(context, _("Potential score"), gone, new)
    context.session.execute(sa.delete(Rule).where(Rule.tenant_id == context.tenant, Rule.kind.in_(shown)))
    context.session.add_all(Rule(**one._asdict()) for one in kept)
    context.session.flush()
    recomputing.ask(context)


def _said(lines: Iterable[Line]) -> str:
    """Rules as the audit tells them."""
    return "; ".join(
        f"{TITLES[one.kind]} {one.key or (f'{one.at_least:f}' if one.at_least else '')}: {one.points}".replace(
            " :", ":"
        )
        for one in sorted(lines)
    )


def _check(lines: Iterable[Line]) -> None:
    problems: dict[str, list[sdk.Text]] = {}
    known = set()
    for count, one in enumerate(lines, 1):
        if abs(one.points) > MOST_POINTS:
            problems[one.kind] = [_("Points lie between -%(n)s and %(n)s.", n=MOST_POINTS)]
        elif one.at_least < 0:
            problems[one.kind] = [_("A limit cannot be below zero.")]
        elif len(one.key) > _LONGEST:
            problems[one.kind] = [_("At most %(n)s characters.", n=_LONGEST)]
        elif one.what in known:
            problems[one.kind] = [_("There are two lines for the same.")]
        elif count > MOST_RULES:
            problems[one.kind] = [_("At most %(n)s lines.", n=MOST_RULES)]
        known.add(one.what)
    if problems:
        raise InvalidError(problems)  # type: ignore[arg-type] # texts are labels
