"""What surrounds every page: menu, names, theme, messages."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any

from flask import Flask, g, request, url_for

from core.context import Context
from core.entity.entity import Resource
from core.i18n import Label, current_locale, translator
from core.plugin.manifest import NavigationItem
from core.standing import rights, standing
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


@dataclass
class Shell:
    """What base.html needs of the request.

    ``menu`` and ``here`` are quick to say and stand for all that is drawn of the menu: the menu itself is put together
    only where a part of the frame has to be drawn anew.
    """

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
    def menu(self) -> Hashable:
        """What decides which entries the menu and the plus button have."""
        return (self.context.tenant, *rights(self.context))

    @cached_property
    def here(self) -> tuple[str, ...]:
        """The addresses of the menu that this page lies under."""
        path = request.path
        urls = ("/my-day", "/", *(f"/{one.path}" for one in self._shown), *(one.url for one in self._added))
        return tuple(url for url in urls if path == url or path.startswith(f"{url}/"))

    @cached_property
    def nav(self) -> list[Group]:
        """The menu: home, then each module's entities and what plugins add, in each group by their weights."""
        groups: dict[str, list[tuple[int, Item]]] = {}

        def add(weight: int, group: Label, title: Label, url: str, icon: str) -> None:
            groups.setdefault(str(group), []).append((weight, Item(str(title), url, icon, url in self.here)))

        add(0, "", _("My day"), "/my-day", "checklist")
        add(0, "", _("Home"), "/", "home")
        for one in self._shown:
            add(one.weight, one.group or self._module(one), one.plural, f"/{one.path}", one.icon)
        for item in self._added:
            add(item.weight, item.group or _("More"), item.title, item.url, item.icon)
        by_weight = itemgetter(0)
        return [Group(title, [item for _weight, item in sorted(some, key=by_weight)]) for title, some in groups.items()]

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
        made = (one for one in self._shown if "create" in one.verbs and self.context.can(one.name, "create"))
        return [{"title": str(one.title), "url": f"/{one.path}/new", "icon": one.icon} for one in made]

    @property
    def _shown(self) -> Sequence[Resource]:
        return _in_menu(self.context)

    @property
    def _added(self) -> Sequence[NavigationItem]:
        return _beside(self.context, self.context.tenant)

    def _module(self, resource: Resource) -> Label:
        """The heading over a module's entities; core's need none."""
        plugins = self.context.hooks.registry.plugins
        return "" if resource.plugin == "core" else plugins[resource.plugin].manifest.title

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
        found.append({"title": str(_("Guided tours")), "url": url_for("tours.listing"), "icon": "help"})
        other = "en" if current_locale() == "vi" else "vi"
        label = "English" if other == "en" else "Tiếng Việt"
        return [*found, {"title": label, "url": url_for("account.language", locale=other), "icon": "language"}]


@standing
def _in_menu(context: Context) -> Sequence[Resource]:
    """The entities in the menu, in its order."""
    found = [one for one in context.resources() if one.navigation and context.can(one.name, "see")]
    return sorted(found, key=lambda one: (one.plugin != "core", one.weight))


@standing
def _beside(context: Context, _tenant: int) -> Sequence[NavigationItem]:
    """What plugins add to the menu; what is set up once stands among the settings.

    Kept for each company by itself: a plugin that read something after all tells it to no other.
    """
    return [one for one in context.hooks.navigation(context) if not one.settings]


def install(app: Flask) -> None:
    """Give every template its ``shell``; None where nobody is signed in."""
    app.context_processor(lambda: {"shell": Shell(g.context) if "context" in g else None})
