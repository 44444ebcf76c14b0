"""The ways in which people are reached, and the mark on a record that forbids them."""

from typing import Any

from core.entity.fields import Choice, choice
from core.i18n import translator

_ = translator("core")

PHONE = Choice("phone", _("Telephone"), "red")
SMS = Choice("sms", _("SMS"), "red")
ZALO = Choice("zalo", _("Zalo"), "red")
EMAIL = Choice("email", _("E-mail"), "red")
CHANNELS = (PHONE, SMS, ZALO, EMAIL)
ANY = Choice("any", _("Any way"), "red")
"""Not to be contacted at all."""
IDENTITY = {"phone": "phone", "sms": "phone", "zalo": "phone", "email": "email"}
"""Channel to the sort of value it goes to, as :attr:`core.entity.kind.Kind.identity`."""
BARRED = "do_not_contact"
"""What the mark is called in every entity that has one."""


def do_not_contact() -> Any:
    """Declare the mark, under the name ``do_not_contact`` and as ``list[str]``: a field like any other."""
    return choice(
        _("Do not contact"),
        ANY,
        *CHANNELS,
        help=_("Ways in which nobody may contact this person, whatever they agreed to before."),
        aliases=("không liên hệ", "không gọi", "từ chối liên hệ", "dnc", "do not call", "opt out"),
    )
