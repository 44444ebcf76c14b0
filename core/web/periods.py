"""The period of a page that adds something up: one with a name, or from one day to another, as the address says."""

from dataclasses import dataclass
from typing import Any

from flask import request

from core.context import Context
from core.entity.presets import PRESETS
from core.i18n import Label, translator
from core.reports.definition import RANGE
from core.reports.periods import Days, read_days

_ = translator("core")

OWN_DAYS = "days"
"""In place of a preset: the period is from one day to another."""
_FUTURE = frozenset(("tomorrow", "next_week", "next_month", "next_7_days", "next_30_days"))


@dataclass(frozen=True, slots=True)
class Period:
    """What was asked for, for the rule that needs days and the select that shows what was chosen."""

    name: str
    days: Days
    ahead: bool = False

    @property
    def options(self) -> list[dict[str, Any]]:
        """What the select offers."""
        offered = {name: title for name, title in periods().items() if name and (self.ahead or name not in _FUTURE)}
        return [{"value": name, "title": title, "on": name == self.name} for name, title in offered.items()]


def periods() -> dict[str, Label]:
    """All that people ask for by name: always, what has been, days of one's own, then what will be."""
    titles: dict[str, Label] = {name: title for name, (title, _of) in PRESETS.items()}
    past = {name: title for name, title in titles.items() if name not in _FUTURE}
    return {
        "": _("All time"),
        **past,
        OWN_DAYS: _("From one day to another…"),
        **{name: titles[name] for name in titles if name in _FUTURE},
    }


def asked_period(turn: Context, usual: str = "this_month") -> Period:
    """The period of the address; the usual one where it names none."""
    name, today = request.args.get("period", usual), turn.today()
    text = f"{request.args.get('first', '')}{RANGE}{request.args.get('last', '')}" if name == OWN_DAYS else name
    try:
        return Period(name, read_days(text, today))
    except (KeyError, ValueError, OverflowError):
        return Period(usual, read_days(usual, today))
