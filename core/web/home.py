"""The first page: what this person should do now, then their numbers."""

from typing import Any

from flask import Blueprint, render_template

from core.db.base import now
from core.i18n import translator
from core.tours import untaken
from core.web.gate import context
from core.web.tours import shown

_ = translator("core")
blueprint = Blueprint("home", __name__)
NOON, EVENING = 11, 18


@blueprint.get("/")
def home() -> str:
    """Cards of all active modules, and first steps while there is little to show."""
    turn = context()
    cards = [
        {
            "title": card.title,
            "kind": "list" if card.items else "number",
            "value": card.value,
            "text": card.text,
            "url": card.url,
            "items": card.items,
        }
        for card in turn.hooks.cards(turn)
    ]
    start = _first_steps(cards)
    return render_template(
        "home.html", cards=cards, greeting=_greeting(), date_text=_today(), start=start,
        tours=[] if cards and not start else shown(turn, untaken(turn)),
    )  # fmt: skip


def _greeting() -> Any:
    turn = context()
    hour = now().astimezone(turn.zone).hour
    name = turn.user.name.split()[-1] if turn.user and turn.user.name.split() else ""
    if hour < NOON:
        return _("Good morning, %(name)s", name=name)
    return _("Good afternoon, %(name)s", name=name) if hour < EVENING else _("Good evening, %(name)s", name=name)


def _today() -> str:
    from babel.dates import format_date

    from core.i18n import current_locale

    turn = context()
    return format_date(now().astimezone(turn.company.zone).date(), "full", locale=current_locale())


def _first_steps(cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Shown to an administrator whose company is still empty."""
    turn = context()
    if not turn.grants.admin or any(str(card["value"]) not in {"", "0"} or card["items"] for card in cards):
        return []
    return [
        {
            "title": _("Bring your customers in"),
            "text": _("From the Excel file you have; nothing is saved before you have seen it."),
            "url": "/customers/import",
            "label": _("Import"),
        },
        {
            "title": _("Add your first customer"),
            "text": _("A name is enough to begin with."),
            "url": "/customers/new",
            "label": _("Add new"),
        },
        {
            "title": _("Switch on what you need"),
            "text": _("Modules can be switched on and off at any time; nothing is lost."),
            "url": "/settings/modules",
            "label": _("Modules"),
        },
    ]
