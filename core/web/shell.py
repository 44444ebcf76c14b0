"""What surrounds every page: menu, names, theme, messages."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, g, request, url_for

from core.context import Context
from core.entity.entity import Resource
from core.i18n import Label, current_locale, translator
from core.web.flash import take_flashes
from core.web.headers import nonce

_ = translator("core")
ON_PHONES = 4


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the menu."""

    title: str
    url: str
    icon: str
    active: bool = False
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of the menu under one heading."""

    title: str
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Shell:
    """What base.html needs of the request."""

    context: Context

    @property
    def user(self) -> Any:
        """Who is signed in."""
        return self.context.user

    @property
    def picture(self) -> str:
        """Where their picture is, empty without one."""
        avatar = self.context.user.avatar if self.context.user else None
        return f"/files/{avatar}?small" if avatar else ""

    @property
    def company(self) -> Any:
        """Where."""
        return self.context.company

    @property
    def theme(self) -> str:
        """light, dark or auto; the browser's own choice goes first, it may differ per device."""
        return request.cookies.get("theme") or (self.context.user.theme if self.context.user else "auto")

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

    @property
    def nav(self) -> list[Group]:
        """The menu: home, then each module's entities, then what plugins add."""
        if "nav" not in g:
            g.nav = _navigation(self.context)
        found: list[Group] = g.nav
        return found

    @property
    def mobile_nav(self) -> list[Item]:
        """The first entries, for the bar at the bottom of a phone."""
        return [item for group in self.nav for item in group.items][:ON_PHONES]

    @property
    def unread(self) -> int:
        """How many notifications this person has not read."""
        return self.context.user.unread if self.context.user else 0

    @property
    def create(self) -> list[dict[str, str]]:
        """What the plus button offers."""
        return [
            {"title": str(one.title), "url": f"/{one.path}/new", "icon": one.icon}
            for one in self._shown()
            if self.context.can(one.name, "create")
        ]

    def _shown(self) -> list[Resource]:
        found = [one for one in self.context.resources() if one.navigation and self.context.can(one.name, "see")]
        return sorted(found, key=lambda one: (one.plugin != "core", one.weight))

    @property
    def urls(self) -> dict[str, str]:
        """Addresses the frame leads to."""
        return {
            "home": "/",
            "logout": "/logout",
            "theme": "/theme",
            "search": "/search",
            "notifications": "/notifications",
        }

    @property
    def user_menu(self) -> list[dict[str, str]]:
        """Entries of the person's own menu."""
        found = [{"title": str(_("My account")), "url": url_for("account.profile"), "icon": "user-cog"}]
        found.append(
            {"title": str(_("Requests for access")), "url": url_for("requests.listing"), "icon": "lock-access"}
        )
        found.append(
            {"title": str(_("Shares, transfers, merges")), "url": url_for("bulk_operations.listing"), "icon": "history"}
        )
        other = "en" if current_locale() == "vi" else "vi"
        label = "English" if other == "en" else "Tiếng Việt"
        return [*found, {"title": label, "url": url_for("account.language", locale=other), "icon": "language"}]


def _navigation(context: Context) -> list[Group]:
    home = Item(str(_("Home")), "/", "home", request.path == "/")
    day = Item(str(_("My day")), "/my-day", "checklist", _under("/my-day"))
    groups: dict[str, list[Item]] = {"": [day, home]}
    shell = Shell(context)
    for resource in shell._shown():  # noqa: SLF001 # the same module's own
        heading: Label = resource.group or ("" if resource.plugin == "core" else _title(context, resource.plugin))
        url = f"/{resource.path}"
        groups.setdefault(str(heading), []).append(Item(str(resource.plural), url, resource.icon, _under(url)))
    for item in context.hooks.navigation(context):
        if item.settings:
            continue
        heading = item.group or _("More")
        groups.setdefault(str(heading), []).append(Item(str(item.title), item.url, item.icon, _under(item.url)))
    return [Group(title, items) for title, items in groups.items()]


def _title(context: Context, plugin: str) -> Label:
    return context.hooks.registry.plugins[plugin].manifest.title


def _under(url: str) -> bool:
    return request.path == url or request.path.startswith(f"{url}/")


def install(app: Flask) -> None:
    """Give every template its ``shell``; None where nobody is signed in."""
    app.context_processor(lambda: {"shell": Shell(g.context) if "context" in g else None})
