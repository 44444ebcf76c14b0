"""What is kept beside a customer."""

from core import sdk
from core.sdk import Choice, Mapped, choice, field

_ = sdk.translator("ghep_dummy")
SMALL, LARGE = Choice("small", _("Small")), Choice("large", _("Large"))


class Size(sdk.Extension):
    """How much a customer weighs, and what that is called."""

    __tablename__ = "dummy_size"
    extends = sdk.Customer
    narrow = "size"
    icon = "weight"
    size: Mapped[str | None] = choice(_("Size"), SMALL, LARGE, listed=False)
    weight: Mapped[int | None] = field(_("Weight"), sort=True, listed=False)
