"""What may be a company: its code, which is part of an address, its name, language, zone and currency."""

import re
from collections.abc import Iterator
from zoneinfo import available_timezones

from core import parse
from core.i18n import LOCALES, Label, translator
from core.vendor.models import Company

_ = translator("core")

LONGEST_NAME = 160
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])")
_RESERVED = frozenset((
    "admin", "administrator", "api", "app", "assets", "auth", "blog", "cdn", "dev", "docs", "ftp", "ghep", "help",
    "host", "imap", "login", "logout", "mail", "mx", "ns", "ns1", "ns2", "operator", "pop", "root", "smtp", "staging",
    "static", "status", "support", "system", "test", "vendor", "webmail", "www",
))  # fmt: skip
"""Addresses that are the installation's own, or look so."""
_CURRENCY = re.compile(r"[A-Z]{3}")


def problems(company: Company, admin_email: str) -> Iterator[tuple[str, Label]]:
    """What is wrong with a company that is to be made, as field and reason: everything at once, for a form."""
    slug = company.slug
    if not is_code(slug) or slug.startswith("xn--"):
        yield (
            "slug",
            _(
                "The company code %(slug)s must be 2 to 40 lower-case letters, digits and hyphens, "
                "without one at either end.",
                slug=repr(slug),
            ),
        )
    elif slug in _RESERVED:
        yield "slug", _("The company code %(slug)s is kept for the system; choose another.", slug=repr(slug))
    if not is_name(company.name):
        yield "name", _("A company needs a name of at most %(n)s characters.", n=LONGEST_NAME)
    if company.locale not in LOCALES:
        there_are = ", ".join(LOCALES)
        yield (
            "locale",
            _("There is no language %(name)s; there are %(names)s.", name=repr(company.locale), names=there_are),
        )
    if company.timezone not in available_timezones():
        yield (
            "timezone",
            _("There is no time zone %(name)s; write one like Asia/Ho_Chi_Minh.", name=repr(company.timezone)),
        )
    if not _CURRENCY.fullmatch(company.currency):
        yield "currency", _("%(name)s is no currency; write three letters, such as VND.", name=repr(company.currency))
    try:
        if parse.email(admin_email) is None:
            yield "email", _("Its administrator needs an e-mail address.")
    except ValueError as error:
        yield "email", error.args[0]


def is_name(name: str) -> bool:
    """Whether a company can be called so."""
    return 0 < len(name) <= LONGEST_NAME and "\0" not in name


def is_code(slug: str) -> bool:
    """Whether a text can be a company's code at all."""
    return _SLUG.fullmatch(slug) is not None
