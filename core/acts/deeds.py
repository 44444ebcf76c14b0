"""Every kind of deed, by its name."""

from core.acts import sharing
from core.acts.parts import Deed
from core.customers import grouping

DEEDS: dict[str, Deed] = {**sharing.DEEDS, **grouping.DEEDS}
