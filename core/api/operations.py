"""The operations of every entity: method, address, right, and each answer that each of them can give."""

from dataclasses import dataclass

from core.i18n import Text, translator

_ = translator("core")

ONE = "/<uuid:record_id>"
_LET_IN = (401, 403, 404)
_KEYED = (409, 422)
_SENT = (400, 413, 415)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, the same for all entities."""

    name: str
    method: str
    rule: str
    verb: str
    """The right it needs; an entity that knows no such verb has no such operation."""
    summary: Text
    success: int
    errors: tuple[int, ...]

    @property
    def sends(self) -> str:
        """Which schema the body has: ``Create``, ``Change`` or none."""
        return self.name.capitalize() if self.name in {"create", "change"} else ""

    @property
    def writes(self) -> bool:
        """Whether it may carry an idempotency key."""
        return self.method != "GET"


OPERATIONS = (
    Operation("list", "GET", "", "see", _("List: %(entity)s"), 200, (*_LET_IN, 422)),
    Operation("create", "POST", "", "create", _("Create: %(entity)s"), 201, (*_LET_IN, *_KEYED, *_SENT)),
    Operation("read", "GET", ONE, "see", _("Read: %(entity)s"), 200, _LET_IN),
    Operation("change", "PATCH", ONE, "edit", _("Change: %(entity)s"), 200, (*_LET_IN, *_KEYED, *_SENT, 412, 428)),
    Operation(
        "delete", "DELETE", ONE, "delete", _("Put into the recycle bin: %(entity)s"), 204, (*_LET_IN, *_KEYED, 412, 428)
    ),
    Operation(
        "restore",
        "POST",
        f"{ONE}/restore",
        "delete",
        _("Take out of the recycle bin: %(entity)s"),
        200,
        (*_LET_IN, *_KEYED),
    ),
    Operation("changes", "GET", f"{ONE}/changes", "see", _("Change log: %(entity)s"), 200, (*_LET_IN, 422)),
)
