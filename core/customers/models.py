"""Customer (organisation or individual) and what hangs on it; the catalogues customers are sorted by."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Mapped

from core.customers.id_number import is_id_number
from core.customers.tax_code import is_tax_code
from core.customers.tax_code import warning as tax_code_warning
from core.entity.entity import Entity
from core.entity.fields import Choice, choice, field, link, links
from core.entity.identity import PARTY
from core.entity.kinds import Address, Email, Emails, Image, LongText, Phone, Phones
from core.i18n import Label, translator
from core.privacy.channels import do_not_contact

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


class CustomerType(Entity):
    """A way of sorting customers, such as by region or by trade: its groups are the drawers (V-14)."""

    __tablename__ = "core_customer_type"

    name: Mapped[str] = field(_("Customer type"), search=True, sort=True, unique=True, length=80)
    note: Mapped[LongText | None] = field(_("Description"))


class CustomerGroup(Entity):
    """A drawer of one type; a customer may lie in any number of them (V-9)."""

    __tablename__ = "core_customer_group"

    name: Mapped[str] = field(_("Customer group"), search=True, sort=True, unique=True, length=80, aliases=("nhóm",))
    type: Mapped[CustomerType] = link(_("Customer type"), part=True, aliases=("loại",))
    points: Mapped[int] = field(
        _("Points"), default=0, minimum=-1000, maximum=1000, help=_("What a customer of the group is worth to a score.")
    )


class Tier(Entity):
    """A rank of customers, such as gold; whoever rewards loyalty moves them, or people do by hand."""

    __tablename__ = "core_tier"

    name: Mapped[str] = field(_("Tier"), search=True, unique=True, length=60)
    rank: Mapped[int] = field(_("Rank"), sort=True, minimum=1, maximum=100, help=_("1 is the lowest."))


class Customer(Entity):
    """An organisation or a person the company sells to."""

    __tablename__ = "core_customer"

    name: Mapped[str] = field(
        _("Customer name"),
        search=True,
        sort=True,
        personal=True,
        aliases=("tên kh", "khách hàng", "account", "company", "tên công ty"),
    )
    code: Mapped[str | None] = field(
        _("Customer code"), search=True, unique=True, listed=False, length=40,
        aliases=("mã kh", "mã", "customer code", "code"),
    )  # fmt: skip
    kind: Mapped[str] = choice(_("Customer kind"), ORGANISATION, INDIVIDUAL)
    groups: Mapped[list[CustomerGroup]] = links(
        _("Customer groups"), aliases=("nhóm", "nhóm kh", "nhóm khách hàng", "groups")
    )
    main_contact: Mapped[str | None] = field(_("Main contact"), search=True, personal=True, listed=False, length=120)
    mobile: Mapped[Phone | None] = field(
        _("Mobile"), search=True, identifies=PARTY, aliases=("sđt", "số di động", "điện thoại", "phone")
    )
    phones: Mapped[Phones] = field(
        _("Other telephones"), search=True, identifies=PARTY, listed=False,
        aliases=("sđt khác", "di động khác", "điện thoại khác", "điện thoại 2", "số điện thoại 2", "phone 2"),
    )  # fmt: skip
    email: Mapped[Email | None] = field(_("E-mail"), search=True, identifies=PARTY)
    emails: Mapped[Emails] = field(
        _("Other e-mails"), search=True, identifies=PARTY, listed=False, aliases=("email khác", "email 2")
    )
    tax_code: Mapped[str | None] = field(
        _("Tax code"), search=True, identifies=PARTY, warn=tax_code_warning, listed=False, length=20, aliases=("mst",)
    )
    id_number: Mapped[str | None] = field(
        _("ID number"), search=True, identifies=PARTY, listed=False, length=12,
        aliases=("cccd", "cmnd", "số định danh", "căn cước", "căn cước công dân"),
    )  # fmt: skip
    birthday: Mapped[date | None] = field(
        _("Birthday"), listed=False, yearly=True, aliases=("ngày sinh", "sinh nhật", "dob")
    )
    sector: Mapped[str | None] = field(
        _("Sector"), listed=False, length=80, aliases=("ngành nghề", "ngành", "lĩnh vực")
    )
    website: Mapped[str | None] = field(_("Website"), personal=True, listed=False)
    address: Mapped[Address | None] = field(_("Address"), listed=False, aliases=("office_location",))
    founded: Mapped[int | None] = field(
        _("Founded in"), listed=False, minimum=1000, maximum=2200, aliases=("year_established", "năm thành lập")
    )
    employees: Mapped[int | None] = field(_("Employees"), listed=False, minimum=0, aliases=("số nhân viên",))
    revenue: Mapped[Decimal | None] = field(_("Revenue"), listed=False, aliases=("doanh thu",))
    source: Mapped[Source | None] = link(_("Source"), aliases=("nguồn", "nguồn khách hàng"))
    tier: Mapped[Tier | None] = link(_("Tier"), listed=False, aliases=("phân cấp", "cấp độ", "hạng"))
    tags: Mapped[list[Tag]] = links(_("Tags"), aliases=("thẻ", "nhãn dán"))
    picture: Mapped[Image | None] = field(_("Picture"), listed=False)
    note: Mapped[LongText | None] = field(_("Description"), personal=True, listed=False, aliases=("ghi chú", "mô tả"))
    do_not_contact: Mapped[list[str]] = do_not_contact()

    def check(self) -> Iterable[tuple[str, Label]]:
        """A tax code has the form of one: 10 digits, 10-3, or a person's 12."""
        if self.tax_code and not is_tax_code(self.tax_code):
            yield "tax_code", _("A tax code has 10 digits, 10 digits-3, or 12 digits.")
        if self.id_number and not is_id_number(self.id_number):
            yield "id_number", _("An ID number has 12 digits, an old one 9.")
        if self.birthday and self.birthday > date.today():  # noqa: DTZ011 # a day, not a moment: a day's slack is harmless
            yield "birthday", _("A birthday lies in the past.")


