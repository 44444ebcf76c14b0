"""The colours people may give to what they set up, such as the stages of a pipeline."""

from core.entity.fields import Choice
from core.i18n import translator

_ = translator("core")

COLORS = (
    Choice("blue", _("Blue"), "blue"),
    Choice("green", _("Green"), "green"),
    Choice("yellow", _("Yellow"), "yellow"),
    Choice("orange", _("Orange"), "orange"),
    Choice("red", _("Red"), "red"),
    Choice("purple", _("Purple"), "purple"),
    Choice("teal", _("Teal"), "teal"),
    Choice("pink", _("Pink"), "pink"),
    Choice("secondary", _("Grey"), "secondary"),
)
"""The choices of a field that holds one: ``color: Mapped[str] = choice(_("Colour"), *COLORS)``."""
