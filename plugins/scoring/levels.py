"""The stars (SCO-01), and whether scores fade: set once for the company."""

from collections.abc import Sequence

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError

from .ledger import locked
from .models import LEVELS, Settings

_ = sdk.translator("plugins.scoring")
RATE = "scoring.rate"
MOST = 1_000_000
MOST_DAYS = 3650


def read(context: Context) -> Settings:
    """The company's settings; those that everybody begins with where it has none yet."""
    found = context.session.scalar(sa.select(Settings).where(Settings.tenant_id == context.tenant))
    return found or Settings(levels=list(LEVELS), decay_percent=0, decay_days=30)


def save(context: Context, levels: Sequence[int], *, decay_percent: int, decay_days: int) -> None:
    """Set the points of each star and how scores fade. An administrator's right.

    Raises :class:`core.sdk.InvalidError` naming what cannot be.
    """
    context.require("*", "admin")
    problems: dict[str, list[sdk.Text]] = {}
    if list(levels) != sorted(set(levels)) or not 0 < levels[0] <= levels[-1] <= MOST or len(levels) != len(LEVELS):
        problems["levels"] = [_("Each star takes more points than the one before, the first at least one.")]
    if not 0 <= decay_percent <= 100:  # noqa: PLR2004 # percent
        problems["decay_percent"] = [_("Between 0 and 100 percent.")]
    if not 1 <= decay_days <= MOST_DAYS:
        problems["decay_days"] = [_("Between 1 and %(n)s days.", n=MOST_DAYS)]
    if problems:
        raise InvalidError(problems)  # type: ignore[arg-type] # texts are labels
    settings = locked(context)
    before, others = _said(settings), settings.levels != list(levels)
    settings.levels, settings.decay_percent, settings.decay_days = list(levels), decay_percent, decay_days
    context.session.flush()
    sdk.note_settings(context, _("Setting up potential ratings"), before, _said(settings))
    if others:
        sdk.enqueue(context, RATE)


def _said(settings: Settings) -> str:
    """The settings as the audit tells them."""
    levels = " · ".join(f"{number}★ {points}" for number, points in enumerate(settings.levels, 1))
    return f"{levels} · −{settings.decay_percent} % / {settings.decay_days}" if settings.decay_percent else levels
