"""Taking a bulk operation of any kind back."""

from uuid import UUID

from core.bulk.handlers import HANDLERS
from core.bulk.merging import unmerge
from core.bulk.models import BulkOperation
from core.bulk.service import ask_undo, get
from core.context import Context


def undo(context: Context, operation_id: UUID) -> BulkOperation:
    """Take back one's own operation, within thirty days; a large one by a job.

    Raises MissingError, and InvalidError where it is too late. Of two who do so at once the second finds it done.
    """
    operation = get(context, operation_id, lock=True)
    if operation.kind == "merge":
        unmerge(context, operation)
    else:
        ask_undo(context, operation, HANDLERS[operation.kind])
    return operation
