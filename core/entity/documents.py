"""What an entity says of itself that is a document: that it needs approval."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Approval:
    """A value that a record takes only after the people agreed whom the company has set for it."""

    field: str
    value: str
    amount: str = ""
    """The field with the money that a step may be limited by: *only from 50 million on*."""
    beyond: tuple[str, ...] = ()
    """Values that a record takes later still, and never without the approved one before."""

    @property
    def values(self) -> frozenset[str]:
        """The approved value and those beyond it."""
        return frozenset((self.value, *self.beyond))
