"""How values are written into a message, and the account of what a template has used up."""

import time as clock
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context as Scope

from core.context import Context
from core.entity.format import moment, money, number, show_day
from core.i18n import Text, translator
from core.words import amount_in_words

_ = translator("core")

RUN = "_run"
"""Where the account stands among a template's variables: no template can name it."""
COUNTED = "_counted"
MOST_STEPS, MOST_OUTPUT, MOST_SECONDS = 10_000, 100_000, 2.0
_SHORTENED = 80

Value = str | int | Decimal | date | datetime | time | bool | Sequence[str] | None
"""What a template is given for a field: plain data and nothing else."""


class Amount(Decimal):
    """An amount in the company's currency."""


class OverdrawnError(Exception):
    """A template went on for too long; the argument says in words what it had too much of."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Run:
    """One rendering: how the company writes its values, and what may still be done."""

    context: Context
    steps: int = 0
    length: int = 0
    end: float = field(default_factory=lambda: clock.monotonic() + MOST_SECONDS)

    def step(self) -> None:
        """Count one round of a loop."""
        self.steps += 1
        if self.steps > MOST_STEPS or clock.monotonic() > self.end:
            raise OverdrawnError(_("This template takes too long: fewer loops are needed."))

    def wrote(self, length: int) -> None:
        """Count what came out."""
        self.length += length
        if self.length > MOST_OUTPUT:
            raise OverdrawnError(_("This message becomes too long: at most %(n)s characters.", n=MOST_OUTPUT))
        if clock.monotonic() > self.end:
            raise OverdrawnError(_("This template takes too long: fewer loops are needed."))

    def text(self, value: Any) -> str:
        """A value as the company writes it."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return str(_("Yes") if value else _("No"))
        if isinstance(value, Amount):
            return money(self.context, value)
        if isinstance(value, int | Decimal):
            return number(value)
        if isinstance(value, datetime):
            return moment(self.context, value)
        if isinstance(value, date):
            return show_day(value)
        if isinstance(value, time):
            return f"{value:%H:%M}"
        return ", ".join(value) if isinstance(value, list | tuple) else str(value)


def _run(scope: Scope) -> Run:
    found: Run = scope[RUN]
    return found


@pass_context
def finalize(scope: Scope, value: Any) -> Any:
    """What stands in the message for an expression. What is marked as safe HTML, by Jinja alone, stays so."""
    return value if hasattr(value, "__html__") else _run(scope).text(value)


@pass_context
def counted(scope: Scope, value: Any) -> Iterator[str]:
    """The values of a field that has several, each counted."""
    run = _run(scope)
    for one in value if isinstance(value, list | tuple) else ():
        run.step()
        yield one


@pass_context
def _money(scope: Scope, value: Any) -> str:
    return money(_run(scope).context, value) if _is_number(value) else _run(scope).text(value)


@pass_context
def _number(scope: Scope, value: Any) -> str:
    return number(value) if _is_number(value) else _run(scope).text(value)


@pass_context
def _date(scope: Scope, value: Any) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(_run(scope).context.company.zone)
    return show_day(value) if isinstance(value, date) else _run(scope).text(value)


@pass_context
def _time(scope: Scope, value: Any) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(_run(scope).context.company.zone)
    return f"{value:%H:%M}" if isinstance(value, time | datetime) else _run(scope).text(value)


def _default(value: Any, instead: Any = "") -> Any:
    return instead if value is None or value in ("", []) else value


def _changed(change: Callable[[str], str]) -> Callable[[Scope, Any], str]:
    @pass_context
    def written(scope: Scope, value: Any) -> str:
        return change(_run(scope).text(value))

    return written


def _capital(text: str) -> str:
    """The first letter large; names within the text stay as they are."""
    return text[:1].upper() + text[1:]


@pass_context
def _shorten(scope: Scope, value: Any, most: Any = _SHORTENED) -> str:
    text, room = _run(scope).text(value), max(1, most) if isinstance(most, int) else _SHORTENED
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


@pass_context
def _join(scope: Scope, value: Any, between: Any = ", ") -> str:
    run = _run(scope)
    return run.text(between).join(value) if isinstance(value, list | tuple) else run.text(value)


@pass_context
def _words(scope: Scope, value: Any) -> str:
    run = _run(scope)
    currency = run.context.company.currency
    return amount_in_words(value, currency=currency) if _is_number(value) else run.text(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to write a value."""

    function: Callable[..., Any]
    help: Text
    most: int = 0
    """Arguments it takes."""


FILTERS = {
    "capitalize": Filter(_changed(_capital), _("The first letter large")),
    "date": Filter(_date, _("The day alone")),
    "default": Filter(_default, _('What stands there where nothing is known: default("you")'), 1),
    "join": Filter(_join, _('Several values, with what stands between them: join(" / ")'), 1),
    "lower": Filter(_changed(str.lower), _("Small letters")),
    "money": Filter(_money, _("With the currency")),
    "number": Filter(_number, _("Without the currency")),
    "time": Filter(_time, _("The time of day alone")),
    "trim": Filter(_changed(str.strip), _("Without spaces around it")),
    "truncate": Filter(_shorten, _("The beginning of it: truncate(40)"), 1),
    "upper": Filter(_changed(str.upper), _("Capital letters")),
    "words": Filter(_words, _("An amount written out")),
}
"""All that a template may do with a value."""
