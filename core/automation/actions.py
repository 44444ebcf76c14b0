"""What core's automations can do with records: set fields, create a record, give them owners in turn."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid5

from core.access.sharing import Targets, receivers
from core.automation.contract import Outcome, Task, WorkflowAction
from core.automation.values import Book, fill, paths_of, written
from core.context import Context
from core.entity.entity import Entity
from core.entity.errors import InvalidError
from core.entity.service import create_many, update_each
from core.i18n import translator
from core.notifications.kinds import AUTOMATION
from core.notifications.service import Notice, notify_many
from core.notifications.wording import keep
from core.rules.handing_out import hand_out

_ = translator("core")

SET, CREATE, ASSIGN, NOTIFY = "set", "create", "assign", "notify"
OWNER = "owner"
"""Of a notification: whoever owns the record."""


def record_actions() -> Iterable[WorkflowAction]:
    """The most used first."""
    return [
        WorkflowAction(name=SET, title=_("Set fields"), run=set_fields, icon="pencil", weight=1),
        WorkflowAction(name=CREATE, title=_("Create a record"), run=create, icon="plus", weight=2),
        WorkflowAction(name=ASSIGN, title=_("Give it an owner"), run=assign, icon="user-share", weight=3),
        WorkflowAction(name=NOTIFY, title=_("Notify colleagues"), run=tell, icon="bell", weight=4),
    ]


def set_fields(context: Context, tasks: Sequence[Task]) -> Mapping[UUID, Outcome]:
    """Fields of the record get other values; where they have them already nothing is changed."""
    book = Book(context, tasks, {path for task in tasks for path in paths_of(task.settings["values"])})
    changes = [(needed(task), written(context, book, task, task.resource, task.settings["values"])) for task in tasks]
    touched = {record.id for record in update_each(context, changes)}
    return {
        task.run: Outcome(
            {"changed": [one["field"] for one in task.settings["values"]] if record.id in touched else []}
        )
        for task, (record, _values) in zip(tasks, changes, strict=True)
    }


def create(context: Context, tasks: Sequence[Task]) -> Mapping[UUID, Outcome]:
    """A record for each."""
    target = context.resource(tasks[0].settings["entity"])
    book = Book(context, tasks, {path for task in tasks for path in paths_of(task.settings["values"])})
    rows = [written(context, book, task, target, task.settings["values"]) for task in tasks]
    made = create_many(context, target.model, rows)
    return {
        task.run: Outcome({"entity": target.name, "id": str(one.id), "title": one.title})
        for task, one in zip(tasks, made, strict=True)
    }


def assign(context: Context, tasks: Sequence[Task]) -> Mapping[UUID, Outcome]:
    """Records get owners in turn, going on where the step stopped last; whose they are already keeps them."""
    said, cause = tasks[0].settings, context.cause
    targets = Targets([UUID(one) for one in said.get("users", ())], [UUID(one) for one in said.get("departments", ())])
    people = receivers(context, targets)
    if not people or cause is None:
        raise InvalidError({"": [_("Nobody is left who could receive it.")]})
    given = hand_out(context, [needed(task) for task in tasks], people, uuid5(cause.chain[-1], tasks[0].path))
    return {
        task.run: Outcome({"owner": str(given[record])} if (record := needed(task).id) in given else {})
        for task in tasks
    }


def tell(context: Context, tasks: Sequence[Task]) -> Mapping[UUID, Outcome]:
    """By bell or e-mail, as each of them chose; whoever may not see the record hears nothing."""
    notices, told = [], {}
    for task in tasks:
        said = task.settings
        people = {UUID(one) for one in said["people"] if one != OWNER}
        if OWNER in said["people"] and task.record is not None and task.record.owner_id is not None:
            people.add(task.record.owner_id)
        title, body = fill(context, task, said["title"]), fill(context, task, said.get("text") or "")
        about = (task.resource.name, task.record.id) if task.record is not None else (None, None)
        notices += [
            Notice(
                user_id=one, kind=AUTOMATION, title=keep(title), body=body, entity=about[0], record_id=about[1],
                dedupe_key=str(task.key),
            )
            for one in sorted(people)
        ]  # fmt: skip
        told[task.run] = Outcome({"people": len(people)}, "done" if people else "skipped")
    notify_many(context, notices)
    return told


def needed(task: Task) -> Entity:
    """The record of a task. Raises InvalidError where the run is about none."""
    if task.record is None:
        raise InvalidError({"": [_("This run is about no record.")]})
    return task.record
