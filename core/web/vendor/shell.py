"""What surrounds every page of the console: the companies' frame in another coat."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, request, url_for

from core.app import platform
from core.i18n import current_locale, translator
from core.vendor.operators import OperatorInfo
from core.web.flash import take_flashes
from core.web.headers import nonce
from core.web.shell import Group, Item
from core.web.vendor.door import PATH, operator

_ = translator("core")


class VendorShell:
    """What base.html needs of the request, as :class:`core.web.shell.Shell` gives it in a company."""

    company = SimpleNamespace(name="Ghép")

    @property
    def user(self) -> OperatorInfo:
        """Who is signed in."""
        return operator()

    @property
    def theme(self) -> str:
        """light, dark or auto, as this browser chose."""
        return request.cookies.get("theme") or "auto"

    @property
    def locale(self) -> str:
        """The language of the page."""
        return current_locale()

    @property
    def nonce(self) -> str:
        """For the rare inline element."""
        return nonce()

    @property
    def flash(self) -> list[Any]:
        """Messages left by the request before."""
        return take_flashes()

    menu = ()
    """The console's menu is the same for everybody."""

    @property
    def here(self) -> str:
        """The entry of the menu that this page lies under."""
        return next((item.url for item in self.mobile_nav if item.active), "")

    @property
    def mobile_nav(self) -> list[Item]:
        """The menu, for the bar at the bottom of a phone."""
        places = (
            (_("Companies"), url_for("vendor.companies.listing"), "building"),
            (_("Plugins"), url_for("vendor.plugins.listing"), "puzzle"),
            (_("Log"), url_for("vendor.log.listing"), "history"),
        )
        return [Item(str(title), url, icon, request.path.startswith(url)) for title, url, icon in places]

    @property
    def nav(self) -> list[Group]:
        """The menu."""
        return [Group("", self.mobile_nav)]

    @property
    def create(self) -> list[dict[str, str]]:
        """What the plus button offers."""
        return [{"title": str(_("New company")), "url": url_for("vendor.companies.new"), "icon": "building"}]

    @property
    def urls(self) -> dict[str, str]:
        """Addresses the frame leads to."""
        return {"home": url_for("vendor.companies.listing"), "logout": url_for("vendor.door.log_out")}

    @property
    def user_menu(self) -> list[dict[str, str]]:
        """Entries of the operator's own menu."""
        other = "en" if current_locale() == "vi" else "vi"
        label = "English" if other == "en" else "Tiếng Việt"
        return [
            {"title": str(_("Second factor")), "url": url_for("vendor.second_factor.page"), "icon": "shield-lock"},
            {"title": label, "url": url_for("vendor.door.language", locale=other), "icon": "language"},
        ]


def frame() -> dict[str, Any]:
    """What the console's templates are given besides their own."""
    signed_in = "operator" in g
    return {"shell": VendorShell() if signed_in else None, "console": True, "home_url": PATH}


def at(moment: datetime | None) -> str:
    """Day and time in the installation's zone; empty for never."""
    return f"{moment.astimezone(ZoneInfo(platform().settings.timezone)):%d/%m/%Y %H:%M}" if moment else ""
