"""What the dummy keeps."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

from core import sdk
from core.sdk import (
    Address,
    AnyRecord,
    Choice,
    Customer,
    Email,
    Emails,
    File,
    Image,
    LongText,
    Mapped,
    Money,
    Percent,
    Phone,
    Phones,
    choice,
    computed,
    field,
    link,
    links,
    number,
)

_ = sdk.translator("ghep_dummy")
OPEN, DONE = Choice("open", _("Open"), "blue"), Choice("done", _("Done"), "green", final=True)
RED, BLUE = Choice("red", _("Red")), Choice("blue", _("Blue"))


class Thing(sdk.Entity):
    """One of each kind of field."""

    __tablename__ = "dummy_thing"
    name: Mapped[str] = field(_("Name"), search=True, sort=True, unique=True)
    code: Mapped[str] = number(_("Code"), prefix="TH-")
    note: Mapped[LongText | None] = field(_("Note"))
    count: Mapped[int] = field(_("Count"), minimum=1, maximum=5000)
    weight: Mapped[Decimal | None] = field(_("Weight"))
    price: Mapped[Money] = field(_("Price"), default=0)
    share: Mapped[Percent | None] = field(_("Share"), minimum=0, maximum=100)
    total: Mapped[Decimal] = computed(_("Total"), "count * price")
    ready: Mapped[bool] = field(_("Ready"))
    opens: Mapped[date] = field(_("Opens"), sort=True)
    closes: Mapped[date | None] = field(_("Closes"))
    at: Mapped[time | None] = field(_("At"))
    seen: Mapped[datetime | None] = field(_("Seen"))
    state: Mapped[str] = choice(_("State"), OPEN, DONE)
    colours: Mapped[list[str]] = choice(_("Colours"), RED, BLUE)
    customer: Mapped[Customer | None] = link(_("Customer"))
    guests: Mapped[list[Customer]] = links(_("Guests"))
    phone: Mapped[Phone | None] = field(_("Phone"), search=True)
    email: Mapped[Email | None] = field(_("E-mail"))
    phones: Mapped[Phones] = field(_("Other phones"), search=True)
    emails: Mapped[Emails] = field(_("Other e-mails"))
    address: Mapped[Address | None] = field(_("Address"))
    paper: Mapped[File | None] = field(_("Paper"))
    picture: Mapped[Image | None] = field(_("Picture"))
    about: Mapped[AnyRecord | None] = field(_("About"))

    def check(self) -> Iterator[tuple[str, sdk.Text]]:
        """It closes after it opens."""
        if self.closes and self.closes < self.opens:
            yield "closes", _("It cannot close before it opens.")


class Part(sdk.Entity):
    """Of a thing, or of none."""

    __tablename__ = "dummy_part"
    name: Mapped[str] = field(_("Name"), search=True)
    thing: Mapped[Thing | None] = link(_("Thing"))
