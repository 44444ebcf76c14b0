"""How leads come in by themselves: forms in the company's own site, and programs that hand them over."""

from collections.abc import Iterator

from core.sdk import Choice, Entity, LongText, Mapped, Source, Text, choice, field, link, translator
from plugins.catalog.api import Product

from .mapping import paths_of

_ = translator("plugins.leads")

FACEBOOK = Choice("facebook", _("Facebook lead form"), "blue")
OWN = Choice("own", _("Own mapping"), "secondary")
ASKED = (
    Choice("mobile", _("Mobile")),
    Choice("email", _("E-mail")),
    Choice("company", _("Company name")),
    Choice("note", _("Message")),
)


class Form(Entity):
    """A form that strangers fill in, on a page of its own or inside the company's site."""

    __tablename__ = "leads_form"

    name: Mapped[str] = field(_("Form"), search=True, length=120)
    asks: Mapped[list[str]] = choice(_("Asks for"), *ASKED)
    text: Mapped[LongText | None] = field(_("Text above the form"))
    thanks: Mapped[str | None] = field(_("Words of thanks"), length=400)
    source: Mapped[Source | None] = link(_("Source"))
    product: Mapped[Product | None] = link(_("Product of interest"))
    sites: Mapped[LongText | None] = field(
        _("Sites it stands in"), listed=False,
        help=_("One address a line, such as https://www.example.com; with none it opens on its own page only."),
    )  # fmt: skip
    active: Mapped[bool] = field(_("In use"), default=True)

    def check(self) -> Iterator[tuple[str, Text]]:
        """A lead can be reached, and sites are named by their address alone."""
        if not {"mobile", "email"} & set(self.asks):
            yield "asks", _("Ask for a telephone or an e-mail, or nobody can be reached.")
        for site in self.origins:
            scheme, _colon, host = site.partition("://")
            if scheme not in {"http", "https"} or not host or set(host) & set("/ ;,'\"*"):
                yield "sites", _("“%(site)s” is not the address of a site.", site=site)

    @property
    def origins(self) -> list[str]:
        """The sites that may show it."""
        return (self.sites or "").split()


class Intake(Entity):
    """An address to which a program posts leads as JSON."""

    __tablename__ = "leads_intake"

    name: Mapped[str] = field(_("Name"), search=True, length=120)
    kind: Mapped[str] = choice(_("What comes"), FACEBOOK, OWN)
    paths: Mapped[LongText | None] = field(
        _("Mapping"), listed=False,
        help=_("One field a line: the field, =, and where it stands in the JSON, such as mobile = contact.phones.0"),
    )  # fmt: skip
    verify: Mapped[str | None] = field(
        _("Verification word"), listed=False, length=80, help=_("What Facebook sends to make sure of the address.")
    )
    source: Mapped[Source | None] = link(_("Source"))
    active: Mapped[bool] = field(_("In use"), default=True)

    def check(self) -> Iterator[tuple[str, Text]]:
        """A mapping of one's own names at least the lead."""
        if self.kind == OWN.value:
            yield from (("paths", reason) for reason in paths_of(self.paths or "").problems())
