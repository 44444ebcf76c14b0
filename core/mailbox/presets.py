"""The servers of well-known providers, found by the address."""

from dataclasses import dataclass

from core.i18n import Label, translator
from core.mailbox.models import STARTTLS, TLS

_ = translator("core")


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider's mail servers stand, and what people have to know before they sign in there."""

    name: str
    title: str
    domains: tuple[str, ...]
    smtp: tuple[str, int, str]
    imap: tuple[str, int, str]
    help: Label = ""


PROVIDERS = (
    Provider(
        "gmail",
        "Gmail",
        ("gmail.com", "googlemail.com"),
        ("smtp.gmail.com", 465, TLS.value),
        ("imap.gmail.com", 993, TLS.value),
        _("Google wants an app password: switch on two-step verification, then make one at myaccount.google.com."),
    ),
    Provider(
        "outlook",
        "Outlook, Microsoft 365",
        ("outlook.com", "outlook.com.vn", "hotmail.com", "live.com", "msn.com"),
        ("smtp.office365.com", 587, STARTTLS.value),
        ("outlook.office365.com", 993, TLS.value),
        _(
            "Microsoft lets many accounts in without a password only; ask your administrator whether SMTP and IMAP are on."
        ),
    ),
    Provider(
        "zoho",
        "Zoho Mail",
        ("zoho.com", "zohomail.com"),
        ("smtp.zoho.com", 465, TLS.value),
        ("imap.zoho.com", 993, TLS.value),
        _("Switch on IMAP in the settings of Zoho Mail; with two-step verification an app password is needed."),
    ),
    Provider(
        "matbao",
        "Mắt Bão",
        (),
        ("smtp.emailserver.vn", 465, TLS.value),
        ("imap.emailserver.vn", 993, TLS.value),
        _("Servers differ by package: compare them with those in Mắt Bão's welcome e-mail."),
    ),
    Provider(
        "yahoo",
        "Yahoo",
        ("yahoo.com", "yahoo.com.vn", "ymail.com"),
        ("smtp.mail.yahoo.com", 465, TLS.value),
        ("imap.mail.yahoo.com", 993, TLS.value),
        _("Yahoo wants an app password, made under “Account security”."),
    ),
)


def provider_of(address: str, name: str = "") -> Provider | None:
    """The provider of that name, or else the one that an address belongs to."""
    domain = address.rpartition("@")[2].strip().lower()
    return next((one for one in PROVIDERS if (one.name == name if name else domain in one.domains)), None)
