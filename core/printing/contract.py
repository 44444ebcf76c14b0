"""What plugins say of paper: which prints their records have, and how a document is to be paid."""

from dataclasses import dataclass

from core.i18n import Label


@dataclass(frozen=True, kw_only=True, slots=True)
class Print:
    """One way to put a record on paper."""

    name: str
    """Short and stable: it stands in addresses."""
    title: Label
    template: str
    """A template of the plugin, ``kennel/slip.html``, that extends ``print/document.html``."""
    size: str = "A4"
    """A4, A5, or 80mm for the roll of a till."""
