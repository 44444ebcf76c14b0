"""Text as data: what a title says and what fills it in are kept apart, so that each reads it in their own language."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.entity.format import show_day
from core.i18n import Label, Text

Kept = dict[str, Any]
"""``{"text": …}`` as somebody typed it, or ``{"domain": …, "message": …, "arguments": {…}}``."""


def keep(label: Label) -> Kept:
    """A title as JSON. Days and moments among its arguments stay what they are until somebody reads it."""
    if isinstance(label, str):
        return {"text": label}
    arguments = {name: _argument(value) for name, value in label.arguments.items()}
    return {"domain": label.domain, "message": label.message, "arguments": arguments}


def _argument(value: Any) -> Any:
    if isinstance(value, Text):
        return keep(value)
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value if isinstance(value, int) else str(value)


def read(kept: Kept, zone: ZoneInfo) -> Label:
    """A title for somebody whose clock shows the time of ``zone``."""
    if "message" not in kept:
        return str(kept.get("text", ""))
    arguments = {name: _shown(value, zone) for name, value in kept.get("arguments", {}).items()}
    return Text(kept["domain"], kept["message"], arguments)


def _shown(value: Any, zone: ZoneInfo) -> Any:
    if not isinstance(value, dict):
        return value
    if "moment" in value:
        local = datetime.fromisoformat(value["moment"]).astimezone(zone)
        return f"{local:%H:%M} {show_day(local.date())}"
    if "day" in value:
        return show_day(date.fromisoformat(value["day"]))
    return read(value, zone)
