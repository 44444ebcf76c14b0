"""Slips at the front desk: a way to reach people that automations may use, and a tag for the cage as an action."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from core import sdk
from core.sdk import Context, Message, MessageChannel, Outcome, Setting, Task, Work, WorkflowAction
from hooks import hookimpl

_ = sdk.translator("ghep_kennel")


def print_slip(_context: Context, work: Work, message: Message) -> Callable[[UUID], str]:
    """A file that the desk's printer takes; one key is one file, however often it is written."""
    folder = work.settings.var / "slips"

    def write(key: UUID) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{key}.txt").write_text(f"{message.to}\n{message.text}\n", encoding="utf-8")
        return f"{key}.txt"

    return write


@hookimpl
def message_channels() -> list[MessageChannel]:
    """Somebody at the desk takes the slip and calls."""
    return [
        MessageChannel(
            name="kennel_slip",
            title=_("Slip to call"),
            channel="phone",
            prepare=print_slip,
            idempotent=True,
            icon="printer",
        )
    ]


def tag(_context: Context, tasks: Sequence[Task]) -> Mapping[UUID, Outcome]:
    """What stands on the tag of each cage; it is kept with the run."""
    return {
        task.run: Outcome({"tag": f"{task.record.title} · {task.settings['room']}"}) for task in tasks if task.record
    }


@hookimpl
def workflow_actions() -> list[WorkflowAction]:
    """Of stays alone."""
    room = Setting(name="room", title=_("Room"))
    return [
        WorkflowAction(
            name="kennel.tag",
            title=_("Write the tag of the cage"),
            run=tag,
            settings=(room,),
            icon="tag",
            entities=("kennel.stay",),
        )
    ]
