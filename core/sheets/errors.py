"""What every reader of files raises."""

from core.i18n import Label


class Rejected(ValueError):  # noqa: N818 - it tells what became of the file; nothing of ours failed
    """A file that is not read, with the reason and the remedy in words for whoever uploaded it."""

    def __init__(self, message: Label) -> None:
        super().__init__(message)
        self.message = message


class Scattered(Rejected):
    """The rows of a document do not stand together."""


def grouped(number: int) -> str:
    """A number in a message, in the grouping that reads the same in every language."""
    return f"{number:,}".replace(",", "\u00a0")
