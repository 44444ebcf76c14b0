"""Leads, how they are dealt out, and how soon they are to be answered."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID

from core.sdk import (
    PARTY,
    Address,
    AnyRecord,
    Choice,
    Contact,
    Customer,
    Email,
    Entity,
    LongText,
    Mapped,
    Money,
    Phone,
    Source,
    Text,
    User,
    choice,
    field,
    link,
    links,
    translator,
)
from plugins.catalog.api import Product

_ = translator("plugins.leads")

INDIVIDUAL = Choice("individual", _("Individual"), "green")
ORGANISATION = Choice("organisation", _("Organisation"), "blue")

NEW = Choice("new", _("Potential"), "blue")
CONTACTING = Choice("contacting", _("Being contacted"), "yellow")
INTERESTED = Choice("interested", _("In need"), "orange")
BOUGHT = Choice("bought", _("Has bought"), "green", final=True)
CONVERTED = frozenset((INTERESTED.value, BOUGHT.value))
"""Columns of leads that became customers; there is no way back from them."""

CARING = Choice("caring", _("Being cared for"), "green")
AUTOMATIC = Choice("automatic", _("To be assigned automatically"), "blue")
STOPPED = Choice("stopped", _("Care stopped"), "secondary", final=True)

WAITING = Choice("waiting", _("Waiting for an answer"), "yellow")
IN_TIME = Choice("in_time", _("Answered in time"), "green")
LATE = Choice("late", _("Not answered in time"), "red")


class Lead(Entity):
    """Somebody who may become a customer."""

    __tablename__ = "leads_lead"

    name: Mapped[str] = field(
        _("Full name"), search=True, sort=True, personal=True, length=120, aliases=("họ tên", "tên", "name")
    )
    kind: Mapped[str] = choice(_("Kind"), INDIVIDUAL, ORGANISATION, listed=False, aliases=("loại khách hàng",))
    company: Mapped[str | None] = field(
        _("Company name"), search=True, personal=True, aliases=("tên công ty", "công ty", "company")
    )
    mobile: Mapped[Phone | None] = field(
        _("Mobile"), search=True, identifies=PARTY, aliases=("sđt", "số di động", "điện thoại", "phone")
    )
    email: Mapped[Email | None] = field(_("E-mail"), search=True, identifies=PARTY)
    position: Mapped[str | None] = field(_("Position"), listed=False, length=80, aliases=("chức vụ",))
    address: Mapped[Address | None] = field(_("Address"), listed=False)
    source: Mapped[Source | None] = link(_("Source"), aliases=("nguồn",))
    state: Mapped[str] = choice(_("State"), NEW, CONTACTING, INTERESTED, BOUGHT, aliases=("tình trạng",))
    care: Mapped[str] = choice(_("Care"), CARING, AUTOMATIC, STOPPED, listed=False, aliases=("tình trạng chăm sóc",))
    stop_reason: Mapped[LongText | None] = field(_("Why care was stopped"), listed=False)
    product: Mapped[Product | None] = link(_("Product of interest"), aliases=("sản phẩm quan tâm",))
    fills_in: Mapped[bool] = field(
        _("Name the opportunity by the product"), default=True, listed=False,
        help=_("The opportunity is called by product and telephone, and its amount is the product's price."),
    )  # fmt: skip
    opportunity_name: Mapped[str | None] = field(_("Opportunity name"), listed=False, aliases=("tên cơ hội",))
    amount: Mapped[Money | None] = field(_("Amount"), minimum=0, aliases=("số tiền", "doanh số dự kiến"))
    note: Mapped[LongText | None] = field(_("Description"), personal=True, listed=False, aliases=("ghi chú", "mô tả"))
    respond_by: Mapped[datetime | None] = field(_("Answer by"), listed=False, sort=True, readonly=True)
    responded_at: Mapped[datetime | None] = field(_("First answered"), listed=False, readonly=True)
    response: Mapped[str | None] = choice(_("First answer"), WAITING, IN_TIME, LATE, readonly=True)
    customer: Mapped[Customer | None] = link(_("Customer"), listed=False, readonly=True)
    contact: Mapped[Contact | None] = link(_("Contact"), listed=False, readonly=True)
    opportunity: Mapped[AnyRecord | None] = field(_("Opportunity"), listed=False, readonly=True)
    converted_at: Mapped[datetime | None] = field(_("Converted"), listed=False, readonly=True)
    external_id: Mapped[str | None] = field(
        _("Number at the sender"), listed=False, readonly=True, unique=True, length=160
    )
    if TYPE_CHECKING:
        customer_id: Mapped[UUID | None]
        contact_id: Mapped[UUID | None]

    def check(self) -> Iterator[tuple[str, Text]]:
        """An organisation has a name, and people are to be reached; who is not cared for any more, for a reason."""
        if self.kind == ORGANISATION.value and not self.company:
            yield "company", _("An organisation has a name.")
        if self.care == STOPPED.value and not self.stop_reason:
            yield "stop_reason", _("Say why care is stopped.")


class Assignment(Entity):
    """Leads that wait to be assigned are dealt out to people, as many to each, every so many minutes (LEA-17)."""

    __tablename__ = "leads_assignment"

    name: Mapped[str] = field(_("Name"), search=True, length=120)
    people: Mapped[list[User]] = links(_("Dealt out to"))
    every: Mapped[str] = choice(
        _("Every"),
        Choice("5", _("5 minutes")), Choice("10", _("10 minutes")), Choice("30", _("30 minutes")),
        Choice("60", _("hour")), Choice("1440", _("day")),
    )  # fmt: skip
    source: Mapped[Source | None] = link(_("Only from the source"))
    starts: Mapped[date | None] = field(_("From"))
    ends: Mapped[date | None] = field(_("Until"))
    active: Mapped[bool] = field(_("In use"), default=True)
    ran_at: Mapped[datetime | None] = field(_("Last dealt out"), readonly=True)

    def check(self) -> Iterator[tuple[str, Text]]:
        """The last day follows the first."""
        if self.starts and self.ends and self.ends < self.starts:
            yield "ends", _("The last day comes before the first.")


class ResponseTime(Entity):
    """How soon somebody calls, meets or writes to a new lead, counted in working hours."""

    __tablename__ = "leads_response_time"

    name: Mapped[str] = field(_("Name"), search=True, length=120)
    minutes: Mapped[int] = field(_("Answer within"), unit=_("minutes"), default=60, minimum=1, maximum=60_000)
    days: Mapped[list[str]] = choice(
        _("Working days"),
        Choice("0", _("Monday")), Choice("1", _("Tuesday")), Choice("2", _("Wednesday")), Choice("3", _("Thursday")),
        Choice("4", _("Friday")), Choice("5", _("Saturday")), Choice("6", _("Sunday")),
    )  # fmt: skip
    opens: Mapped[time] = field(_("Work begins"))
    closes: Mapped[time] = field(_("Work ends"))
    source: Mapped[Source | None] = link(_("Only from the source"), help=_("It goes before one for every source."))
    active: Mapped[bool] = field(_("In use"), default=True)

    def check(self) -> Iterator[tuple[str, Text]]:
        """There is time to work in."""
        if self.closes <= self.opens:
            yield "closes", _("Work ends after it begins.")
        if not self.days:
            yield "days", _("Choose at least one day.")
