"""The activities, each an entity of its own with the fields and states people know (O-23, ACT-01 … ACT-14)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.access.models import User
from core.customers.models import Contact, Customer
from core.db.base import TenantRow, reference
from core.entity.entity import Entity
from core.entity.fields import Choice, choice, field, link, links
from core.entity.kinds import AnyRecord, File, LongText
from core.i18n import Label, translator

_ = translator("core")

PLANNED = Choice("planned", _("Planned"), "yellow")
HELD = Choice("held", _("Completed"), "green", final=True)
NEW = Choice("new", _("New"), "blue")
WORKING = Choice("working", _("In progress"), "yellow")
DONE = Choice("done", _("Finished"), "green", final=True)
PAUSED = Choice("paused", _("Paused"), "secondary")
POSTPONED = Choice("postponed", _("Postponed"), "orange")
NOT_STARTED = Choice("not_started", _("Not carried out yet"), "blue")
STARTED = Choice("started", _("Being carried out"), "yellow")
CARRIED_OUT = Choice("carried_out", _("Carried out"), "green", final=True)
CALLED_OFF = Choice("called_off", _("Called off"), "red", final=True)
HIGH, MEDIUM, LOW = (
    Choice("high", _("High"), "red"),
    Choice("medium", _("Medium"), "yellow"),
    Choice("low", _("Low"), "secondary"),
)
BELL, MAIL = Choice("bell", _("By the bell in the browser")), Choice("mail", _("By e-mail"))
BEFORE = (
    Choice("0", _("When it begins")),
    Choice("5", _("5 minutes before")),
    Choice("15", _("15 minutes before")),
    Choice("30", _("30 minutes before")),
    Choice("60", _("1 hour before")),
    Choice("1440", _("1 day before")),
)
"""Values are minutes."""


class Activity(Entity):
    """Something done for a customer, or for whatever else a trade works on."""

    customer: Mapped[Customer | None] = link(_("Customer"), aliases=("khách hàng", "tên khách hàng"))
    about: Mapped[AnyRecord | None] = field(_("Related to"), listed=False)

    @classmethod
    def happened(cls) -> sa.ColumnElement[datetime]:
        """Where it stands among what happened to a record, in SQL."""
        return cls.__table__.c.created_at


class Plan(Activity):
    """An activity with a time, a state and people: it stands in the calendar and is reminded of."""

    assignees: Mapped[list[User]] = links(
        _("Assigned to"), listed=False, help=_("They see and edit it, beside whoever is responsible.")
    )
    remind_before: Mapped[str | None] = choice(_("Remind"), *BEFORE, listed=False)
    remind_by: Mapped[list[str]] = choice(_("Way of reminding"), BELL, MAIL, listed=False)
    note: Mapped[LongText | None] = field(_("Note"), personal=True, listed=False)
    ended: Mapped[datetime | None] = field(_("Completed at"), listed=False, readonly=True)

    repeats: Mapped[str | None] = mapped_column(sa.String(200), sort_order=69)
    """The rule it repeats by, with the moment it begins at (RFC 5545)."""
    series_id: Mapped[UUID | None] = mapped_column(sa.Uuid, sort_order=70)
    """What repeats knows its other days by this; the rule stands in ``repeats`` of each."""
    series_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True), sort_order=71)
    """The moment it was made for, wherever it was moved since."""

    occasion: ClassVar[bool] = False
    """Whether it takes place when it starts, as a meeting does, and is not work that is done by an end."""

    outcome: ClassVar[tuple[str, ...]] = ("note",)
    """What is asked for when it is closed."""

    @classmethod
    def prepare(cls) -> None:
        """With an index to walk a series by."""
        super().prepare()
        series = ("tenant_id", "series_id", "series_at")
        some = sa.text("series_id IS NOT NULL")
        index = sa.Index(f"ix_{cls.__tablename__}_series", *series, postgresql_where=some)
        cls.__table_args__ = (*cls.__table_args__, index)

    @classmethod
    def happened(cls) -> sa.ColumnElement[datetime]:
        """When it was completed; of an occasion that was written down afterwards, when it took place."""
        columns = cls.__table__.c
        return sa.func.least(columns.starts, columns.ended) if cls.occasion else columns.ended

    @classmethod
    def due(cls) -> sa.ColumnElement[datetime | None]:
        """When it is to happen, in SQL; of a call, which has no end, its start."""
        columns = cls.__table__.c
        return sa.func.coalesce(columns.starts, columns.ends) if "ends" in columns else columns.starts


class Call(Plan):
    """A telephone call, made or planned."""

    __tablename__ = "core_call"
    occasion = True
    outcome = ("result", "minutes", "note")

    subject: Mapped[str] = field(_("What it is about"), search=True, personal=True, aliases=("mô tả",))
    state: Mapped[str] = choice(_("State"), PLANNED, HELD, aliases=("tình trạng",))
    starts: Mapped[datetime] = field(_("Starts"), sort=True, aliases=("ngày bắt đầu", "thời gian"))
    minutes: Mapped[int | None] = field(_("Duration"), unit=_("minutes"), minimum=0, maximum=1440, listed=False)
    direction: Mapped[str] = choice(
        _("Direction"), Choice("out", _("Outgoing"), "blue"), Choice("in", _("Incoming"), "green"), listed=False
    )
    result: Mapped[str | None] = choice(
        _("Result"),
        Choice("reached", _("Talked to them"), "green"),
        Choice("no_answer", _("No answer"), "orange"),
        Choice("busy", _("Busy"), "yellow"),
        Choice("again", _("To be called again"), "blue"),
        Choice("wrong_number", _("Wrong number"), "red"),
    )
    contacts: Mapped[list[Contact]] = links(_("Contacts"), listed=False)


class Meeting(Plan):
    """Meeting somebody, at a place."""

    __tablename__ = "core_meeting"
    occasion = True
    outcome = ("result", "note")

    subject: Mapped[str] = field(_("What it is about"), search=True, personal=True, aliases=("mô tả",))
    state: Mapped[str] = choice(_("State"), PLANNED, HELD, aliases=("tình trạng",))
    starts: Mapped[datetime] = field(_("Starts"), sort=True, aliases=("ngày bắt đầu", "thời gian"))
    ends: Mapped[datetime | None] = field(_("Ends"), aliases=("ngày kết thúc",))
    place: Mapped[str | None] = field(_("Place"), personal=True, listed=False, aliases=("địa điểm",))
    contacts: Mapped[list[Contact]] = links(_("Participants"), listed=False)
    result: Mapped[LongText | None] = field(_("Result"), personal=True, listed=False)

    def check(self) -> Iterable[tuple[str, Label]]:
        """It ends after it began."""
        return _in_order(self.starts, self.ends)


class Task(Plan):
    """Work somebody has to do (ACT-07)."""

    __tablename__ = "core_task"

    subject: Mapped[str] = field(_("Topic"), search=True, personal=True, aliases=("chủ đề", "công việc"))
    state: Mapped[str] = choice(_("State"), NEW, WORKING, DONE, PAUSED, POSTPONED, aliases=("tình trạng",))
    priority: Mapped[str] = choice(_("Priority"), HIGH, MEDIUM, LOW, default="medium", aliases=("ưu tiên",))
    starts: Mapped[datetime | None] = field(_("Start date"), sort=True, aliases=("ngày bắt đầu",))
    ends: Mapped[datetime | None] = field(_("End date"), sort=True, aliases=("ngày kết thúc", "hạn hoàn thành"))
    progress: Mapped[int] = field(_("Progress"), default=0, minimum=0, maximum=100, unit="%", listed=False)

    def check(self) -> Iterable[tuple[str, Label]]:
        """It ends after it began."""
        return _in_order(self.starts, self.ends)


class TransactionType(Entity):
    """What dealings with customers are sorted by, such as advice, warranty or care."""

    __tablename__ = "core_transaction_type"

    name: Mapped[str] = field(_("Type of transaction"), search=True, sort=True, unique=True, length=80)


class Transaction(Plan):
    """A dealing with a customer that people are given to carry out until a day (ACT-12)."""

    __tablename__ = "core_transaction"
    outcome = ("assessment", "note")

    name: Mapped[str] = field(_("Transaction name"), search=True, personal=True, aliases=("tên giao dịch",))
    type: Mapped[TransactionType | None] = link(_("Type of transaction"), aliases=("loại giao dịch",))
    state: Mapped[str] = choice(_("State"), NOT_STARTED, STARTED, CARRIED_OUT, CALLED_OFF, aliases=("trạng thái",))
    priority: Mapped[str] = choice(_("Priority"), HIGH, MEDIUM, LOW, default="medium", aliases=("mức ưu tiên",))
    starts: Mapped[datetime] = field(_("Start date"), sort=True, aliases=("ngày bắt đầu",))
    ends: Mapped[datetime] = field(_("Due by"), sort=True, aliases=("hạn hoàn thành",))
    assessment: Mapped[LongText | None] = field(_("Assessment"), personal=True, listed=False, aliases=("đánh giá",))
    document: Mapped[File | None] = field(_("Document"), listed=False)

    def check(self) -> Iterable[tuple[str, Label]]:
        """It is due after it began."""
        return _in_order(self.starts, self.ends)


class Note(Activity):
    """Something to remember of a customer."""

    __tablename__ = "core_note"

    subject: Mapped[str | None] = field(_("Note title"), search=True, personal=True, length=120, aliases=("tiêu đề",))
    text: Mapped[LongText] = field(_("Note text"), personal=True, aliases=("ghi chú", "nội dung"))
    pinned: Mapped[bool] = field(_("Pinned"), listed=False)


class Document(Activity):
    """A file kept with a customer (ACT-14)."""

    __tablename__ = "core_document"

    name: Mapped[str] = field(_("Document name"), search=True, personal=True, aliases=("tên tài liệu",))
    file: Mapped[File] = field(_("File"))
    note: Mapped[LongText | None] = field(_("Note"), personal=True, listed=False)


class Comment(Activity):
    """What colleagues say to each other about a record; customers never see it (LEA-10)."""

    __tablename__ = "core_comment"

    text: Mapped[str] = field(_("Comment"), search=True, personal=True, length=2000)
    mentions: Mapped[list[User]] = links(_("Mentioned"), listed=False)


class CheckIn(TenantRow):
    """A picture taken at a call or a meeting, with the place and the moment; written once and never changed."""

    __tablename__ = "core_check_in"
    __table_args__ = (
        reference("call_id", "core_call", ondelete="CASCADE"),
        reference("meeting_id", "core_meeting", ondelete="CASCADE"),
        reference("photo_id", "core_file", ondelete="CASCADE"),
        reference("user_id", "core_user"),
        sa.Index("ix_core_check_in_call", "tenant_id", "call_id"),
        sa.Index("ix_core_check_in_meeting", "tenant_id", "meeting_id"),
        sa.CheckConstraint("num_nonnulls(call_id, meeting_id) = 1", name="one_occasion"),
    )

    call_id: Mapped[UUID | None]
    meeting_id: Mapped[UUID | None]
    photo_id: Mapped[UUID]
    user_id: Mapped[UUID | None]
    latitude: Mapped[Decimal] = mapped_column(sa.Numeric(9, 6))
    longitude: Mapped[Decimal] = mapped_column(sa.Numeric(9, 6))
    accuracy: Mapped[int]
    """In metres."""
    taken_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))

    @classmethod
    def of(cls, model: type[Activity]) -> sa.Column[UUID | None] | None:
        """The column that names the record of an entity; None for one that nobody checks in at."""
        columns: dict[type[Activity], sa.Column[UUID | None]] = {
            Call: cls.__table__.c.call_id,
            Meeting: cls.__table__.c.meeting_id,
        }
        return columns.get(model)


PLANS: tuple[type[Plan], ...] = (Call, Meeting, Task, Transaction)
ACTIVITIES: tuple[type[Activity], ...] = (*PLANS, Note, Document, Comment)


def _in_order(starts: datetime | None, ends: datetime | None) -> Iterable[tuple[str, Label]]:
    if starts and ends and ends < starts:
        yield "ends", _("This lies before the start.")
