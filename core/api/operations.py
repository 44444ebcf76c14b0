"""The operations of every entity: method, address, right, and each answer that each of them can give."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.entity.entity import Resource
from core.entity.identity import identifying
from core.i18n import Text, translator

_ = translator("core")

ONE = "/<uuid:record_id>"
_LET_IN = (401, 403, 404, 429)
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
    owned: bool = False
    """Only of entities whose records belong to somebody."""
    large: bool = False
    """Many records are a job's: then the answer is 202, with what there is to wait for."""
    merges: bool = False
    """Only of entities whose records may be merged."""
    identifies: bool = False
    """Only of entities with fields that tell who a record is about."""
    prints: bool = False
    """Only of entities that can be put on paper."""
    entity: str = ""
    """Only of this one."""

    @property
    def sends(self) -> bool:
        """Whether it has a body."""
        return _SENT[0] in self.errors

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
    Operation(
        "share",
        "POST",
        "/share",
        "share",
        _("Share: %(entity)s"),
        200,
        (*_LET_IN, *_KEYED, *_SENT),
        owned=True,
        large=True,
    ),
    Operation(
        "transfer",
        "POST",
        "/transfer",
        "transfer",
        _("Give new owners: %(entity)s"),
        200,
        (*_LET_IN, *_KEYED, *_SENT),
        owned=True,
        large=True,
    ),
    Operation(
        "merge",
        "POST",
        "/merge",
        "edit",
        _("Make several records one: %(entity)s"),
        200,
        (*_LET_IN, *_KEYED, *_SENT),
        merges=True,
    ),
    Operation(
        "regroup",
        "POST",
        "/regroup",
        "edit",
        _("Move between groups: %(entity)s"),
        200,
        (*_LET_IN, *_KEYED, *_SENT),
        large=True,
        entity="core.customer",
    ),
    Operation(
        "duplicates",
        "GET",
        "/duplicates",
        "create",
        _("Who is there already: %(entity)s"),
        200,
        (*_LET_IN, 422),
        identifies=True,
    ),
    Operation(
        "ask",
        "POST",
        f"{ONE}/ask",
        "see",
        _("Ask whoever owns it for access: %(entity)s"),
        202,
        (*_LET_IN, *_KEYED, *_SENT),
        owned=True,
    ),
    Operation(
        "access", "GET", f"{ONE}/visibility", "see", _("Who sees it, and why: %(entity)s"), 200, _LET_IN, owned=True
    ),
    Operation(
        "pdf", "GET", f"{ONE}/print/<name>", "see", _("Print, as PDF: %(entity)s"), 200, (*_LET_IN, 422), prints=True
    ),
    Operation("changes", "GET", f"{ONE}/changes", "see", _("Change log: %(entity)s"), 200, (*_LET_IN, 422)),
)


def operations_of(resource: Resource) -> Iterator[Operation]:
    """The operations that an entity has."""
    for operation in OPERATIONS:
        has = (
            operation.verb in resource.verbs
            and (resource.owned or not operation.owned)
            and (resource.merges or not operation.merges)
            and (bool(identifying(resource.model)) or not operation.identifies)
            and (bool(resource.prints) or not operation.prints)
            and operation.entity in {"", resource.name}
        )
        if has:
            yield operation