class Contact(Entity):
    """A person at a customer."""

    __tablename__ = "core_contact"

    name: Mapped[str] = field(_("Contact name"), search=True, sort=True, personal=True, length=120)
    customer: Mapped[Customer] = link(_("Customer"))
    main: Mapped[bool] = field(_("Main contact"), listed=False, readonly=True)
    position: Mapped[str | None] = field(_("Position"), length=80, aliases=("chức vụ",))
    mobile: Mapped[Phone | None] = field(_("Mobile"), search=True, identifies=PARTY)
    phones: Mapped[Phones] = field(_("Other telephones"), search=True, identifies=PARTY, listed=False)
    email: Mapped[Email | None] = field(_("E-mail"), search=True, identifies=PARTY)
    emails: Mapped[Emails] = field(_("Other e-mails"), search=True, identifies=PARTY, listed=False)
    birthday: Mapped[date | None] = field(_("Birthday"), listed=False, yearly=True, aliases=("ngày sinh", "sinh nhật"))
    note: Mapped[LongText | None] = field(_("Note"), personal=True, listed=False)
    do_not_contact: Mapped[list[str]] = do_not_contact()


class BankAccount(Entity):
    """An account of a customer: where money comes from and goes to."""

    __tablename__ = "core_bank_account"

    number: Mapped[str] = field(
        _("Account number"), search=True, personal=True, length=30, aliases=("số tài khoản", "stk")
    )
    customer: Mapped[Customer] = link(_("Customer"), part=True)
    bank: Mapped[str] = field(_("Bank"), search=True, length=120, aliases=("ngân hàng",))
    holder: Mapped[str | None] = field(_("Account holder"), personal=True, length=120, aliases=("chủ tài khoản",))
    branch: Mapped[str | None] = field(_("Branch"), listed=False, length=120, aliases=("chi nhánh",))

    def check(self) -> Iterable[tuple[str, Label]]:
        """Account numbers are letters and digits; people write them in groups."""
        if not self.number.replace(" ", "").replace("-", "").isalnum():
            yield "number", _("An account number has letters and digits only.")
