"""Taking a deed of any kind back."""

from uuid import UUID

from core.acts.deeds import DEEDS
from core.acts.merging import unmerge
from core.acts.models import Act
from core.acts.service import ask_undo, get
from core.context import Context


def undo(context: Context, act_id: UUID) -> Act:
    """Take back one's own deed, within thirty days; a large one by a job.

    Raises MissingError, and InvalidError where it is too late. Of two who do so at once the second finds it done.
    """
    act = get(context, act_id, lock=True)
    if act.kind == "merge":
        unmerge(context, act)
    else:
        ask_undo(context, act, DEEDS[act.kind])
    return act
