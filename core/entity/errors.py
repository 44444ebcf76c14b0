"""What can go wrong with a record, in words for people."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from core.i18n import Label


class InvalidError(ValueError):
    """Values that cannot be saved: field name to messages. The empty name is the record as a whole."""

    def __init__(self, errors: dict[str, list[Label]]) -> None:
        super().__init__(", ".join(f"{name}: {'; '.join(str(one) for one in texts)}" for name, texts in errors.items()))
        self.errors = errors

    @property
    def text(self) -> str:
        """All that is wrong, as one text."""
        return " ".join(str(text) for texts in self.errors.values() for text in texts)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, Label]]) -> "InvalidError | None":
        """Collect ``(field, message)`` pairs, or None where there are none."""
        errors: dict[str, list[Label]] = {}
        for name, text in pairs:
            errors.setdefault(name, []).append(text)
        return cls(errors) if errors else None


class RowErrorsError(ValueError):
    """Some of many rows cannot be saved: position to field errors. None of the rows was saved."""

    def __init__(self, rows: dict[int, dict[str, list[Label]]]) -> None:
        super().__init__(f"{len(rows)} rows cannot be saved")
        self.rows = rows


class StaleError(RuntimeError):
    """Somebody else saved the record since it was read; carries the record as it is now."""

    def __init__(self, record: Any) -> None:
        super().__init__("the record was changed by somebody else")
        self.record = record


class MissingError(LookupError):
    """There is no such record in this company, or it may not be seen: the two are not told apart."""

    def __init__(self, entity: str, record_id: UUID | str) -> None:
        super().__init__(f"{entity} {record_id}")
        self.entity, self.record_id = entity, record_id


class InUseError(RuntimeError):
    """The record cannot go while others point at it."""

    def __init__(self, uses: dict[str, int]) -> None:
        super().__init__(f"in use by {uses}")
        self.uses = uses
