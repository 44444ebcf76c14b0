"""What a profile had to understand of the cells of a file: the dirt, counted."""

from dataclasses import dataclass

from core.i18n import translator

_ = translator("core")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that had to be understood of the cells of a column, and in how many of them."""

    kind: str
    """renamed; empty; written: one of several ways of writing days; wrong: rows that were left out."""
    column: str
    said: str
    meant: str
    count: int

    def __str__(self) -> str:
        template, meant = _FINDINGS[self.kind, bool(self.meant)], _ORDERS.get(self.meant, self.meant)
        return str(_(template.message, column=self.column, said=self.said, meant=meant))


_ORDERS = {"dmy": _("day, month, year"), "mdy": _("month, day, year")}
_FINDINGS = {
    ("renamed", True): _("%(column)s: “%(said)s” is read as “%(meant)s”"),
    ("empty", True): _("%(column)s: empty, “%(meant)s” is taken"),
    ("empty", False): _("%(column)s: empty"),
    ("wrong", False): _("not imported: %(said)s"),
    ("written", True): _("%(column)s: days written %(said)s are read as %(meant)s"),
}
