"""Customer (organisation or individual), contact, source and tag."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Mapped

from core.customers.tax_code import is_tax_code
from core.entity.entity import Entity
from core.entity.fields import Choice, choice, field, link, links
from core.entity.kinds import Address, Email, Image, LongText, Phone
from core.i18n import Label, translator

_ = translator("core")

ORGANISATION = Choice("organisation", _("Organisation"), "blue")
INDIVIDUAL = Choice("individual", _("Individual"), "green")


class Source(Entity):
    """Where customers come from."""

    __tablename__ = "core_source"

    name: Mapped[str] = field(_("Source"), search=True, unique=True, length=80)


class Tag(Entity):
    """A word customers are marked with."""

    __tablename__ = "core_tag"

    name: Mapped[str] = field(_("Tag"), search=True, unique=True, length=60)


class Customer(Entity):
    """An organisation or a person the company sells to."""

    __tablename__ = "core_customer"

    name: Mapped[str] = field(
        _("Customer name"),
        search=True,
        sort=True,
        aliases=("tên kh", "khách hàng", "account", "company", "tên công ty"),
    )
    kind: Mapped[str] = choice(_("Customer kind"), ORGANISATION, INDIVIDUAL)
    main_contact: Mapped[str | None] = field(_("Main contact"), search=True, listed=False, length=120)
    mobile: Mapped[Phone | None] = field(_("Mobile"), search=True, aliases=("sđt", "số di động", "điện thoại", "phone"))
    email: Mapped[Email | None] = field(_("E-mail"), search=True)
    tax_code: Mapped[str | None] = field(_("Tax code"), search=True, listed=False, length=20, aliases=("mst",))
    birthday: Mapped[date | None] = field(_("Birthday"), listed=False)
    sector: Mapped[str | None] = field(
        _("Sector"), listed=False, length=80, aliases=("ngành nghề", "ngành", "lĩnh vực")
    )
    website: Mapped[str | None] = field(_("Website"), listed=False)
    address: Mapped[Address | None] = field(_("Address"), listed=False, aliases=("office_location",))
    founded: Mapped[int | None] = field(
        _("Founded in"), listed=False, minimum=1000, maximum=2200, aliases=("year_established", "năm thành lập")
    )
    employees: Mapped[int | None] = field(_("Employees"), listed=False, minimum=0, aliases=("số nhân viên",))
    revenue: Mapped[Decimal | None] = field(_("Revenue"), listed=False, aliases=("doanh thu",))
    source: Mapped[Source | None] = link(_("Source"), aliases=("nguồn", "nguồn khách hàng"))
    tags: Mapped[list[Tag]] = links(_("Tags"), aliases=("thẻ", "nhãn dán"))
    picture: Mapped[Image | None] = field(_("Picture"), listed=False)
    note: Mapped[LongText | None] = field(_("Description"), listed=False, aliases=("ghi chú", "mô tả"))

    def check(self) -> Iterable[tuple[str, Label]]:
        """A tax code has the form of one: 10 digits, 10-3, or a person's 12."""
        if self.tax_code and not is_tax_code(self.tax_code):
            yield "tax_code", _("A tax code has 10 digits, 10 digits-3, or 12 digits.")
        if self.birthday and self.birthday > date.today():  # noqa: DTZ011 # a day, not a moment: a day's slack is harmless
            yield "birthday", _("A birthday lies in the past.")


class Contact(Entity):
    """A person at a customer."""

    __tablename__ = "core_contact"

    name: Mapped[str] = field(_("Contact name"), search=True, sort=True, length=120)
    customer: Mapped[Customer] = link(_("Customer"))
    position: Mapped[str | None] = field(_("Position"), length=80)
    mobile: Mapped[Phone | None] = field(_("Mobile"), search=True)
    email: Mapped[Email | None] = field(_("E-mail"), search=True)
    note: Mapped[LongText | None] = field(_("Note"), listed=False)
