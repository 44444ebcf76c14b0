"""An entity's fields under headings of their own, in its form and on its page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.i18n import Label

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that are read and typed together."""

    title: Label
    fields: tuple[str, ...]
    below: bool = False
    """Whether it stands beneath the lines of a document."""
    when: tuple[str, tuple[str, ...]] | None = None
    """The choice field, and its values with which the section means something; without them it is left out."""

    def means_something(self, record: object) -> bool:
        """Whether a record's page has it."""
        return self.when is None or getattr(record, self.when[0]) in self.when[1]


def parted(sections: Sequence[Section], named: Iterable[tuple[str, T]]) -> list[tuple[Section, list[T]]]:
    """What belongs to each section, in the order it names them; what none names ends the first one."""
    every = dict(named)
    first, *others = sections or (Section("", ()),)
    rest = every.keys() - {name for one in others for name in one.fields}
    names = [name for name in first.fields if name in rest]
    names += [name for name in every if name in rest and name not in first.fields]
    found = [(first, [every[name] for name in names])]
    found += [(one, [every[name] for name in one.fields if name in every]) for one in others]
    return [(one, items) for one, items in found if items]
