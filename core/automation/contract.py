"""What plugins contribute to automations: further actions, and ways to reach people."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from core.entity.entity import Entity, Resource
from core.entity.fields import Choice
from core.i18n import Label

if TYPE_CHECKING:
    from core.context import Context
    from core.jobs.work import Work


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """Something that is said of a step: a text, a number, a choice, a tick."""

    name: str
    title: Label
    kind: str = "text"
    """text, long_text, integer, choice or boolean. Texts may hold ``{{ fields }}``, which are filled in."""
    choices: tuple[Choice, ...] = ()
    required: bool = True
    help: Label = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A step to be done for one record."""

    run: UUID
    key: UUID
    """The same however often it is attempted: for whoever can tell a repetition by it."""
    resource: Resource
    record: Entity | None
    """None where the run is about no record, as one that a web address starts may be."""
    settings: Mapping[str, Any]
    """What was said of the step, its texts filled in."""
    input: Mapping[str, Any]
    """What started the run: old and new values, or what a request brought."""
    event: str
    path: str
    """The step."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task."""

    result: Mapping[str, Any] = field(default_factory=dict)
    """For the run's page, as JSON knows it."""
    state: str = "done"
    """done, or skipped where there was a reason not to; *sending* is core's own."""
    job_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkflowAction:
    """Something an automation can do."""

    name: str
    """Kept in rules: with the plugin's name before it, such as ``kennel.greet``."""
    title: Label
    run: "Callable[[Context, Sequence[Task]], Mapping[UUID, Outcome] | None]"
    """Does it for a set of tasks in the caller's transaction, all or none; outcomes by run, *done* where none is said.

    What it raises fails the task that it was for, found by trying fewer of them. Effects outside the database are jobs.
    """
    settings: tuple[Setting, ...] = ()
    icon: str = "bolt"
    entities: tuple[str, ...] = ()
    """Whose records it is for; of all where none is named."""
    weight: int = 50
    plugin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What is to be sent to one person."""

    to: str
    """The number or address, as its field holds it."""
    subject: str
    text: str
    html: str
    """Of channels with a subject; the text says the same."""
    key: UUID
    """The same however often it is attempted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageChannel:
    """A way to reach people."""

    name: str
    """Kept in rules."""
    title: Label
    channel: str
    """What consent and “do not contact” know it by: email, sms, zalo or phone. It says which fields hold addresses."""
    prepare: "Callable[[Context, Work, Message], Callable[[UUID], Any]]"
    """Reads what sending needs, such as the company's key, and gives the function that sends.

    That one is called outside any transaction, with the message's key, and must not use the session. It raises
    :class:`core.sdk.NotSentError` where certainly nobody took it; any other error leaves that open.
    """
    idempotent: bool = False
    """The other side sends a message of one key once, however often it is asked to."""
    subject: bool = False
    """Its messages have a subject."""
    icon: str = "send"
    weight: int = 50
    plugin: str = ""
