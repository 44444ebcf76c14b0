"""Every kind of deed, by its name."""

from core.acts import sharing
from core.acts.parts import Deed
from core.customers import grouping
from core.rules import deeds as rules
from core.rules import recalling

DEEDS: dict[str, Deed] = {**sharing.DEEDS, **grouping.DEEDS, **rules.DEEDS, **recalling.DEEDS}
