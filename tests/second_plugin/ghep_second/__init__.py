"""A plugin that works with another one while that is switched on, and without it as well."""

from core import sdk
from core.sdk import Mapped, field, lines, link, links
from hooks import hookimpl

_ = sdk.translator("ghep_second")
MANIFEST = sdk.Manifest(name="second", title=_("Second"), version="1.0.0", api=">=1,<2", uses=("dummy",))


class SlipRow(sdk.Line):
    """What a slip says of one deal."""

    __tablename__ = "second_slip_row"
    name: Mapped[str] = field(_("Name"))
    deal: Mapped[sdk.Entity | None] = link(_("Deal"), to="dummy_deal")


class Slip(sdk.Entity):
    """What was written down, of a deal or of several."""

    __tablename__ = "second_slip"
    name: Mapped[str] = field(_("Name"), search=True)
    deal: Mapped[sdk.Entity | None] = link(_("Deal"), to="dummy_deal")
    rows: Mapped[list[SlipRow]] = lines(_("Rows"))
    others: Mapped[list[sdk.Entity]] = links(_("Other deals"), to="dummy_deal")


@hookimpl
def entities() -> list[sdk.Resource]:
    """Slips, by the deal they are of."""
    return [sdk.Resource(model=Slip, title=_("Slip"), plural=_("Slips"), icon="file", board="deal", narrow="deal")]
